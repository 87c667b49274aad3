"""What the kernel tells about a process and about the machine the figures come from (Linux)."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """CPU that a process and all its threads have used, in ticks of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


def pss_mb(pid: int) -> float:
    """Proportional set size: what would be free again without this process."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+([0-9]+)", told, re.MULTILINE)[1]) / 1024


def file_system(path: Path) -> str:
    """Type of the file system that holds a path: figures about durable writes from a tmpfs would be worth nothing."""
    mounts = (line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines())
    holding = [(point, kind) for point, kind in mounts if path.resolve().is_relative_to(point)]
    return max(holding, key=lambda mount: len(mount[0]))[1]


def described(folder: Path) -> dict[str, str | int]:
    """The machine beside which the figures stand."""
    model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": model[1] if model else platform.machine(),
        "cores": os.cpu_count() or 0,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "file_system": file_system(folder),
        "load_before": " ".join(f"{each:.2f}" for each in os.getloadavg()),
    }

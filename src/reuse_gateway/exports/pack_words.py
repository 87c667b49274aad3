"""What every pack tells its reader first, Vietnamese and English."""

from __future__ import annotations

from importlib.resources import files


def readmes() -> dict[str, bytes]:
    """By their names in the pack."""
    folder = files("reuse_gateway.exports") / "templates"
    return {f"README.{language}.md": (folder / f"pack_readme.{language}.md").read_bytes() for language in ("vi", "en")}

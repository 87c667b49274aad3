"""Measurements P1, P2, P3, P4 and P8 of the gateway beside peers that do the same job: `python -m benchmarks`."""

"""The real form builders in a real browser against a running gateway: `make builders`, never part of `make test`."""

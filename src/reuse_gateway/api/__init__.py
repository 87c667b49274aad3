"""HTTP: bytes in, a use case, bytes out. One router file per resource; errors are turned into answers in `problems` alone."""

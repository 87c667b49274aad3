"""Cases: the life of violations."""

"""The rule itself, pure: frozen values and functions over them; no I/O, no clock, standard library only."""

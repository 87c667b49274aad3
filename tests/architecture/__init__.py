"""The house itself: layers, sizes, names, and what no file of it may contain."""

"""The measuring itself, briefly."""

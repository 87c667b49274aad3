"""The data-reuse gateway: no office asks a person twice for what the State already holds digitally."""

__version__ = "0.1.0"

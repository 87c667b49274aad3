"""Dialects of form builders: each reads a definition, writes a patch, writes errors; none knows another. See `registry`."""

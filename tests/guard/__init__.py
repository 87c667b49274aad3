"""Registered forms, their sessions, signatures and the guard that builders call."""

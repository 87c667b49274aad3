"""Whose pseudonym it was: who may see it, that every look is kept, that it can be forgotten."""

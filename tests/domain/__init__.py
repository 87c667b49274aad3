"""The pure domain, held to its promises by someone who did not write it."""

"""Events: what happened, told in one order without gaps."""

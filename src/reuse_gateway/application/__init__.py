"""Use cases: verbs that walk the corridor and speak to ports only."""

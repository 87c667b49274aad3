"""Cases out of real answers: cut down to what is read, without people and secrets, shown before they are written."""

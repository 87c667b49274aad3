"""The contract that every connector inherits: whatever its source does, no answer becomes a paper it is not (bộ kiểm thử chung)."""

"""The contract that every connector inherits (bộ kiểm thử chung): whatever a source does, nothing becomes a paper it is not."""

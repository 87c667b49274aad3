"""Finds what is wrong with a manifest before it is deployed, with line, code and mend (kiểm tra tệp khai báo)."""

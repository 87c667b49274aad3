"""Demands: what an office really asked, what that was, and what it turned out to be."""

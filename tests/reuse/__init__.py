"""Numbers: indicators, reports, what the public and citizens see."""

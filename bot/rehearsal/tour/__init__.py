"""A whole campaign played without a browser."""

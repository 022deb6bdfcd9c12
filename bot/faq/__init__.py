"""Questions: the index and the matching."""

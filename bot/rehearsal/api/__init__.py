"""The strict local Bot API over the world."""

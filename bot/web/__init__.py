"""HTTP: webhook, health, metrics."""

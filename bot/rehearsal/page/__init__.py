"""The rehearsal's page in a browser."""

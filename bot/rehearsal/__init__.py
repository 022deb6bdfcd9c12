"""The rehearsal: a strict local Bot API, simulated people, a page to watch them."""

"""The rules: pure, standard library only; the time is passed in."""

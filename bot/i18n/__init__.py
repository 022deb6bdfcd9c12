"""The interface in each language: catalogs, and the check that they are whole."""

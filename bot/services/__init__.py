"""The use cases: each loads, decides and saves, in the transaction it is given."""

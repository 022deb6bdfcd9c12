"""The use cases: each loads, decides and saves, in the transaction it is given.

The transaction is the caller's, so that an update's effect and its done-mark commit together.
"""

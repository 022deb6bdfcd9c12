"""The transactional inbox: updates are kept, applied once, and their replies posted."""

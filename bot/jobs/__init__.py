"""What runs by itself: housekeeping, progress messages, schedules."""

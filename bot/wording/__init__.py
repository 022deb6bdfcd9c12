"""What is said, as data: sentences, cards and screens, for the chat and for pages alike."""

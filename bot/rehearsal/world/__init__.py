"""The simulated world: people, their chats, and what was accepted."""

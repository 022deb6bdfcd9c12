"""A Telegram bot that mobilizes a campaign."""

"""The commands of `campaign-bot`, one module each."""

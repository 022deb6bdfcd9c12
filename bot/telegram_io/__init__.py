"""The edge to Telegram: transport, intake, replies, menus."""

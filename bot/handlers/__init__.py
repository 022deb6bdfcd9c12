"""What people see in the chat: parse, authorize, call one service, render."""

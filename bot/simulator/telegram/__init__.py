"""Telegram as bots meet it: the Bot API, updates by webhook or polling, people in private chats and groups."""

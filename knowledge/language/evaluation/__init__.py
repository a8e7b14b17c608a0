"""How well messages are understood, measured on messages with their right answers. `munshi eval` prints what it finds."""

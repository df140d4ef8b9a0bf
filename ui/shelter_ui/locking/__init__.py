"""Locking: when the program locks, what it does then, and what it hides from others on the same computer."""

"""Reusable small widgets; each is given the theme and knows nothing of cases."""

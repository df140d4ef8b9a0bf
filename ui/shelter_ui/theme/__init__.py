"""Colours, type, icons and the style sheet: everything that decides how the program looks."""

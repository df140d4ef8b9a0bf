"""Declared forms as screens."""

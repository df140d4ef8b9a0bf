"""The core: all that the program does, without a window and without Qt."""

__version__ = "0.1.0"

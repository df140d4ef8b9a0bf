"""Table models over what the core gives."""

"""Pages and windows."""

"""The window: the only place with Qt. It asks the core, shows, and translates."""

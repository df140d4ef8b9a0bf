"""The window: the only place with Qt. It asks the core, shows, and translates."""

from shelter_ui.workarounds import keep_constants_alive

keep_constants_alive()

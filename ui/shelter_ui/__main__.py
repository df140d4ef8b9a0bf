"""`python -m shelter_ui` is `shelter`: the program with its window."""

import sys

from shelter_ui.app import main

sys.exit(main())

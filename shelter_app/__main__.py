"""`python -m shelter_app` is `shelter-app`."""

import sys

from shelter_app.cli import main

sys.exit(main())

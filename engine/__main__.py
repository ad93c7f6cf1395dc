"""`python -m engine system.json`: the command line, which `engine.cli` describes."""

import sys

from engine.cli import main

sys.exit(main())

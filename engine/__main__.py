"""`python -m engine system.json`: the command line, which `engine.cli` describes."""

import os
import signal
import sys

from engine.cli import INTERRUPTED, main

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # At once and without a word: the exception that Python raises otherwise is lost where the compiler calls back.
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
sys.exit(main())

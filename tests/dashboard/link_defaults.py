"""What a link of each version leaves out: the pages' values at that time. `python -m tests.dashboard.link_defaults` writes today's.

A link says only what differs from its page's own system, so a page that begins otherwise opens another system from an old link.
"""

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".json")


def today() -> dict[str, dict[str, Any]]:
    """The value of every control of every page."""
    from dashboard.page import book
    from tests.dashboard.pages import all_pages

    return {page.name: book(page).defaults for page in all_pages()}


def kept() -> dict[str, Any]:
    """The values by the links' version and page."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def main() -> int:
    from dashboard.migrations import SCHEMA

    told = kept() if FILE.exists() else {}
    told[str(SCHEMA.version)] = today()
    FILE.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

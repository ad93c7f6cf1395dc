"""The tests of the dashboard begin when the kernel is compiled: while it compiles, runs are short."""

import pytest

from engine.kernel import compiled


@pytest.fixture(scope="session", autouse=True)
def kernel():
    """Compiled, or awaited from the process that compiles it."""
    compiled.build()

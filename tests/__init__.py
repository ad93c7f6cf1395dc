"""The tests, a package so that no other `tests` on the machine stands in for it."""

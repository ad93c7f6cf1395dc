"""All randomness of a run, and the numbers that both engines read.

Counter-based: every random quantity is a function of (seed, stream, request, attempt), so no engine keeps a generator,
no order of events changes a draw, and moving one slider leaves all other draws alone.
Knows the system; does not know what happens to a request.
"""

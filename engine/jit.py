"""Where numba is known: marks functions that run as plain Python and, inside the kernel, compiled.

A function marked `@jitable` stays an ordinary Python function for whoever calls it from Python. Knows nothing of the model.
"""

try:
    import numba
    from numba.extending import overload, register_jitable
except ImportError:  # without numba everything works, only slower
    numba = None

NUMBA_PRESENT = numba is not None


def jitable(function):
    """Let compiled code call `function`; plain Python calls it as it is."""
    return register_jitable(error_model="numpy", forceinline=False)(function) if NUMBA_PRESENT else function


def inlined(function):
    """Like `jitable`, with a copy in every caller: for what runs in every event and has few callers.

    A call costs numba a place for the answer that every entry of the caller clears, and the processor what it has learnt about
    the branches on this way; copies cost time to compile.
    """
    return register_jitable(error_model="numpy", forceinline=True)(function) if NUMBA_PRESENT else function


def compiled_as(python_function):
    """Give `python_function` another body for compiled code, where Python and machine integers differ."""

    def register(implementation):
        if NUMBA_PRESENT:
            overload(python_function, jit_options={"error_model": "numpy", "forceinline": True})(implementation)
        return implementation

    return register

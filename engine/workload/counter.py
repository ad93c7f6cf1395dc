"""Random numbers without a generator: a hash of (seed, stream, request, attempt).

The hash is SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", figure 12 with
Stafford's variant 13 as its mixer): output n of the stream with key k is mix64(k + n * GOLDEN).
"""

import numpy as np

from engine.jit import compiled_as, jitable

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
ATTEMPT = 0xD1342543DE82EF95  # an odd constant that sets attempts apart
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB
UNIT = 2.0**-52
MAX_SEED = 2**63 - 1


def mix64(x: int) -> int:
    """The mixer: a bijection of 64-bit words."""
    x = ((x ^ (x >> 30)) * FIRST) & MASK
    x = ((x ^ (x >> 27)) * SECOND) & MASK
    return x ^ (x >> 31)


def stream_keys(seed: int, streams: int) -> list[int]:
    """One key a stream, as signed 64-bit integers."""
    of_seed = mix64((seed + GOLDEN) & MASK)
    keys = (mix64((of_seed + (stream + 1) * GOLDEN) & MASK) for stream in range(streams))
    return [key - (1 << 64) if key >> 63 else key for key in keys]


def unit(key, request, attempt):
    """A number strictly between 0 and 1 with 52 random bits."""
    if attempt:
        key = mix64((key + attempt * ATTEMPT) & MASK)
    return ((mix64((key + (request + 1) * GOLDEN) & MASK) >> 12) + 0.5) * UNIT


def scatter(value, salt):
    """A hash for rings and client hashing: 0 to 2**62 - 1."""
    return mix64((value * GOLDEN + (salt + 1) * ATTEMPT) & MASK) >> 2


def unit_array(key: int, count: int) -> np.ndarray:
    """`unit(key, n, 0)` for n from 0: the same bits as one by one."""
    words = _mix64_array(np.uint64(key & MASK) + np.arange(1, count + 1, dtype=np.uint64) * G)
    return ((words >> SHIFT_12).astype(np.float64) + 0.5) * UNIT


def scatter_array(count: int, salt: int) -> np.ndarray:
    """`scatter(n, salt)` for n from 0: the same bits as one by one."""
    words = _mix64_array(np.arange(count, dtype=np.uint64) * G + np.uint64((salt + 1) * ATTEMPT & MASK))
    return (words >> SHIFT_2).astype(np.int64)


def _mix64_array(x: np.ndarray) -> np.ndarray:
    x = (x ^ (x >> SHIFT_30)) * F
    x = (x ^ (x >> SHIFT_27)) * S
    return x ^ (x >> SHIFT_31)


G, A, F, S = np.uint64(GOLDEN), np.uint64(ATTEMPT), np.uint64(FIRST), np.uint64(SECOND)
SHIFT_30, SHIFT_27, SHIFT_31, SHIFT_12, SHIFT_2 = (np.uint64(n) for n in (30, 27, 31, 12, 2))


@jitable
def _mix64_words(x):
    """`mix64` in machine words: for compiled code and for arrays."""
    x = (x ^ (x >> SHIFT_30)) * F
    x = (x ^ (x >> SHIFT_27)) * S
    return x ^ (x >> SHIFT_31)


@compiled_as(unit)
def _unit_compiled(key, request, attempt):
    def unit_words(key, request, attempt):
        word = np.uint64(key)
        if attempt:
            word = _mix64_words(word + np.uint64(attempt) * A)
        word = _mix64_words(word + np.uint64(request + 1) * G)
        return (np.float64(np.int64(word >> SHIFT_12)) + 0.5) * UNIT

    return unit_words


@compiled_as(scatter)
def _scatter_compiled(value, salt):
    def scatter_words(value, salt):
        return np.int64(_mix64_words(np.uint64(value) * G + np.uint64(salt + 1) * A) >> SHIFT_2)

    return scatter_words

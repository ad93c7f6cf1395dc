"""Logarithm, exponential and normal quantile from additions, multiplications, divisions and square roots only.

IEEE 754 fixes the last bit of these four operations on every machine; it does not for the functions of a C library.
So the same draw is the same number everywhere, compiled or not.
"""

import math
from decimal import Decimal, localcontext

import numpy as np

from engine.jit import compiled_as, inlined, jitable

LN2_HIGH = 0.6931471803691238  # the upper 32 bits of ln 2, so that exponent * LN2_HIGH is exact
LN2_LOW = 1.9082149292705877e-10
INVERSE_LN2 = 1.4426950408889634


def split(x):
    """Mantissa in [0.5, 1) and exponent of a positive float."""
    return math.frexp(x)


@compiled_as(split)
def _split_compiled(x):
    def split_bits(x):
        bits = np.float64(x).view(np.int64)
        exponent = (bits >> 52) - 1022
        mantissa = np.int64((bits & 0x000FFFFFFFFFFFFF) | 0x3FE0000000000000).view(np.float64)
        return mantissa, exponent

    return split_bits


def scale(x, exponent):
    """x times two to the power of the exponent, for results that are normal floats."""
    return math.ldexp(x, exponent)


@compiled_as(scale)
def _scale_compiled(x, exponent):
    def scale_bits(x, exponent):
        return x * np.int64((exponent + 1023) << 52).view(np.float64)

    return scale_bits


PARTS = 64
"""Parts of the mantissa's range, each with a centre whose logarithm is tabulated."""


def _centres() -> tuple[tuple[float, float], ...]:
    """For each part 1 / centre, and the logarithm of the centre that this rounded inverse stands for, correctly rounded."""
    with localcontext() as context:
        context.prec = 40
        inverses = [1.0 / (0.5 + (part + 0.5) / (2 * PARTS)) for part in range(PARTS)]
        return tuple((inverse, float(-Decimal(inverse).ln())) for inverse in inverses)


CENTRES = _centres()
INVERSES, LOGARITHMS = np.array(CENTRES).T.copy()


def centre(part):
    """1 / centre and ln(centre) of a part of the mantissa's range."""
    return CENTRES[part]


@compiled_as(centre)
def _centre_compiled(part):
    return lambda part: (INVERSES[part], LOGARITHMS[part])


@inlined
def log_near_centre(mantissa, exponent, inverse, logarithm):
    """ln(mantissa * 2**exponent) by ln m = ln c + ln(1 + r), r = m / c - 1, |r| < 1/127: seven terms leave less than 1e-17.

    Terms are paired so that few have to wait for one another. Numbers or arrays.
    """
    r = mantissa * inverse - 1.0
    square = r * r
    tail = square * ((-0.5 + r * (1.0 / 3.0)) + square * ((-0.25 + r * 0.2) + square * (-1.0 / 6.0 + r * (1.0 / 7.0))))
    return (exponent * LN2_HIGH + logarithm) + (r + (tail + exponent * LN2_LOW))


@inlined
def log(x):
    """Natural logarithm of a positive normal float; the absolute error is below 1e-15."""
    mantissa, exponent = split(x)
    inverse, logarithm = centre(int((mantissa - 0.5) * (2 * PARTS)))
    return log_near_centre(mantissa, exponent, inverse, logarithm)


def log_array(x):
    """`log` for an array: the same bits as one by one."""
    mantissa, exponent = np.frexp(x)
    part = ((mantissa - 0.5) * (2 * PARTS)).astype(np.int64)
    return log_near_centre(mantissa, exponent.astype(np.float64), INVERSES[part], LOGARITHMS[part])


@jitable
def exp_of_rest(r):
    """e**r for |r| <= ln(2) / 2, by its Taylor series up to r**13; numbers or arrays."""
    p = 1.0 / 479001600.0 + r * (1.0 / 6227020800.0)
    p = 1.0 / 362880.0 + r * (1.0 / 3628800.0 + r * (1.0 / 39916800.0 + r * p))
    p = 1.0 / 720.0 + r * (1.0 / 5040.0 + r * (1.0 / 40320.0 + r * p))
    p = 1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * p))
    return 1.0 + r * (1.0 + r * (0.5 + r * p))


@jitable
def exp(x):
    """e**x, for results between 1e-300 and 1e300; beyond, the bound."""
    x = min(max(x, -690.0), 690.0)
    k = math.floor(x * INVERSE_LN2 + 0.5)
    return scale(exp_of_rest((x - k * LN2_HIGH) - k * LN2_LOW), int(k))


def exp_array(x):
    """`exp` for an array: the same bits as one by one."""
    x = np.clip(x, -690.0, 690.0)
    k = np.floor(x * INVERSE_LN2 + 0.5)
    return np.ldexp(exp_of_rest((x - k * LN2_HIGH) - k * LN2_LOW), k.astype(np.int64))


@jitable
def normal_quantile(u):
    """The standard normal's inverse distribution function, relative error about 1e-16.

    Wichura 1988, Algorithm AS 241 (PPND16), Applied Statistics 37(3).
    """
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        r = 0.180625 - q * q
        top = ((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r + 45921.953931549871457
        top = (
            ((top * r + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745
        ) * r + 3.387132872796366608
        bottom = ((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867
        bottom = (((bottom * r + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0
        return q * top / bottom
    r = math.sqrt(-log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        top = ((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r + 1.27045825245236838258
        top = (
            ((top * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959
        ) * r + 1.42343711074968357734
        bottom = (
            (1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966
        ) * r + 0.14810397642748007459
        bottom = (((bottom * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        top = (
            (2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386
        ) * r + 0.026532189526576123093
        top = (
            ((top * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699
        ) * r + 6.6579046435011037772
        bottom = (
            (2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5
        ) * r + 7.868691311456132591e-4
        bottom = (((bottom * r + 0.0148753612908506148525) * r + 0.1369298809227358053) * r + 0.5998322065558879377) * r + 1.0
    return -top / bottom if q < 0.0 else top / bottom

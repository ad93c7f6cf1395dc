"""Logarithm, exponential and normal quantile from additions, multiplications, divisions and square roots only.

IEEE 754 fixes the last bit of these four operations on every machine; it does not for the functions of a C library.
So the same draw is the same number everywhere, compiled or not.
"""

import math

import numpy as np

from engine.jit import compiled_as, jitable

LN2_HIGH = 0.6931471803691238  # the upper 32 bits of ln 2, so that exponent * LN2_HIGH is exact
LN2_LOW = 1.9082149292705877e-10
INVERSE_LN2 = 1.4426950408889634
SQRT_HALF = 0.7071067811865476


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


@jitable
def log_of_parts(mantissa, exponent):
    """ln(mantissa * 2**exponent), for a mantissa in [sqrt(1/2), sqrt(2)); numbers or arrays.

    ln m = 2 artanh((m - 1) / (m + 1)): the series in s = (m - 1) / (m + 1), |s| <= 0.1716, ends below 1e-17.
    """
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    tail = 1.0 / 15.0 + z * (1.0 / 17.0 + z * (1.0 / 19.0 + z * (1.0 / 21.0)))
    tail = 1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0 + z * tail)))
    series = s + s * (z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * tail)))
    return exponent * LN2_HIGH + (2.0 * series + exponent * LN2_LOW)


@jitable
def log(x):
    """Natural logarithm of a positive normal float."""
    mantissa, exponent = split(x)
    if mantissa < SQRT_HALF:
        mantissa *= 2.0
        exponent -= 1
    return log_of_parts(mantissa, exponent)


def log_array(x):
    """`log` for an array: the same bits as one by one."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < SQRT_HALF
    return log_of_parts(np.where(low, 2.0 * mantissa, mantissa), (exponent - low).astype(np.float64))


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
        top = (((top * r + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608
        bottom = ((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867
        bottom = (((bottom * r + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0
        return q * top / bottom
    r = math.sqrt(-log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        top = ((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r + 1.27045825245236838258
        top = (((top * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734
        bottom = ((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r + 0.14810397642748007459
        bottom = (((bottom * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        top = ((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r + 0.026532189526576123093
        top = (((top * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772
        bottom = ((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4
        bottom = (((bottom * r + 0.0148753612908506148525) * r + 0.1369298809227358053) * r + 0.5998322065558879377) * r + 1.0
    return -top / bottom if q < 0.0 else top / bottom

"""All randomness of a run: the hash against published outputs, functions against the standard library, draws against theory."""

import math
from bisect import bisect_right
from decimal import Decimal, localcontext
from random import Random
from statistics import NormalDist

import numba
import numpy as np
import pytest

from engine.system import System, Traffic
from engine.workload import draws
from engine.workload.counter import MASK, mix64, scatter, stream_keys, unit
from engine.workload.numeric import exp, exp_array, log, log_array, normal_quantile
from engine.workload.parameters import check_seed, gap_shape, parameters_of, shape_of
from engine.workload.rates import NEVER, arrival_after, rates_of, units_between
from engine.workload.tables import REGIONS, hash_ring, popularity_table, round_trip_ms

SPLITMIX_SEED = 1234567
SPLITMIX = (6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821)
"""The published first outputs of SplitMix64 for this seed (test vectors of the reference implementation, Vigna 2015)."""
N = 200_000
SIGMAS = 5.0
"""Half-widths of the intervals in standard errors: one false alarm in two million."""

KEYS = stream_keys(99, draws.STREAMS)
KEY_ARRAY = np.array(KEYS, dtype=np.int64)


# The hash


def test_the_hash_is_splitmix64():
    for number, published in enumerate(SPLITMIX):
        assert unit(SPLITMIX_SEED, number, 0) == ((published >> 12) + 0.5) / 2**52


def test_the_mixer_can_be_undone():
    """A bijection: by modular inverses of its two odd factors every word is found again."""
    first, second = pow(0xBF58476D1CE4E5B9, -1, 2**64), pow(0x94D049BB133111EB, -1, 2**64)

    def unshift(word: int, by: int) -> int:
        result = word
        for _ in range(64 // by + 1):
            result = word ^ (result >> by)
        return result

    rng = Random(1)
    for word in [0, 1, MASK, *(rng.getrandbits(64) for _ in range(1_000))]:
        back = unshift(mix64(word), 31) * second & MASK
        back = unshift(back, 27) * first & MASK
        assert unshift(back, 30) == word


def test_uniform_numbers_are_strictly_between_0_and_1_and_spread():
    found = np.array([unit(KEYS[0], request, attempt) for request in range(20_000) for attempt in (0, 1)])
    assert 0.0 < found.min() and found.max() < 1.0
    counts, _ = np.histogram(found, bins=100, range=(0, 1))
    expected = len(found) / 100
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert abs(chi_square - 99) < SIGMAS * math.sqrt(2 * 99)


def test_streams_requests_and_attempts_have_numbers_of_their_own():
    found = {unit(key, request, attempt) for key in KEYS for request in range(100) for attempt in range(5)}
    assert len(found) == len(KEYS) * 100 * 5


@pytest.mark.parametrize("seed", [-1, 2**63, 1.0, "1", None, True])
def test_a_wrong_seed_is_refused_by_name(seed):
    with pytest.raises((TypeError, ValueError), match=r"^seed must be"):
        check_seed(seed)


def test_hashes_for_rings_are_below_2_to_62():
    found = [scatter(value, 2) for value in range(-1, 5_000)]
    assert min(found) >= 0 and max(found) < 2**62 and len(set(found)) == len(found)


# Compiled code and Python give the same bits


def test_compiled_draws_are_the_same_bits():
    @numba.njit(error_model="numpy")
    def draw(keys, request, attempt, shape, a, b):
        return (
            unit(keys[0], request, attempt),
            draws.demand(keys, draws.CPU, request, attempt, shape, a, b),
            draws.gap(keys, request, shape, a, b),
            draws.trip(keys, draws.TRIP_OUT, request, attempt, 1e7, 0.5) * 1.0,
            scatter(request - 1, 3) * 1.0,
        )

    def plain(keys, request, attempt, shape, a, b):
        return draw.py_func(keys, request, attempt, shape, a, b)

    shapes = [shape_of(name, 2.0) for name in ("deterministic", "exponential", "lognormal", "pareto", "hyperexponential")]
    for shape, a, b in [*shapes, gap_shape(0.1), gap_shape(0.55), gap_shape(0.9)]:
        if shape == draws.ERLANG:
            for request in range(300):
                one = draws.gap(KEYS, request, shape, a, b)
                assert one == draw(KEY_ARRAY, request, 0, shape, a, b)[2]
            continue
        for request in [*range(300), 2**40, 49_999_999]:
            for attempt in (0, 1, 100):
                assert plain(KEYS, request, attempt, shape, a, b) == draw(KEY_ARRAY, request, attempt, shape, a, b)


def test_compiled_functions_are_the_same_bits():
    @numba.njit(error_model="numpy")
    def all_three(u, x):
        return log(u), exp(x), normal_quantile(u)

    rng = Random(2)
    for _ in range(3_000):
        u, x = rng.random() ** rng.choice((1, 8)) or 0.5, rng.uniform(-700, 700)
        u = min(max(u, 2.0**-53), 1 - 2.0**-53)
        assert all_three(u, x) == (log(u), exp(x), normal_quantile(u))


# Functions


def points(count: int) -> list[float]:
    """Uniform numbers, very small ones, ones next to 1, and powers of two."""
    rng = Random(3)
    small = [2.0**-53 * rng.randint(1, 10_000) for _ in range(count // 4)]
    near_one = [1.0 - 2.0**-53 * rng.randint(1, 10_000) for _ in range(count // 4)]
    return [*small, *near_one, *(2.0**-n for n in range(1, 53)), *(rng.random() for _ in range(count // 2))]


def test_logarithm():
    """Within 1e-15 of the true value, or within its last bit where that is larger than this."""
    with localcontext() as context:
        context.prec = 40
        for x in [*points(2_000), 3.0, 1e6, 12345.678]:
            true = Decimal(x).ln()
            assert abs(Decimal(log(x)) - true) <= max(Decimal("1e-15"), Decimal(math.ulp(float(true)))), x


def test_exponential_function():
    """Within two of the last bits of the true value; beyond its bounds, the bound."""
    rng = Random(4)
    with localcontext() as context:
        context.prec = 40
        for x in [0.0, 1.0, -1.0, *(rng.uniform(-690, 690) for _ in range(500)), *(rng.uniform(-3, 3) for _ in range(500))]:
            true = Decimal(x).exp()
            assert abs(Decimal(exp(x)) - true) <= 2 * Decimal(math.ulp(float(true))), x
    assert exp(1e9) == exp(690.0) and exp(-1e9) == exp(-690.0)


def test_normal_quantile():
    for u in points(4_000):
        q = normal_quantile(u)
        assert q == pytest.approx(NormalDist().inv_cdf(u), rel=1e-13, abs=1e-15)
        tail, probability = (u, math.erfc(-q / math.sqrt(2)) / 2) if u < 0.5 else (1 - u, math.erfc(q / math.sqrt(2)) / 2)
        assert probability == pytest.approx(tail, rel=1e-13), "back through the distribution function"


def test_functions_of_arrays_are_the_same_bits():
    x = np.array(points(1_000))
    assert log_array(x).tolist() == [log(value) for value in x.tolist()]
    assert exp_array(-100 * x).tolist() == [exp(-100 * value) for value in x.tolist()]


@pytest.mark.parametrize(("units", "mean_ns", "ns"), [(1.0, 2.5, 3), (1.0, 2.49, 2), (0.0, 1e9, 0), (1e30, 1e9, 10**17)])
def test_a_duration_is_rounded_half_up_and_bounded(units, mean_ns, ns):
    assert draws.to_ns(units, mean_ns) == ns


@pytest.mark.parametrize(("attempt", "pause"), [(0, 100), (1, 200), (2, 400), (3, 700), (100, 700)])
def test_doubling_stops_at_its_cap(attempt, pause):
    assert draws.doubled(100, attempt, 700) == pause


def test_doubling_nothing_is_nothing():
    assert draws.doubled(0, 50, 700) == 0


# Draws against theory


@numba.njit(error_model="numpy")
def many_gaps(keys, shape, a, b, count):
    found = np.empty(count)
    for request in range(count):
        found[request] = draws.gap(keys, request, shape, a, b)
    return found


@numba.njit(error_model="numpy")
def many_demands(keys, shape, a, b, count):
    found = np.empty(count)
    for request in range(count):
        found[request] = draws.demand(keys, draws.CPU, request, 1, shape, a, b)
    return found


def assert_mean_and_cv(found: np.ndarray, cv: float) -> None:
    """Mean 1 and this coefficient of variation, within the sample's own errors."""
    assert abs(found.mean() - 1.0) <= SIGMAS * cv / math.sqrt(len(found)) + 1e-12
    deviations = (found - 1.0) ** 2
    assert abs(deviations.mean() - cv * cv) <= SIGMAS * deviations.std() / math.sqrt(len(found)) + 1e-12


@pytest.mark.parametrize("cv", [0.0, 0.1, 0.3, 0.5, 0.55, 0.7, 0.75, 0.9, 1.0, 1.5, 3.0, 10.0])
def test_gaps_have_mean_1_and_the_variability_asked_for(cv):
    assert_mean_and_cv(many_gaps(KEY_ARRAY, *gap_shape(cv), N), cv)


@pytest.mark.parametrize(
    ("distribution", "given", "cv"),
    [
        ("deterministic", 3.0, 0.0),
        ("exponential", 3.0, 1.0),
        ("lognormal", 0.5, 0.5),
        ("lognormal", 2.0, 2.0),
        ("hyperexponential", 2.0, 2.0),
        ("hyperexponential", 5.0, 5.0),
    ],
)
def test_demands_have_mean_1_and_the_variability_asked_for(distribution, given, cv):
    assert_mean_and_cv(many_demands(KEY_ARRAY, *shape_of(distribution, given), N), cv)


@pytest.mark.parametrize("cv", [0.3, 1.0, 3.0])
def test_pareto_demands_follow_their_law(cv):
    """P(X > x) = (m / x)^α with α = 1 + √(1 + 1/cv²) and mean 1; its variance exists, the error of it does not."""
    found = many_demands(KEY_ARRAY, *shape_of("pareto", cv), N)
    alpha = 1 + math.sqrt(1 + 1 / cv**2)
    least = (alpha - 1) / alpha
    assert alpha / ((alpha - 1) ** 2 * (alpha - 2)) * least**2 == pytest.approx(cv**2), "this α has this cv"
    assert found.min() >= least * (1 - 1e-12)
    for share in (0.5, 0.1, 0.01, 0.001):
        above = (found > least * share ** (-1 / alpha)).mean()
        assert abs(above - share) <= SIGMAS * math.sqrt(share * (1 - share) / N)


@pytest.mark.parametrize("cv", [0.0, 0.3, 1.0])
def test_trips_have_the_mean_and_the_jitter_asked_for(cv):
    found = np.array([draws.trip(KEYS, draws.TRIP_OUT, request, 0, 50_000_000, cv) for request in range(20_000)]) / 5e7
    assert_mean_and_cv(found, cv)
    assert found.min() >= 1 - cv - 1e-7


def test_a_choice_takes_the_first_share_that_exceeds_the_draw():
    cumulative = np.array([0.25, 0.25, 0.75, 1.0])
    chosen = [draws.choice(cumulative, u) for u in (0.0, 0.2499, 0.25, 0.5, 0.75, 0.999999)]
    assert chosen == [0, 0, 2, 2, 3, 3]


# Arrivals follow the rate

PATTERNS = {
    "steady": (lambda t: 40.0, {}),
    "ramp": (
        lambda t: 40.0 if t < 2 else 40.0 + 20.0 * (t - 2) if t < 7 else 140.0,
        {"ramp_to": 140.0, "ramp_start_s": 2.0, "ramp_s": 5.0},
    ),
    "spike": (lambda t: 160.0 if 3 <= t < 5 else 40.0, {"spike_factor": 4.0, "spike_start_s": 3.0, "spike_s": 2.0}),
    "daily": (lambda t: 40.0 * (1 - math.cos(2 * math.pi * t / 6)), {"daily_peak_factor": 2.0, "day_s": 6.0}),
    "steps": (
        lambda t: 40.0 if t < 1 else 100.0 if t < 4 else 0.0 if t < 6 else 10.0,
        {"steps": [(1.0, 100.0), (4.0, 0.0), (6.0, 10.0)]},
    ),
    "recorded": (
        lambda t: 40.0 * 3 * (0.1 if t % 1.5 < 0.5 else 0.6 if t % 1.5 < 1.0 else 0.3),
        {"recording": [(5.0, 1.0), (6.0, 6.0), (7.0, 3.0)], "recording_speed": 2.0},
    ),
}  # fmt: skip
SLACK = {"daily": 3.6e-4}
"""Straight pieces under a cosine: (2π/96)²/12 of its swing at most."""


def integral(rate, end_s: float, steps: int = 20_000) -> float:
    """The rate's integral by the midpoint rule."""
    width = end_s / steps
    return sum(rate((place + 0.5) * width) for place in range(steps)) * width


@pytest.mark.parametrize("pattern", PATTERNS)
def test_evenly_spaced_arrivals_count_the_integral_of_the_rate(pattern):
    rate, fields = PATTERNS[pattern]
    rates = rates_of(Traffic(rate=40.0, pattern=pattern, interarrival_cv=0.0, **fields))
    arrivals, now = [], 0
    while now < 10 * 10**9 and len(arrivals) < 5_000:
        now = arrival_after(*rates, now, 1.0)
        arrivals.append(now)
    for end_s in (0.7, 1.0, 2.5, 4.0, 5.9, 6.5, 8.0, 10.0):
        expected = integral(rate, end_s)
        found = bisect_right(arrivals, round(end_s * 1e9))
        assert abs(found - expected) <= 1.0 + expected * (1e-3 + SLACK.get(pattern, 0.0)), end_s


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_passes_of_a_gap_is_what_was_asked_of_it(pattern):
    """The time that so many units take, and the units in that time, are inverse to each other to the nanosecond."""
    _, fields = PATTERNS[pattern]
    rates = rates_of(Traffic(rate=40.0, pattern=pattern, **fields))
    rng = Random(5)
    for _ in range(300):
        begin, units = rng.randrange(20 * 10**9), rng.expovariate(0.2)
        end = arrival_after(*rates, begin, units)
        if end < NEVER:
            peak_per_ns = 160.0 / 1e9
            assert units_between(*rates, begin, end) == pytest.approx(units, rel=1e-9, abs=peak_per_ns)
            middle = rng.randint(begin, end)
            rest = units - units_between(*rates, begin, middle)
            if rest > 1e-6:
                assert abs(arrival_after(*rates, middle, rest) - end) <= max(1_000, 1e-6 * (end - begin))


@pytest.mark.parametrize("steps", [[(0.0, 0.0)], [(0.0, 50.0), (1.0, 0.0)]])
def test_without_a_rate_nobody_comes(steps):
    rates = rates_of(Traffic(pattern="steps", steps=steps))
    assert arrival_after(*rates, 2 * 10**9, 1.0) == NEVER


def test_a_gap_that_is_used_up_ends_now_whatever_the_rate():
    rates = rates_of(Traffic(pattern="steps", steps=[(0.0, 0.0), (5.0, 10.0)]))
    assert arrival_after(*rates, 1_000, 0.0) == 1_000


# Tables


@pytest.mark.parametrize(("items", "exponent"), [(1, 0.8), (2, 0.0), (7, 1.0), (1_000, 0.8), (1_000, 3.0), (5_000, 0.0)])
def test_an_item_is_found_by_inversion(items, exponent):
    """Shares proportional to rank^-exponent; the guide finds what a search over all would."""
    cumulative, guide = popularity_table(items, exponent)
    weights = [rank**-exponent for rank in range(1, items + 1)]
    shares = np.diff(cumulative, prepend=0.0)
    assert shares == pytest.approx(np.array(weights) / math.fsum(weights), rel=1e-9, abs=1e-14)
    rng = Random(6)
    edges = [edge for value in cumulative[:50].tolist() for edge in (value, math.nextafter(value, 0), math.nextafter(value, 1))]
    for u in [2.0**-53, 1 - 2.0**-53, *(rng.random() for _ in range(3_000)), *(edge for edge in edges if 0 < edge < 1)]:
        assert draws.item(cumulative, guide, u) == bisect_right(cumulative, u)


def test_the_ring_has_each_servers_points_in_order():
    points_of, owners = hash_ring((3, 1, 200))
    assert (np.diff(points_of) > 0).all()
    assert np.bincount(owners).tolist() == [3, 1, 200]
    assert hash_ring((3, 1))[0].tolist() == [point for point, owner in zip(points_of.tolist(), owners.tolist()) if owner < 2], (
        "another server moves nobody's points"
    )


def test_round_trips_are_the_same_both_ways_as_given_and_from_the_table():
    table = System().network
    given = table.model_copy(update={"rtt_ms": {"india": {"europe_west": 7.0}}})
    for region in REGIONS:
        there = round_trip_ms(table.model_copy(update={"origin_region": region}), "europe_west")
        assert abs(there - round_trip_ms(table, region)) <= 7.0, "the two directions of the table differ by at most 7 ms"
    assert round_trip_ms(given, "india") == 7.0
    assert round_trip_ms(given.model_copy(update={"origin_region": "india"}), "europe_west") == 7.0


def test_half_of_an_odd_round_trip_is_not_lost():
    p = parameters_of(System.model_validate({"network": {"rtt_ms": {"europe_west": {"europe_west": 0.000001}}}}))
    here = REGIONS.index("europe_west")
    assert p.out_ns[here] + p.back_ns[here] == 1

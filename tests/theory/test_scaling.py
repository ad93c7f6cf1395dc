"""The Universal Scalability Law: a server's throughput under saturation, as it grows."""

import pytest

from engine.theory.scalability import usl_peak_size, usl_speedup
from tests.theory.closed_forms import R_TEST
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import run, station

# Case, contention, coherency, throughput at one vCPU, sizes and their published throughputs.
LAWS = {
    "G5": ("sigma_gunther_fit", "kappa_gunther_fit", 20.0, (8, 32, 64), lambda values: values["curve_at_8_32_64"]),
    "G6": ("alpha", "beta", None, (1, 18, 36, 72, 108, 144, 216), lambda values: values["pred"]),
}


def saturated_throughput(size: int, contention: float, coherency: float, at_one: float) -> float:
    """Answers per second of a server of `size` vCPUs that always has work."""
    system = station(
        at_one * usl_speedup(size, contention, coherency),
        1 / at_one,
        size,
        contention=contention,
        coherency=coherency,
        service_distribution="deterministic",
        traffic={"loop": "closed", "users": 4 * size, "think_time_s": 0.0},
    )
    return run(system, 400 * size, 1, warmup=0.0, keep=False).summary()["throughput"]


@pytest.mark.parametrize("case", ["G5", "G6", "G7"])
def test_universal_scalability_law(case):
    assert case in simulated_by("test_scaling.py::test_universal_scalability_law")
    published = expected(case)
    if case == "G7":
        contention, coherency, _ = published["fit"]
        at_one, pairs = 1.0, list(zip(*R_TEST))
        digits = 5e-3
    else:
        first, second, at_one, sizes, curve = LAWS[case]
        contention, coherency, at_one = published[first], published[second], at_one or published["gamma"]
        pairs, digits = list(zip(sizes, curve(published))), 5e-3
    for size, throughput in pairs:
        # The first and last round of a run are not full: one in four hundred.
        assert saturated_throughput(size, contention, coherency, at_one) == pytest.approx(throughput, rel=digits)


def test_the_peak_is_a_peak():
    contention, coherency = 0.02, 0.0005
    peak = usl_peak_size(contention, coherency)
    assert peak == pytest.approx(44.27, abs=0.01)
    below, at, above = (saturated_throughput(size, contention, coherency, 10.0) for size in (22, 44, 88))
    assert below < at > above
    assert at == pytest.approx(10 * usl_speedup(44, contention, coherency), rel=5e-3)

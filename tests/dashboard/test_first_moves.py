"""The obvious move on a page shows what it is there for, and taking it back is felt soon: as people meet it, chunk by chunk."""

import pytest

from dashboard.experiment import theory
from dashboard.experiment.figures import numbers
from dashboard.experiment.run import MOST_REQUESTS, NUMBERS, whole_run
from dashboard.page import chunk
from tests.dashboard.pages import all_pages

PAGES = {page.name: page for page in all_pages()}
BEGIN_S = 24


def heard(name, changes, until_s):
    """{end: (goodput, offered rate, sentence)} of the chunks of two seconds from the page's begin."""
    out, at = {}, BEGIN_S
    while at < until_s:
        near = [change for change in changes if change[0] < at + 2]
        told = chunk(PAGES[name], {"id": "x", "seed": 1, "changes": near, "pin": None, "from_s": at, "length_s": 2})
        series, at = told["pieces"][-1]["series"], told["to_s"]
        out[at] = series["goodput"][-1], series["offered_rate"][-1], told["sentences"][-1][2]
    return out


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_begins_calm(name):
    """Nearly all is answered, and no tier is told to be full."""
    good, asked, sentence = heard(name, [], BEGIN_S + 2)[BEGIN_S + 2]
    assert good > 0.9 * asked
    assert "full" not in sentence
    assert "bottleneck" not in sentence


def test_the_outage_outlives_the_spike_and_ends_soon_after_the_retries():
    spike = [BEGIN_S, {"inject": {"kind": "traffic_spike", "factor": 3, "for_s": 20}}]
    told = heard("overload", [spike, [60, {"client.retries": 0}]], 80)
    good, asked, sentence = told[58]
    assert good < 0.1 * asked
    assert "The retries are now the load that makes them necessary" in sentence
    good, asked, sentence = told[80]
    assert good > 0.9 * asked


def test_a_machine_that_was_full_is_well_again_soon_after_the_people_have_gone():
    told = heard("web-app", [[BEGIN_S, {"traffic.rate": 700.0}], [44, {"traffic.rate": 69.4}]], 54)
    assert "full" in told[44][2]
    good, asked, sentence = told[54]
    assert good > 0.9 * asked
    assert "full" not in sentence


def test_a_machine_that_always_has_work_answers_what_the_law_says_of_its_size():
    """32 vCPUs: 32 / (6 ms × (1 + 0.02 × 31 + 0.0004 × 32 × 31)) = 2,644 a second; in one second chance adds or takes some 50."""
    told = heard("vertical-scaling", [[BEGIN_S, {"traffic.rate": 4_000.0, "servers.vcpus": 32}]], 36)
    ends = [good for at, (good, _, _) in told.items() if at > 30]
    assert sum(ends) / len(ends) == pytest.approx(2_644, abs=4 * 51)


def test_weights_spare_the_slower_server():
    told = heard("load-balancing", [[BEGIN_S, {"traffic.rate": 2_000.0, "balancer.algorithm": "weighted_round_robin"}]], 40)
    assert "sends it every fifth request" in told[40][2], "0.78 of 3.78"


def test_theory_speaks_of_the_machine_as_the_page_begins():
    measured = whole_run(PAGES["vertical-scaling"].start, 1, MOST_REQUESTS, 0)
    told = theory.described(measured.system, numbers(measured.summary(), measured.intervals(), NUMBERS))
    verdicts = {row["metric"]: row["verdict"] for row in told}
    assert {verdicts[name] for name in ("server_utilisation", "latency_by_stage_ms.server_queue", "latency_mean_ms")} <= {
        "inside",
        "near",
    }


@pytest.mark.parametrize("page", [page for page in PAGES.values() if page.sweep[0]], ids=lambda page: page.name)
def test_a_first_sweep_moves_a_control_of_the_page_and_draws_a_number_of_a_run(page):
    path, metric = page.sweep
    assert path in {control.path for control in page.controls}
    assert metric in NUMBERS

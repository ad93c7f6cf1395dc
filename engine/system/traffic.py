"""Who asks, how often, and for what."""

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from engine.system.base import MAX_LISTED, Part, field
from engine.system.client import Client
from engine.system.network import Region
from engine.system.shown import said

Pattern = Literal["steady", "ramp", "spike", "daily", "steps", "bursts", "recorded"]
MAX_RECORDING_POINTS = 100_000
MAX_TIME_S = 1e8
MAX_RATE = 1_000_000.0
MAX_COUNT = 1e12
"""Requests in one interval of a recording: a million a second for eleven days."""
LEAST_RECORDED = 1e-6
"""Requests that a recording holds at least: with fewer, dividing by its mean would leave the range of numbers."""
LEAST_INTERVAL_S = 1e-4
LONGEST_PLAYED_S = 1e9
"""Simulated length of a recording at most; whole nanoseconds in 64 bits end at 9.2e9 s."""

Seconds = Annotated[float, Field(ge=0, le=MAX_TIME_S)]
Rate = Annotated[float, Field(ge=0, le=MAX_RATE)]
Weight = Annotated[float, Field(ge=0, le=1e6)]
Count = Annotated[float, Field(ge=0, le=MAX_COUNT)]
Step = tuple[Seconds, Rate]
Interval = tuple[Seconds, Count]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]


class Cohort(Part):
    """A part of the traffic with its own client policy."""

    name: Name = field("everyone", "Name of this part of the traffic.")
    share: float = field(1.0, "Relative share of the traffic; the shares are divided by their sum.", ge=0, le=1e6)
    client: Client = field(Client, "How these clients wait, give up and retry.")


class Traffic(Part):
    """The arrivals: rate over time, mix of classes, popularity, people."""

    rate: float = field(
        100.0, "Mean arrival rate of requests; the pattern moves around it.", unit="requests/s", ge=0.01, le=MAX_RATE, scale="log"
    )
    pattern: Pattern = field("steady", "How the arrival rate moves over time.")
    ramp_to: float = field(
        1_000.0, "Arrival rate at the end of the ramp, kept from then on.", unit="requests/s", ge=0, le=MAX_RATE, scale="log"
    )
    ramp_start_s: float = field(0.0, "When the ramp begins.", unit="s", ge=0, le=1e6, step=1)
    ramp_s: float = field(60.0, "How long the ramp takes.", unit="s", ge=0.001, le=1e6, step=1)
    spike_factor: float = field(
        3.0, "Arrival rate during the spike, as a multiple of the rate.", unit="×", ge=0, le=1_000, step=0.1
    )
    spike_start_s: float = field(30.0, "When the spike begins.", unit="s", ge=0, le=1e6, step=1)
    spike_s: float = field(30.0, "How long the spike lasts.", unit="s", ge=0.001, le=1e6, step=1)
    daily_peak_factor: float = field(
        2.0, "Busiest moment of the day divided by the mean; the quietest is as far below it.", unit="×", ge=1, le=2, step=0.05
    )
    day_s: float = field(
        86_400.0, "Length of one simulated day (shorten it to see a whole day in a minute).", unit="s", ge=1, le=1e6, scale="log"
    )
    steps: list[Step] = field(
        list, "Pairs of (time in s, arrival rate in requests/s); the rate holds from its time on.", max_length=MAX_LISTED
    )
    burst_rate: float = field(500.0, "Arrival rate during a burst.", unit="requests/s", ge=0, le=MAX_RATE, scale="log")
    burst_s: float = field(2.0, "Mean length of a burst (exponential).", unit="s", ge=0.001, le=1e6, scale="log")
    calm_s: float = field(10.0, "Mean length of the calm between bursts (exponential).", unit="s", ge=0.001, le=1e6, scale="log")
    recording: list[Interval] = field(
        list,
        "A recording: pairs of (start of an interval in s, requests in it). Its shape is used; its mean becomes the rate.",
        max_length=MAX_RECORDING_POINTS,
    )
    recording_speed: float = field(
        1.0, "Recorded seconds that pass in one simulated second.", unit="×", ge=0.001, le=1e6, scale="log"
    )
    interarrival_cv: float = field(
        1.0,
        "Variability of the gaps between arrivals: 0 evenly spaced, 1 Poisson, above 1 bursty.",
        ge=0,
        le=10,
        step=0.1,
    )
    static_ratio: float = field(
        0.0, "Share of the requests that are static files: they cost CPU only.", unit="%", ge=0, le=1, step=0.01
    )
    write_ratio: float = field(0.1, "Share of the dynamic requests that write.", unit="%", ge=0, le=1, step=0.01)
    items: int = field(10_000, "Number of distinct items that are read and written.", ge=1, le=1_000_000, scale="log")
    popularity: float = field(
        0.8,
        "Zipf exponent of the items' popularity: 0 all alike, 1 the second is asked for half as often as the first.",
        ge=0,
        le=3,
        step=0.05,
    )
    regions: dict[Region, Weight] = field(
        lambda: {"europe_west": 1.0}, "Where the users are: region and relative weight.", min_length=1
    )
    functions: dict[Name, Weight] = field(
        lambda: {"posts": 1.0},
        "Functions of the product and their relative weight.",
        min_length=1,
        max_length=100,
    )
    users: int = field(
        10_000,
        "Distinct people: for hashing by client, and the number of clients in a closed loop.",
        ge=1,
        le=10_000_000,
        scale="log",
    )
    loop: Literal["open", "closed"] = field(
        "open", "Open: people come whatever happens. Closed: each user asks again only after an answer and a pause."
    )
    think_time_s: float = field(
        1.0, "Mean pause between an answer and the next request of a user (closed loop).", unit="s", ge=0, le=1e5, scale="log"
    )
    cohorts: list[Cohort] = field(
        list, "Parts of the traffic with a client policy of their own; empty: all follow `client`.", max_length=400
    )

    @field_validator("steps", "recording", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        """JSON has no tuples: take its lists for pairs, and nothing else (a set has no first and second)."""
        return [tuple(pair) if isinstance(pair, list) else pair for pair in value] if isinstance(value, list) else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if 0 < self.interarrival_cv < 0.1:
            cv = self.interarrival_cv
            raise ValueError(said("interarrival_cv: {cv} is too small to draw; use 0 (evenly spaced) or from 0.1 on", cv=cv))
        for name in ("regions", "functions"):
            if sum(getattr(self, name).values()) <= 0:
                raise ValueError(said("{field}: the weights sum to 0; give at least one of them a weight above 0", field=name))
        if self.cohorts and sum(cohort.share for cohort in self.cohorts) <= 0:
            raise ValueError(said("cohorts: the shares sum to 0; give at least one of them a share above 0"))
        names = [cohort.name for cohort in self.cohorts]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(said("cohorts: more than one is called '{name}'; give each a name of its own", name=twice[0]))
        if self.pattern == "steps" and not self.steps:
            raise ValueError(said("steps: the pattern is 'steps', so give at least one (time, rate)"))
        if self.pattern == "recorded" and (len(self.recording) < 2 or sum(count for _, count in self.recording) < LEAST_RECORDED):
            raise ValueError(
                said("recording: the pattern is 'recorded', so give at least two (time, requests) with requests in them")
            )
        for name, least_s in (("steps", 0.0), ("recording", LEAST_INTERVAL_S)):
            for (earlier, _), (later, _) in pairwise(getattr(self, name)):
                if later <= earlier or later - earlier < least_s:
                    values = {"field": name, "later": later, "earlier": earlier}
                    if not least_s:
                        raise ValueError(said("{field}: the times must rise, but {later} follows {earlier}", **values))
                    values["least"] = least_s
                    raise ValueError(
                        said("{field}: the times must rise by at least {least} s, but {later} follows {earlier}", **values)
                    )
        if self.recording and self.recording[-1][0] / self.recording_speed > LONGEST_PLAYED_S:
            raise ValueError(said(
                "recording_speed: at {speed} the recording of {length} s would last more than {most} s; play it faster",
                speed=self.recording_speed, length=self.recording[-1][0], most=LONGEST_PLAYED_S,
            ))  # fmt: skip
        if self.loop == "closed" and self.pattern != "steady":
            raise ValueError(said(
                "loop: a closed loop has no arrival rate to follow the pattern '{pattern}'; use 'steady' or loop 'open'",
                pattern=self.pattern,
            ))  # fmt: skip
        if self.loop == "closed" and self.users > 100_000:
            raise ValueError(said("users: a closed loop follows each user; at most 100,000 of them, not {users}", users=self.users))
        return self

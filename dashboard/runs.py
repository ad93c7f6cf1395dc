"""Runs: answers asks with the engine. Knows nothing of Streamlit or of who asks."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from pydantic import ValidationError

from dashboard import ada, payload
from dashboard.asks import RECORDING, Ask, BadAsk, Change
from dashboard.cores import CORES, Busy
from dashboard.faults import BEGIN_CRASHES, END_CRASHES, broken_by, with_crashes
from dashboard.memo import MEMO, PLAIN, Live, Memo
from dashboard.sample import DRAWN_S, PER_VIEWER_SECOND
from dashboard.sentence import sentences
from dashboard.twin import Ends, compare, ghost, needed_from_ms
from dashboard.window import Windows, cuts_of
from dashboard.words import engine_text, language, mark, t
from engine import Simulation
from engine.live import as_fault
from engine.log import COUNTED
from engine.system import System
from engine.system.paths import with_values
from lessons.parts import expanded

SNAPSHOT_BYTES = 64_000_000
"""What a live run may spend on going back quickly."""
SENT = COUNTED.index("sent")
MAX_REQUESTS_PER_ANSWER = 100_000
"""Some tenth of a second of a core: at high rates answers are short, so that a move is seen soon."""
MAX_REQUESTS_IN_PLAIN_PYTHON = 1_000
"""What plain Python answers in a moment, while the kernel is being compiled."""
MAX_REQUESTS_REPLAYED = {PLAIN: 30_000, "compiled": 40_000_000}
MAX_EVENTS_REPLAYED = 250_000_000
"""The longest run has fewer; retries and spikes can make many more of it."""
EVENTS_OF_A_PIECE = 1_000_000
"""Some fifth of a second of a core: a long replay lets others have it between two pieces. What has fewer is not long."""
FIRST_PIECE_MS, PIECES_GROW = 1_000, 4
TOO_LONG = mark("This run is too long to be replayed just now. Go back to the start; your settings stay.")
MAX_KEPT_PER_S = 8_000
"""Requests kept of a simulated second: the picture and the blame for the slowest need no more; all numbers are counted."""
STEPS_S = ((1.0, 0.1), (0.3, 0.02), (0.0, 0.005))
"""Length of a slice in seconds, from which on its rows have the second length."""

Recordings = Callable[[str], dict[str, Any]]
"""Gives the traffic fields of a recording by its token; raises BadAsk when it is not known."""


def answer(start: System, ask: Ask, recordings: Recordings, memo: Memo = MEMO, owner: str = "") -> dict[str, Any]:
    """The chunk that the ask wants: the same for everyone who asks the same, whatever is remembered."""
    run = (start.model_dump_json(), ask.seed)

    def stretch() -> dict[str, Any]:
        live = _taken(start, run, ask, memo, owner)
        with memo.at_work(live):
            chunk = _run(live, ask, recordings)
            if ask.pin is not None:
                chunk["twin"] = _twin(ask, chunk, live, recordings, memo)
        memo.keep_live(live)
        return chunk

    return memo.computed((run, ask, language()), stretch)  # a chunk has words in it


def _taken(start: System, run: tuple[str, int], ask: Ask, memo: Memo, owner: str) -> Live:
    """A simulation for this run: the fittest of those that are remembered, or a new one."""
    live = memo.take_live(run, ask, owner)
    if live is not None and live.sim.engine != PLAIN:
        return live
    fresh = Live(run, owner, start, Simulation(start, seed=ask.seed, snapshot_bytes=SNAPSHOT_BYTES))
    # A run that began in plain Python goes on compiled as soon as the kernel is there: the bytes are the same.
    return fresh if live is None or fresh.sim.engine != PLAIN else live


def _twin(ask: Ask, chunk: dict[str, Any], live: Live, recordings: Recordings, memo: Memo) -> dict[str, Any]:
    """The same stretch of the pinned design's ghost, and the requests of both runs compared."""
    shadow, owner = ghost(ask, live.start), f"{live.owner} pinned"
    other = memo.take_live(live.key, shadow, owner)
    worse = other is None or other.sim.engine != live.sim.engine or live.shared_until(shadow) > other.shared_until(shadow)
    if worse:
        other = live.fork(owner)  # just pinned: up to there both runs are one
    to_ms = round(chunk["to_s"] * 1_000)
    with memo.at_work(other):
        told = _run(other, shadow, recordings, to_ms)
    memo.keep_live(other)
    # In a closed loop who asks next depends on the answers, so the same number is not the same request.
    alike = live.system.traffic.loop == other.system.traffic.loop == "open"
    step_ms = round(_step_s(ask) * 1_000)
    told_ms = round(told["to_s"] * 1_000)
    counts = compare(live.ends, other.ends, ask.from_ms, told_ms, step_ms, ask.pin.t_ms) if alike else None
    return {"from_s": told["from_s"], "to_s": told["to_s"], "pieces": told["pieces"], "counts": counts}


def _step_s(ask: Ask) -> float:
    return next(step for least, step in STEPS_S if ask.length_ms >= least * 1_000)


def _run(live: Live, ask: Ask, recordings: Recordings, ghost_to_ms: int | None = None) -> dict[str, Any]:
    """The asked stretch; a ghost goes as far as its live run got, and needs neither picture nor words."""
    step_s = _step_s(ask)
    row_ms = round(step_s * 1_000)
    record_ms, since_ms = _go_back(live, ask, recordings, row_ms)
    _forward(live, ask, recordings, record_ms)
    results, pieces, said = [], [], []
    budget = MAX_REQUESTS_IN_PLAIN_PYTHON if live.sim.engine == PLAIN else MAX_REQUESTS_PER_ANSWER
    if ask.pin is not None:
        budget /= 2  # the other half is the twin's
    to_ms = ghost_to_ms or ask.from_ms + ask.length_ms
    stopped = ""
    while (now_ms := live.now_ms) < to_ms and not stopped:
        if now_ms == since_ms < ask.from_ms:  # a run has the same windows wherever the ends before them began
            live.tail, live.cuts = payload.Tail.empty(), []
        _apply_due(live, ask, recordings, now_ms)
        rate, servers = max(live.system.traffic.rate, 0.01), live.system.servers.count
        ends = [to_ms, *(change.t_ms for change in ask.changes if change.t_ms > now_ms)]
        if now_ms < ask.from_ms:
            until = min(*ends, *(at for at in (since_ms, ask.from_ms) if at > now_ms))
        else:
            # A slice that would cost too much ends early, and the browser asks on from there.
            # It ends with a whole row, so that the next one finds the cuts that it needs.
            until = min(*ends, now_ms + max(row_ms, int(max(budget, 0) / rate * 1_000) // row_ms * row_ms))
            budget -= rate * (until - now_ms) / 1_000
            to_ms = until if budget <= 0 and ghost_to_ms is None else to_ms
        keep_every = payload.every(rate, MAX_KEPT_PER_S, servers)
        window_s = payload.trailing_window_s(rate)
        result = live.sim.advance((until - now_ms) / 1_000, window_s=step_s, keep_every=keep_every)
        live.tail = payload.collect(result, live.tail)
        live.cuts = live.cuts or cuts_of(result.readings[:1])
        live.cuts += cuts_of(result.readings[1:])
        live.ends = live.ends.plus(result, keep_every) if ask.pin else Ends.nothing()
        if now_ms >= ask.from_ms:
            results.append((result, keep_every))
            windows = Windows(live.cuts, [reading.time_ns for reading in result.readings[1:]], window_s)
            pieces.append(payload.piece(result, windows, step_s))
            if ghost_to_ms is None:
                said += sentences(pieces[-1], result, live.system, live.tail, windows, broken_by(live.applied))
    oldest = live.now_ms - payload.LONGEST_WINDOW_S * 1_000
    live.cuts = [cut for cut in live.cuts if cut.time_ns >= oldest * 1_000_000]
    last = results[-1][0]
    return {
        "from_s": ask.from_ms / 1_000,
        "to_s": live.now_ms / 1_000,
        "pieces": pieces,
        "moves": _moves(live, ask, results) if ghost_to_ms is None else None,
        "sentences": said,
        "engine": last.engine,
    }


def _moves(live: Live, ask: Ask, results: list[tuple[Any, int]]) -> dict[str, Any]:
    """The sample of attempts, its step a function of the ask so that the same requests stay in the picture."""
    keep_every = max(kept for _, kept in results)
    kept = sum(len(result.rows) * keep for result, keep in results)
    attempts = kept / max(1e-9, sum(result.duration_s for result, _ in results))
    # Spikes and retries bring more than the rate says; in powers of two, so that the sample seldom changes.
    crowd = max(1, doublings(attempts, live))
    per_viewer_second = crowd * live.system.traffic.rate * ask.pace / keep_every
    step = payload.every(per_viewer_second, PER_VIEWER_SECOND, live.system.servers.count)
    last_s = DRAWN_S * max(1.0, ask.pace)
    hers = ada.step_of(doublings(_asked(results), live) * live.system.traffic.rate * ask.pace / keep_every)
    return payload.moves([result for result, _ in results], ask.from_ms / 1_000, step * keep_every, last_s, hers)


def _asked(results: list[tuple[Any, int]]) -> float:
    """Requests that were sent in a second of these slices."""
    first, last = results[0][0].readings[0], results[-1][0].readings[-1]
    return int(last.counts[SENT] - first.counts[SENT]) * 1e9 / max(1, last.time_ns - first.time_ns)


def doublings(rate: float, live: Live) -> float:
    """How much more, or less, a rate is than the one that is set: as a power of two, which chance seldom changes."""
    return 2.0 ** round(math.log2(max(1e-9, rate / max(live.system.traffic.rate, 0.01))))


def _go_back(live: Live, ask: Ask, recordings: Recordings, row_ms: int) -> tuple[int, int]:
    """Rewind to where the asked run leaves the live one, and forget the rest.

    From when on (ms) it must be followed request by request, and when the trailing windows begin.
    """
    since_ms = max(0, ask.from_ms - round(payload.trailing_window_s(_rate_at(live, ask, recordings)) * 1_000))
    shared_ms = live.shared_until(ask)
    needed_ms = needed_from_ms(ask) if ask.pin else since_ms
    wanted = _cut_times(ask, since_ms, row_ms)
    cuts = [cut for cut in live.cuts if cut.time_ns in wanted]
    known = not ask.pin or (live.ends.since_ms <= needed_ms and live.ends.until_ms == ask.from_ms)
    if shared_ms == ask.from_ms == live.now_ms and live.tail_since_ms <= since_ms and len(cuts) == len(wanted) and known:
        live.cuts = cuts
        return ask.from_ms, since_ms
    ends = live.ends.cut(max(shared_ms, 0))
    if not ask.pin or not ends.since_ms <= needed_ms <= ends.until_ms:
        ends = Ends.nothing(min(needed_ms, since_ms))
    live.ends = ends.cut(since_ms)
    record_ms = live.ends.until_ms if ask.pin else since_ms
    back_ms = min(shared_ms, record_ms)
    live.sim.seek(back_ms / 1_000)
    live.sim.truncate()
    live.keep(sum(change.t_ms <= back_ms for change in live.applied))
    live.tail, live.tail_since_ms, live.cuts = payload.Tail.empty(), since_ms, []
    return record_ms, since_ms


def _cut_times(ask: Ask, since_ms: int, row_ms: int) -> set[int]:
    """Where (ns) a run that begins at `since_ms` for this ask is cut before the ask's begin: other cuts, other windows."""
    edges = [since_ms, *(change.t_ms for change in ask.changes if since_ms < change.t_ms < ask.from_ms), ask.from_ms]
    times = {t_ms for begin, end in zip(edges, edges[1:]) for t_ms in range(begin, end, row_ms)}
    return {t_ms * 1_000_000 for t_ms in times | {ask.from_ms}} if ask.from_ms else set()


def _rate_at(live: Live, ask: Ask, recordings: Recordings) -> float:
    """The arrival rate in force where the ask begins."""
    common = next((k for k, pair in enumerate(zip(live.applied, ask.changes)) if pair[0] != pair[1]), len(live.applied))
    known = min(common, sum(change.t_ms <= ask.from_ms for change in ask.changes))
    system = live.after[known - 1] if known else live.start
    for change in ask.changes[known:]:
        if change.t_ms <= ask.from_ms and ("traffic" in change.text):
            system = changed(system, change, recordings)[0]
    return system.traffic.rate


def _forward(live: Live, ask: Ask, recordings: Recordings, to_ms: int) -> None:
    """Replay up to a time without keeping anything; in pieces, so that others have the core meanwhile if it takes long."""
    replayed, piece_ms, begun = 0.0, FIRST_PIECE_MS, live.sim.events
    step_aside = None
    with ExitStack() as long:
        while (now_ms := live.now_ms) < to_ms:
            events = live.sim.events
            if events - begun > EVENTS_OF_A_PIECE:
                step_aside = step_aside or long.enter_context(_long_work())
                step_aside()
            _apply_due(live, ask, recordings, now_ms)
            until = min([to_ms, now_ms + piece_ms, *(change.t_ms for change in ask.changes if change.t_ms > now_ms)])
            replayed += live.system.traffic.rate * (until - now_ms) / 1_000
            if replayed > MAX_REQUESTS_REPLAYED[live.sim.engine] or events - begun > MAX_EVENTS_REPLAYED:
                raise BadAsk(t(TOO_LONG))
            live.sim.seek(until / 1_000)
            fitting_ms = (until - now_ms) * EVENTS_OF_A_PIECE // max(1, live.sim.events - events)
            piece_ms = max(1, min(fitting_ms, PIECES_GROW * piece_ms))


@contextmanager
def _long_work() -> Iterator[Callable[[], None]]:
    try:
        with CORES.long() as step_aside:
            yield step_aside
    except Busy:
        raise BadAsk(t(TOO_LONG)) from None


def _apply_due(live: Live, ask: Ask, recordings: Recordings, now_ms: int) -> None:
    """Apply the asked changes up to now that the simulation has not taken yet."""
    for change in ask.changes[len(live.applied) :]:
        if change.t_ms > now_ms:
            break
        system, fault = changed(live.system, change, recordings)
        if fault is not None and not system.without(as_fault(fault)):
            live.sim.inject(fault)
        elif fault is None:
            live.sim.change(system)
        live.take(change, system)


def changed(system: System, change: Change, recordings: Recordings) -> tuple[System, dict[str, Any] | None]:
    """The system after a change, and the fault if the change is one. Raises BadAsk for values that do not go together."""
    values = change.values
    if "inject" in values:
        fault = values["inject"]
        return (with_crashes(system, fault), None) if fault["kind"] in (BEGIN_CRASHES, END_CRASHES) else (system, fault)
    if RECORDING in values:
        token = values.pop(RECORDING)
        fields = recordings(token) if token else {"pattern": "steady", "recording": []}
        values = {f"traffic.{name}": value for name, value in fields.items()} | values
    try:
        return with_values(system, expanded(values, system.client)), None
    except ValidationError as problem:
        # In our own words, without the library's: the field, what was given and what is allowed stand in them.
        first = problem.errors()[0]
        raise BadAsk(engine_text(first["ctx"]["error"].args[0] if first["type"] == "value_error" else first["msg"])) from None

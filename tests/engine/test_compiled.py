"""Where compiled code is kept, when it is made anew, and that nobody waits for it: not while it is made, not without a compiler."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine import Simulation, System, simulate
from engine.kernel import compiled
from engine.run import PLAIN_REQUESTS

ROOT = Path(__file__).resolve().parents[2]
WHOLE_PATH = {
    "traffic": {"rate": 500.0, "static_ratio": 0.2, "items": 100, "interarrival_cv": 2.0},
    "client": {"timeout_ms": 150.0, "retries": 2},
    "network": {"jitter_cv": 0.3},
    "balancer": {"algorithm": "consistent_hash", "hash_bound": 1.5},
    "servers": {"count": 3, "vcpus": 1, "cpu_ms": 4.0, "service_distribution": "lognormal", "service_cv": 2.0},
    "cache": {"enabled": True, "capacity_items": 30, "ttl_s": 1.0},
    "database": {"replicas": 2, "read_from": "replicas", "lag_distribution": "exponential"},
    "faults": [{"kind": "crash", "index": 1, "at_s": 0.5}],
}
NO_NUMBA = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("numba", "llvmlite"):
            raise ImportError(f"{name} is not installed")
sys.meta_path.insert(0, Blocker())
"""


def in_process(program: str, **environment: str) -> list[str]:
    """The lines that a program prints in a Python of its own."""
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.splitlines()


def fingerprint(engine: str) -> str:
    """A hash of all rows of a run and of a live one, and the numbers of the summary."""
    system = System.model_validate(WHOLE_PATH)
    result = simulate(system, requests=1_500, seed=3, engine=engine)
    live = Simulation(system, seed=3, history=[(0.3, {"kind": "slow", "index": 0})], engine=engine)
    rows = result.rows.tobytes() + live.advance(1.0, keep_every=1).rows.tobytes()
    return hashlib.sha256(rows + repr(sorted(result.summary().items())).encode()).hexdigest()


# The folder


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A user's cache folder, the machine's temporary one, and a place where nothing can be made (it is a file)."""
    monkeypatch.delenv(compiled.CACHE_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "shared"))
    (tmp_path / "shared").mkdir()
    (tmp_path / "blocked").write_text("a file, so no folder can be made in it")
    return tmp_path


def chosen_folder() -> Path | None:
    return compiled.cache_folder.__wrapped__()


def test_the_users_cache_folder_comes_first(places):
    folder = chosen_folder()
    assert folder == places / "user" / "scale-it-up" / compiled.sources_hash()
    assert list(folder.iterdir()) == [], "the probe is gone"


def test_without_its_variable_the_users_cache_is_below_home(places, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", lambda: places / "home")
    assert chosen_folder().parent == places / "home" / ".cache" / "scale-it-up"


def test_where_the_user_cannot_write_the_temporary_folder_is_next(places, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "blocked"))
    folder = chosen_folder()
    assert folder.parent.parent == places / "shared"
    if hasattr(os, "getuid"):
        assert str(os.getuid()) in folder.parent.name, "nobody else's folder"
        assert folder.stat().st_mode & 0o077 == 0, "nobody else may write code there"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows keeps temporary folders per user")
@pytest.mark.parametrize("how", ["others may write", "a link"])
def test_a_temporary_folder_that_others_can_fill_is_not_used(places, monkeypatch, how):
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "blocked"))
    planted = places / "shared" / f"scale-it-up-{os.getuid()}"
    if how == "a link":
        (places / "elsewhere").mkdir(mode=0o700)
        planted.symlink_to(places / "elsewhere")
    else:
        planted.mkdir()
        planted.chmod(0o777)
    assert chosen_folder() is None


def test_where_nothing_can_be_written_there_is_no_folder(places, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "blocked"))
    monkeypatch.setattr("tempfile.tempdir", str(places / "blocked"))
    assert chosen_folder() is None


def test_a_named_folder_is_the_only_one(places, monkeypatch):
    monkeypatch.setenv(compiled.CACHE_VARIABLE, str(places / "named"))
    assert chosen_folder().parent == places / "named"
    monkeypatch.setenv(compiled.CACHE_VARIABLE, str(places / "blocked"))
    assert chosen_folder() is None


# The hash


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the engine whose sources may be edited."""
    shutil.copytree(compiled.ENGINE, tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "ENGINE", tmp_path / "engine")
    return tmp_path / "engine"


def hash_now() -> str:
    return compiled.sources_hash.__wrapped__()


def made_of(engine: Path) -> list[Path]:
    """The sources that hold something compiled, or that decide how."""
    folders = [*(engine / "kernel").glob("*.py"), *(engine / "workload").glob("*.py")]
    return [*folders, *(engine / name for name in ("jit.py", "log.py", "reading.py", "system/base.py"))]


def test_the_same_sources_elsewhere_have_another_hash(copy):
    assert hash_now() != compiled.sources_hash()


def test_every_source_of_compiled_code_makes_another_hash(copy):
    before = hash_now()
    for path in made_of(copy):
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "\n# edited\n", encoding="utf-8")
        assert hash_now() != before, path.name
        path.write_text(text, encoding="utf-8")
    assert hash_now() == before


def test_a_new_file_or_a_missing_one_makes_another_hash(copy):
    before = hash_now()
    (copy / "kernel" / "newcomer.py").write_text("")
    assert hash_now() != before
    (copy / "kernel" / "newcomer.py").unlink()
    (copy / "workload" / "tables.py").unlink()
    assert hash_now() != before


def test_what_is_not_compiled_makes_no_other_hash(copy):
    before = hash_now()
    (copy / "result.py").write_text("")
    assert hash_now() == before


def test_another_compiler_makes_another_hash(monkeypatch):
    before = hash_now()
    monkeypatch.setattr(compiled.numba, "__version__", "0.0.1")
    assert hash_now() != before


def test_nothing_compiled_stands_outside_the_hashed_sources():
    hashed = set(made_of(compiled.ENGINE))
    for path in compiled.ENGINE.rglob("*.py"):
        if re.search(r"@jitable|@inlined|@compiled_as|numba\.njit", path.read_text(encoding="utf-8")):
            assert path in hashed, path


# Nobody waits


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """A process that has compiled nothing, with an empty folder and a builder that only takes note of being started."""
    started = []
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(compiled, "_compiled", None)
    monkeypatch.setattr(compiled, "_compiled_here", False)
    monkeypatch.setattr(compiled, "_builder", None)

    def popen(command, **options):
        started.append((command, options))
        return SimpleNamespace(poll=lambda: None)

    monkeypatch.setattr(compiled, "subprocess", SimpleNamespace(Popen=popen, DEVNULL=subprocess.DEVNULL))
    return tmp_path, started


def test_auto_starts_one_builder_and_answers_on_plain(empty_cache):
    folder, started = empty_cache
    for _ in range(3):
        engine, note = compiled.choose("auto")
        assert engine == "plain" and "compiled" in note
    ((command, options),) = started
    assert command == [sys.executable, "-m", "engine.kernel.build"]
    assert options["env"]["PYTHONPATH"].split(os.pathsep)[0] == str(ROOT)
    (folder / "ready").write_text("")
    assert compiled.choose("auto") == ("compiled", ""), "as soon as the other process is done"


def test_a_builder_that_has_failed_is_not_waited_for(empty_cache, monkeypatch):
    compiled.choose("auto")
    monkeypatch.setattr(compiled, "_builder", SimpleNamespace(poll=lambda: 1))
    engine, note = compiled.choose("auto")
    assert engine == "plain" and "could not be compiled" in note
    assert len(empty_cache[1]) == 1, "nor started again and again"


def test_without_a_folder_a_thread_compiles_and_auto_is_compiled_when_it_has(empty_cache, monkeypatch):
    may_end = threading.Event()

    def warm_up():
        may_end.wait(60)
        compiled._compiled_here = True

    monkeypatch.setattr(compiled, "cache_folder", lambda: None)
    monkeypatch.setattr(compiled, "_warm_up", warm_up)
    for _ in range(2):
        engine, note = compiled.choose("auto")
        assert engine == "plain" and "being compiled" in note
    assert empty_cache[1] == [], "no other process: it could not hand anything over"
    may_end.set()
    compiled._builder.join()
    assert compiled.choose("auto") == ("compiled", "")


@pytest.mark.full
def test_without_any_folder_a_process_compiles_for_itself_and_says_so(tmp_path):
    """The real thing: plain answers while a thread compiles, then the same process runs compiled."""
    (tmp_path / "blocked").write_text("a file, so no folder can be made in it")
    program = """
import time
from engine import System, simulate
first = simulate(System(), requests=100)
print(first.engine, first.note)
while simulate(System(), requests=100).engine == "plain":
    time.sleep(0.5)
print(simulate(System(), requests=100).engine, bool(simulate(System(), requests=100).note))
"""
    first, last = in_process(program, **{compiled.CACHE_VARIABLE: str(tmp_path / "blocked")})
    assert first.startswith("plain ") and "being compiled" in first
    assert last == "compiled False"


@pytest.mark.parametrize("engine", ["plain", "reference"])
def test_what_needs_no_compiler_starts_none(empty_cache, engine):
    assert compiled.choose(engine) == (engine, "")
    assert empty_cache[1] == []


def test_the_first_run_ever_answers_at_once_and_says_so(tmp_path):
    """A fresh cache folder, in a process of its own whose builder is held back so that this test compiles nothing."""
    program = """
from types import SimpleNamespace
from engine import Simulation, System, simulate
from engine.kernel import compiled
def popen(*arguments, **options):
    print("builder")
    return SimpleNamespace(poll=lambda: None)
compiled.subprocess = SimpleNamespace(Popen=popen, DEVNULL=None)
for _ in range(2):
    result = simulate(System())
    print(result.engine, result.requests_sent, result.note, result.stopped, sep="|")
print(simulate(System(), requests=100).stopped == "")
print(Simulation(System()).note)
"""
    builder, first, second, short, note = in_process(program, **{compiled.CACHE_VARIABLE: str(tmp_path)})
    assert builder == "builder" and first == second and short == "True"
    engine, sent, said, stopped = first.split("|")
    assert (engine, sent) == ("plain", str(PLAIN_REQUESTS))
    assert "being compiled" in said and said == note
    assert f"{PLAIN_REQUESTS:,} requests" in stopped


def test_compiled_code_is_loaded_by_the_next_process():
    """Numba counts what it took from its folder and what it had to compile."""
    compiled.build()
    program = """
from engine import System, simulate
from engine.kernel import compiled
result = simulate(System(), requests=1000)
stats = [getattr(compiled.functions(False), name).stats for name in compiled.ENTRIES]
print(result.engine, result.note == "", sum(sum(stat.cache_misses.values()) for stat in stats))
print(sum(sum(stat.cache_hits.values()) for stat in stats))
"""
    said, hits = in_process(program)
    assert said == "compiled True 0"
    assert int(hits) >= 3


@pytest.mark.full
def test_the_builder_builds_once_and_then_auto_is_compiled(tmp_path):
    """The real thing: two builders of the same empty folder, then a run."""
    environment = {compiled.CACHE_VARIABLE: str(tmp_path)}
    builders = [
        subprocess.Popen([sys.executable, "-m", "engine.kernel.build"], cwd=ROOT, env=os.environ | environment) for _ in range(2)
    ]
    assert [builder.wait() for builder in builders] == [0, 0]
    folder = tmp_path / compiled.sources_hash()
    assert (folder / "ready").exists() and not (folder / "lock").exists()
    program = "from engine import System, simulate; print(simulate(System(), requests=1000).engine)"
    assert in_process(program, **environment) == ["compiled"]


# The lock


def test_who_finds_the_lock_taken_waits_for_the_other(empty_cache, monkeypatch):
    folder, _ = empty_cache
    monkeypatch.setattr(compiled, "_warm_up", lambda: pytest.fail("compiled a second time"))
    (folder / "lock").write_text(str(os.getpid()))
    other = threading.Timer(0.3, lambda: (folder / "ready").write_text(""))
    other.start()
    compiled.build()
    other.join()
    assert (folder / "lock").exists(), "the other's lock is the other's to give back"


def test_the_lock_of_a_process_that_is_gone_is_nobodys(empty_cache, monkeypatch):
    folder, _ = empty_cache
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    (folder / "lock").write_text(gone.stdout.strip())
    made = []
    monkeypatch.setattr(compiled, "_warm_up", lambda: made.append(1))
    compiled.build()
    assert made == [1] and compiled.is_ready() and not (folder / "lock").exists()


def test_a_lock_older_than_any_build_is_nobodys(empty_cache, monkeypatch):
    folder, _ = empty_cache
    (folder / "lock").write_text(str(os.getpid()))
    os.utime(folder / "lock", (0, 0))
    monkeypatch.setattr(compiled, "_warm_up", lambda: None)
    compiled.build()
    assert compiled.is_ready()


def test_a_build_that_fails_leaves_no_lock_and_nothing_ready(empty_cache, monkeypatch):
    folder, _ = empty_cache
    monkeypatch.setattr(compiled, "_warm_up", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        compiled.build()
    assert not (folder / "lock").exists() and not compiled.is_ready()


# Without numba


def test_without_numba_the_answers_are_the_same():
    program = (
        NO_NUMBA
        + """
from tests.engine.test_compiled import fingerprint
from engine.jit import NUMBA_PRESENT
print(NUMBA_PRESENT, any(name.startswith(("numba", "llvmlite")) for name in sys.modules), fingerprint("auto"))
"""
    )
    (said,) = in_process(program)
    assert said == f"False False {fingerprint('compiled')}"


def test_without_numba_a_run_says_so_and_compiled_is_refused():
    program = (
        NO_NUMBA
        + """
from engine import System, simulate
result = simulate(System(), requests=500)
print(result.engine, result.note, sep="|")
try:
    simulate(System(), requests=500, engine="compiled")
except ValueError as error:
    print(error)
"""
    )
    said, refused = in_process(program)
    assert said.startswith("plain|") and "numba is not installed" in said
    assert refused.startswith("engine 'compiled' needs numba")


def test_plain_and_compiled_and_auto_give_the_same():
    assert fingerprint("plain") == fingerprint("compiled") == fingerprint("auto")

"""The kernel's entry points, plain or compiled, and where compiled code is kept.

Nobody waits for the compiler: while no compiled code is at hand, another process makes it and runs are plain and short. The
code is kept in a folder named after the sources' hash, so that a change in any file of the engine makes a new one. Where
nothing can be written, every process compiles for itself, beside its plain runs.
"""

import hashlib
import os
import stat
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

from engine.jit import NUMBA_PRESENT, numba
from engine.kernel import life, loop
from engine.system.shown import said

ENTRIES = ("start", "advance", "change", "inject", "surge", "quiet", "read", "stop_pattern")
PLAIN = SimpleNamespace(**{name: getattr(loop if name == "advance" else life, name) for name in ENTRIES})
CACHE_VARIABLE = "SCALE_IT_UP_CACHE"
"""Environment variable that names the folder for compiled code; without it the user's cache folder is used."""
LONGEST_BUILD_S = 600
ENGINE = Path(__file__).resolve().parents[1]
_compiled: SimpleNamespace | None = None
_compiled_here = False
_builder: subprocess.Popen | threading.Thread | None = None


def functions(plain: bool) -> SimpleNamespace:
    """The entry points: plain ones take the state's lists, compiled ones the address table of its arrays."""
    global _compiled
    if plain or not NUMBA_PRESENT:
        return PLAIN
    if _compiled is None:
        with _numba_cache(cache_folder()):
            _compiled = _compile()
    return _compiled


def choose(engine: str) -> tuple[str, str]:
    """Which engine answers now, and what to say about it: "auto" never waits for the compiler, "compiled" does."""
    if engine in ("plain", "reference"):
        return engine, ""
    if not NUMBA_PRESENT:
        if engine == "compiled":
            raise ValueError("engine 'compiled' needs numba, which is not installed; use 'auto' or 'plain'")
        return "plain", said("numba is not installed: runs are short and slow")
    if _compiled_here or is_ready():
        return "compiled", ""
    if engine == "compiled":
        build()
        return "compiled", ""
    if start_building():
        return "plain", said("the engine is being compiled: until then runs are short and slow")
    return "plain", said("the engine could not be compiled: runs are short and slow")


def preparing() -> bool:
    """Whether "auto" is plain now and compiled soon."""
    return choose("auto")[0] == "plain" and start_building()


# Where compiled code is kept


@lru_cache(maxsize=1)
def sources_hash() -> str:
    """A hash of every source that the compiled code is made of, of what compiles it, and of where it is.

    Numba finds compiled code by the path of its source: under another one there is none, however equal the sources are.
    """
    digest = hashlib.sha256(f"{sys.version}|{numba.__version__ if NUMBA_PRESENT else ''}|{ENGINE}".encode())
    folders = [ENGINE / "kernel", ENGINE / "workload"]
    single = [ENGINE / name for name in ("jit.py", "log.py", "reading.py", "system/base.py")]
    for path in sorted([*single, *(path for folder in folders for path in folder.glob("*.py"))]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def cache_folder() -> Path | None:
    """The first folder that can be written to; none on a machine without any: then every process compiles for itself."""
    named = os.environ.get(CACHE_VARIABLE)
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    shared = Path(tempfile.gettempdir()) / f"scale-it-up-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    for base in [Path(named)] if named else [user / "scale-it-up", shared]:
        folder = base / sources_hash()
        try:
            base.mkdir(parents=True, exist_ok=True, mode=0o700)
            if base == shared and not _is_ours(base):
                continue  # what somebody else put there would be run
            folder.mkdir(exist_ok=True, mode=0o700)
            probe = folder / f"probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
            return folder
        except OSError:
            continue
    return None


def _is_ours(folder: Path) -> bool:
    """Whether a folder is this user's, and only this user may write into it."""
    found = folder.lstat()
    return not hasattr(os, "getuid") or (stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022)


def is_ready() -> bool:
    """Whether compiled code for these sources is at hand."""
    folder = cache_folder()
    return folder is not None and (folder / "ready").exists()


def build() -> None:
    """Compile in this process, or wait for the one that already does."""
    folder = cache_folder()
    if folder is None:
        _warm_up()
        return
    while not is_ready():
        if _take_lock(folder):
            try:
                _warm_up()
                (folder / "ready").write_text("compiled and run once\n")
            finally:
                (folder / "lock").unlink(missing_ok=True)
        else:
            time.sleep(0.2)


def start_building() -> bool:
    """Compile once in another process, or without a folder to keep it in another thread; whether that still goes on."""
    global _builder
    if _builder is None and cache_folder() is None:
        _builder = threading.Thread(target=_warm_up, name="compile the kernel", daemon=True)
        _builder.start()
    elif _builder is None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ENGINE.parent), os.environ.get("PYTHONPATH", "")])}
        quiet = subprocess.DEVNULL
        command = [sys.executable, "-m", "engine.kernel.build"]
        _builder = subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)
    return _builder.is_alive() if isinstance(_builder, threading.Thread) else _builder.poll() is None


def _take_lock(folder: Path) -> bool:
    """Be the one who compiles; a lock that is older than any build is nobody's."""
    lock = folder / "lock"
    try:
        if time.time() - lock.stat().st_mtime > LONGEST_BUILD_S or not _is_alive(int(lock.read_text() or 0)):
            lock.unlink(missing_ok=True)
    except (OSError, ValueError):
        pass
    try:
        with open(lock, "x") as file:
            file.write(str(os.getpid()))
        return True
    except FileExistsError:
        return False


def _is_alive(process: int) -> bool:
    if process <= 0 or not hasattr(os, "kill") or os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _numba_cache(folder: Path | None):
    """Let numba keep what is decorated meanwhile in our folder."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder) if folder else ""
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


def _warm_up() -> None:
    """Compile every entry point by using it."""
    global _compiled_here
    from engine.kernel import Kernel
    from engine.system import System
    from engine.system.faults import Slow, TrafficSpike

    kernel = Kernel(System(), seed=0, request_limit=10)
    kernel.advance(10**9)
    kernel.change(System.model_validate({"traffic": {"rate": 50.0}}))
    kernel.inject(Slow(index=0))
    kernel.inject(TrafficSpike())
    kernel.stop_sending()
    kernel.reading()
    _compiled_here = True


def _compile() -> SimpleNamespace:
    """The entry points, compiled when they are first called, or loaded."""
    from engine.kernel import entries

    entry = numba.njit(cache=cache_folder() is not None, nogil=True, error_model="numpy")
    return SimpleNamespace(**{name: entry(getattr(entries, name)) for name in ENTRIES})

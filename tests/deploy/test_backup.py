"""A backup brings everything back, on either kind of database, and what is no backup is refused before anything is touched."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, select, text

from dashboard import privacy
from dashboard.store import learning
from dashboard.store.models import Answer, Progress
from deploy.backup import BEFORE, ENDS, KEPT_DAYS, Failed, backup, delete_old
from deploy.restore import restore
from tests.dashboard.store.writer import ROOT, row
from tests.postgres import programs

COOKIE = "ab" * 16


@pytest.fixture(autouse=True)
def own_programs(monkeypatch):
    """PostgreSQL's programs of the version that the tests start."""
    if folder := programs():
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def fill(store, *names: str) -> None:
    for name in names:
        with store.writing() as session:
            mine = learning.seen(session, COOKIE, 1.0)
            learning.add_answer(session, mine, row(name) | {"answer": {"given": ["é", 0.1]}})
            way = {
                "version": 1,
                "run_through": 1,
                "support": "example",
                "step": name,
                "passed": ["a"],
                "hints": {"a": 1},
                "entered": {},
            }
            learning.put_progress(session, mine, "every_kind", 1.0, way)


def content(store) -> list:
    with store.reading() as session:
        answers = session.execute(select(Answer.key, Answer.attempt, Answer.answer, Answer.run).order_by(Answer.key)).all()
        return [*answers, *session.execute(select(Progress.step, Progress.passed, Progress.hints)).all()]


def test_what_was_backed_up_comes_back_and_nothing_else(store, store_url, tmp_path):
    fill(store, "before-1", "before-2")
    wanted = content(store)
    made = backup(store_url, tmp_path / "backups")
    fill(store, "after-1")
    with store.writing() as session:  # a table of a newer version, which the backup does not know
        session.execute(text("CREATE TABLE newer (id INTEGER PRIMARY KEY)"))
    after = content(store)
    store.close()
    kept = restore(store_url, made)
    assert content(store) == wanted
    engine = create_engine(store_url)
    assert "newer" not in inspect(engine).get_table_names()
    engine.dispose()
    fill(store, "and-goes-on")
    store.close()
    again = restore(store_url, kept)
    assert content(store) == after, "what was there before the restoring is not lost either"
    assert kept.parent == again.parent == made.parent / BEFORE, "all of them are where the old ones are looked for"


def test_it_is_made_while_the_app_writes(store, store_url, tmp_path):
    fill(store, "before-1")
    with store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 2.0), row("meanwhile"))
        session.flush()
        made = backup(store_url, tmp_path)
    store.close()
    restore(store_url, made)
    assert [one[0] for one in content(store)[:-1]] == ["before-1"], "what was not done yet is not in it"


def test_only_its_owner_reads_it(store, store_url, tmp_path):
    fill(store, "before-1")
    made = backup(store_url, tmp_path)
    if os.name != "nt":
        assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_what_is_older_than_is_promised_is_deleted_wherever_it_is_and_nothing_else(tmp_path):
    """So that what people deleted is not kept for longer: however many backups were made, and also of what a restoring replaced."""
    hour_s, now_s, made = 3_600, time.time(), []

    def put(name: str, age_s: float) -> Path:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
        os.utime(file, (now_s - age_s, now_s - age_s))
        made.append(file)
        return file

    age_s = KEPT_DAYS * 24 * hour_s
    for folder in ("", f"{BEFORE}/"):
        for number, ending in enumerate((".dump", ".sqlite", ".dump.partly")):
            put(f"{folder}scale-it-up-old-{number}{ending}", age_s + hour_s)
    put("to-restore.dump", 25 * hour_s)  # by a restoring that was killed: a copy of what may be as old as any
    newest = put("scale-it-up-of-a-clock-that-was-wrong.dump", 2 * age_s)
    stay = {newest, put("scale-it-up.sqlite", 2 * age_s), put("scale-it-up-notes.txt", 2 * age_s)}  # no backups
    stay |= {
        put(f"{folder}scale-it-up-young-{number}.dump", age_s - hour_s) for folder in ("", f"{BEFORE}/") for number in range(20)
    }
    stay |= {put("to-restore.sqlite", hour_s)}  # one that goes on
    delete_old(tmp_path, newest)
    assert {file for file in made if file.exists()} == stay


def test_what_people_are_told_of_it_is_so():
    told = " ".join(line for _, lines in privacy.sections() for line in lines)
    assert f"deleted after {KEPT_DAYS} days" in told
    assert f"deleted after {KEPT_DAYS} days" in (ROOT / "deploy/README.md").read_text(encoding="utf-8").replace("\n", " ")


def test_what_is_no_backup_is_refused_and_everything_stays(store, store_url, tmp_path):
    fill(store, "before-1")
    wanted = content(store)
    made = backup(store_url, tmp_path)
    cut = tmp_path / f"cut{made.suffix}"
    cut.write_bytes(made.read_bytes()[:200])
    other = tmp_path / ("x.sqlite" if made.suffix == ".dump" else "x.dump")
    other.write_bytes(b"")
    for file in (cut, other, tmp_path / f"none{made.suffix}"):
        with pytest.raises(Failed):
            restore(store_url, file)
    assert content(store) == wanted


def test_the_commands_take_the_apps_own_database(store, store_url, tmp_path):
    fill(store, "before-1")
    wanted = content(store)
    environment = os.environ | {"DATABASE_URL": store_url.render_as_string(hide_password=False)}

    def run(*words: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, env=environment, capture_output=True, text=True)

    old = tmp_path / f"scale-it-up-old{ENDS[store_url.get_backend_name()]}"
    old.touch()
    os.utime(old, (0, 0))
    made = run("deploy.backup", str(tmp_path)).stdout.strip()
    assert not old.exists()
    fill(store, "after-1")
    assert run("deploy.restore", made).returncode == 2, "nothing is replaced without --yes"
    assert len(content(store)) == 3
    store.close()
    assert run("deploy.restore", made, "--yes").stdout.startswith("restored")
    assert content(store) == wanted

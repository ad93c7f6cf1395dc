"""Which database there is, and what is said where it cannot be used: what to do, and never the password."""

import pytest
from sqlalchemy.engine import make_url

from dashboard.store import address as addresses
from dashboard.store.address import FILE, BadAddress, address, own_file, read_address
from dashboard.store.database import Away, Database, told

SECRET = "s3cr3t-pass"


def test_without_a_name_it_is_a_file_beside_the_app(monkeypatch, tmp_path):
    monkeypatch.delenv(addresses.VARIABLE, raising=False)
    monkeypatch.setattr(addresses, "own_file", lambda: tmp_path / FILE)
    assert address().render_as_string() == f"sqlite:///{tmp_path / FILE}"


def test_where_the_app_cannot_write_it_is_in_the_persons_data_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(addresses, "user_data_path", lambda *_names, **_more: tmp_path / "mine")
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, where a folder would have to be")
    assert own_file(blocked) == tmp_path / "mine" / FILE
    assert own_file(tmp_path / "data") == tmp_path / "data" / FILE
    assert [path.name for path in (tmp_path / "data").iterdir()] == [], "what was tried leaves nothing behind"


def test_where_nothing_can_be_written_it_says_so(monkeypatch, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    monkeypatch.setattr(addresses, "user_data_path", lambda *_names, **_more: blocked)
    with pytest.raises(BadAddress, match=addresses.VARIABLE):
        own_file(blocked)


@pytest.mark.parametrize("given", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_ways_in_which_postgresql_is_written_are_one(given):
    assert read_address(f"{given}://me:{SECRET}@host:5432/lab").drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "given",
    [
        f"me:{SECRET}@host", f"mysql://me:{SECRET}@host/lab", f"postgresql+asyncpg://me:{SECRET}@host/lab", f"x://{SECRET}",
        f"postgresql://me:{SECRET}@host:notaport/lab", "sqlite://", "sqlite:///:memory:", f"http://me:{SECRET}@host",
    ],
)  # fmt: skip
def test_a_bad_address_is_refused_with_what_to_do_and_without_the_password(given):
    with pytest.raises(BadAddress) as refused:
        read_address(given)
    assert "DATABASE_URL" in str(refused.value)
    assert "sqlite:///file.sqlite" in str(refused.value)
    assert SECRET not in str(refused.value)


def test_what_is_said_of_a_dead_database_has_no_password():
    url = make_url(f"postgresql+psycopg://me:{SECRET}@host/lab")
    words = told(url, OSError(f"could not connect with me:{SECRET}\nat host"))
    assert SECRET not in words
    assert "host/lab" in words
    assert "\n" not in words


def test_a_driver_that_is_not_installed_is_named(monkeypatch):
    def none(*_args, **_options):
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr("dashboard.store.database.create_engine", none)
    with pytest.raises(BadAddress, match="pip install") as refused:
        Database(make_url(f"postgresql+psycopg://me:{SECRET}@host/lab")).open()
    assert SECRET not in str(refused.value)


def test_a_database_in_a_folder_that_is_not_there_is_away_until_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("dashboard.store.database.RETRY_S", 0.0)
    database = Database(make_url(f"sqlite:///{tmp_path / 'later' / FILE}"))
    with pytest.raises(Away, match="DATABASE_URL"):
        database.open()
    (tmp_path / "later").mkdir()
    database.open()
    with database.reading():
        pass
    database.close()

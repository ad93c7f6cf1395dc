"""The app as it is hosted, on PostgreSQL and behind nginx: what passes and what does not; when parts of it die nothing is lost."""

import contextlib
import http.client
import json
import secrets
import socket
import time
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from dashboard import files
from tests.deploy.room import OPTIONS, VOTED, WRITTEN, Class, Teacher, until
from tests.deploy.whole import COUNTED, HOST, LESSON, hosted, trusting

STUDENTS = 6
AWAY_S = 30
"""So long the database is away, as is promised: longer than all waiting within one request."""


@pytest.fixture(scope="module")
def url(cluster):
    made = cluster.create()
    yield made
    cluster.drop(made)


@pytest.fixture(scope="module")
def whole(url, tmp_path_factory):
    with hosted(url, tmp_path_factory.mktemp("whole")) as running:
        yield running


@contextlib.contextmanager
def away(cluster, how="fast"):
    """Meanwhile there is no database."""
    cluster.stop(how)
    try:
        yield
    finally:
        cluster.start()


def test_cookies_are_for_tls_only_and_everything_leads_there(whole):
    who = whole.learner()
    assert {"learner", "scale_it_up_route"} <= set(who.set)
    assert [text for text in who.set.values() if "Secure" not in text or "HttpOnly" not in text] == []
    status, headers, _ = who.ask("GET", "/")
    assert (status, headers["strict-transport-security"]) == (200, "max-age=31536000")
    assert "default-src 'self'" in headers["content-security-policy"]
    with socket.create_connection(("127.0.0.1", whole.proxy.plain_port)) as plain:
        plain.sendall(f"GET /teach?x=1 HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        answer = plain.makefile("rb").read().decode()
    assert "301 Moved Permanently\r\n" in answer and f"Location: https://{HOST}:{whole.proxy.port}/teach?x=1\r\n" in answer


def test_whoever_names_another_host_gets_no_answer(whole):
    connection = whole.learner().connection()
    with pytest.raises((ConnectionError, OSError)):
        connection.request("GET", "/", headers={"Host": "evil.example"})
        connection.getresponse()


@pytest.mark.parametrize(
    "path", ["/metrics", "/readyz", "/_stcore/metrics", "/_stcore/agent/openapi.json", "//metrics", "/%6detrics"]
)
def test_what_is_for_those_who_run_it_is_not_for_others(whole, path):
    status, _, body = whole.learner().ask("GET", path)
    assert status != 200 and b"process_" not in body


@pytest.mark.parametrize("path", ["/_stcore/upload_file/s/f", "//_stcore/upload_file/s/f", "/%5Fstcore/upload_file/s/f"])
def test_nobody_leaves_a_file_with_streamlit_neither_through_the_proxy_nor_past_it(whole, path):
    who, counted = whole.learner(), 'scale_it_up_requests_total{kind="streamlit",status="404"}'
    before = [one.metric(counted) for one in whole.processes]
    assert who.ask("OPTIONS", path)[0] == 404
    assert [one.metric(counted) for one in whole.processes] == before, "no process is asked"
    connection = http.client.HTTPConnection("127.0.0.1", whole.processes[0].port, timeout=20)
    connection.request("OPTIONS", path)
    assert connection.getresponse().status == 404
    connection.close()


def test_past_the_proxy_it_is_and_whoever_came_through_one_is_told_so_by_the_app_too(whole):
    one = whole.processes[0]
    assert "process_resident_memory_bytes" in one.ask("/metrics")[1]
    assert one.ask("/_stcore/metrics")[0] == 200
    for path in ("/metrics", "/_stcore/metrics"):
        assert one.ask(path, **{"X-Forwarded-For": "203.0.113.7"})[0] == 404
    assert whole.learner().ask("GET", "/healthz")[::2] == (200, b"alive\n")


def test_the_proxy_keeps_its_connections_to_the_processes_for_the_next_requests(whole):
    def kept() -> set[tuple[str, str]]:
        """Both ends of the proxy's open connections to a process, as Linux tells them."""
        ports = {f":{one.port:04X}" for one in whole.processes}
        rows = [line.split()[1:4] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return {(here, there) for here, there, state in rows if there[-5:] in ports and state == "01"}

    who, seen = whole.learner(), []
    for _ in range(20):
        assert who.ask("GET", "/healthz")[0] == 200
        seen.append(kept())
    assert all(seen), "after an answer its connection is still there"
    assert len(set.union(*seen)) < 20, "and serves the next"


def test_files_come_from_the_disk_compressed_and_are_kept_if_they_never_change(whole):
    who = whole.learner()
    page = who.ask("GET", "/")[2].decode()
    script = "/" + page.partition('src="./')[2].partition('"')[0]
    status, headers, _ = who.ask("GET", script, **{"Accept-Encoding": "gzip"})
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert "immutable" in headers["cache-control"] and "javascript" in headers["content-type"]
    own = f"/{files.address('stage/stage.js')}"
    status, headers, _ = who.ask("GET", own, **{"Accept-Encoding": "gzip"})
    assert (status, headers["content-encoding"]) == (200, "gzip") and "immutable" in headers["cache-control"]
    assert own[1:] in who.ask("GET", "/load-balancing")[2].decode(), "it is what the page names"
    counted = 'scale_it_up_requests_total{kind="static"'
    before = [one.metric(counted) for one in whole.processes]
    who.ask("GET", own)
    assert [one.metric(counted) for one in whole.processes] == before, "no process is asked for what is on the disk"
    who.ask("GET", "/static/js/of-another-version.js")
    assert sum(one.metric(counted) for one in whole.processes) == sum(before) + 1, "but for what is not"
    status, headers, _ = who.ask("GET", own.replace(files.version(), "of-another"))
    assert (status, headers["cache-control"]) == (200, "no-store"), "a page that was there before an upgrade still works"


def test_the_same_browser_comes_to_the_same_process_and_a_school_to_both(whole):
    at = []
    for _ in range(10):  # all from one address
        who, before = whole.learner(), [one.metric(COUNTED) for one in whole.processes]
        for _ in range(3):
            assert who.ask("GET", f"/api/lessons/{LESSON}")[0] == 200
        counts = [one.metric(COUNTED) - count for one, count in zip(whole.processes, before)]
        assert sorted(counts) == [0, 3], "they are spread over both"
        at.append(counts.index(3))
    assert set(at) == {0, 1}


def socket_of(whole, who, origin: str | None, to: int | None = None):
    """A WebSocket to the app: through the proxy, or straight to a process."""
    port = to or whole.proxy.port
    more = {} if to else {"ssl": trusting(), "server_hostname": HOST}
    address = f"{'ws' if to else 'wss'}://{who.host}/_stcore/stream"
    return connect(
        address, sock=socket.create_connection(("127.0.0.1", port)), origin=origin, subprotocols=["streamlit"],
        additional_headers={"Cookie": who.headers()["Cookie"]}, compression=None, max_size=None, **more,
    )  # fmt: skip


def test_a_page_is_drawn_over_its_websocket(whole):
    who = whole.learner()
    with socket_of(whole, who, f"https://{who.host}") as line:
        run = BackMsg()
        run.rerun_script.query_string = ""
        line.send(run.SerializeToString())
        assert len(line.recv(timeout=60)) > 10
        assert sum(one.metric("scale_it_up_sessions_open") for one in whole.processes) >= 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"https://{HOST}"])
def test_a_page_of_another_site_opens_none(whole, origin):
    """The last one is this host on another port, which is another site too."""
    who = whole.learner()
    for to in (None, whole.processes[0].port):  # nginx refuses it, and so does the app
        with pytest.raises(InvalidStatus) as refused:
            socket_of(whole, who, origin, to)
        assert refused.value.response.status_code == 403
    assert who.ask("POST", f"/api/lessons/{LESSON}", {"action": "next"}, Origin=origin)[0] == 403


def test_a_flood_over_a_websocket_is_closed(whole):
    who = whole.learner()
    with socket_of(whole, who, f"https://{who.host}") as line:
        with pytest.raises(ConnectionClosed) as closed:
            for _ in range(2_000):
                line.send(BackMsg().SerializeToString())
            line.recv(timeout=30)
        assert closed.value.rcvd.code == 1008
    assert who.ask("GET", f"/api/lessons/{LESSON}")[0] == 200, "nobody else notices"


def test_events_of_a_room_come_as_they_are_sent_whichever_process_made_them(whole):
    teacher, other = whole.at(0), whole.at(1)
    status, _, body = teacher.ask("POST", "/api/rooms", {"lesson": LESSON, "title": "before"})
    assert status == 200, body
    room = json.loads(body)["token"]
    other.cookies["room_key"] = teacher.cookies["room_key"]  # the same teacher at another device
    for watcher, speaker in ((teacher, other), (other, teacher)):
        connection = watcher.connection()
        connection.request("GET", f"/api/rooms/{room}/events", headers=watcher.headers(Accept="text/event-stream"))
        stream = connection.getresponse()
        assert (stream.status, stream.headers.get_content_type()) == (200, "text/event-stream")
        assert sum(one.metric("scale_it_up_event_streams_open") for one in whole.processes) >= 1
        title = secrets.token_hex(4)
        seen = iter(stream.readline, b"")
        next(line for line in seen if line.startswith(b"data:"))  # how things are at the begin
        told = speaker.ask("POST", f"/api/rooms/{room}/commands", {"command": "settings", "title": title})
        assert told[0] == 200, told
        assert next(line for line in seen if title.encode() in line)
        connection.close()


def test_a_process_that_is_told_to_stop_ends_its_streams_and_does(whole):
    """It would wait for the streams, which last as long as their pages: an update would have to kill it each time."""
    one = whole.processes[1]
    teacher = whole.at(1)
    room = json.loads(teacher.ask("POST", "/api/rooms", {"lesson": LESSON})[2])["token"]
    connection = teacher.connection()
    connection.request("GET", f"/api/rooms/{room}/events", headers=teacher.headers())
    stream = connection.getresponse()
    assert next(line for line in iter(stream.readline, b"") if line == b"event: room\n")
    one.stop()
    stream.read()  # it came to its end: of one that was cut off http.client says so
    connection.close()
    teacher.until_taken("/api/rooms", {"lesson": LESSON})  # at the other process
    one.start()
    one.wait()


@pytest.fixture
def school(whole):
    made = Class(whole, STUDENTS)
    yield made
    made.leaves()


def stored(cluster, url, room: Teacher) -> list[tuple[str, str]]:
    """Who wrote what in a room, as the database has it."""
    mine = "FROM answers JOIN members USING (learner_id) JOIN rooms ON rooms.id = room_id"
    return sorted(
        cluster.tell(f"SELECT name, key {mine} WHERE token = '{room.token}' AND answers.step = '{WRITTEN}'", url.database)
    )


def goes_on(school: Class, rows: list[tuple[str, str]]) -> None:
    """Whether nothing was lost and nothing counts twice, and the class goes on together."""
    assert rows == school.teacher.table(WRITTEN) == school.acknowledged()
    assert {one.at() for one in school.students} == {WRITTEN}
    school.goes_to(VOTED)
    for number, one in enumerate(school.students):
        one.votes(number % OPTIONS)
    assert school.teacher.votes() == [STUDENTS // OPTIONS] * OPTIONS


def test_a_class_goes_on_when_a_process_and_the_database_die(whole, url, cluster, school):
    """They write; in the middle one of two processes is killed, and then the database."""
    school.goes_to(WRITTEN)
    with school.writing(pause_s=0.2):
        school.everybody_writes(2)
        whole.processes[0].kill()
        school.everybody_writes(2)  # at the other one
        whole.processes[0].start()
        with away(cluster, "immediate"):
            until(lambda: whole.processes[1].ask("/readyz")[0] == 503, "it does not see that the database is away")
        school.everybody_writes(2)
    whole.processes[0].wait()
    assert [one.streams > 1 for one in school.students[::2]] == [True] * (STUDENTS // 2), "those at the process that was killed"
    goes_on(school, stored(cluster, url, school.teacher))
    whole.at(0).until_taken("/api/rooms", {"lesson": LESSON})  # the one that was killed takes part again
    assert whole.processes[1].metric("scale_it_up_database_errors_total") > 0


def test_a_class_is_told_that_nothing_is_saved_while_the_database_is_away_and_goes_on_by_itself(whole, url, cluster, school):
    school.goes_to(WRITTEN)
    with school.writing(pause_s=0.5):
        school.everybody_writes(1)
        with away(cluster):
            until(lambda: all(one.refusals for one in school.students), "somebody's text is taken, by whom?")
            before = school.acknowledged()
            time.sleep(AWAY_S)
            assert school.acknowledged() == before
            told = {refusal for one in school.students for refusal in one.refusals}
        school.everybody_writes(2)
    assert told == {(503, "The database cannot be reached, so nothing can be saved just now. It is tried again.")}
    assert [one.streams for one in school.students] == [1] * STUDENTS, "streams bear it"
    goes_on(school, stored(cluster, url, school.teacher))


def test_a_browser_says_that_an_answer_is_not_saved_yet_and_saves_it_by_itself(whole, cluster, comes):
    teacher = Teacher(whole.learner())
    teacher.paces(VOTED)
    ann = comes(f"https://{HOST}:{whole.proxy.port}/room/{teacher.token}", ignore_https_errors=True)
    ann.enters("Ann").at(VOTED)
    with away(cluster):
        ann.votes(1, sure=3)
        unsaved = ann.page.locator(".lesson .unsaved")
        unsaved.wait_for()
        assert unsaved.inner_text().startswith("Not saved yet")
    unsaved.wait_for(state="hidden")
    assert teacher.votes() == [0, 1]


def test_a_class_goes_on_while_one_process_after_the_other_is_started_anew(whole, url, cluster, school):
    """As deploy/restart does it."""
    school.goes_to(WRITTEN)
    with school.writing(pause_s=2.0):
        school.everybody_writes(1)
        for one in whole.processes:
            one.stop()
            one.start()
            one.wait()
            school.everybody_writes(1)
    assert [one.streams > 1 for one in school.students] == [True] * STUDENTS
    goes_on(school, stored(cluster, url, school.teacher))


def test_the_log_is_json_and_says_nothing_of_people(whole):
    """After all that the others did: it runs last."""
    for one in whole.processes:
        told = [json.loads(line) for line in one.log().splitlines()]
        assert all({"time", "level", "logger", "message"} <= set(line) for line in told)
        assert not [line for line in told for word in ("127.0.0.1", LESSON, "Student") if word in json.dumps(line)]

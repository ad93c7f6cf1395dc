"""Pages: what stands in the documents of a room, who is given which, and which addresses a class is offered."""

import re
import socket
from collections import namedtuple

import pytest
import segno

from dashboard import files
from dashboard.classroom import addresses, pages
from dashboard.classroom.qr import QUIET, qr_svg
from dashboard.lost import way_home
from tests.dashboard.classroom.world import browser
from tests.dashboard.lesson.calls import HOST, call
from tests.dashboard.lesson.played import LESSON

HERE = f"http://{HOST}/"
Network = namedtuple("Network", "family address")
State = namedtuple("State", "isup")


def got(school, path, who=None, headers=None, **more):
    return call(school.app, "GET", path, headers=(who.cookies if who else {}) | (headers or {}), **more)


def linked(html: str) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]*)"', html)


def test_every_document_loads_only_files_of_ours_that_there_are(school):
    room = f"/room/{school.token}"
    for path in ("/join", room, f"{room}/questions", f"/claim/{school.token}", "/paper-cards"):
        reply = got(school, path)
        html = reply.body.decode()
        assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert way_home(path) is None
        assert f'<a href="{path[1:]}">Load it again</a>' in html or path == "/paper-cards"
        assert "<noscript>" in html and 'lang="en"' in html
        for one in linked(html):
            assert "://" not in one, one
            if one.startswith("files/"):
                assert (files.STATIC / one.removeprefix(files.address(""))).is_file(), one
        up = re.search(r'<base href="([^"]*)">', html).group(1)
        assert up == ("../" * (path.count("/") - 1) or "./")
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=|<style|style=", html), "the policy lets no inline code run"


def test_what_a_stranger_writes_into_an_address_is_text(school):
    html = got(school, '/join?code="><script>alert(1)</script>').body.decode()
    assert "<script>" not in html and "&lt;script&gt;" in html
    html = got(school, '/room/"><img src=x>').body.decode()
    assert "<img" not in html


def test_all_modules_that_a_page_needs_are_asked_for_at_once(school):
    html = got(school, f"/room/{school.token}/questions").body.decode()
    loaded = set(re.findall(rf'rel="modulepreload" href="{files.address("")}([^"]*)"', html))
    for name in loaded:
        text = (files.STATIC / name).read_text(encoding="utf-8")
        for path in re.findall(r"from '(\.[^']*)'", text):
            needed = (files.STATIC / name).parent.joinpath(path).resolve().relative_to(files.STATIC).as_posix()
            assert needed in loaded, f"{name} needs {needed}"
    assert {"lesson/learning.js", "room/follow.js", "stage/dom.js"} <= loaded
    assert not {"lesson/player.js", "stage/stage.js"} & loaded


def asked(html: str) -> set[str]:
    """What a document has the browser ask for before its modules are there."""
    return set(re.findall(r'rel="preload" as="fetch" crossorigin="" href="([^"]*)"', html))


def test_what_a_page_asks_first_is_asked_while_its_modules_come(school):
    room, path = f"api/rooms/{school.token}", f"/room/{school.token}"
    assert asked(got(school, path).body.decode()) == {room}
    ann = school.comes("Ann")
    assert asked(got(school, f"{path}/questions", ann).body.decode()) == {room, f"{room}/lessons/{LESSON.id}"}
    assert asked(got(school, f"{path}/questions").body.decode()) == {room}, "a stranger has no state"
    assert asked(got(school, "/join").body.decode()) == set()


def test_what_the_questions_need_can_come_while_a_name_is_typed(school):
    door, questions = (got(school, f"/room/{school.token}{more}").body.decode() for more in ("", "/questions"))
    later = re.search(r'data-later="([^"]*)"', door).group(1).split()
    wanted = {one for one in linked(questions) if one.startswith("files/")} - {
        files.address("icon.svg"),
        files.address("room/room.css"),
    }
    assert set(later) == wanted


def test_a_claim_link_takes_its_secret_out_of_the_address_first(school):
    html = got(school, f"/claim/{school.token}").body.decode()
    early = html.index(f'src="{files.address("room/secret.js")}"')
    assert early < html.index(f'src="{files.address("room/claim.js")}"')
    assert "import" not in (files.STATIC / "room/secret.js").read_text(encoding="utf-8").replace("important", "")


def test_the_card_is_for_the_teacher_and_the_wall(school):
    path = f"/room/{school.token}/card"
    student = school.comes("Ann")
    code = school.rooms.state(school.teacher.actor, school.token)["room"]["code"]
    assert got(school, path, browser()).status == got(school, path, student).status == 403
    assert got(school, f"/room/{'x' * 22}/card", school.teacher).status == 404
    card = got(school, path, school.teacher)
    html = card.body.decode()
    assert card.status == 200 and code in html and f"{HERE}room/{school.token}" in html and f"{HOST}/join" in html
    school.tell("code", do="close")
    assert code not in got(school, path, school.teacher).body.decode()
    school.tell("settings", title="<b>4b</b>")
    assert "&lt;b&gt;4b&lt;/b&gt;" in got(school, path, school.teacher).body.decode()
    school.tell("settings", title=LESSON.title)
    assert got(school, path, school.teacher).body.decode().count(LESSON.title) == 1, "a room that is called as its lesson is"


@pytest.fixture
def laptop(monkeypatch):
    """A machine in a network, with others that no phone is in."""
    networks = {
        "lo": [Network(socket.AF_INET, "127.0.0.1")],
        "docker0": [Network(socket.AF_INET, "172.17.0.1")],
        "eth1": [Network(socket.AF_INET, "169.254.7.7")],
        "wlan0": [Network(socket.AF_INET6, "fe80::1%wlan0"), Network(socket.AF_INET, "192.168.1.5")],
        "off0": [Network(socket.AF_INET, "10.0.0.9")],
    }
    monkeypatch.setattr(addresses.psutil, "net_if_addrs", lambda: networks)
    monkeypatch.setattr(addresses.psutil, "net_if_stats", lambda: {name: State(name != "off0") for name in networks})
    monkeypatch.setattr(addresses.config, "get_option", lambda _name: None)
    monkeypatch.setattr(addresses, "answers", lambda address: "192" in address)
    monkeypatch.setattr(addresses, "SEEN", type(addresses.SEEN)())


LAPTOP = {"host": "localhost:8501"}
WLAN = "http://192.168.1.5:8501/"


def test_a_laptop_offers_its_networks_the_likeliest_first(school, laptop):
    asked = got(school, "/api/addresses", school.teacher, LAPTOP)
    told = asked.json["addresses"]
    assert [one["address"] for one in told] == [WLAN, "http://169.254.7.7:8501/", "http://172.17.0.1:8501/"]
    assert [one["answers"] for one in told] == [True, False, False]
    assert not any(one["only_here"] or one["seen"] for one in told)
    for here in ("192.168.1.5", "127.0.0.1"):  # the teacher's own look says nothing of other devices
        got(school, "/join", headers={"host": "192.168.1.5:8501"}, source=here)
    told = got(school, "/api/addresses", school.teacher, LAPTOP).json["addresses"]
    assert not any(one["seen"] for one in told)
    got(school, "/join", headers={"host": "192.168.1.5:8501"}, source="192.168.1.77")
    told = got(school, "/api/addresses", school.teacher, LAPTOP).json["addresses"]
    assert [one["seen"] for one in told] == [True, False, False]


def test_an_address_answers_where_something_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert addresses.answers(f"http://127.0.0.1:{port}/")
    assert not addresses.answers(f"http://127.0.0.1:{port}/")


def test_without_a_network_there_is_only_this_machine(school, laptop, monkeypatch):
    monkeypatch.setattr(addresses.psutil, "net_if_addrs", dict)
    (only,) = got(school, "/api/addresses", school.teacher, LAPTOP).json["addresses"]
    assert only == {"address": "http://localhost:8501/", "only_here": True, "answers": True, "seen": False}


@pytest.mark.parametrize("why", ["proxy", "hosted", "bound"])
def test_where_the_app_is_hosted_its_own_address_is_the_only_one(school, laptop, monkeypatch, why):
    if why == "hosted":
        monkeypatch.setattr(addresses, "hosted", lambda: True)
    if why == "bound":
        monkeypatch.setattr(addresses.config, "get_option", lambda _name: "127.0.0.1")
    headers = {"x-forwarded-for": "203.0.113.7"} if why == "proxy" else {}
    told = got(school, "/api/addresses", school.teacher, headers).json["addresses"]
    assert [one["address"] for one in told] == [HERE]


def test_only_teachers_are_told_the_addresses(school, laptop):
    assert got(school, "/api/addresses", browser()).status == got(school, "/api/addresses", school.comes("Ann")).status == 403
    assert got(school, "/api/addresses", school.teacher, {"sec-fetch-site": "cross-site"}).status == 403


def test_the_qr_code_holds_the_link_and_no_address_but_our_own(school, laptop):
    path = f"/room/{school.token}/qr.svg"
    plain = got(school, path, headers=LAPTOP)
    link = f"{WLAN}room/{school.token}"
    assert plain.headers["content-type"] == "image/svg+xml" and link in plain.body.decode()
    side = segno.make(link, error="m", micro=False).symbol_size(border=QUIET)[0]
    assert f'viewBox="0 0 {side} {side}"' in plain.body.decode()
    other = got(school, f"{path}?address=http://172.17.0.1:8501/", headers=LAPTOP)
    assert f"http://172.17.0.1:8501/room/{school.token}" in other.body.decode()
    assert got(school, f"{path}?address=https://elsewhere.example/", headers=LAPTOP).status == 404
    assert got(school, "/room/nothing/qr.svg", headers=LAPTOP).status == 404


def test_a_qr_code_is_drawn_in_black_on_white():
    drawn = qr_svg("http://a.example/room/x", "A link").decode()
    assert 'fill="#fff"' in drawn and 'stroke="#000"' in drawn and "<title>A link</title>" in drawn


def test_the_card_offers_every_address_and_may_look_whether_it_answers(school, laptop):
    path = f"/room/{school.token}/card"
    card = got(school, path, school.teacher, LAPTOP)
    html = card.body.decode()
    policy = card.headers["content-security-policy"]
    assert html.count("data-address=") == 3 and f"img-src 'self' data: {WLAN} " in policy and "default-src 'self'" in policy
    assert f"{WLAN}room/{school.token}" in html
    chosen = got(school, f"{path}?address=http://172.17.0.1:8501/", school.teacher, LAPTOP).body.decode()
    assert f"http://172.17.0.1:8501/room/{school.token}" in chosen
    foreign = got(school, f"{path}?address=https://elsewhere.example/", school.teacher, LAPTOP).body.decode()
    assert "elsewhere" not in foreign


def test_there_is_a_card_for_each_letter(school):
    for size, look in (("", 'class="letters"'), ("?size=page", 'class="letters large"')):
        html = got(school, f"/paper-cards{size}").body.decode()
        assert re.findall(r'data-letter="(.)"', html) == list(pages.LETTERS) and look in html


def test_a_members_report_is_theirs_in_this_room(school):
    path = f"/room/{school.token}/lessons/every_kind/report"
    student = school.comes("Ann")
    assert got(school, path, browser()).status == 403
    assert got(school, path, school.teacher).status == 403
    assert got(school, path, student).status == 404  # nothing was judged yet
    assert way_home(path) is None and way_home("/lessons/every_kind/report") is None

"""The command line: options, messages, exit codes, and what it prints."""

import csv
import functools
import gzip
import io
import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine import table
from engine.cli import main
from tests.engine.pretended import Pretended

ROOT = Path(__file__).resolve().parents[2]
RECORDING = b"timestamp,value\n2014-04-10 00:04:00,30\n2014-04-10 00:09:00,60\n2014-04-10 00:14:00,90\n"


@pytest.fixture
def system_file(tmp_path):
    path = tmp_path / "system.json"
    path.write_text('{"servers": {"count": 3}}')
    return str(path)


@pytest.fixture
def refused(capsys):
    """Run it, expect exit code 2 and nothing on standard output, and return the message."""

    def expect(*arguments, **options):
        assert main(list(arguments), **options) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "Traceback" not in printed.err
        return printed.err

    return expect


class TestOptions:
    def test_the_run_is_asked_for_what_the_options_say(self, system_file, capsys):
        run = Pretended()
        assert main([system_file, "--requests", "5000", "--seed", "7", "--engine", "reference"], run=run) == 0
        system, options = run.asked
        assert system.servers.count == 3
        assert options == {"requests": 5_000, "duration_s": None, "seed": 7, "engine": "reference"}

        assert main([system_file, "--duration", "2.5"], run=run) == 0
        assert run.asked[1] == {"requests": None, "duration_s": 2.5, "seed": 1, "engine": "auto"}
        assert main([system_file], run=run) == 0
        assert run.asked[1] == {"requests": None, "duration_s": None, "seed": 1, "engine": "auto"}

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ([], "the following arguments are required: system"),
            (["x.json", "--requests", "0"], "argument --requests: 0 is not between 1 and 50,000,000"),
            (["x.json", "--requests", "1e5"], "'1e5' is not a whole number"),
            (["x.json", "--duration", "-1"], "argument --duration: -1 is not a number above 0"),
            (["x.json", "--duration", "nan"], "nan is not a number above 0"),
            (["x.json", "--duration", "inf"], "inf is not a number above 0"),
            (["x.json", "--duration", "long"], "'long' is not a number"),
            (["x.json", "--duration", "1", "--requests", "1"], "not allowed with argument"),
            (["x.json", "--seed", "-1"], "argument --seed: -1 is not between"),
            (["x.json", "--engine", "steam"], "invalid choice: 'steam'"),
            (["x.json", "--speed", "0"], "argument --speed: 0 is not a number above 0"),
            (["x.json", "y.json"], "unrecognized arguments: y.json"),
            (["x.json", "--colour"], "unrecognized arguments: --colour"),
        ],
    )
    def test_wrong_usage_ends_with_2_and_the_usage(self, arguments, message, capsys):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
        printed = capsys.readouterr()
        assert message in printed.err
        assert "usage: python -m engine" in printed.err

    @pytest.mark.parametrize(("option", "text"), [("--version", "python -m engine "), ("--help", "--accept-bad-lines")])
    def test_version_and_help(self, option, text, capsys):
        with pytest.raises(SystemExit) as ended:
            main([option])
        assert ended.value.code == 0
        assert text in capsys.readouterr().out


class TestInput:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "is not JSON: Expecting value"),
            ("{", "is not JSON: Expecting property name"),
            ("[1]", "system: [1] is not an object of names and values"),
            ('{"servers": {"count": 0}}', "servers.count: 0 is below 1"),
            ('{"traffic": {"rate": NaN}}', "traffic.rate: nan is not a finite number"),
            ('{"traffic": {"rate": 1e999}}', "traffic.rate: inf is not a finite number"),
            ('{"servers": {"count": 1, "count": 2}}', "count: is given twice"),
            ('{"cdn": {"pops": []}}', "cdn.pops: "),
            ("[" * 100_000, "is nested too deeply"),
            ('{"servers": {"count": ' + "9" * 5_000 + "}}", "is not JSON: Exceeds the limit"),
        ],
        ids=lambda text: text[:30],
    )
    def test_what_is_wrong_with_a_system_is_said_with_its_file(self, text, message, tmp_path, refused):
        path = tmp_path / "wrong.json"
        path.write_text(text)
        assert refused(str(path)).startswith(f"python -m engine: {path}: {message}")

    def test_every_wrong_field_has_its_line(self, tmp_path, refused):
        path = tmp_path / "wrong.json"
        path.write_text('{"servers": {"count": 0, "vcpus": 1000}, "sever": {}}')
        assert refused(str(path)).splitlines() == [
            f"python -m engine: {path}: servers.count: 0 is below 1",
            f"python -m engine: {path}: servers.vcpus: 1,000 is above 256",
            f"python -m engine: {path}: sever: there is no such field; did you mean servers?",
        ]

    def test_files_that_cannot_be_read(self, tmp_path, refused):
        assert "none.json: cannot be read: No such file or directory" in refused(str(tmp_path / "none.json"))
        assert "cannot be read: Is a directory" in refused(str(tmp_path))
        assert "cannot be read" in refused("a\0b")
        (tmp_path / "latin.json").write_bytes(b'{"\xe9": 1}')
        assert "latin.json: is not JSON: 'utf-8' codec" in refused(str(tmp_path / "latin.json"))
        (tmp_path / "bom.json").write_bytes(b"\xef\xbb\xbf{}")
        assert main([str(tmp_path / "bom.json")], run=Pretended()) == 0

    def test_a_dash_reads_standard_input(self, monkeypatch, refused):
        run = Pretended()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"servers": {"count": 4}}')))
        assert main(["-"], run=run) == 0
        assert run.asked[0].servers.count == 4
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"servers": {"count": 0}}')))
        refused_text = main(["-"], run=run)
        assert refused_text == 2


class TestRecording:
    def test_its_traffic_takes_the_place_of_the_systems(self, tmp_path, capsys):
        (tmp_path / "system.json").write_text('{"traffic": {"rate": 5, "write_ratio": 0.5}, "servers": {"count": 3}}')
        (tmp_path / "counts.csv.gz").write_bytes(gzip.compress(RECORDING))
        run = Pretended()
        arguments = [
            str(tmp_path / "system.json"),
            "--recording",
            str(tmp_path / "counts.csv.gz"),
            "--speed",
            "60",
            "--scale",
            "100",
        ]
        assert main(arguments, run=run) == 0
        traffic = run.asked[0].traffic
        assert (traffic.pattern, traffic.recording_speed, traffic.write_ratio) == ("recorded", 60.0, 0.5)
        assert traffic.rate == pytest.approx(100 * 180 / 900)  # 180 requests in three intervals of 300 s
        assert traffic.recording == [(0.0, 30.0), (300.0, 60.0), (600.0, 90.0)]
        assert run.asked[0].servers.count == 3
        assert "180 requests in 15 min" in capsys.readouterr().err

    def test_bad_lines_stop_it_unless_they_are_accepted(self, tmp_path, system_file, refused, capsys):
        path = tmp_path / "counts.csv"
        path.write_bytes(RECORDING + b"tomorrow,5\n")
        message = refused(system_file, "--recording", str(path))
        assert message.startswith("python -m engine: --recording: ")
        assert "line 5: the time is neither" in message
        assert "--accept-bad-lines" in message
        assert main([system_file, "--recording", str(path), "--accept-bad-lines"], run=Pretended()) == 0
        said = capsys.readouterr().err
        assert "1 bad line left out" in said
        assert "left out: line 5: the time is neither" in said

    def test_an_access_log_by_a_chosen_interval(self, tmp_path, system_file):
        path = tmp_path / "access.log"
        moments = ("13:55:36", "13:56:35", "13:56:36")
        path.write_text("".join(f'192.0.2.7 - - [10/Oct/2000:{moment} -0700] "GET / HTTP/1.0" 200 23\n' for moment in moments))
        run = Pretended()
        assert main([system_file, "--recording", str(path), "--interval", "60"], run=run) == 0
        assert run.asked[0].traffic.recording == [(0.0, 2.0), (60.0, 1.0)]

    def test_from_standard_input(self, system_file, monkeypatch, refused):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(RECORDING)))
        run = Pretended()
        assert main([system_file, "--recording", "-"], run=run) == 0
        assert len(run.asked[0].traffic.recording) == 3

    def test_what_cannot_be_used_is_said(self, tmp_path, system_file, refused):
        assert "none.csv cannot be read: No such file" in refused(system_file, "--recording", str(tmp_path / "none.csv"))
        path = tmp_path / "counts.csv"
        path.write_bytes(RECORDING)
        assert "choose a scale between" in refused(system_file, "--recording", str(path), "--scale", "1e-9")
        assert "need a --recording" in refused(system_file, "--speed", "2")
        assert "need a --recording" in refused(system_file, "--accept-bad-lines")
        (tmp_path / "list.json").write_text("[]")
        assert "system: [] is not an object" in refused(str(tmp_path / "list.json"), "--recording", str(path))
        (tmp_path / "traffic.json").write_text('{"traffic": 5}')
        assert "traffic: 5 is not an object" in refused(str(tmp_path / "traffic.json"), "--recording", str(path))

    def test_standard_input_is_not_read_twice(self, monkeypatch, refused):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
        assert "is read for the system already" in refused("-", "--recording", "-")


class TestOutput:
    def test_a_table_or_json(self, system_file, capsys):
        run = Pretended()
        assert main([system_file], run=run) == 0
        assert capsys.readouterr().out == table.as_table(run.result) + "\n"
        assert main([system_file, "--json"], run=run) == 0
        assert json.loads(capsys.readouterr().out) == json.loads(table.as_json(run.result))

    def test_a_run_stopped_by_its_budget_ends_with_1_and_shows_what_it_has(self, system_file, capsys):
        assert main([system_file], run=Pretended(stopped="the budget of 10 events is spent")) == 1
        printed = capsys.readouterr()
        assert "latency p99" in printed.out
        assert "Stopped early: the budget of 10 events is spent" in printed.out
        assert printed.err == "python -m engine: stopped early: the budget of 10 events is spent\n"

    def test_a_run_shorter_than_asked_for_ends_with_1_and_says_why(self, system_file, capsys):
        run = Pretended(requests_sent=5_000, note="no compiler here")
        assert main([system_file, "--requests", "5000"], run=run) == 0
        assert capsys.readouterr().err == ""
        assert main([system_file, "--requests", "5001"], run=run) == 1
        assert capsys.readouterr().err == (
            "python -m engine: stopped early: 5,000 of 5,001 requests are simulated (no compiler here)\n"
        )

    def test_the_timeline_as_csv(self, system_file, tmp_path):
        path = tmp_path / "timeline.csv"
        path.write_text("something longer that was there before\n" * 10)
        assert main([system_file, "--csv", str(path)], run=Pretended()) == 0
        rows = list(csv.reader(path.read_text().splitlines()))
        assert rows == [["start_s", "end_s", "throughput"], ["0.0", "1.0", "9.5"], ["1.0", "2.0", "10.25"]]

    def test_the_tail_when_it_is_asked_for(self, capsys, tmp_path):
        path = tmp_path / "system.json"
        path.write_text('{"traffic": {"static_ratio": 1.0}}')
        arguments = [str(path), "--requests", "300", "--engine", "plain", "--tail"]
        assert main(arguments) == 0
        printed = capsys.readouterr().out
        assert "Slowest 1 % beside the middle of 300 kept requests (3 beside 30), mean ms" in printed
        assert "Requests of every speed, ms" in printed
        assert main([*arguments, "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert sum(part["excess_ratio"] for part in printed["tail"]["parts"]) == pytest.approx(1)
        assert sum(bucket["kept_count"] for bucket in printed["exemplars"]) == 300
        assert main([str(path), "--requests", "50", "--engine", "plain", "--tail"]) == 0
        assert "Slowest requests: too few were answered and kept" in capsys.readouterr().out

    def test_a_csv_that_cannot_be_written_is_found_before_the_run(self, system_file, tmp_path, refused):
        run = Pretended()
        message = refused(system_file, "--csv", str(tmp_path / "no" / "timeline.csv"), run=run)
        assert "timeline.csv: cannot be written: No such file or directory" in message
        assert run.asked is None

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full here")
    def test_a_full_disk_costs_the_timeline_but_not_the_answer(self, system_file, capsys):
        assert main([system_file, "--csv", "/dev/full"], run=Pretended()) == 2
        printed = capsys.readouterr()
        assert "latency p99" in printed.out
        assert printed.err == "python -m engine: --csv /dev/full: cannot be written: No space left on device\n"

    def test_what_the_run_refuses_ends_with_2(self, system_file, refused):
        def run(system, **options):
            raise ValueError("engine 'compiled' is not here")

        assert refused(system_file, run=run) == "python -m engine: engine 'compiled' is not here\n"
        assert "duration_s must be between" in refused(system_file, "--duration", "1e12")

    def test_an_interruption_ends_with_130(self, system_file):
        def run(system, **options):
            raise KeyboardInterrupt

        assert main([system_file], run=run) == 130


def command(*arguments, stdin=b"", environment=None, **options):
    """Run the real command, and wait for it."""
    return subprocess.run(
        [sys.executable, "-m", "engine", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | (environment or {}),
        timeout=120,
        **options,
    )


class TestProcess:
    """The real program, on real runs."""

    SYSTEM = b'{"traffic": {"rate": 50, "static_ratio": 1.0}, "servers": {"cpu_ms": 5}}'

    def test_a_run_as_json(self):
        done = command("-", "--requests", "2000", "--engine", "plain", "--json", stdin=self.SYSTEM)
        assert (done.returncode, done.stderr) == (0, b"")
        printed = json.loads(done.stdout)
        assert printed["error_rate"] == 0
        assert printed["latency_mean_ms"] > 0
        assert printed["offered_rate"] == pytest.approx(50, rel=4 / math.sqrt(2_000))  # four standard errors of 2,000 gaps

    def test_a_run_as_a_table_on_a_terminal_without_dashes(self):
        done = command("-", "--duration", "5", "--engine", "plain", stdin=self.SYSTEM, environment={"PYTHONIOENCODING": "ascii"})
        assert done.returncode == 0
        assert b"latency p99" in done.stdout
        done.stdout.decode("ascii")

    def test_recorded_traffic_is_played_at_its_rate_and_speed(self, tmp_path):
        """30, 60 and 90 requests in 300 s each, 300 times as fast at a mean of 100/s: 50, 100 and 150 requests in each second."""
        (tmp_path / "counts.csv").write_bytes(RECORDING)
        options = ["--recording", str(tmp_path / "counts.csv"), "--speed", "300", "--scale", "500", "--engine", "plain", "--json"]
        system = b'{"traffic": {"static_ratio": 1.0, "interarrival_cv": 0.0}}'
        for seconds, sent in ((2, 150), (4, 350)):  # the fourth second is the first of the recording again
            done = command("-", *options, "--duration", str(seconds), stdin=system)
            assert done.returncode == 0
            assert json.loads(done.stdout)["requests_sent"] == pytest.approx(sent, abs=1)

    def test_wrong_input_ends_with_2_and_without_a_traceback(self):
        done = command("-", stdin=b'{"servers": {"count": 0}}')
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr == b"python -m engine: standard input: servers.count: 0 is below 1\n"

    def test_the_same_seed_gives_the_same_bytes_and_another_does_not(self):
        arguments = ("-", "--requests", "500", "--engine", "plain", "--json", "--seed")
        first, again, other = (command(*arguments, seed, stdin=self.SYSTEM).stdout for seed in ("3", "3", "4"))
        assert first == again
        assert json.loads(first)["latency_mean_ms"] != json.loads(other)["latency_mean_ms"]

    def test_a_closed_pipe_is_quiet_and_costs_nothing_else(self, tmp_path):
        timeline = tmp_path / "timeline.csv"
        program = [sys.executable, "-m", "engine", "-", "--requests", "500", "--engine", "plain", "--csv", str(timeline)]
        with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
            running.stdout.close()
            running.stdin.write(self.SYSTEM)
            running.stdin.close()
            assert running.stderr.read() == b""
            assert running.wait(timeout=60) == 0
        assert timeline.read_text().startswith("start_s,end_s,")

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full here")
    def test_output_that_cannot_be_written_is_said(self):
        with open("/dev/full", "wb") as full:
            program = [sys.executable, "-m", "engine", "-", "--requests", "500", "--engine", "plain"]
            done = subprocess.run(program, input=self.SYSTEM, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, timeout=120)
        assert done.returncode == 2
        assert done.stderr == b"python -m engine: standard output: cannot be written: No space left on device\n"

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
    def test_an_interruption_is_quiet(self, tmp_path):
        pipe = tmp_path / "system.json"
        os.mkfifo(pipe)
        program = [sys.executable, "-m", "engine", str(pipe)]
        heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # in the background it is ignored
        with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, preexec_fn=heed) as running:
            with open(pipe, "wb"):  # opens only when the program reads at the other end
                running.send_signal(signal.SIGINT)
                assert running.wait(timeout=60) == 130
            assert (running.stdout.read(), running.stderr.read()) == (b"", b"")

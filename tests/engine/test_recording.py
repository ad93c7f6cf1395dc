"""Recorded traffic: files made here by hand, and what must be read from them."""

import gzip
import json
import zlib
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.recording import Recording, RecordingError, read_recording
from engine.recording import lines as limits
from engine.system import System
from engine.system.traffic import MAX_RECORDING_POINTS

COUNTS = b"timestamp,value\n2014-04-10 00:04:00,94.0\n2014-04-10 00:09:00,56.0\n2014-04-10 00:14:00,187.0\n"


def line(moment: str, rest: str = "") -> str:
    return f'192.0.2.7 - ada [{moment}] "GET /index.html HTTP/1.1" 200 2326{rest}\n'


def log(*moments: str) -> bytes:
    return "".join(line(moment) for moment in moments).encode()


def refused(source, **options) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        read_recording(source, **options)
    return caught.value


class TestCounts:
    def test_timestamps_become_seconds_from_zero(self):
        recording = read_recording(COUNTS, name="elb.csv")
        assert recording.times_s == (0.0, 300.0, 600.0)
        assert recording.requests == (94.0, 56.0, 187.0)
        assert (recording.kind, recording.name, recording.bad_lines, recording.notes) == ("counts", "elb.csv", (), ())

    def test_the_last_row_lasts_as_long_as_the_median(self):
        recording = read_recording(b"0,10\n10,10\n30,10\n60,10\n")  # steps 10, 20, 30: median 20
        assert recording.duration_s == 80.0
        assert recording.mean_rate == 40 / 80

    @pytest.mark.parametrize(
        "text",
        [
            "0,1\n60,2\n",
            "time,requests\n0,1\n60,2\n",
            "Requests,Host,Time\n1,a,0\n2,b,60\n",
            "\ufefftimestamp,count\r\n0,1\r\n60,2\r\n",
            "time;value\n0;1\n60;2\n",
            "time\tvalue\n0\t1\n60\t2\n",
            '"time","value"\n"0","1"\n"60","2"\n',
            "\n\ntime,value\n\n0,1\n\n60,2\n\n",
            "time , value\n 0 , 1 \n 60 , 2e0 ",
            "1397088240,1\n1397088300,2\n",
            "-30,1\n30,2\n",
            "2014-04-10 23:59:30,1\n2014-04-11 00:00:30,2\n",
            "2014-04-10T23:59:30Z,1\n2014-04-11T02:00:30+02:00,2\n",
            "2014-04-10T00:00,1\n2014-04-10T00:01:00.000,2\n",
        ],
    )
    def test_every_form_of_the_same_rows(self, text):
        recording = read_recording(text.encode())
        assert (recording.times_s, recording.requests, recording.duration_s) == ((0.0, 60.0), (1.0, 2.0), 120.0)
        assert recording.mean_rate == 3 / 120

    def test_a_missing_row_is_an_interval_without_requests(self):
        rows = [f"{60 * minute},5" for minute in range(31) if minute not in (10, 20, 21)]  # 27 steps, 2 of them gaps
        recording = read_recording("\n".join(rows).encode())
        by_time = dict(zip(recording.times_s, recording.requests))
        assert (by_time[540], by_time[600], by_time[660]) == (5.0, 0.0, 5.0)
        assert (by_time[1_140], by_time[1_200], by_time[1_320]) == (5.0, 0.0, 5.0)
        assert 1_260 not in by_time, "one interval covers the whole gap"
        assert sum(recording.requests) == 28 * 5
        assert recording.mean_rate == 28 * 5 / (31 * 60)
        assert recording.notes == ("2 gaps, in which no requests are assumed",)

    def test_rows_without_a_regular_step_last_until_the_next(self):
        recording = read_recording(b"0,6\n10,6\n70,6\n75,6\n")
        assert recording.times_s == (0.0, 10.0, 70.0, 75.0)
        assert recording.notes == ()

    def test_more_points_than_the_system_takes_are_summed(self):
        count = 2 * MAX_RECORDING_POINTS + 2  # three rows each: 66,668 intervals, the last shared by the two rows that remain
        recording = read_recording("\n".join(f"{row},{row % 3}" for row in range(count)).encode())
        assert len(recording.times_s) == 66_668
        assert sum(recording.requests) == pytest.approx(sum(row % 3 for row in range(count)), rel=1e-12)
        assert recording.duration_s == count
        assert recording.notes == ("200,002 intervals summed into 66,668 of 3 s",)
        System.model_validate({"traffic": recording.traffic_fields(scale=1.0)})

    def test_summing_whole_groups_is_exact(self):
        count = 2 * MAX_RECORDING_POINTS
        recording = read_recording("\n".join(f"{row},{row % 4}" for row in range(count)).encode())
        assert recording.times_s[:3] == (0.0, 2.0, 4.0)
        assert recording.requests[:4] == (1.0, 5.0, 1.0, 5.0)  # 0+1, 2+3, 0+1, 2+3
        assert len(recording.times_s) == MAX_RECORDING_POINTS

    @given(
        steps=st.lists(st.integers(1, 10_000), min_size=1, max_size=30),
        data=st.data(),
    )
    @settings(max_examples=100, deadline=None)
    def test_what_is_written_is_read(self, steps, data):
        counts = data.draw(st.lists(st.integers(0, 10**6), min_size=len(steps) + 1, max_size=len(steps) + 1).filter(any))
        seconds = [0, *np.cumsum(steps).tolist()]
        start = datetime(2024, 2, 28, 22, 0)
        plain = read_recording("\n".join(f"{time},{count}" for time, count in zip(seconds, counts)).encode())
        dated = read_recording(
            "\n".join(f"{start + timedelta(seconds=time)},{count}" for time, count in zip(seconds, counts)).encode()
        )
        assert (plain.times_s, plain.requests) == (dated.times_s, dated.requests)
        assert sum(plain.requests) == sum(counts)
        assert set(zip(seconds, counts)) <= set(zip(plain.times_s, plain.requests))
        assert plain.mean_rate == pytest.approx(sum(counts) / (seconds[-1] + float(np.median(np.diff(plain.times_s)))))


class TestBadLines:
    @pytest.mark.parametrize(
        ("bad", "reason"),
        [
            (b"60,x", "not a number"),
            (b"60,nan", "not a number"),
            (b"60,inf", "not a number"),
            (b"60,1_000", "not a number"),
            (b"60,", "requests are missing"),
            (b"60,-1", "negative"),
            (b"60,1e13", "above 1,000,000,000,000"),
            (b",5", "time is missing"),
            (b"nan,5", "neither seconds nor a date"),
            (b"1e999,5", "not a finite number"),
            (b"0,5", "same as in the row before"),
            (b"-1,5", "does not rise"),
            (b"0.0005,5", "does not rise"),
            (b"2014-13-45 00:00:00,5", "neither seconds nor a date"),
            (b"2014-04-10 00:00:00,5", "dates without a time zone, but those before it are seconds"),
            (b"60", "1 columns instead of 2"),
            (b"60,5,7", "3 columns instead of 2"),
            (b'60,"5', "not CSV"),
            (b"6\xff0,5", "byte 2 is not UTF-8"),
            pytest.param(b"60," + b"1" * 70_000, "70,003 bytes", id="a huge line"),
            (b"time,requests", "neither seconds nor a date"),
        ],
    )
    def test_is_named_with_number_text_and_reason(self, bad, reason):
        data = b"time,requests\n0,1\n" + bad + b"\n120,2\n180,3\n"
        error = refused(data, name="counts.csv")
        assert error.bad_count == len(error.bad_lines) == 1
        assert error.bad_lines[0].number == 3
        assert reason in error.bad_lines[0].reason
        assert len(error.bad_lines[0].text) <= 81
        assert str(error).startswith("counts.csv has 1 line that cannot be used, and 3 that can:\n  line 3: ")
        assert "--accept-bad-lines" in str(error)

        recording = read_recording(data, accept_bad_lines=True)
        assert (recording.times_s, recording.requests) == ((0.0, 120.0, 180.0), (1.0, 2.0, 3.0))
        assert (recording.bad_lines, recording.bad_count) == (error.bad_lines, 1)
        assert "1 bad line left out" in recording.notes

    def test_the_first_ones_are_listed_and_all_are_counted(self):
        error = refused(b"0,1\n60,1\n" + b"wrong\n" * 1_000)
        assert error.bad_count == 1_000
        assert len(error.bad_lines) == 20
        assert [bad.number for bad in error.bad_lines] == list(range(3, 23))
        assert "… and 980 more" in str(error)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "is empty"),
            (b"\n \n\n", "is empty"),
            (b"0,1\n", "has 1 line that can be used, and a recording needs at least two"),
            (b"time,value\n", "has 0 lines that can be used"),
            (b"0,1\nx,y\n", "line 2: the time is neither"),
            (b"0,0\n60,0\n", "has no requests in it"),
            (b"0,1e-9\n60,1e-300\n", "has no requests in it"),
            (b"some text\nwithout any data\n", "neither an access log nor a CSV of (time, requests)"),
            (b"date,visitors\n2014-04-10,5\n", "one of requests, count, value"),
            (b"0,1\n200000000,1\n", "covers 4630 days, but 1157 days at most"),
            (b"1397088240000,1\n1397088540000,1\n1397588540000,1\n", "time not in seconds"),
            (b"PK\x03\x04abc", "zip archive"),
            ("time,value\n0,1\n60,1\n".encode("utf-16"), "UTF-16"),
            (b"\x00" * 1_000, "neither an access log nor a CSV"),
        ],
    )
    def test_a_file_without_a_recording_is_refused_even_when_bad_lines_are_accepted(self, data, reason):
        assert reason in str(refused(data, accept_bad_lines=True))

    @given(st.binary(max_size=300) | st.text('0123456789,:-. \n[]"+/TZaejn', max_size=300).map(str.encode))
    @settings(max_examples=300, deadline=None)
    def test_any_bytes_give_a_recording_that_can_be_played_or_a_clear_error(self, data):
        try:
            recording = read_recording(data, accept_bad_lines=True)
        except RecordingError as error:
            assert str(error).startswith("the recording ")
            return
        fields = recording.traffic_fields(scale=100 / recording.mean_rate)
        assert System.model_validate({"traffic": fields}).traffic.rate == pytest.approx(100)


class TestAccessLog:
    def test_common_format_by_second(self):
        recording = read_recording(log("10/Oct/2000:13:55:36 -0700", "10/Oct/2000:13:55:36 -0700", "10/Oct/2000:13:55:38 -0700"))
        assert (recording.times_s, recording.requests) == ((0.0, 1.0, 2.0), (2.0, 0.0, 1.0))
        assert (recording.kind, recording.duration_s, recording.mean_rate) == ("access log", 3.0, 1.0)

    @pytest.mark.parametrize(
        "second",
        [
            '192.0.2.7 - - [10/Oct/2000:13:55:37 -0700] "GET / HTTP/1.1" 304 -',
            '2001:db8::1 - ada lovelace [10/Oct/2000:13:55:37 -0700] "GET / HTTP/1.1" 200 0 "-" "curl/8"',
            '192.0.2.7 - - [10/Oct/2000:13:55:37 -0700] "GET /a\\"b[c]\\\\ HTTP/1.1" 200 5 "-" "an \\"agent\\"" 0.004 "more"',
            '192.0.2.7 - - [10/Oct/2000:13:55:37 -0700] "-" 408 0',
            '[::1] - - [10/Oct/2000:13:55:37 -0700] "GET / HTTP/1.1" 200 5',
            'www.example.com:443 192.0.2.7 - - [10/Oct/2000:13:55:37 -0700] "GET / HTTP/2.0" 200 5 "-" "é"',
            '192.0.2.7 - - [10/Oct/2000:22:55:37 +0200] "GET / HTTP/1.1" 200 5',
            '192.0.2.7 - - [11/Oct/2000:02:25:37 +0530] "GET / HTTP/1.1" 200 5',
        ],
    )
    def test_every_form_of_the_same_second(self, second):
        recording = read_recording((line("10/Oct/2000:13:55:36 -0700") + second + "\n").encode())
        assert (recording.times_s, recording.requests) == ((0.0, 1.0), (1.0, 1.0))

    def test_lines_out_of_order_are_sorted(self):
        moments = ["10/Oct/2000:23:59:59 +0000", "11/Oct/2000:00:00:01 +0000", "10/Oct/2000:23:59:58 +0000"]
        assert read_recording(log(*moments)) == read_recording(log(*sorted(moments)))
        assert read_recording(log(*moments)).requests == (1.0, 1.0, 0.0, 1.0)

    def test_a_chosen_interval(self):
        moments = [f"10/Oct/2000:13:{second // 60:02}:{second % 60:02} +0000" for second in (0, 1, 59, 60, 61, 125)]
        recording = read_recording(log(*moments), interval_s=60)
        assert (recording.times_s, recording.requests, recording.duration_s) == ((0.0, 60.0, 120.0), (3.0, 2.0, 1.0), 180.0)
        assert recording.notes == ("counted by 1 min",)
        for interval_s, reason in [
            (0, "from 1 on"),
            (float("nan"), "from 1 on"),
            (True, "from 1 on"),
            (1_000, "not even two intervals"),
        ]:
            assert reason in str(refused(log(*moments), interval_s=interval_s))
        assert "leave interval_s out" in str(refused(COUNTS, interval_s=60))

    def test_a_thin_log_is_counted_by_longer_intervals(self):
        """One request every 30 s: ten of them take 300 s, so 600 s is the first length that holds enough."""
        start = datetime(2000, 10, 10)
        moments = [(start + timedelta(seconds=30 * number)).strftime("%d/%b/%Y:%H:%M:%S +0000") for number in range(200)]
        recording = read_recording(log(*moments))
        assert recording.requests == (20.0,) * 10
        assert recording.notes == ("counted by 10 min",)

    def test_the_points_stay_under_the_limit(self):
        two_days = log("10/Oct/2000:00:00:00 +0000", "11/Oct/2000:23:59:59 +0000")
        assert "choose 2 s or longer" in str(refused(two_days, interval_s=1))
        assert len(read_recording(two_days, interval_s=2).times_s) == 86_400

    @pytest.mark.parametrize(
        ("bad", "reason"),
        [
            ("nothing of the kind", "not a line of an access log"),
            ('192.0.2.7 - - [10/Oct/2000:13:55:37 -0700] "GET / HT', "not a line of an access log"),
            ('192.0.2.7 - - [10/Okt/2000:13:55:37 -0700] "GET / HTTP/1.1" 200 5', "the date does not exist"),
            ('192.0.2.7 - - [31/Feb/2000:13:55:37 -0700] "GET / HTTP/1.1" 200 5', "the date does not exist"),
            ('192.0.2.7 - - [10/Oct/2000:24:55:37 -0700] "GET / HTTP/1.1" 200 5', "the time of day does not exist"),
            ('192.0.2.7 - - [10/Oct/2000:13:55:37 -9900] "GET / HTTP/1.1" 200 5', "the time zone does not exist"),
        ],
    )
    def test_bad_lines(self, bad, reason):
        data = (bad + "\n").encode() + log("10/Oct/2000:13:55:36 -0700", "10/Oct/2000:13:55:38 -0700")
        error = refused(data)
        assert (error.bad_lines[0].number, error.bad_count) == (1, 1)
        assert reason in error.bad_lines[0].reason
        assert read_recording(data, accept_bad_lines=True).requests == (1.0, 0.0, 1.0)

    @pytest.mark.parametrize("year", [1971, 9999])
    def test_a_line_from_another_age_is_refused(self, year):
        assert "is the date of a line wrong?" in str(refused(log("10/Oct/2000:13:55:36 -0700", f"10/Oct/{year}:13:55:36 -0700")))


class TestFiles:
    def test_path_text_and_bytes_are_the_same(self, tmp_path):
        path = tmp_path / "counts.csv"
        path.write_bytes(COUNTS)
        assert read_recording(path) == read_recording(str(path)) == read_recording(COUNTS, name="counts.csv")

    @pytest.mark.parametrize("data", [COUNTS, log("10/Oct/2000:13:55:36 -0700", "10/Oct/2000:13:55:38 -0700")])
    def test_gzip_is_recognised_by_its_content(self, data):
        half = len(data) // 2
        for packed in (
            gzip.compress(data),
            gzip.compress(data[:half]) + gzip.compress(data[half:]),
            gzip.compress(data) + bytes(600),
        ):
            assert read_recording(packed) == read_recording(data)

    def test_damaged_gzip_is_refused(self):
        packed = gzip.compress(COUNTS)
        assert "ends too early" in str(refused(packed[:-9]))
        assert "cannot be unpacked" in str(refused(packed[:12] + b"\xff\xff\xff" + packed[15:]))
        assert "cannot be unpacked" in str(refused(packed + b"garbage"))

    def test_a_gzip_bomb_is_stopped_at_the_limit(self):
        bomb = gzip.compress(bytes(5_000_000))
        assert len(bomb) < 10_000
        assert "unpacks to more than 1,000,000 bytes" in str(refused(bomb, limit_inflated=1_000_000))
        assert "gzip parts" in str(refused(gzip.compress(b"") * (limits.MAX_GZIP_MEMBERS + 1)))

    def test_no_more_is_unpacked_than_the_limit(self, monkeypatch):
        """What the unpacker hands out is bounded too, not only what is kept."""
        asked = []
        real = zlib.decompressobj

        class Watched:
            def __init__(self, wbits):
                self.real = real(wbits)

            def decompress(self, block, at_most):
                asked.append(at_most)
                return self.real.decompress(block, at_most)

            def __getattr__(self, name):
                return getattr(self.real, name)

        monkeypatch.setattr(limits.zlib, "decompressobj", Watched)
        refused(gzip.compress(bytes(5_000_000)), limit_inflated=1_000)
        assert asked
        assert all(0 < at_most <= 1_001 for at_most in asked)

    def test_sizes_at_and_over_the_limit(self):
        assert read_recording(COUNTS, limit_bytes=len(COUNTS)).requests == (94.0, 56.0, 187.0)
        assert "more than" in str(refused(COUNTS, limit_bytes=len(COUNTS) - 1))
        packed = gzip.compress(COUNTS)
        assert read_recording(packed, limit_inflated=len(COUNTS)).requests == (94.0, 56.0, 187.0)
        assert "unpacks to more" in str(refused(packed, limit_inflated=len(COUNTS) - 1))

    def test_too_many_lines_are_refused(self, monkeypatch):
        monkeypatch.setattr(limits, "MAX_LINES", 3)
        assert read_recording(b"0,1\n1,1\n2,1").requests == (1.0, 1.0, 1.0)
        assert "more than 3 lines" in str(refused(b"0,1\n1,1\n2,1\n\n"))

    def test_a_file_that_is_not_there_or_no_file(self, tmp_path):
        assert str(refused(tmp_path / "none.csv")) == "none.csv cannot be read: No such file or directory"
        assert "cannot be read" in str(refused(tmp_path))
        assert "cannot be read" in str(refused("a\0b"))
        for wrong in (None, 3, ["0,1"], object()):
            with pytest.raises(TypeError, match="path or the bytes"):
                read_recording(wrong)


class TestTraffic:
    recording = Recording(times_s=(0.0, 60.0, 120.0), requests=(60.0, 0.0, 120.0), mean_rate=1.0, duration_s=180.0, kind="counts")

    def test_fields(self):
        assert self.recording.traffic_fields() == {
            "pattern": "recorded",
            "recording": [[0.0, 60.0], [60.0, 0.0], [120.0, 120.0]],
            "recording_speed": 1.0,
            "rate": 1.0,
        }
        fields = self.recording.traffic_fields(speed=60, scale=250)
        assert (fields["recording_speed"], fields["rate"]) == (60.0, 250.0)

    def test_a_system_takes_them_through_json(self):
        fields = json.loads(json.dumps(self.recording.traffic_fields(speed=2.5, scale=100)))
        traffic = System.model_validate({"traffic": fields}).traffic
        assert (traffic.pattern, traffic.rate, traffic.recording_speed) == ("recorded", 100.0, 2.5)
        assert traffic.recording == [(0.0, 60.0), (60.0, 0.0), (120.0, 120.0)]

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ({"scale": 0}, "scale: 0 is not a number above 0"),
            ({"scale": float("nan")}, "scale: nan"),
            ({"scale": True}, "scale: True"),
            ({"speed": "2"}, "speed: '2'"),
            ({"speed": -1.0}, "speed: -1.0"),
            ({"speed": float("inf")}, "speed: inf"),
            ({"scale": 0.001}, "choose a scale between 0.01 and 1e+06"),
            ({"scale": 2e6}, "choose a scale between 0.01 and 1e+06"),
            ({"speed": 2e6}, "choose a speed between 0.001 and 1e+06"),
        ],
    )
    def test_what_no_system_takes_is_refused(self, options, reason):
        with pytest.raises(RecordingError) as caught:
            self.recording.traffic_fields(**options)
        assert reason in str(caught.value)

    def test_in_words(self):
        assert self.recording.in_words == "recording: 180 requests in 3 min (counts, 3 intervals), 1 requests/s on average"

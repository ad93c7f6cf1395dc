"""From a file's bytes to its lines, within limits, and the list of those that cannot be used.

Knows compression, encoding and sizes; it does not know what a line says.
"""

import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_LINES = 2_000_000
"""Lines of a file at most: more of them would take minutes."""
MAX_LINE_BYTES = 65_536
"""Length of a line at most; web servers cut theirs long before."""
MAX_GZIP_MEMBERS = 10_000
"""Parts of a gzip file at most: joined log files have some dozens."""
KEPT = 20
"""Bad lines that are kept to be shown; the others are counted."""
SHOWN_CHARACTERS = 80
BLOCK_BYTES = 16_384

_GZIP = b"\x1f\x8b"
_FOREIGN = {
    b"PK\x03\x04": "a zip archive (or a spreadsheet); unpack it, or save it as CSV",
    b"BZh": "compressed with bzip2; unpack it, or use gzip",
    b"\xfd7zXZ": "compressed with xz; unpack it, or use gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it, or use gzip",
    b"\xff\xfe": "text in UTF-16; save it as UTF-8",
    b"\xfe\xff": "text in UTF-16; save it as UTF-8",
}


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be used: its number from 1, its shortened text, and the reason."""

    number: int
    text: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.number:,}: {self.reason}: {self.text!r}"


class RecordingError(ValueError):
    """A file that cannot be used as a recording; `bad_lines` and `bad_count` say which lines are at fault, if any are."""

    def __init__(self, message: str, bad: "BadLines | None" = None) -> None:
        super().__init__(message)
        self.bad_lines = tuple(bad.first) if bad else ()
        self.bad_count = bad.count if bad else 0


class LineError(ValueError):
    """Why one line cannot be used."""


@dataclass
class BadLines:
    """The lines that cannot be used: the first of them, and how many there are."""

    first: list[BadLine] = field(default_factory=list)
    count: int = 0

    def add(self, number: int, line: bytes, reason: str) -> None:
        self.count += 1
        if len(self.first) < KEPT:
            text = line[: 4 * SHOWN_CHARACTERS].decode("utf-8", "backslashreplace")
            self.first.append(BadLine(number, text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…", reason))


def load(source: bytes | str | os.PathLike, limit_bytes: int, limit_inflated: int) -> bytes:
    """The bytes of a file (given by its path, or as bytes), unpacked if it is gzip."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
    else:
        try:
            with open(source, "rb") as file:
                data = file.read(limit_bytes + 1)
        except (OSError, ValueError) as error:  # a path with a zero byte is a ValueError
            raise RecordingError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > limit_bytes:
        raise RecordingError(f"has more than {limit_bytes:,} bytes; cut it into parts, or count its requests by minute in a CSV")
    if data.startswith(_GZIP):
        data = _inflate(data, limit_inflated)
    for magic, advice in _FOREIGN.items():
        if data.startswith(magic):
            raise RecordingError(f"is {advice}")
    return data.removeprefix(b"\xef\xbb\xbf")


def _inflate(data: bytes, limit: int) -> bytes:
    """Unpack gzip, member by member, and stop at the limit whatever the file claims."""
    inflated, source, members = io.BytesIO(), memoryview(data), 0
    while len(source) > BLOCK_BYTES or any(source):  # zero bytes may fill up the end
        unpacker = zlib.decompressobj(wbits=31)
        members += 1
        if members > MAX_GZIP_MEMBERS:
            raise RecordingError(f"has more than {MAX_GZIP_MEMBERS:,} gzip parts")
        try:
            while not unpacker.eof:
                block, source = source[:BLOCK_BYTES], source[BLOCK_BYTES:]
                if not len(block):
                    raise RecordingError("is damaged: the gzip data ends too early")
                inflated.write(unpacker.decompress(block, limit + 1 - inflated.tell()))
                if inflated.tell() > limit:
                    raise RecordingError(f"unpacks to more than {limit:,} bytes; cut it into parts")
        except zlib.error as error:
            raise RecordingError(f"is damaged: the gzip data cannot be unpacked ({error})") from None
        source = memoryview(data)[len(data) - len(source) - len(unpacker.unused_data) :]
    return inflated.getvalue()


def lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1."""
    for number, line in enumerate(io.BytesIO(data), start=1):
        if number > MAX_LINES:
            raise RecordingError(f"has more than {MAX_LINES:,} lines; cut it into parts")
        if stripped := line.strip():
            yield number, stripped


def text_of(line: bytes) -> str:
    """The text of a line."""
    if len(line) > MAX_LINE_BYTES:
        raise LineError(f"has {len(line):,} bytes; a line may have {MAX_LINE_BYTES:,}")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LineError(f"byte {error.start + 1} is not UTF-8") from None

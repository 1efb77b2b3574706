import struct

import pytest

from checks.services.greetings.dialogues import lasting, recognise

PG_OPEN = b"NR\x00\x00\x00\x08\x00\x00\x00\x00"


def mysql(salt: bytes) -> bytes:
    payload = b"\x0a10.5.23-MariaDB\x00" + struct.pack("<I", salt[0]) + salt[:8] + b"\x00\xff\xf7\x2d\x02\x00\xff\x81"
    return len(payload).to_bytes(3, "little") + b"\x00" + payload


@pytest.mark.parametrize(
    ("expected", "first", "second"),
    [
        ("mysql", mysql(b"abcdefgh"), mysql(b"ijklmnop")),
        ("postgresql", PG_OPEN + b"K\x00\x00\x00\x0c12345678", PG_OPEN + b"K\x00\x00\x00\x0cabcdefgh"),
        ("postgresql", b"NR\x00\x00\x00\x0c\x00\x00\x00\x05salt", b"NR\x00\x00\x00\x0c\x00\x00\x00\x05else"),
        ("ssh", b"SSH-2.0-OpenSSH_9.2p1\r\n\x00\x01cookie", b"SSH-2.0-OpenSSH_9.2p1\r\n\x00\x01other!"),
    ],
)
def test_two_visits_to_one_server_leave_the_same_evidence(expected: str, first: bytes, second: bytes) -> None:
    kept = [lasting(recognise(expected, data), data) for data in (first, second)]
    assert recognise(expected, first) is not None
    assert kept[0] == kept[1] != b""


def test_what_was_not_recognised_is_kept_whole() -> None:
    assert lasting(None, b"\x00random") == b"\x00random"

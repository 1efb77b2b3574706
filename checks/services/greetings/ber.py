"""The little of BER (X.690) that LDAP and SNMP need."""

from __future__ import annotations

Element = tuple[int, bytes, bytes]


def element(tag: int, value: bytes) -> bytes:
    """One element of at most 127 bytes."""
    return bytes((tag, len(value))) + value


def first_element(data: bytes) -> Element | None:
    """Tag, value and what follows of one element with a definite length of at most 4 bytes."""
    if len(data) < 2:
        return None
    length, start = data[1], 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4 or len(data) < 2 + size:
            return None
        length, start = int.from_bytes(data[2 : 2 + size], "big"), 2 + size
    return data[0], data[start : start + length], data[start + length :]


def elements(data: bytes, at_most: int) -> tuple[Element, ...]:
    """The first elements of a sequence, as many as there are."""
    found: list[Element] = []
    while len(found) < at_most and (one := first_element(data)) is not None:
        found.append(one)
        data = one[2]
    return tuple(found)

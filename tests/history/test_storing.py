"""What is stored is small, whole, without pages and without secrets; bytes that are not ours are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.history.minimal import KEPT, MASK, MAX_EVIDENCE, MAX_TEXT, minimal, minimal_rows
from scanner.history.packing import DICTIONARIES, NEWEST, Unreadable, pack, unpack
from scanner.history.parts import Parts, put_together, take_apart
from scanner.model import Observation
from scanner.observation_codec import encode
from scanner.result import ScanResult
from tests.lab.towns import TOWNS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_whatever_is_packed_comes_back(value: dict[str, Any]) -> None:
    assert unpack(pack(value)) == value


def test_letters_that_no_encoding_knows_come_back_too() -> None:
    assert unpack(pack({"a": "\ud800\x00é"})) == {"a": "\ud800\x00é"}


@given(st.binary(max_size=200))
def test_bytes_that_are_not_ours_are_refused_and_nothing_else(packed: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack(packed)


#: What each dictionary made of the sample on the day of its release.
SAMPLE = {"subject": "site:www.mairie-exemple.fr", "kind": "HomePage", "version": 1, "state": "seen"}
RELEASED = {1: "0128b52ffd20557d0000087d0340005649d9c13219961adf09"}


@pytest.mark.parametrize("number", DICTIONARIES)
def test_a_dictionary_once_shipped_is_never_changed(number: int) -> None:
    assert max(DICTIONARIES) == NEWEST
    assert unpack(bytes.fromhex(RELEASED[number])) == SAMPLE


@pytest.mark.lab
@pytest.mark.parametrize("name", [town.domain for town in TOWNS])
def test_no_probe_of_ours_brings_a_page_back(scanned: dict[str, ScanResult], name: str) -> None:
    texts = [text for _, _, sight in scanned[name].seen if isinstance(sight, Observation) for text in _texts(encode(sight))]
    assert max(map(len, texts)) < MAX_TEXT
    assert not [text for text in texts if "<html" in text.lower() or "<body" in text.lower()]


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for member in value.values() for text in _texts(member)]
    if isinstance(value, list):
        return [text for member in value for text in _texts(member)]
    return [value] if isinstance(value, str) else []


def test_a_page_that_a_strange_family_brings_back_is_cut_and_its_hash_kept() -> None:
    page = "<html>" + "x" * MAX_TEXT
    (cut,) = minimal([page])
    assert cut.startswith(page[:KEPT] + MASK)
    assert len(cut) < KEPT + 150
    assert "SHA-256" in cut
    assert minimal({"a": [1, True, None, "short"]}) == {"a": [1, True, None, "short"]}


@pytest.mark.parametrize(
    ("leaked", "kept"),
    [
        ("define('DB_PASSWORD', 'hunter2-hunter2');", None), ("DB_PASSWORD=hunter2-hunter2", "DB_PASSWORD=[…]"),
        ("password: hunter2-hunter2", "password: […]"), ('"api_key": "hunter2-hunter2"', '"api_key": "[…]"'),
        ("APP_SECRET => hunter2-hunter2", "APP_SECRET => […]"), ("access-key=hunter2-hunter2&x=1", "access-key=[…]&x=1"),
        ("mysql://root:hunter2-hunter2@localhost/site", "mysql://root:[…]@localhost/site"),
        ("-----BEGIN RSA PRIVATE KEY-----\nhunter2-hunter2\n-----END RSA PRIVATE KEY-----",
         "-----BEGIN RSA PRIVATE KEY-----[…]-----END RSA PRIVATE KEY-----"),
        ("-----BEGIN PRIVATE KEY-----\nhunter2-hunter2", "-----BEGIN PRIVATE KEY-----[…]"),
    ],
)  # fmt: skip
def test_what_leaked_does_not_leak_from_our_store(leaked: str, kept: str | None) -> None:
    masked = minimal({"evidence": [leaked]})["evidence"][0]
    assert "hunter2" not in masked
    assert kept is None or masked == kept
    (row,) = minimal_rows([{"check": "c", "evidence": [leaked], "detail": leaked, "facts": {"line": leaked}}])
    assert "hunter2" not in json.dumps(row)


@pytest.mark.parametrize(
    "harmless",
    [
        "Set-Cookie: PHPSESSID=[…]; path=/; HttpOnly", "https://www.mairie-exemple.fr/wp-content/themes/mairie/style.css?ver=6.8",
        "v=spf1 include:_spf.exemple.fr -all", "Content-Security-Policy: default-src 'self'", "key_bits", "https://exemple.fr/api/",
        "Permissions-Policy: publickey-credentials-get=()", "220 mx.exemple.fr ESMTP", "google-site-verification=abcdef",
    ],
)  # fmt: skip
def test_what_is_no_secret_is_kept_as_it_was(harmless: str) -> None:
    assert minimal(harmless) == harmless


@given(st.text())
def test_every_text_can_be_made_minimal(text: str) -> None:
    assert len(minimal(text)) <= max(MAX_TEXT, len(text))


def test_a_long_line_of_evidence_is_cut_shorter() -> None:
    (row,) = minimal_rows([{"evidence": ["x" * (MAX_EVIDENCE + 1)]}])
    assert len(row["evidence"][0]) < MAX_EVIDENCE + 200


@pytest.mark.lab
def test_most_outcomes_take_no_room_at_all(scanned: dict[str, ScanResult], catalogue: Any) -> None:
    result = scanned["saint-exemple.fr"]
    parts = take_apart(result)
    assert sum(content == "" for content in parts.outcomes.values()) > 0.9 * len(parts.outcomes)
    assert put_together(Parts(unpack(pack(parts.seen)), unpack(pack(parts.score)), parts.outcomes), catalogue) == result

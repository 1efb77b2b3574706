"""Files that are no list, and files made to harm: one typed error, whatever the bytes."""

from __future__ import annotations

import contextlib
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.registry.open_data import read_list
from scanner.registry.tabular import NotAList
from tests.registry.lists import HEADINGS, TOWN, csv_list, planned, sheet


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"), (b"\n\n", "empty"), (b"a;b\n1;2", "no_name"), (b"Nom\0;x\n", "binary"), (b"PK\x03\x04rubbish", "damaged"),
        (b"\x1f\x8brubbish", "damaged"), (gzip.compress(csv_list(TOWN))[:-9], "damaged"), (b"[", "damaged"),
        (b'{"a": 1}', "no_directory"),
        (b"[" * 100_000, "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_says_so(content: bytes, kind: str) -> None:
    with pytest.raises(NotAList) as refused:
        read_list(content)
    assert refused.value.kind == kind


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.registry.tabular.MAX_BYTES", 10_000)
    with pytest.raises(NotAList, match="too_large"):
        read_list(gzip.compress(csv_list(*[TOWN] * 1_000)))
    with pytest.raises(NotAList, match="too_large"):
        read_list(sheet(*[tuple(TOWN.split(";"))] * 1_000))


CELLS = st.text(max_size=30)
LINES = st.lists(st.lists(CELLS, max_size=12).map(";".join), max_size=6)
HEADED = LINES.map(lambda lines: "\n".join((HEADINGS, *lines)).encode("utf-8", "replace"))
REST = st.binary(max_size=300)
ANY_BYTES = st.one_of(
    st.binary(max_size=500), HEADED, HEADED.map(gzip.compress), REST.map(lambda rest: b"PK\x03\x04" + rest),
    REST.map(lambda rest: b"\x1f\x8b\x08" + rest), REST.map(lambda rest: b"[" + rest),
)  # fmt: skip


@given(ANY_BYTES)
def test_no_bytes_raise_anything_but_the_typed_error(content: bytes) -> None:
    with contextlib.suppress(NotAList):
        assert planned(content).unchanged == 0


@given(st.binary(max_size=40), st.integers(0, 6_000))
def test_a_damaged_workbook_raises_the_typed_error_at_most(noise: bytes, place: int) -> None:
    whole = sheet(tuple(HEADINGS.split(";")), tuple(TOWN.split(";")))
    with contextlib.suppress(NotAList):
        assert planned(whole[:place] + noise + whole[place + len(noise) :]).unchanged == 0


KEYS = ("nom", "pivot", "site_internet", "valeur", "type_service_local", "adresse_courriel", "siren", "code_insee_commune")
WORDS = st.sampled_from(["mairie", "epci", "[]", '[{"type_service_local":"mairie"}]', "[1]", "\ud800"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner | WORDS, max_size=6),
    max_leaves=20,
)


@given(ANY_JSON)
def test_no_json_raises_anything_but_the_typed_error(value: object) -> None:
    with contextlib.suppress(NotAList):
        assert planned(json.dumps([value, value]).encode()).unchanged == 0

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.web.home import HomePage
from scanner.catalogue import load_catalogue
from scanner.discovery import DISCOVERED
from scanner.model import Observation
from scanner.observation_codec import CodecError, decode, encode

CLASSES = (*DISCOVERED, *(spec.gives for spec in load_catalogue().probes))


class Colour(StrEnum):
    RED = "red"


class Rank(IntEnum):
    FIRST = 1


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    sizes: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Everything(Observation):
    text: str
    number: int
    ratio: float
    flag: bool | None
    moment: datetime
    raw: bytes
    colour: Colour
    rank: Rank
    parts: tuple[Part, ...]
    pair: tuple[str, str]
    chain: tuple[bytes, ...] = ()


def test_every_kind_of_field_survives() -> None:
    moment = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
    parts = (Part("a", (1, 2)), Part("b", None))
    it = Everything("é\u202e", 1 << 40, 0.5, None, moment, b"\x00\xff", Colour.RED, Rank.FIRST, parts, ("x", "y"), (b"\x80",))
    assert decode(Everything, json.loads(json.dumps(encode(it)))) == it


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_observation_of_the_catalogue_survives_a_round_trip(kind: type[Observation]) -> None:
    floats = st.floats(allow_nan=False, allow_infinity=False)

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def survives(data: st.DataObject) -> None:
        with_floats = st.from_type(kind)
        observation = data.draw(with_floats)
        assert decode(kind, json.loads(json.dumps(encode(observation)))) == observation

    st.register_type_strategy(float, floats)
    survives()


@pytest.mark.parametrize(
    "stored",
    [None, [], {}, {"url": "x"}, {"url": 7, "status": 200, "headers": []}, {"url": "x", "status": "200", "headers": []},
     {"url": "x", "status": 200, "headers": [["a"]]}, {"url": "x", "status": 200, "headers": [], "later": 1}],
)  # fmt: skip
def test_another_form_is_refused_and_never_converted(stored: object) -> None:
    with pytest.raises(CodecError):
        decode(HomePage, stored)

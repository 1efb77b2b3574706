"""The SPF record to publish, made from the one that was seen: the senders that a town needs stay in it; pure, never raises."""

from __future__ import annotations

from checks.mail.spf_evaluation import SpfAnswer
from checks.mail.spf_syntax import MAX_TERM, expand, is_spf, parse_spf
from checks.mail.zone_text import between_quotes

_SENDERS_END = "~all"


def text_of(answers: tuple[SpfAnswer, ...], name: str) -> str:
    """The first SPF record seen at a name, "" where none was."""
    return next((text for answer in answers if answer.name == name and answer.rdtype == "TXT" for text in answer.texts), "")


def ended(record: str) -> str:
    """The record with `~all` at its end, whatever its `all` was."""
    return _record([*(word for word in _words(record) if not _is_all(word)), _SENDERS_END])


def without(record: str, terms: tuple[str, ...]) -> str:
    """The record without these terms; it ends with `~all` where that leaves it no end."""
    return _concluded([word for word in _words(record) if word[:MAX_TERM] not in terms])


def readable(record: str) -> str:
    """The record without what a receiver can't read, a second `redirect=` or `exp=` included."""
    kept: list[str] = []
    for word in _words(record):
        if not parse_spf(" ".join(["v=spf1", *kept, word])).bad:
            kept.append(word)
    return _concluded(kept)


def merged(records: tuple[str, ...]) -> str:
    """One record that authorises whom any of several does; a `redirect=` becomes an `include:`."""
    words = [word for record in records for word in _words(readable(record)) if not _is_all(word)]
    included = [f"include:{word[9:]}" if word.lower().startswith("redirect=") else word for word in words]
    ends = {word for record in records for word in _words(record) if _is_all(word)}
    senders = dict.fromkeys(word for word in included if not word.lower().startswith("exp="))
    return _record([*senders, "-all" if ends == {"-all"} else _SENDERS_END])


def concluding(answers: tuple[SpfAnswer, ...], origin: str) -> str:
    """The name whose record ends the tree of `origin`: where its redirects lead, itself where it has none."""
    name = origin
    for _ in range(len(answers)):
        record = parse_spf(text_of(answers, name))
        if record.redirect is None or any(term.name == "all" for term in record.mechanisms):
            break
        target = expand(record.redirect.spec, name, origin)
        if target is None or not text_of(answers, target):
            break
        name = target
    return name


def _words(record: str) -> list[str]:
    return record[6:].split(" ") if is_spf(record) else []


def _is_all(word: str) -> bool:
    return word.lower().lstrip("+-~?") == "all"


def _concluded(words: list[str]) -> str:
    ends = any(_is_all(word) or word.lower().startswith("redirect=") for word in words)
    return _record(words if ends else [*words, _SENDERS_END])


def _record(words: list[str]) -> str:
    return between_quotes(" ".join(["v=spf1", *filter(None, words)]))

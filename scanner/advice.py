"""The French and English text of a finding: read from the Markdown beside its check, rendered with its facts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

from markdown_it.token import Token

from scanner.contract import CheckSpec
from scanner.mayor import HEADING as MAYOR_HEADING
from scanner.mayor import Mayor, read_mayor
from scanner.model import Domain, Fact, Finding, Subject
from scanner.report.choice import for_products
from scanner.report.filling import Filler, fill, fill_inlines, slots
from scanner.report.prose import Block, Inline, ProseError, Words, read_blocks, read_inlines, tokens_of
from scanner.report.values import in_code, in_command, in_lines, in_prose
from scanner.report.words import open_place

LANGUAGES = ("fr", "en")

#: The four headings of every text, in this order. The part for the mayor (mayor.py) follows in a check's own text;
#: in that of a variant only where the check's lines would not fit.
HEADINGS: dict[str, tuple[str, str, str, str]] = {
    "fr": ("Ce que nous avons vu", "Pourquoi c’est important", "Comment corriger", "Comment vérifier"),
    "en": ("What we saw", "Why it matters", "How to fix it", "How to verify"),
}

_TITLE_ID = re.compile(r"\s*\{#([a-z0-9][a-z0-9.-]*)\}\s*$")


class AdviceError(Exception):
    """A text is missing, badly built, or wants a fact that the finding lacks; the message names the place."""


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one check id or variant, with slots where facts go."""

    title: tuple[Inline, ...]
    seen: tuple[Block, ...]
    why: tuple[Block, ...]
    fix: tuple[Block, ...]
    verify: tuple[Block, ...]
    mayor: Mayor | None = None

    @property
    def parts(self) -> tuple[tuple[Block, ...], ...]:
        """The four parts in the order of HEADINGS."""
        return (self.seen, self.why, self.fix, self.verify)

    def headed(self, lang: str) -> tuple[tuple[str, tuple[Block, ...]], ...]:
        """Every part behind its heading, that for the mayor last where there is one."""
        four = tuple(zip(HEADINGS[lang], self.parts, strict=True))
        return (*four, (MAYOR_HEADING[lang], (self.mayor.listed(lang),))) if self.mayor else four

    @property
    def facts(self) -> frozenset[str]:
        """The name of every fact that it wants."""
        nodes = (*self.title, *self.seen, *self.why, *self.fix, *self.verify)
        return frozenset().union(self.mayor.facts if self.mayor else (), *(slots(node) for node in nodes))


class Advice(Text):
    """A text with its facts put in: no slot is left."""

    __slots__ = ()


def texts(spec: CheckSpec, lang: str) -> dict[str, Text]:
    """The texts of a check by variant, "" being the check's own. Raises AdviceError where one is missing."""
    place, found = _topic_texts(spec.topic, lang)
    chosen = {}
    for variant in ("", *spec.variants):
        wanted = f"{spec.id}.{variant}" if variant else spec.id
        if wanted not in found:
            raise AdviceError(f"{place}: no heading `# … {{#{wanted}}}`; write it with its four parts")
        chosen[variant] = found[wanted]
    return chosen


def check_texts(spec: CheckSpec) -> None:
    """Hold the texts of a check against the rules, in both languages. Raises AdviceError."""
    for lang in LANGUAGES:
        own = texts(spec, lang)[""]
        place, found = _topic_texts(spec.topic, lang)
        if own.mayor is None:
            raise AdviceError(f"{place}: {spec.id} ends without `## {MAYOR_HEADING[lang]}`; write its lines")
        known = {spec.id, *(f"{spec.id}.{variant}" for variant in spec.variants)}
        for id in found:
            if id.startswith(f"{spec.id}.") and id not in known:
                raise AdviceError(f"{place}: {id} is a variant that {spec.id} does not declare")


def render(
    spec: CheckSpec, finding: Finding, subject: Subject, domain: Domain, lang: str, products: frozenset[str] = frozenset()
) -> Advice:
    """The text of one finding with its facts, for the products that were recognised there; a variant without a part of
    its own for the mayor has its check's. Raises AdviceError where the text wants a fact that is not there."""
    known = texts(spec, lang)
    if finding.variant not in known:
        raise AdviceError(f"{spec.id}: the variant {finding.variant!r} is not declared")
    text = replace(known[finding.variant], mayor=known[finding.variant].mayor or known[""].mayor)
    facts: dict[str, Fact] = {"domain": domain.name, "name": subject.name, **finding.facts}
    missing = text.facts - facts.keys()
    if missing:
        raise AdviceError(f"{spec.id} {finding.variant}: the {lang} text wants {', '.join(sorted(missing))}")
    seen, why, fix, verify = (for_products(part, products) for part in text.parts)
    return _filled(replace(text, seen=seen, why=why, fix=fix, verify=verify), _filler(spec, facts, lang))


def for_the_mayor(spec: CheckSpec, variant: str, domain: Domain, lang: str) -> Mayor:
    """The four plain lines of a check, of this variant where it has its own; without the request to a supplier.

    Raises AdviceError where they are missing.
    """
    known = texts(spec, lang)
    lines = (known[variant].mayor if variant in known else None) or known[""].mayor
    if lines is None:
        raise AdviceError(f"{spec.id}: its {lang} text has no part `{MAYOR_HEADING[lang]}`")
    return lines.without_request().filled(lambda name, place: in_prose(name, domain.name, lang))


def outline(text: Text, lang: str) -> Advice:
    """A text for a reader without a finding: every fact is shown as ‹its name›."""
    return _filled(text, lambda name, place: open_place(name, lang))


def _filler(spec: CheckSpec, facts: dict[str, Fact], lang: str) -> Filler:
    def filler(name: str, place: str) -> str:
        value = facts[name]
        try:
            if place == "prose":
                return in_prose(name, value, lang)
            return {"command": in_command, "each": in_lines}.get(place, in_code)(name, value)
        except ValueError as error:
            raise AdviceError(f"{spec.id}: {error}") from error

    return filler


def _filled(text: Text, filler: Filler) -> Advice:
    seen, why, fix, verify = (fill(part, filler) for part in text.parts)
    mayor = text.mayor.filled(filler) if text.mayor else None
    return Advice(fill_inlines(text.title, filler), seen, why, fix, verify, mayor)


@lru_cache(maxsize=256)
def _topic_texts(topic: str, lang: str) -> tuple[str, dict[str, Text]]:
    """(file name for messages, text by heading id) of the Markdown beside a module."""
    package, _, leaf = topic.rpartition(".")
    if not package:
        raise AdviceError(f"{topic}: put the module into a package, so that its texts can stand beside it")
    place = f"{package.replace('.', '/')}/{leaf}.{lang}.md"
    try:
        content = files(package).joinpath(f"{leaf}.{lang}.md").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AdviceError(f"{place} cannot be read: {type(error).__name__}; each topic has its texts beside it") from error
    return place, read_texts(content, lang, place)


def read_texts(markdown: str, lang: str, place: str = "text") -> dict[str, Text]:
    """The texts of one file by heading id. Raises AdviceError that says what to change."""
    found: dict[str, Text] = {}
    for heading, body in _sections(tokens_of(markdown), "h1", place):
        matched = _TITLE_ID.search(heading.content)
        if matched is None:
            raise AdviceError(f"{place}: the heading {heading.content!r} must end with {{#check.id}}")
        id = matched[1]
        if id in found:
            raise AdviceError(f"{place}: two headings {{#{id}}}")
        try:
            found[id] = _text(heading, matched[0], body, lang, f"{place}: {id}")
        except ProseError as error:
            raise AdviceError(f"{place}: {id}: {error}") from error
    return found


def _text(heading: Token, id_mark: str, body: list[Token], lang: str, place: str) -> Text:
    parts = _sections(body, "h2", place)
    names = tuple(part[0].content for part in parts)
    mayor = None
    if names[4:] == (MAYOR_HEADING[lang],):
        mayor, parts, names = read_mayor(parts[4][1], lang), parts[:4], names[:4]
    if names != HEADINGS[lang]:
        wanted = ", ".join((*HEADINGS[lang], MAYOR_HEADING[lang]))
        raise AdviceError(f"{place}: its parts must be, in order, {wanted}; found {', '.join(names) or 'none'}")
    seen, why, fix, verify = (read_blocks(tokens, lang) for _, tokens in parts)
    text = Text(_title(heading, id_mark, lang), seen, why, fix, verify, mayor)
    if not text.title or not all(text.parts):
        raise AdviceError(f"{place}: its title or one of its parts is empty")
    return text


def _title(heading: Token, id_mark: str, lang: str) -> tuple[Inline, ...]:
    """The heading without its `{#id}`, which is the end of its last text token."""
    last = heading.children[-1] if heading.children else None
    if last is None or last.type != "text":
        raise ProseError("the title must stand in words before its {#id}")
    last.content = last.content[: len(last.content) - len(id_mark.strip())].rstrip()
    inlines = read_inlines(heading, lang)
    return tuple(inline for inline in inlines if inline != Words(""))


def _sections(tokens: list[Token], level: str, place: str) -> list[tuple[Token, list[Token]]]:
    """(heading's inline token, the tokens up to the next heading of this level)."""
    sections: list[tuple[Token, list[Token]]] = []
    skip = 0
    for position, token in enumerate(tokens):
        if skip:
            skip -= 1
        elif token.type == "heading_open" and token.tag == level:
            sections.append((tokens[position + 1], []))
            skip = 2
        elif sections:
            sections[-1][1].append(token)
        else:
            raise AdviceError(f"{place}: {token.type} stands before the first {level} heading")
    return sections

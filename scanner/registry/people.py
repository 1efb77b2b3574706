"""The people of a cell: `maire@x.fr`, `Jeanne Martin <maire@x.fr> [lettre, rapport technique]`, or several of these. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scanner.registry.columns import document_of, is_nothing
from scanner.registry.issues import Issue, issue
from scanner.registry.model import Contact, ContactRole, Source

#: What a person of each role receives, where a list names one and does not say.
DOCUMENTS: dict[ContactRole, tuple[str, ...]] = {
    ContactRole.MAYOR: ("letter",),
    ContactRole.TECHNICIAN: ("technical", "tickets"),
}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ENTRY = re.compile(
    r"(?:(?P<name>[^<>@;,|\[\]]*)<(?P<within>[^<>]*)>|(?P<word>[^\s;,|<>\[\]]+))\s*(?:\[(?P<documents>[^\[\]]*)\])?|(?P<rest>.)",
    re.DOTALL,
)
_BETWEEN = frozenset({"et", "ou", "and", "or"})
_SEPARATORS = frozenset(" ;,|\t\r\n")
_WORDS = {
    "fr": {"letter": "lettre", "technical": "rapport technique", "tickets": "messages", "": "aucun"},
    "en": {"letter": "letter", "technical": "technical report", "tickets": "tickets", "": "none"},
}


@dataclass(frozen=True, slots=True)
class Person:
    """One address; `documents` is None where the cell does not say what this person receives."""

    email: str
    name: str = ""
    documents: tuple[str, ...] | None = None


def read_people(text: str) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    """The people of a cell, each address once, and the words that are neither an address nor a document."""
    people: dict[str, Person] = {}
    unread: list[str] = []
    for found in _ENTRY.finditer(text):
        email = (found["within"] if found["within"] is not None else found["word"] or found["rest"]).strip()
        if is_address(email):
            documents = None if found["documents"] is None else _documents(found["documents"], unread)
            people.setdefault(email, Person(email, " ".join((found["name"] or "").split()), documents))
        elif email not in _SEPARATORS and email.lower() not in _BETWEEN and not is_nothing(email):
            unread.append(email)
    return tuple(people.values()), tuple(unread)


def is_address(text: str) -> bool:
    """Whether this is one e-mail address, without a display name."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def contacts(line: int, cells: Mapping[str, str], source: Source, remarks: list[Issue]) -> tuple[Contact, ...]:
    """Whom a line names in each role; what of a cell nobody can read is a remark."""
    found: list[Contact] = []
    for role in ContactRole:
        people = addresses(line, cells.get(role.value, ""), remarks)
        for each in people:
            documents = DOCUMENTS.get(role, ()) if each.documents is None else each.documents
            found.append(Contact(role, each.email, source, each.name, documents))
    return tuple(found)


def addresses(line: int, cell: str, remarks: list[Issue]) -> tuple[Person, ...]:
    """The people of a cell; one remark for all that cannot be read in it."""
    if is_nothing(cell):
        return ()
    people, unread = read_people(cell)
    if unread:
        remarks.append(issue(line, "address", value=" ".join(unread)))
    return people


def written(contact: Contact, lang: str) -> str:
    """The contact as `read_people` reads it again; what the role receives anyway is not said."""
    name = " ".join(re.sub(r"[<>@;,|\[\]]", " ", contact.name).split())
    who = f"{name} <{contact.email}>" if name else contact.email
    if contact.documents == DOCUMENTS.get(contact.role, ()):
        return who
    words = _WORDS[lang]
    return f"{who} [{', '.join(words[each] for each in contact.documents) or words['']}]"


def _documents(text: str, unread: list[str]) -> tuple[str, ...]:
    named = [word for word in re.split(r"[;,|+]", text) if not is_nothing(word)]
    unread += [word.strip() for word in named if document_of(word) is None]
    return tuple(dict.fromkeys(code for word in named if (code := document_of(word))))

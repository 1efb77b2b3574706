"""Subjects of a stored result. They will stand in file names and commands, so nothing but a name will do."""

from __future__ import annotations

import ipaddress
import re

from scanner.model import SUBJECT_KINDS, Domain, Host, Site, Subject
from scanner.names import NotADomain, read_domain
from scanner.report.stored.node import Node

_NAME = re.compile(r"[!-~]{1,1100}")  # a name of DNS as it is written out: at most 4 characters for each of 255 octets


def read_domain_of(node: Node) -> Domain:
    """The domain of the result, in A-labels."""
    name = node.text()
    try:
        known = read_domain(name).ascii
    except NotADomain:
        node.refuse()
    return Domain(name) if name == known else node.refuse()


def read_subjects(rows: Node, domain: Domain) -> tuple[Subject, ...]:
    """All subjects, the domain first."""
    subjects = tuple(_listed(row, domain) for row in rows.items())
    return subjects if subjects[:1] == (domain,) else rows.refuse()


def _listed(row: Node, domain: Domain) -> Subject:
    subject = read_subject(row.of("key"), domain)
    same = (subject.kind, subject.name) == (row.of("kind").text(), row.of("name").text())
    return subject if same else row.refuse()


def read_subject(node: Node, domain: Domain) -> Subject:
    """A subject by its key, such as `site:www.mairie.fr`."""
    kind, _, name = node.text().partition(":")
    if kind not in SUBJECT_KINDS or not _NAME.fullmatch(name):
        node.refuse()
    if kind == Site.kind:
        return Site(name, domain)
    if kind == Host.kind:
        read_address(Node(name, node.place))
    elif kind == Domain.kind and name != domain.name:
        node.refuse()
    return SUBJECT_KINDS[kind](name)


def read_address(node: Node) -> str:
    """An IP address."""
    try:
        ipaddress.ip_address(node.text())
    except ValueError:
        node.refuse()
    return node.text()


def read_links(node: Node | None, domain: Domain) -> dict[Subject, tuple[Subject, ...]]:
    """Which subjects stand below another; none in a result of before they were written."""
    if node is None:
        return {}
    return {
        read_subject(Node(key, below.place), domain): tuple(read_subject(item, domain) for item in below.items())
        for key, below in node.members()
    }

"""Ordinary clients, to look at the laboratory with other eyes than ours."""

from __future__ import annotations

import http.client
import socket
import ssl

import dns.message
import dns.query

from tests.lab.lab import Lab
from tests.lab.towns import TOWNS, TRAPS

BY_NAME = {town.name: town for town in (*TOWNS, *TRAPS)}


def ask(lab: Lab, name: str, rdtype: str, *, flags: int = 0) -> dns.message.Message:
    query = dns.message.make_query(name, rdtype, want_dnssec=True)
    query.flags |= flags
    return dns.query.udp(query, lab.resolver[0], port=lab.resolver[1], timeout=2)


def trusting(lab: Lab) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(lab.ca_file))


def shake(lab: Lab, name: str, address: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    raw = socket.create_connection((address, lab.ports[443]), 3)
    try:
        return context.wrap_socket(raw, server_hostname=name)
    except OSError:
        raw.close()
        raise


def get(lab: Lab, name: str, address: str, path: str = "/") -> tuple[http.client.HTTPResponse, bytes]:
    link = http.client.HTTPConnection(address, lab.ports[80], timeout=3)
    link.sock = shake(lab, name, address, ssl._create_unverified_context())
    try:
        link.request("GET", path, headers={"Host": name})
        answer = link.getresponse()
        return answer, answer.read(100_000)
    finally:
        link.close()

"""The only door to the network. Probes import their types from here; the engine opens it with `scanner.net.door`."""

from scanner.model import Level
from scanner.net.cipher_suites import Weakness, suite_name, suites_of, weakness_of
from scanner.net.client_hello import ClientHello, everything_up_to
from scanner.net.server_flight import ServerHello, TlsAlert
from scanner.net.tls_version import TlsVersion
from scanner.net.types import (
    Datagrams,
    Dns,
    Handshake,
    Headers,
    Hop,
    Http,
    Message,
    Net,
    NetFailure,
    NmapService,
    NotTls,
    Ports,
    PortState,
    Records,
    Refused,
    Response,
    Smtp,
    SmtpTalk,
    Throttled,
    Tls,
    Trust,
    Untrusted,
    turns,
)

__all__ = [
    "ClientHello", "Datagrams", "Dns", "Handshake", "Headers", "Hop", "Http", "Level", "Message", "Net", "NetFailure",
    "NmapService", "NotTls", "PortState", "Ports", "Records", "Refused", "Response", "ServerHello", "Smtp", "SmtpTalk",
    "Throttled", "Tls", "TlsAlert", "TlsVersion", "Trust", "Untrusted", "Weakness", "everything_up_to", "suite_name",
    "suites_of", "turns", "weakness_of",
]  # fmt: skip

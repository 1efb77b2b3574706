"""The only door to the network. Probes import their types from here; the engine opens it with `scanner.net.door`."""

from scanner.model import Level
from scanner.net.types import (
    Dns,
    Handshake,
    Headers,
    Hop,
    Http,
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
    TlsVersion,
    Trust,
    Untrusted,
    turns,
)

__all__ = [
    "Dns", "Handshake", "Headers", "Hop", "Http", "Level", "Net", "NetFailure", "NmapService", "NotTls", "PortState", "Ports",
    "Records", "Refused", "Response", "Smtp", "SmtpTalk", "Throttled", "Tls", "TlsVersion", "Trust", "Untrusted", "turns",
]  # fmt: skip

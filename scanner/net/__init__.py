"""The only door to the network. Probes import their types from here; the engine opens it with `scanner.net.door`."""

from scanner.model import Level
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
    Tls,
    TlsVersion,
    Trust,
    Untrusted,
)

__all__ = [
    "Datagrams", "Dns", "Handshake", "Headers", "Hop", "Http", "Level", "Message", "Net", "NetFailure", "NmapService", "NotTls",
    "PortState", "Ports", "Records", "Refused", "Response", "Smtp", "SmtpTalk", "Tls", "TlsVersion", "Trust", "Untrusted",
]  # fmt: skip

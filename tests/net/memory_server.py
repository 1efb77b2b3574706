"""OpenSSL as a server, without a socket: what it answers to a hello, in bytes."""

from __future__ import annotations

import contextlib
import ssl
import warnings

from scanner.net.client_hello import ClientHello
from tests.lab.model import Certificate
from tests.lab.pki import Pki

NAME = "www.mairie-exemple.fr"


def flight(server: ssl.SSLContext, hello: ClientHello) -> bytes:
    """What OpenSSL answers, in bytes."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    incoming.write(hello.encode(NAME, bytes(range(64))))
    with contextlib.suppress(ssl.SSLError):
        server.wrap_bio(incoming, outgoing, server_side=True).do_handshake()
    return outgoing.read()


def serving(pki: Pki, lowest: int, highest: int, ciphers: str = "ALL:eNULL:@SECLEVEL=0") -> ssl.SSLContext:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pki._file(Certificate.GOOD, (NAME,)))
        context.set_ciphers(ciphers)
        context.minimum_version = ssl.TLSVersion(0x0301 + lowest)
        context.maximum_version = ssl.TLSVersion(0x0301 + highest)
    return context

"""A socket of the door, and why it led nowhere."""

from __future__ import annotations

import errno
import socket

from scanner.model import Reason
from scanner.net.types import NetFailure

_NO_ROUTE = (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EACCES, errno.EPERM)


def open_socket(address: str, kind: socket.SocketKind) -> socket.socket:
    """A socket that does not block, of the family of this address. Raises NetFailure(OURS)."""
    try:
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    except OSError as error:
        raise NetFailure(Reason.OURS, f"no socket for {address}: {error.strerror}") from error
    sock.setblocking(False)
    return sock


def unreached(error: OSError, place: str) -> NetFailure:
    """The failure of a packet that got no answer: ours where this machine has no way there, else silence."""
    if error.errno in _NO_ROUTE:
        return NetFailure(Reason.OURS, f"{place}: this machine has no route ({error.strerror})")
    return NetFailure(Reason.SILENT, f"{place}: {errno.errorcode.get(error.errno or 0, error)}")

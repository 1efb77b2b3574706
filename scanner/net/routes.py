"""Whether this machine has a way to the IPv6 Internet: the kernel's own word, without a packet."""

from __future__ import annotations

import socket

#: The first address of the public range (RFC 4291 2.4): nobody's, and only a default route leads there.
_ANYWHERE = "2000::1"


def has_ipv6_route() -> bool:
    """Connecting a datagram socket looks the route up and sends nothing."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.connect((_ANYWHERE, 53))
    except OSError:
        return False
    return True

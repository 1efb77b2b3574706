"""Remote access: what is fit to face the Internet, and what is not."""

from __future__ import annotations

from tests.lab.real.front import address, certificate, town
from tests.lab.real.remote_access import freerdp_shadow, openssh, telnetd, vnc, x11, xrdp

_EXPOSED, _NO_NLA, _CLEAR = "services.remote-desktop-exposed", "services.remote-desktop-no-nla", "services.plain-text-exposed"

TOWNS = (
    town(1, "ssh-seul.fr", "OpenSSH and nothing else: any finding is a false alarm", openssh(address(1))),
    town(
        2,
        "ssh-deplace.fr",
        "OpenSSH, banner trimmed, on the numbers of Telnet, RDP, PostgreSQL and Modbus: a number proves nothing",
        openssh(address(2), 23, 502, 3389, 5432, debian_banner=False),
    ),
    town(3, "telnet-ouvert.fr", "inetutils' telnetd", telnetd(address(3)), must=(_CLEAR,)),
    town(
        4,
        "bureau-xrdp.fr",
        "xrdp: TLS, no network level authentication",
        xrdp(address(4), "bureau-xrdp.fr"),
        must=(_EXPOSED, _NO_NLA),
    ),
    town(
        5,
        "bureau-ancien.fr",
        "xrdp with the security of before 2006",
        xrdp(address(5), "bureau-ancien.fr", layer="rdp"),
        must=(_EXPOSED, _NO_NLA),
    ),
    town(6, "bureau-nla.fr", "FreeRDP's server, which insists on NLA", freerdp_shadow(address(6), 6), must=(_EXPOSED,)),
    town(7, "ecran-vnc.fr", "TigerVNC with a password, second screen", vnc(address(7), 7, port=5901), must=(_EXPOSED,)),
    town(8, "ecran-ouvert.fr", "TigerVNC without a password", vnc(address(8), 8, password=False), must=(_EXPOSED,)),
    town(9, "ecran-x11.fr", "an X server that takes everybody", x11(address(9), 9, guarded=False), must=(_EXPOSED,)),
    town(10, "ecran-x11-cookie.fr", "an X server that wants its cookie", x11(address(10), 10, guarded=True), must=(_EXPOSED,)),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)

"""Real servers of remote access: OpenSSH, telnetd, xrdp, FreeRDP's shadow server, TigerVNC, an X server."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.lab.real.model import Daemon

_SSHD = """
PORTS
HostKey {dir}/host_key
PidFile none
UsePAM no
PasswordAuthentication no
DebianBanner BANNER
"""

_XRDP = """
[Globals]
ini_version=1
fork=false
port=tcp://ADDRESS:3389
security_layer=LAYER
crypt_level=high
certificate={pki}/STEM.crt
key_file={pki}/STEM.key
ssl_protocols=TLSv1.2, TLSv1.3

[Logging]
LogFile={dir}/xrdp.log
LogLevel=WARNING
EnableSyslog=false

[Xorg]
name=Xorg
lib=libxup.so
username=ask
password=ask
code=20
"""


def openssh(address: str, *ports: int, debian_banner: bool = True) -> Daemon:
    """sshd with keys only, on port 22 unless others are given.

    Its privilege separation wants /run/sshd, which is the laboratory's own /run.
    """
    places = tuple((address, port) for port in ports or (22,))
    listening = "\n".join(f"ListenAddress {place}:{port}" for place, port in places)
    banner = "yes" if debian_banner else "no"
    return Daemon(
        f"sshd-{address}",
        ("/bin/sh", "-c", "mkdir -p -m 755 /run/sshd && exec /usr/sbin/sshd -D -e -f {dir}/sshd_config"),
        files={"sshd_config": _SSHD.replace("PORTS", listening).replace("BANNER", banner)},
        wait=places,
        packages=("openssh-server",),
        prepare=_host_key,
    )


def telnetd(address: str) -> Daemon:
    """inetutils' telnetd, which waits for inetd; socat stands in for it."""
    return Daemon(
        f"telnetd-{address}",
        ("/usr/bin/socat", f"TCP-LISTEN:23,bind={address},reuseaddr,fork", "EXEC:/usr/sbin/telnetd"),
        wait=((address, 23),),
        packages=("inetutils-telnetd", "socat"),
    )


def xrdp(address: str, stem: str, *, layer: str = "negotiate") -> Daemon:
    """xrdp knows no network level authentication; `layer` is negotiate, tls or rdp (the security of before 2006)."""
    return Daemon(
        f"xrdp-{address}",
        ("/bin/sh", "-c", "mkdir -p -m 1777 /run/xrdp && exec /usr/sbin/xrdp --nodaemon -c {dir}/xrdp.ini"),
        files={"xrdp.ini": _XRDP.replace("ADDRESS", address).replace("LAYER", layer).replace("STEM", stem)},
        wait=((address, 3389),),
        packages=("xrdp",),
    )


def freerdp_shadow(address: str, screen: int) -> Daemon:
    """FreeRDP's server, which insists on network level authentication; it shows X screen number `screen`."""
    shadow = f"/usr/bin/freerdp-shadow-cli /bind-address:{address} /port:3389 /sec:nla /sam-file:{{dir}}/sam"
    return Daemon(
        f"freerdp-{address}",
        ("/bin/sh", "-c", f"{_x_server(screen, _hidden_vnc(screen))} & sleep 1; DISPLAY=:{screen} exec {shadow}"),
        files={"sam": ""},
        env={"HOME": "{dir}", "USER": "root"},
        wait=((address, 3389),),
        packages=("freerdp2-shadow-x11", "tigervnc-standalone-server", "tigervnc-tools"),
        prepare=_vnc_password,
    )


def vnc(address: str, screen: int, *, password: bool = True, port: int = 5900) -> Daemon:
    """TigerVNC, with the old VNC password or none at all."""
    guard = "-SecurityTypes VncAuth -rfbauth {dir}/passwd" if password else "-SecurityTypes None"
    return Daemon(
        f"vnc-{address}-{port}",
        ("/bin/sh", "-c", "exec " + _x_server(screen, f"{guard} -interface {address} -rfbport {port}")),
        wait=((address, port),),
        packages=("tigervnc-standalone-server", "tigervnc-tools"),
        prepare=_vnc_password,
    )


def x11(address: str, screen: int, *, guarded: bool) -> Daemon:
    """An X server on TCP 6000, with access control or without (`xhost +`)."""
    server = _x_server(screen, f"{'-auth {dir}/authority' if guarded else '-ac'} {_hidden_vnc(screen)}")
    door = f"TCP-LISTEN:6000,bind={address},reuseaddr,fork ABSTRACT-CONNECT:/tmp/.X11-unix/X{screen}"
    return Daemon(
        f"x11-{address}",
        ("/bin/sh", "-c", f"{server} & exec /usr/bin/socat {door}"),
        wait=((address, 6000),),
        packages=("tigervnc-standalone-server", "tigervnc-tools", "socat"),
        prepare=_vnc_password,
    )


def _hidden_vnc(screen: int) -> str:
    """Xvnc's own door, on a loopback address that no town uses."""
    return f"-SecurityTypes VncAuth -rfbauth {{dir}}/passwd -interface 127.0.0.1 -rfbport {6900 + screen}"


def _x_server(screen: int, options: str) -> str:
    """Xvnc on an abstract socket only: it belongs to the laboratory's namespace and leaves no file in /tmp."""
    return f"/usr/bin/Xvnc :{screen} -geometry 320x200 -depth 24 -nolock -nolisten unix -nolisten tcp -listen local {options}"


def _host_key(folder: Path) -> None:
    subprocess.run(
        ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host_key")), check=True, capture_output=True
    )


def _vnc_password(folder: Path) -> None:
    """VNC's own form of "laboratoire", and an X authority with one random cookie."""
    hidden = subprocess.run(("tigervncpasswd", "-f"), input=b"laboratoire\n", check=True, capture_output=True).stdout
    (folder / "passwd").write_bytes(hidden)
    (folder / "authority").write_bytes(_authority())


def _authority() -> bytes:
    """One FamilyWild entry of an .Xauthority file."""
    name, cookie = b"MIT-MAGIC-COOKIE-1", b"laboratoire!cook"
    fields = (b"", b"", name, cookie)
    return b"\xff\xff" + b"".join(len(field).to_bytes(2, "big") + field for field in fields)

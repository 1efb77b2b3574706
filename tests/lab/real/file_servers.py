"""Real file servers: vsftpd, Samba, rsync."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.lab.real.model import Daemon

_VSFTPD = """
listen=YES
listen_address=ADDRESS
background=NO
anonymous_enable=NO
local_enable=YES
seccomp_sandbox=NO
secure_chroot_dir={dir}/empty
TLS
"""
_VSFTPD_TLS = """
ssl_enable=YES
rsa_cert_file={pki}/STEM.crt
rsa_private_key_file={pki}/STEM.key
force_local_logins_ssl=YES
"""

_SAMBA = """
[global]
    workgroup = MAIRIE
    server role = standalone server
    interfaces = ADDRESS/32
    bind interfaces only = yes
    smb ports = 445 139
    disable netbios = no
    map to guest = never
    load printers = no
    disable spoolss = yes
    private dir = {dir}/private
    lock directory = {dir}/lock
    state directory = {dir}/state
    cache directory = {dir}/cache
    pid directory = {dir}/pid
    ncalrpc dir = {dir}/ncalrpc
    log file = {dir}/log.%m
MORE

[commun]
    path = {dir}/share
    read only = yes
"""

_RSYNC = """
use chroot = no
pid file = {dir}/rsyncd.pid
[sauvegarde]
    path = {dir}/share
    read only = yes
"""


def vsftpd(address: str, *, stem: str = "") -> Daemon:
    """vsftpd, with TLS where `stem` names its certificate."""
    tls = _VSFTPD_TLS.replace("STEM", stem) if stem else ""
    return Daemon(
        f"vsftpd-{address}",
        ("/usr/sbin/vsftpd", "{dir}/vsftpd.conf"),
        files={"vsftpd.conf": _VSFTPD.replace("ADDRESS", address).replace("TLS", tls)},
        wait=((address, 21),),
        packages=("vsftpd",),
        prepare=_folders("empty"),
    )


def samba(address: str, *, more: str = "") -> Daemon:
    """smbd on 445 and 139; `more` are lines of its global section."""
    return Daemon(
        f"smbd-{address}",
        ("/usr/sbin/smbd", "--foreground", "--no-process-group", "-s", "{dir}/smb.conf"),
        files={"smb.conf": _SAMBA.replace("ADDRESS", address).replace("MORE", more)},
        wait=((address, 445), (address, 139)),
        packages=("samba",),
        prepare=_folders("private", "lock", "state", "cache", "pid", "ncalrpc", "share"),
    )


def rsyncd(address: str) -> Daemon:
    """An rsync daemon with one folder."""
    return Daemon(
        f"rsyncd-{address}",
        ("/usr/bin/rsync", "--daemon", "--no-detach", "--address", address, "--config", "{dir}/rsyncd.conf"),
        files={"rsyncd.conf": _RSYNC, "share/lisez-moi.txt": "laboratoire\n"},
        wait=((address, 873),),
        packages=("rsync",),
    )


def _folders(*names: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for name in names:
            (folder / name).mkdir(mode=0o755, exist_ok=True)

    return make

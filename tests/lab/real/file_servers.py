"""Real file servers: vsftpd, Samba, rsync, NFS."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
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

_GANESHA = """
NFS_CORE_PARAM { Enable_NLM = false; Enable_RQUOTA = false; }
NFSv4 { RecoveryBackend = fs; RecoveryRoot = {dir}/state; Graceless = true; }
EXPORT {
    Export_Id = 1;
    Path = {dir}/share;
    Pseudo = /commun;
    Access_Type = RO;
    FSAL { Name = VFS; }
}
"""
#: Both take every address of their machine and know no other way: they get a network of their own, and a door to each port.
_NFS = """
ip link set lo up
/usr/sbin/rpcbind -w -f &
/usr/bin/ganesha.nfsd -F -f {dir}/ganesha.conf -L /dev/stderr -p {dir}/pid -N NIV_WARN &
for port in 111 2049; do /usr/bin/socat UNIX-LISTEN:{dir}/$port,fork TCP:127.0.0.1:$port & done
wait
"""
_NFS_SECONDS = 30.0
_NFS_CALL = struct.pack(">11I", 0x8000_0000 | 40, 1, 0, 2, 100_003, 3, 0, 0, 0, 0, 0)  # procedure 0 of NFS 3
_NFS_REPLY = struct.pack(">3I", 0x8000_0000 | 24, 1, 1)
_NFS_DOORS = """
unshare --net /bin/sh {dir}/inside.sh &
for port in 111 2049; do /usr/bin/socat TCP-LISTEN:$port,bind=ADDRESS,reuseaddr,fork UNIX-CONNECT:{dir}/$port & done
wait
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


def nfs(address: str) -> Daemon:
    """NFS-Ganesha with the port mapper beside it, and one folder for everybody."""
    return Daemon(
        f"nfs-{address}",
        ("/bin/sh", "{dir}/start.sh"),
        files={"ganesha.conf": _GANESHA, "inside.sh": _NFS, "start.sh": _NFS_DOORS.replace("ADDRESS", address)},
        wait=((address, 111), (address, 2049)),
        packages=("nfs-ganesha", "nfs-ganesha-vfs", "rpcbind", "socat"),
        prepare=_folders("state", "share"),
        finish=_nfs_answers(address),
    )


def _folders(*names: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for name in names:
            (folder / name).mkdir(mode=0o755, exist_ok=True)

    return make


def _nfs_answers(address: str) -> Callable[[Path], None]:
    """For `finish`, since the doors are open before the servers behind them are. Raises TimeoutError."""

    def ask(folder: Path) -> None:
        deadline = time.monotonic() + _NFS_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((address, 2049), timeout=1.0) as link:
                link.sendall(_NFS_CALL)
                if link.recv(64)[:12] == _NFS_REPLY:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"no NFS behind the door: {(folder / 'log').read_text(errors='replace')[-600:]}")

    return ask

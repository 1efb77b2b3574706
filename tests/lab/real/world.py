"""The ground that the towns stand on: a throw-away process tree with its own network, /run, /etc and /var.

The world is the tree's own network namespace; the scanner has another, joined by a veth pair or by a relay
that delays. When the first process of the tree dies, even by kill -9, everything is gone.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

FOLDER = Path("/run/lab")
SCANNER = "scanner"
HOST_NAME = "laboratoire"  # in /etc/hosts too: servers look for their own name while no resolver runs yet
IN_SCANNER = ("ip", "netns", "exec", SCANNER)
#: How a launcher begins the tree; `setpriv` ends it with the launcher.
UNSHARE = (
    "setpriv", "--pdeathsig", "KILL", "--",
    "unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc", "--",
)  # fmt: skip
#: IPv4 by AnyIP: every address of these networks is the world's own (benchmark range, RFC 2544; documentation, RFC 3849).
TOWN_NETWORKS = ("198.18.0.0/15", "2001:db8::/32")
WORLD_IPV4, SCANNER_IPV4 = "192.0.2.1", "192.0.2.2"
WORLD_IPV6, SCANNER_IPV6 = "fd00:bef::1", "fd00:bef::2"
_OVERLAID = ("etc", "var")


def build() -> None:
    """Make the ground, inside a fresh tree."""
    _folders()
    _network()


def join_by_veth() -> None:
    """World and scanner joined by a cable without delay."""
    run("ip", "link", "add", "towns", "type", "veth", "peer", "name", "uplink", "netns", SCANNER)
    address("towns", "uplink")


def address(world_side: str, scanner_side: str) -> None:
    """Give both ends their addresses, and the scanner its way to the world."""
    ends = ((), world_side, WORLD_IPV4, WORLD_IPV6), (IN_SCANNER, scanner_side, SCANNER_IPV4, SCANNER_IPV6)
    for prefix, device, ipv4, ipv6 in ends:
        run(*prefix, "ip", "addr", "add", f"{ipv4}/30", "dev", device)
        run(*prefix, "ip", "-6", "addr", "add", f"{ipv6}/64", "dev", device, "nodad")
        run(*prefix, "ip", "link", "set", device, "up")
    run(*IN_SCANNER, "ip", "route", "add", "default", "via", WORLD_IPV4)
    run(*IN_SCANNER, "ip", "-6", "route", "add", "default", "via", WORLD_IPV6)


def settle(addresses: Iterable[str]) -> None:
    """Put these addresses on the interface itself, for servers that AnyIP does not suffice (Postfix, BIND)."""
    lines = "".join(
        f"addr add {place}/{128 if ':' in place else 32} dev lo{' nodad' if ':' in place else ''}\n"
        for place in sorted(set(addresses))
    )
    subprocess.run(("ip", "-force", "-batch", "-"), input=lines.encode(), check=True, capture_output=True)


def firewall(rules: str) -> None:
    """Rules for packets that come from outside, and a count of the connection attempts at each (address, port)."""
    table = f"""table inet lab {{
  set attempts4 {{ type ipv4_addr . inet_service; size 65535; flags dynamic; counter; }}
  set attempts6 {{ type ipv6_addr . inet_service; size 65535; flags dynamic; counter; }}
  chain count {{
    type filter hook input priority -10; policy accept;
    iifname "lo" return
    tcp flags & (syn | ack) == syn update @attempts4 {{ ip daddr . tcp dport }}
    tcp flags & (syn | ack) == syn update @attempts6 {{ ip6 daddr . tcp dport }}
  }}
  chain towns {{
    type filter hook input priority 0; policy accept;
    iifname "lo" return
{rules}
  }}
}}
"""
    subprocess.run(("nft", "-f", "-"), input=table.encode(), check=True, capture_output=True)


def attempts() -> Mapping[tuple[str, int], int]:
    """TCP connection attempts from outside so far, by (address, port)."""
    counted: dict[tuple[str, int], int] = {}
    for name in ("attempts4", "attempts6"):
        listed = run("nft", "-j", "list", "set", "inet", "lab", name)
        for entry in json.loads(listed)["nftables"]:
            for element in entry.get("set", {}).get("elem", ()):
                place, port = element["elem"]["val"]["concat"]
                counted[place, port] = element["elem"]["counter"]["packets"]
    return counted


def run(*arguments: str) -> str:
    """Run a command of the machine; its output. Raises CalledProcessError."""
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout


def _folders() -> None:
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/dev/shm")  # PostgreSQL leaves its segments there when killed
    for made in ("lock", "netns", "lab/tmp", "lab/daemons", "lab/pki"):
        Path("/run", made).mkdir(parents=True)
    for shared in ("lock", "lab/tmp"):
        Path("/run", shared).chmod(0o1777)
    for name in _OVERLAID:
        upper, work = (Path("/run/lab/overlay", name, part) for part in ("upper", "work"))
        upper.mkdir(parents=True)
        work.mkdir()
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/{name},upperdir={upper},workdir={work}", f"/{name}")
    _own_file("resolv.conf", f"nameserver {SCANNER_IPV4}\n")
    _own_file("hosts", f"127.0.0.1 localhost {HOST_NAME}\n::1 localhost\n")
    Path("/etc/netns", SCANNER).mkdir(parents=True)
    Path("/etc/netns", SCANNER, "resolv.conf").write_text("nameserver 127.0.0.1\n")


def _own_file(name: str, content: str) -> None:
    """Replace a file of /etc, be it a link or mounted from elsewhere."""
    private = FOLDER / name
    private.write_text(content)
    target = Path("/etc", name)
    if target.is_symlink() or not target.exists():
        target.unlink(missing_ok=True)
        target.touch()
    run("mount", "--bind", str(private), str(target))


def _network() -> None:
    run("hostname", HOST_NAME)
    run("ip", "netns", "add", SCANNER)
    for prefix in ((), IN_SCANNER):
        run(*prefix, "ip", "link", "set", "lo", "up")
        run(
            *prefix, "sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0",
            "net.ipv6.conf.all.disable_ipv6=0", "net.ipv6.conf.default.disable_ipv6=0",
        )  # fmt: skip
    run("sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=0", "net.ipv6.ip_nonlocal_bind=1", "net.core.somaxconn=1024")
    run("sysctl", "-qw", "net.ipv4.icmp_ratelimit=0")  # one kernel answers here for a hundred machines
    run("ip", "route", "add", "local", TOWN_NETWORKS[0], "dev", "lo")
    run("ip", "-6", "route", "add", "local", TOWN_NETWORKS[1], "dev", "lo")


def may_build() -> bool:
    """Whether this user may ask for such a tree."""
    return os.geteuid() == 0


def forbidden() -> str:
    """Why such a tree cannot be made here, in the kernel's words (a container or a chroot often forbids it); "" where it can."""
    tried = subprocess.run((*UNSHARE, "true"), capture_output=True, text=True, check=False)
    return tried.stderr.strip() or f"code {tried.returncode}" if tried.returncode else ""

"""The tools that are measured: how each is installed, asked and read. None is imported: they run as commands of their own.

Those of PyPI live in environments of their own in the laboratory's cache; the others are Debian's packages.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checks.services.ports import RISKY_PORTS
from scanner import __version__
from tests.lab.real import world
from tests.lab.real.bench import claims
from tests.lab.real.bench.named import (
    APPLIANCE,
    DATABASE,
    DESKTOP,
    EXPIRED,
    FORGEABLE,
    MAIL_CLEAR,
    OLD,
    SPIP,
    WELL_RUN,
    WORDPRESS,
)  # fmt: skip
from tests.lab.real.borrowed import CannotFetch
from tests.lab.real.chroots import CACHE
from tests.lab.real.lab import CONFIG
from tests.lab.real.launch import REPOSITORY
from tests.lab.real.model import RealTown

PACKAGES = ("nmap", "testssl.sh", "whatweb", "python3-venv", "dnsutils", "time")  # dnsutils: testssl.sh asks with dig
SSLYZE, CHECKDMARC = CACHE / "peer-sslyze-6.3.1", CACHE / "peer-checkdmarc-6.0.4"
_FETCHED = {SSLYZE: "sslyze==6.3.1", CHECKDMARC: "checkdmarc==6.0.4"}
ROOT = world.FOLDER / "pki/root.pem"
_SITES = (WELL_RUN, OLD, APPLIANCE, EXPIRED, WORDPRESS, SPIP)


@dataclass(frozen=True, slots=True)
class Peer:
    """One way of asking one tool. `command` gets the town and the file of the report; `read` gets that file.

    `towns` are those it is sent to. `scope` are the beginnings of the check ids that it has words for.
    """

    name: str
    version: Callable[[], str]
    command: Callable[[RealTown, Path], tuple[str, ...]]
    read: Callable[[Path], frozenset[str]]
    towns: tuple[str, ...]
    scope: tuple[str, ...]
    more: str  # what it does and Beffroi does not
    less: str = ""  # what it is spared
    variant: bool = False  # another way of asking a tool that is here already
    seconds: float = 150.0


def provide() -> tuple[str, ...]:
    """Fetch what is missing of PyPI's tools; what was. Raises CannotFetch."""
    CACHE.mkdir(parents=True, exist_ok=True)
    return tuple(folder.name for folder, package in _FETCHED.items() if _fetch(folder, package))


def _fetch(folder: Path, package: str) -> bool:
    """By Debian's own Python; marked as complete at the end, since an environment does not survive being moved."""
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        complete = folder / "complete"
        if complete.exists():
            return False
        shutil.rmtree(folder, ignore_errors=True)
        for command in (
            ("/usr/bin/python3", "-m", "venv", str(folder)),
            (str(folder / "bin/python"), "-m", "pip", "install", "--quiet", package),
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise CannotFetch(f"{' '.join(command)}: {(done.stderr or done.stdout)[-1500:].strip()}")
        complete.touch()
    return True


def environment() -> dict[str, str]:
    """What every tool gets: the authority of the laboratory where it reads one of these, nothing of ours."""
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(world.FOLDER / "tmp"),
        "LANG": "C.UTF-8", "TERM": "dumb", "SSL_CERT_FILE": str(ROOT), "REQUESTS_CA_BUNDLE": str(ROOT),
    }  # fmt: skip


def _debian(package: str) -> Callable[[], str]:
    return lambda: world.run("dpkg-query", "-W", "-f", "${Version}", package)


def beffroi_command(*domains: str, dedicated: tuple[str, ...], report: Path) -> tuple[str, ...]:
    """A scan with the mandate that the owner would sign."""
    words = ["env", f"PYTHONPATH={REPOSITORY}", sys.executable, "-m", "scanner.cli", "scan", *domains, "--config", str(CONFIG)]
    words += ["--i-am-authorised", "Laboratoire, mesure", "--json", str(report)]
    return (*words, *(word for address in dedicated for word in ("--dedicated", address)))


def _beffroi(town: RealTown, report: Path) -> tuple[str, ...]:
    return beffroi_command(town.domain, dedicated=town.dedicated, report=report)


def _sslyze(*words: str) -> Callable[[RealTown, Path], tuple[str, ...]]:
    def command(town: RealTown, report: Path) -> tuple[str, ...]:
        program = str(SSLYZE / "bin/sslyze")
        return (program, *words, "--certinfo_ca_file", str(ROOT), "--quiet", "--json_out", str(report), town.domain)

    return command


def _sslyze_api(town: RealTown, report: Path) -> tuple[str, ...]:
    return (str(SSLYZE / "bin/python"), str(Path(__file__).with_name("sslyze_api.py")), str(ROOT), str(report), town.domain)


def _testssl(town: RealTown, report: Path) -> tuple[str, ...]:
    options = ("--warnings", "off", "--color", "0", "--ip", "one", "--add-ca", str(ROOT), "--jsonfile-pretty", str(report))
    return ("testssl", *options, town.domain)


def _nmap(town: RealTown, report: Path) -> tuple[str, ...]:
    ports = ",".join(str(port) for port in sorted({80, 443, *RISKY_PORTS}))
    return ("nmap", "-sV", "--script", "ssl-enum-ciphers,ssl-cert", "-p", ports, "-oX", str(report), town.domain)


def _whatweb(town: RealTown, report: Path) -> tuple[str, ...]:
    return ("whatweb", "--no-errors", "--quiet", f"--log-json={report}", town.domain)


def _checkdmarc(town: RealTown, report: Path) -> tuple[str, ...]:
    return (str(CHECKDMARC / "bin/checkdmarc"), "--check-mx-tls", "-o", str(report), "-n", "127.0.0.1", "--", town.domain)


BEFFROI = Peer(
    "Beffroi",
    lambda: __version__,
    _beffroi,
    claims.beffroi,
    (*_SITES, DATABASE, DESKTOP, MAIL_CLEAR, FORGEABLE),
    ("dns.", "mail.", "services.", "software.", "tls.", "web."),
    more="",
)
PEERS = (
    Peer(
        "sslyze",
        lambda: SSLYZE.name.rpartition("-")[2],
        _sslyze(),
        claims.sslyze,
        _SITES,
        ("tls.",),
        more="every cipher suite and curve, Heartbleed, CCS, ROBOT, compression, renegotiation, resumption, early data, "
        "Mozilla's profiles, five public trust stores",
    ),
    Peer(
        "sslyze, fewer questions",
        lambda: SSLYZE.name.rpartition("-")[2],
        _sslyze("--mozilla_config", "disable", "--certinfo", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3"),
        claims.sslyze,
        _SITES,
        ("tls.",),
        more="every cipher suite of each version",
        less="asked for certificate and versions only: the nearest to what Beffroi asks",
        variant=True,
    ),
    Peer(
        "sslyze, by its API",
        lambda: SSLYZE.name.rpartition("-")[2],
        _sslyze_api,
        claims.sslyze,
        _SITES,
        ("tls.",),
        more="every cipher suite of each version",
        less="asked by a program of 20 lines for certificate and versions only, as somebody would who builds upon it",
        variant=True,
    ),
    Peer(
        "testssl.sh",
        _debian("testssl.sh"),
        _testssl,
        claims.testssl,
        (WELL_RUN, OLD, EXPIRED),
        ("tls.", "web.hsts-missing"),
        more="every cipher suite in the server's order, Heartbleed, CCS, ROBOT, DROWN, LOGJAM, FREAK, BEAST and others, "
        "some 40 simulated browsers, a rating",
        less="sent to three towns and one address each",
    ),
    Peer(
        "nmap",
        _debian("nmap"),
        _nmap,
        claims.nmap,
        (WELL_RUN, OLD, EXPIRED, WORDPRESS, DATABASE, DESKTOP),
        ("tls.", "services.", "software.version-disclosed"),
        more="every cipher suite with a grade, products and versions by thousands of greetings",
        less="asked about the ports that Beffroi asks about; by default it asks 1,000, where Redis is not; not sent "
        "to the server that takes one connection at a time (tls-sslv3-aussi), which costs it minutes",
    ),
    Peer(
        "checkdmarc",
        lambda: CHECKDMARC.name.rpartition("-")[2],
        _checkdmarc,
        claims.checkdmarc,
        (WELL_RUN, WORDPRESS, MAIL_CLEAR, FORGEABLE),
        ("mail.spf", "mail.dmarc", "mail.starttls", "mail.mta-sts", "mail.tls-rpt", "dns.dnssec-missing"),
        more="BIMI, implicit TLS on port 465, reverse names of the mail servers, SOA, tags explained one by one",
    ),
    Peer(
        "WhatWeb",
        _debian("whatweb"),
        _whatweb,
        claims.whatweb,
        (WELL_RUN, EXPIRED, WORDPRESS, SPIP),
        ("software.version-disclosed",),
        more="some 1,800 products recognised; versions without a judgement of their age",
    ),
)
ALL = (BEFFROI, *PEERS)

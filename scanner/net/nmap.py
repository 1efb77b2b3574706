"""nmap as a killable subprocess, fed one IP literal, port numbers and constant arguments; python-nmap reads its XML.

python-nmap's own scan() passes strings through shlex into argv, where a hostile "host" could write
files: only its parser is used.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import re

from scanner.model import Reason
from scanner.net.types import NetFailure, NmapService

MAX_OUTPUT = 4_000_000
HOST_SECONDS = 25.0  # nmap gives up on a host after this; what it could not name stays unrecognised
_CONNECTED = re.compile(rb"CONNECT SUCCESS|=> Connected")


async def ask_nmap(
    program: str | None, address: str, ports: tuple[int, ...], seconds: float
) -> tuple[tuple[NmapService, ...], int]:
    """Services on open ports, and how many connections nmap established. Raises NetFailure (OURS, TIMEOUT, MALFORMED)."""
    if program is None:
        raise NetFailure(Reason.OURS, "nmap is not installed on this machine")
    literal = ipaddress.ip_address(address)  # never anything but an IP literal
    reading, writing = os.pipe()
    arguments = [
        *("-sT", "-Pn", "-n", "-sV", "--version-light", "--disable-arp-ping", "--unprivileged"),
        *("--packet-trace", "--version-trace"),  # they name each connection that is made: it is counted
        *("--max-parallelism", "2", "--max-retries", "1", "--host-timeout", f"{int(min(max(5.0, seconds), HOST_SECONDS))}s"),
        *(["-6"] if literal.version == 6 else []),
        *("-p", ",".join(str(int(port)) for port in ports), "-oX", f"/dev/fd/{writing}", str(literal)),
    ]
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=(writing,),
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        )
    except OSError as error:
        os.close(reading)
        raise NetFailure(Reason.OURS, f"nmap could not be started: {error.strerror}") from error
    finally:
        os.close(writing)
    try:
        xml, trace = await asyncio.gather(asyncio.to_thread(_read_all, reading), _drain(process))
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return _services(xml, address), len(_CONNECTED.findall(trace))


def _services(xml: bytes, address: str) -> tuple[NmapService, ...]:
    import nmap  # imported late: the package runs nothing, but few scans need it

    try:
        # The constructor looks for the program; the parser needs none of it.
        parser = nmap.PortScanner.__new__(nmap.PortScanner)
        found = parser.analyse_nmap_xml_scan(xml.decode("utf-8", "replace"))
        ports = found["scan"].get(address, {}).get("tcp", {})
    except Exception as error:  # nmap's XML can be ill-formed in many ways; none of them is a finding
        raise NetFailure(Reason.MALFORMED, f"nmap's answer could not be read ({type(error).__name__})") from error
    return tuple(
        NmapService(
            int(port), str(entry.get("name", ""))[:80], str(entry.get("product", ""))[:120], str(entry.get("version", ""))[:80]
        )
        for port, entry in ports.items()
        if entry.get("state") == "open"
    )


def _read_all(descriptor: int) -> bytes:
    """Everything from the pipe until nmap closes it; ends when nmap is killed."""
    heard = bytearray()
    with os.fdopen(descriptor, "rb") as pipe:
        while (chunk := pipe.read(65_536)) and len(heard) < MAX_OUTPUT:
            heard += chunk
    return bytes(heard)


async def _drain(process: asyncio.subprocess.Process) -> bytes:
    heard = bytearray()
    assert process.stdout is not None  # noqa: S101 - it was asked for
    while chunk := await process.stdout.read(65_536):
        if len(heard) < MAX_OUTPUT:
            heard += chunk
    return bytes(heard)

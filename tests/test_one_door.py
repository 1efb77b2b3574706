"""Nothing but scanner/net connects a socket or starts a process towards what is scanned."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.lab.lab import Lab
from tests.lab.towns import TOWNS

WATCH = """
import asyncio, sys
from pathlib import Path
import scanner.net
DOOR = str(Path(scanner.net.__file__).parent)
offences, seen = [], 0
EVENTS = (
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system",
)

def watch(event, arguments):
    global seen
    if event not in EVENTS:
        return
    if event == "socket.getaddrinfo" and arguments[0] is None:
        return
    frame, inside = sys._getframe(1), False
    while frame is not None:
        inside = inside or frame.f_code.co_filename.startswith(DOOR)
        frame = frame.f_back
    # The laboratory maps every standard port; a lower one would be a service of this very machine.
    if inside and event in ("socket.connect", "socket.sendto") and arguments[1][1] < 20_000:
        offences.append((event, repr(arguments)[:200]))
    elif inside and event != "socket.getaddrinfo":
        seen += 1
    else:
        offences.append((event, repr(arguments)[:200]))

from scanner.catalogue import load_catalogue
from scanner.model import Domain
from scanner.net.door import Premises
from scanner.net.mandate import Mandate
from scanner.scan import Order, scan
from scanner.settings import load_settings

domain, dedicated = sys.argv[2], tuple(sys.argv[3:])
premises = Premises(load_settings(Path(sys.argv[1])).network)
order = Order(Domain(domain), Mandate("", "essai", (domain,), dedicated=dedicated))
catalogue = load_catalogue()
sys.addaudithook(watch)
asyncio.run(scan(order, catalogue, premises))
print(seen, offences)
sys.exit(1 if offences or seen < 20 else 0)
"""


def test_every_connect_and_every_process_comes_from_the_door(lab: Lab, tmp_path: Path) -> None:
    town = next(town for town in TOWNS if town.name == "negligee")
    script = tmp_path / "watch.py"
    script.write_text(WATCH, "utf-8")
    root = Path(__file__).parent.parent
    ran = subprocess.run(
        [sys.executable, str(script), str(lab.config_path), town.domain, *town.dedicated],
        capture_output=True, text=True, timeout=120, cwd=root, env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_only_the_door_imports_socket_or_subprocess() -> None:
    root = Path(__file__).parent.parent
    words = (
        "import socket",
        "import subprocess",
        "import requests",
        "import dns.",
        "asyncio.open_connection",
        "create_subprocess",
    )
    # Services that the settings name stand outside the address policy (DESIGN 2, rule 3): they are not what is scanned.
    ours = {
        "scanner/registry/fetching.py",
        "scanner/campaign/webhook.py",
        "scanner/followup/rdap.py",
        "scanner/delivery/session.py",
    }
    offenders = [
        str(path.relative_to(root))
        for folder in ("scanner", "checks")
        for path in (root / folder).rglob("*.py")
        if "net" not in path.relative_to(root).parts
        for word in words
        if word in path.read_text("utf-8") and str(path.relative_to(root)) not in ours
    ]
    assert offenders == []

"""`python -m tests.lab.image`: builds the Dockerfile without an engine, and scans embedded towns from inside the image.

Needs root and Debian. The base image is a substitute that debootstrap makes under the name of the Dockerfile's FROM, so
no image registry is asked. Everything happens in a process tree and a folder of its own, which both go at the end,
however that comes; the Debian packages and the base (under `BEFFROI_LAB_CACHE`) are kept for the next run.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import jsonschema

from scanner.model import SUBJECT_KINDS, Domain, Outcome, Reason, Site, Status, Subject
from tests.lab.__main__ import MOTIVE
from tests.lab.image_build import (
    IMAGE,
    REPOSITORY,
    TOOLS,
    WORK,
    CannotBuild,
    build_image,
    from_name,
    import_base,
    prepare_ground,
    run,
)
from tests.lab.lab import Lab
from tests.lab.model import Town
from tests.lab.real import install, launch, world
from tests.lab.real.chroots import CACHE
from tests.lab.towns import EXEMPLAIRE, NEGLIGEE
from tests.lab.truth import differences

TOWNS = (EXEMPLAIRE, NEGLIGEE)
UID = 10001
WRONG = 1

#: What a process in the container sees of itself.
_LOOK = """
import json, os, shutil
mounts = [line.split() for line in open("/proc/self/mountinfo")]
status = dict(line.rstrip().split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
print(json.dumps({
    "uid": os.getuid(), "capabilities": int(status["CapEff"], 16), "nmap": shutil.which("nmap") is not None,
    "read_only": "ro" in [words for words in mounts if words[4] == "/"][-1][5].split(","),
}))
"""


class Wrong(Exception):
    """The image is not what it must be; one line."""


def main() -> int:
    """0 as it must be, 1 where the image is wrong, 2 where it cannot be built here."""
    if sys.argv[1:] == ["inside"]:
        return _inside()
    if refusal := launch.refusal("the check of the image", "make image-check"):
        return launch.refuse(refusal)
    try:
        if added := install.install(TOOLS):
            print(f"installed: {' '.join(added)}", flush=True)
    except install.CannotInstall as error:
        return launch.refuse(error)
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "image-check.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _clear()
        try:
            return _launch()
        finally:
            _clear()


def _clear() -> None:
    """Also what a killed run left behind."""
    if WORK.exists():
        shutil.rmtree(WORK)


def _launch() -> int:
    """Start the tree and wait for its end; it dies with this process."""
    for name in ("tmp", "out", "private"):
        (WORK / name).mkdir(parents=True)
    WORK.chmod(0o700)
    ended: list[int] = []
    command = [word for word in world.UNSHARE if word not in ("--net", "--uts", "--ipc")]
    module = (sys.executable, "-m", "tests.lab.image", "inside")
    # A session of its own: Ctrl-C reaches this process alone, which ends the tree from its root.
    tree = subprocess.Popen((*command, *module), cwd=REPOSITORY, env=_environment(), start_new_session=True)

    def end(number: int, frame: FrameType | None) -> None:
        ended.append(number)
        children = Path(f"/proc/{tree.pid}/task/{tree.pid}/children").read_text().split()
        for first in children:  # with the first process of its namespace all others die before it is reaped
            os.kill(int(first), signal.SIGKILL)
        if not children:
            tree.kill()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    code = tree.wait()
    return 128 + ended[0] if ended else abs(code)


def _environment() -> dict[str, str]:
    tools = {"CONTAINERS_CONF": "engine.conf", "CONTAINERS_STORAGE_CONF": "storage.conf", "TMPDIR": "tmp"}
    return {**os.environ, **{name: str(WORK / place) for name, place in tools.items()}}


def _inside() -> int:
    """The first process of the tree."""
    os.umask(0o022)
    try:
        prepare_ground()
        import_base()
        build_image()
        looked = _look()
        with Lab(TOWNS) as lab:
            seconds = _scan(lab)
        _compare()
    except Wrong as error:
        print(f"the image is wrong: {error}", file=sys.stderr, flush=True)
        return WRONG
    except CannotBuild as error:
        return launch.refuse(error)
    size, base = (int(run("podman", "image", "inspect", "--format", "{{.Size}}", name)) for name in (IMAGE, from_name()))
    print(
        f"ran as uid {looked['uid']} without capabilities, its file system read-only; "
        f"{' and '.join(town.domain for town in TOWNS)} scanned in {seconds:.1f} s with exit code 0, as declared; "
        f"JSON and HTML written\nsize: {size / 1e6:.0f} MB, {base / 1e6:.0f} MB of which are the substitute base",
        flush=True,
    )
    return 0


def _container(*words: str) -> tuple[str, ...]:
    """As the README starts it, and stricter: no writable place but /out, no capability."""
    strict = ("--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges")
    return ("podman", "run", "--rm", "--cgroups", "disabled", "--network", "host", *strict, *words)


def _look() -> dict[str, Any]:
    looked: dict[str, Any] = json.loads(run(*_container("--entrypoint", "python", IMAGE, "-c", _LOOK)))
    expected = {"uid": UID, "capabilities": 0, "nmap": True, "read_only": True}
    if looked != expected:
        raise Wrong(f"a process in it has {looked} instead of {expected}")
    return looked


def _scan(lab: Lab) -> float:
    """Both towns with a mandate; the seconds it took."""
    out = WORK / "out"
    os.chown(out, UID, UID)
    mounts = ("-v", f"{out}:/out", "-v", f"{lab.config_path}:/beffroi.toml:ro", "-v", f"{lab.ca_file}:{lab.ca_file}:ro")
    words = ["scan", *(town.domain for town in TOWNS), "--config", "/beffroi.toml", "--i-am-authorised", MOTIVE]
    words += [word for town in TOWNS for address in town.dedicated for word in ("--dedicated", address)]
    words += ["--html", "/out", "--json", "/out/resultats.jsonl"]
    began = time.monotonic()
    done = subprocess.run(_container(*mounts, IMAGE, *words), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"the scan ended with code {done.returncode}: {(done.stdout + done.stderr)[-1500:].strip()}")
    return time.monotonic() - began


def _compare() -> None:
    """The documents are there, written by the image's user, and tell the truth."""
    out = WORK / "out"
    expected = {"resultats.jsonl", *(f"{town.domain}.html" for town in TOWNS)}
    if not expected <= (there := {path.name for path in out.iterdir()}):
        raise Wrong(f"{sorted(expected - there)} not written")
    owners = {path.stat().st_uid for path in out.iterdir()}
    if owners != {UID} or any(not stat.S_ISREG(path.stat().st_mode) or not path.stat().st_size for path in out.iterdir()):
        raise Wrong(f"the documents are not files of uid {UID}, or are empty")
    schema = json.loads((REPOSITORY / "scanner/report/result.schema.json").read_text("utf-8"))
    results = {one["domain"]: one for one in map(json.loads, (out / "resultats.jsonl").read_text("utf-8").splitlines())}
    for town in TOWNS:
        jsonschema.validate(results[town.domain], schema)
        if wrong := differences(town, [_outcome(town, row) for row in results[town.domain]["outcomes"]]):
            raise Wrong(f"{town.domain}: {'; '.join(wrong)}")


def _outcome(town: Town, row: dict[str, Any]) -> Outcome:
    kind, _, name = row["subject"].partition(":")
    subject: Subject = Site(name, Domain(town.domain)) if kind == Site.kind else SUBJECT_KINDS[kind](name)
    reason = Reason(row["reason"]) if row["reason"] else None
    return Outcome(row["check"], subject, Status(row["verdict"]), reason=reason, detail=row["detail"])


if __name__ == "__main__":
    sys.exit(main())

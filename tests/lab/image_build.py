"""The Dockerfile built without an engine: a substitute of its base by debootstrap, then buildah without a daemon.

Runs in the process tree of image.py; what the tools leave stands in `WORK`, which that removes.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.lab.real.chroots import CACHE
from tests.lab.real.install import CannotInstall, archive

REPOSITORY = Path(__file__).resolve().parents[2]
WORK = CACHE / "image-check"
BASE = CACHE / "image-base-bookworm-slim.tar"
IMAGE = "localhost/beffroi-image-check"
TOOLS = ("buildah", "crun", "debootstrap", "podman")

_PACKAGES = "ca-certificates,python3,python3-venv"
#: What the official slim images leave out too; without it the size would say nothing.
_UNIFIED = Path("/sys/fs/cgroup/unified")
_UNREAD = ("doc", "info", "lintian", "locale", "man")
_SLIM_APT = 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\nDPkg::Post-Invoke {"rm -f /var/cache/apt/archives/*.deb";};\n'
_STORAGE = '[storage]\ndriver = "{driver}"\ngraphroot = "{work}/graph"\nrunroot = "{work}/runroot"\n'
_ENGINE = (
    '[containers]\ndefault_ulimits = []\n[engine]\ncgroup_manager = "cgroupfs"\n'
    'events_logger = "none"\nlock_type = "file"\nruntime = "crun"\n'
)
_APT_WORDS = re.compile(r"Acquire::(https?::(Proxy|Timeout)|Check-Valid-Until|Check-Date|Retries|ForceIPv[46])\b.*")
_PIP_WORDS = frozenset({"index-url", "extra-index-url", "proxy", "retries", "timeout", "trusted-host"})
_CA_VARIABLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_CA_FILE = "/etc/ssl/certs/ca-certificates.crt"


class CannotBuild(Exception):
    """A tool failed; the message ends with its last words."""


def prepare_ground() -> None:
    """What the tools write outside their folder goes to a private layer over /run and /var/lib."""
    private = WORK / "private"
    run("mount", "-t", "tmpfs", "tmpfs", str(private))
    for place in ("run", "var/lib"):
        upper, work = private / place / "upper", private / place / "work"
        upper.mkdir(parents=True)
        work.mkdir()
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/{place},upperdir={upper},workdir={work}", f"/{place}")
    if _UNIFIED.is_mount():  # crun refuses both generations of cgroups side by side, even where it uses none
        run("umount", str(_UNIFIED))
    nested = run("stat", "--file-system", "--format", "%T", str(WORK)).strip() == "overlayfs"
    (WORK / "engine.conf").write_text(_ENGINE)
    (WORK / "storage.conf").write_text(_STORAGE.format(driver="vfs" if nested else "overlay", work=WORK))


def from_name() -> str:
    """The only base image of the Dockerfile, with its registry."""
    names = set(re.findall(r"^FROM (\S+)", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE))
    if len(names) != 1 or "bookworm" not in (name := names.pop()):
        raise CannotBuild("the Dockerfile must stand on one bookworm image, the only one that is substituted here")
    return f"docker.io/library/{name}"


def import_base() -> None:
    """Under the name that the Dockerfile stands on."""
    if not BASE.exists():
        _make_base(WORK / "base", WORK / "base.tar")
        print(f"kept for the next runs: {BASE}", flush=True)
    run("podman", "import", "--quiet", str(BASE), from_name())


def _make_base(root: Path, packed: Path) -> None:
    """Debian with its Python, as slim as the official image; moved to its place at once, so never there by half."""
    try:
        source = archive()
    except CannotInstall as error:
        raise CannotBuild(str(error)) from error
    run("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", "bookworm", str(root), source)
    emptied = ("var/cache/apt", "var/lib/apt/lists", *(f"usr/share/{name}" for name in _UNREAD))
    run("find", *(str(root / name) for name in emptied), "-mindepth", "1", "-delete")
    (root / "etc/dpkg/dpkg.cfg.d/slim").write_text("".join(f"path-exclude /usr/share/{name}/*\n" for name in _UNREAD))
    (root / "etc/apt/apt.conf.d/slim").write_text(_SLIM_APT)
    (root / "usr/bin/python").symlink_to("python3")
    run("tar", "-C", str(root), *(f"--exclude=./{name}/*" for name in ("dev", "proc", "sys")), "-cf", str(packed), ".")
    packed.rename(BASE)


def build_image() -> None:
    """From the Dockerfile as it is; raises CannotBuild, as all here."""
    began = time.monotonic()
    mounts = [word for source, target in _configuration() for word in ("--volume", f"{source}:{target}:ro")]
    kind = ("--format", "docker", "--isolation", "chroot", "--pull-never", "--network", "host")
    run("buildah", "bud", *kind, *mounts, "--tag", IMAGE, str(REPOSITORY))
    print(f"Dockerfile built in {time.monotonic() - began:.0f} s", flush=True)


def _configuration() -> Iterator[tuple[Path, str]]:
    """How this machine reaches Debian and PyPI, as (file here, place in the build); read when it runs, written nowhere else."""
    named = [os.environ[name] for name in _CA_VARIABLES if os.environ.get(name)]
    for place in (*named, _CA_FILE):
        if Path(place).is_file():
            yield Path(place).resolve(), _CA_FILE
            break
    apt, pip = WORK / "apt.conf", WORK / "pip.conf"
    apt.write_text("".join(f"{line}\n" for line in run("apt-config", "dump").splitlines() if _APT_WORDS.fullmatch(line)))
    yield apt, "/etc/apt/apt.conf.d/90machine"
    words = {"cert": _CA_FILE}
    listed = run(sys.executable, "-m", "pip", "config", "list").splitlines()
    for line in sorted(listed, key=lambda line: line.startswith(":env:")):  # the environment wins over the files
        key, _, value = line.partition("=")
        word, parts = key.rpartition(".")[2], str(ast.literal_eval(value)).split()
        if word in _PIP_WORDS and not any(part.startswith("file:") for part in parts):
            words[word] = " ".join(parts)
    pip.write_text("[global]\n" + "".join(f"{word} = {value}\n" for word, value in words.items()))
    yield pip, "/etc/pip.conf"


def run(*command: str) -> str:
    """Its output. Raises CannotBuild."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuild(f"{command[0]} {command[1]}: {(done.stderr or done.stdout)[-2000:].strip()}")
    return done.stdout

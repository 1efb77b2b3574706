"""What of the real towns' laboratory can be proved without root: truth table, certificates, relay, declared towns."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from scanner.catalogue import Catalogue
from tests.lab.real import datagrams, launch, relay, world
from tests.lab.real.model import RealTown
from tests.lab.real.pki import KINDS, Pki
from tests.lab.real.table import Row, compare, render
from tests.lab.real.towns import certificates, towns

DOMAIN = "domain:essai.fr"
FOUND = Row("dns.caa-missing", DOMAIN, "fail")
TOWN = RealTown("essai", "essai.fr", ())
REPOSITORY = Path(__file__).resolve().parents[3]


def _town(**declared: object) -> RealTown:
    return RealTown("essai", "essai.fr", (), **declared)  # type: ignore[arg-type]


def test_a_finding_that_nobody_declared_is_a_false_alarm() -> None:
    assert compare(TOWN, [FOUND]).alarms == (FOUND,)
    assert not compare(TOWN, [FOUND]).right


def test_a_finding_beside_the_point_is_accepted() -> None:
    assert compare(_town(may_fail=frozenset({"dns.*"})), [FOUND]).right


def test_a_declared_finding_that_is_not_made_is_missed_even_where_the_check_did_not_run() -> None:
    town = _town(must=frozenset({("dns.caa-missing", DOMAIN)}))
    assert compare(town, [FOUND]).true == (FOUND,)
    assert compare(town, [Row("dns.caa-missing", DOMAIN, "pass")]).missed
    assert compare(town, []).missed


def test_a_declared_finding_that_became_unknown_is_missed_and_not_counted_twice() -> None:
    town = _town(must=frozenset({("dns.caa-missing", DOMAIN)}))
    compared = compare(town, [Row("dns.caa-missing", DOMAIN, "unknown", "timeout")])
    assert (len(compared.missed), len(compared.unexpected)) == (1, 0)


def test_what_is_declared_as_missed_is_no_fault_and_is_named_when_it_is_found() -> None:
    town = _town(missed=frozenset({("dns.caa-missing", DOMAIN)}))
    assert compare(town, [Row("dns.caa-missing", DOMAIN, "pass")]).right
    found = compare(town, [FOUND])
    assert found.right
    assert "move it to `must`" in render([found], ["dns"])


def test_an_unknown_that_is_not_tolerated_is_a_fault() -> None:
    row = Row("web.hsts-missing", "site:essai.fr", "unknown", "timeout")
    assert not compare(TOWN, [row]).right
    assert compare(_town(may_be_unknown=frozenset({"web.*"})), [row]).right


def test_the_table_counts_by_family_and_names_the_towns_that_are_wrong() -> None:
    text = render([compare(TOWN, [FOUND])], ["dns", "web"])
    assert "FALSE ALARM: dns.caa-missing on domain:essai.fr" in text
    assert "1 towns, wrong: essai" in text
    assert [line.split()[1:] for line in text.splitlines() if line.startswith("dns ")] == [["0", "0", "0", "1", "0"]]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_certificate_can_be_served(kind: str, tmp_path: Path) -> None:
    if kind == "sha1" and shutil.which("openssl") is None:
        pytest.skip("needs the openssl command")
    files = Pki(tmp_path).certificate("essai", "essai.fr", "www.essai.fr", kind=kind)
    leaf = x509.load_pem_x509_certificates(files.chain.read_bytes())[0]
    sans = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    assert ("www.essai.fr" in sans) == (kind != "wrong-name")
    if kind not in ("rsa-1024", "sha1"):  # OpenSSL refuses to serve these at its default level
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.chain, files.key)
    if kind == "good":
        assert ocsp.load_der_ocsp_response(files.ocsp.read_bytes()).certificate_status is ocsp.OCSPCertStatus.GOOD


def test_an_unknown_kind_of_certificate_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no kind 'superbe'"):
        Pki(tmp_path).certificate("essai", "essai.fr", kind="superbe")


def test_the_relay_delays_keeps_the_order_and_loses_nothing() -> None:
    (world, towns_end), (uplink, scanner) = (socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2))
    ends = (towns_end.fileno(), uplink.fileno())
    for end in ends:
        os.set_blocking(end, False)
    command = f"from {relay.__name__} import relay; relay({ends[0]}, {ends[1]}, 0.05)"
    with subprocess.Popen((sys.executable, "-c", command), cwd=REPOSITORY, pass_fds=ends) as process:
        try:
            scanner.send(b"first")
            assert world.recv(100) == b"first"  # it runs
            began = time.monotonic()
            for number in range(50):
                scanner.send(b"%d" % number)
            assert [world.recv(100) for _ in range(50)] == [b"%d" % number for number in range(50)]
            assert 0.05 <= time.monotonic() - began < 0.5
        finally:
            process.kill()
    for used in (world, towns_end, uplink, scanner):
        used.close()


def test_towns_and_daemons_do_not_stand_in_each_others_way() -> None:
    every = towns()
    daemons = {daemon.name: daemon for town in every for daemon in town.daemons}
    assert all(daemons[daemon.name] == daemon for town in every for daemon in town.daemons)
    places = Counter(place for daemon in daemons.values() for place in set(daemon.wait))
    assert [place for place, count in places.items() if count > 1] == []
    assert [name for name, count in Counter(town.domain for town in every).items() if count > 1] == []


def test_every_certificate_that_a_town_asks_for_has_a_known_kind() -> None:
    assert {kind for _, kind, _ in certificates(towns())} <= KINDS


def test_towns_declare_checks_that_exist(catalogue: Catalogue) -> None:
    known = {spec.id for spec in catalogue.checks}
    assert {check for town in towns() for check, _ in town.must} <= known


@pytest.mark.parametrize(
    "arguments",
    [["tests.lab.real", "test"], ["tests.lab.real.bench"], ["tests.faults", "all"], ["tests.lab.image"]],
    ids=" ".join,
)
def test_without_root_one_sentence_refuses(arguments: list[str]) -> None:
    command = (sys.executable, "-c", f"import os, runpy, sys; os.geteuid = lambda: 1000; sys.argv = {arguments!r}; "
               f"runpy.run_module({arguments[0]!r}, run_name='__main__')")  # fmt: skip
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == launch.CANNOT
    assert done.stderr.count("\n") == 1
    assert "needs root" in done.stderr


def test_a_machine_that_gives_no_namespaces_refuses_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda tool: tool)
    monkeypatch.setattr(world, "UNSHARE", ("sh", "-c", "echo unshare: not permitted >&2; exit 1"))
    said = launch.refusal("the laboratory", "make lab")
    assert said == "the laboratory needs namespaces of its own, and this machine gives none (unshare: not permitted)"
    monkeypatch.setattr(world, "UNSHARE", ())
    assert launch.refusal("the laboratory", "make lab") == ""


def test_a_command_that_failed_is_named_in_the_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    failed = subprocess.CalledProcessError(1, ("ip", "link"), stderr=b"not permitted")
    assert launch.refuse(failed) == launch.CANNOT
    assert capsys.readouterr().err == "ip link: b'not permitted'\n"


def test_a_server_of_datagrams_is_asked_until_it_says_what_it_must(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        heard: list[bytes] = []

        def serve() -> None:
            for answer in (b"not ready", b"here is the laboratory"):
                question, asker = server.recvfrom(64)
                heard.append(question)
                server.sendto(answer, asker)

        with ThreadPoolExecutor(1) as threads:
            served = threads.submit(serve)
            datagrams.answers("127.0.0.1", server.getsockname()[1], b"who is there?", b"laboratory")(tmp_path)
            served.result()
    assert heard == [b"who is there?"] * 2


def test_a_server_of_datagrams_that_stays_silent_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datagrams, "SECONDS", 0.0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        with pytest.raises(TimeoutError, match=rf"127\.0\.0\.1 UDP {port}"):
            datagrams.answers("127.0.0.1", port, b"?", b"!")(tmp_path)

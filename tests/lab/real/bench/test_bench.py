"""The readers of the bench, on what the tools write; nothing is started."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.real.bench import claims, figures, page, scale, wire
from tests.lab.real.bench.compare import judge
from tests.lab.real.bench.documents import Made
from tests.lab.real.bench.generated import KINDS, SITES_PER_ADDRESS, generate
from tests.lab.real.bench.measure import Cost
from tests.lab.real.bench.named import APPLIANCE, named, truth
from tests.lab.real.bench.peers import ALL, BEFFROI, PEERS
from tests.lab.real.bench.scale import Crowd

_COST = Cost(1.5, 0.5, 50_000_000, 10, 6, 20)
_SYN, _FIN, _RST, _ACK = 0x02, 0x01, 0x04, 0x10


def _packet(source: int, target: int, ports: tuple[int, int], flags: int) -> bytes:
    tcp = struct.pack("!HHIIBBHHH", *ports, 0, 0, 5 << 4, flags, 0, 0, 0)
    return struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, source, target) + tcp


def _most(*packets: bytes) -> int:
    held = wire.Held()
    for packet in packets:
        held.packet(packet)
    return max(held.most.values(), default=0)


def test_a_connection_is_held_from_syn_to_fin() -> None:
    one, two = _packet(1, 2, (5000, 443), _SYN), _packet(1, 2, (5001, 443), _SYN)
    assert _most(one, two) == 2
    assert _most(one, _packet(1, 2, (5000, 443), _FIN | _ACK), two) == 1
    assert _most(one, _packet(2, 1, (443, 5000), _RST | _ACK), two) == 1


def test_answers_retransmissions_and_dns_are_not_connections() -> None:
    syn = _packet(1, 2, (5000, 443), _SYN)
    assert _most(syn, syn, _packet(2, 1, (443, 5000), _SYN | _ACK)) == 1
    assert _most(_packet(1, 2, (5000, 53), _SYN)) == 0


@given(st.binary(max_size=128))
def test_no_packet_stops_the_watch(packet: bytes) -> None:
    wire.Held().packet(packet)


def _suites(*names: str) -> dict[str, Any]:
    suites = [{"cipher_suite": {"name": name}} for name in names]
    return {"result": {"is_tls_version_supported": bool(names), "accepted_cipher_suites": suites}}


def _sslyze(*, days: int = 60, trusted: bool = True) -> dict[str, Any]:
    ends = datetime.now(UTC) + timedelta(days=days)
    leaf = {
        "not_valid_before": (ends - timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "not_valid_after": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "public_key": {"algorithm": "ECPublicKey", "key_size": 256},
        "signature_hash_algorithm": {"name": "sha256"},
    }
    shown = {"received_certificate_chain": [leaf], "path_validation_results": [{"was_validation_successful": trusted}]}
    suites = {f"{name}_cipher_suites": _suites() for name in ("ssl_3_0", "tls_1_0", "tls_1_1", "tls_1_2")}
    suites["tls_1_3_cipher_suites"] = _suites("TLS_AES_128_GCM_SHA256")
    return {"certificate_info": {"result": {"certificate_deployments": [shown]}}, **suites}


def _read_sslyze(folder: Path, result: dict[str, Any]) -> frozenset[str]:
    report = folder / "report.json"
    report.write_text(json.dumps({"server_scan_results": [{"scan_result": result}]}))
    return claims.sslyze(report)


def test_sslyze_on_a_good_server_claims_nothing(tmp_path: Path) -> None:
    assert _read_sslyze(tmp_path, _sslyze()) == frozenset()


def test_an_expired_certificate_is_not_called_untrusted_too(tmp_path: Path) -> None:
    assert _read_sslyze(tmp_path, _sslyze(days=-30, trusted=False)) == {"tls.certificate-expired"}
    assert _read_sslyze(tmp_path, _sslyze(trusted=False)) == {"tls.certificate-untrusted"}


def test_sslyze_names_old_versions_and_weak_ciphers(tmp_path: Path) -> None:
    result = {**_sslyze(), "ssl_3_0_cipher_suites": _suites("TLS_RSA_WITH_RC4_128_SHA"), "tls_1_3_cipher_suites": _suites()}
    expected = {"tls.old-protocol", "tls.weak-cipher", "tls.tls13-missing", "tls.modern-missing"}
    assert _read_sslyze(tmp_path, result) == expected


def test_nmap_tells_a_redis_without_password_by_its_version(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    text = '<nmaprun><port><state state="{}"/><service name="redis" {}/></port></nmaprun>'
    report.write_text(text.format("open", 'version="7.0.15"'))
    assert claims.nmap(report) == {"services.database-open"}
    report.write_text(text.format("open", ""))
    assert claims.nmap(report) == {"services.database-exposed"}
    report.write_text(text.format("filtered", ""))
    assert claims.nmap(report) == frozenset()
    report.write_text("<nmaprun><port>")
    with pytest.raises(ValueError, match="no element"):
        claims.nmap(report)


def test_testssl_says_old_versions_weak_ciphers_and_dates(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    rows = [
        {"id": "SSLv3", "severity": "OK", "finding": "not offered"},
        {"id": "TLS1", "severity": "LOW", "finding": "offered (deprecated)"},
        {"id": "TLS1_2", "severity": "OK", "finding": "offered"},
        {"id": "RC4", "severity": "HIGH", "finding": "VULNERABLE"},
        {"id": "cert_chain_of_trust", "severity": "CRITICAL", "finding": "failed (expired)"},
        {"id": "cert_expirationStatus", "severity": "CRITICAL", "finding": "expired"},
    ]
    report.write_text(json.dumps({"scanResult": [{"ip": "198.18.1.80", "protocols": rows}]}))
    expected = {"tls.old-protocol", "tls.tls13-missing", "tls.weak-cipher", "tls.certificate-expired"}
    assert claims.testssl(report) == expected


def test_checkdmarc_says_what_is_missing_and_what_is_open(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    said: dict[str, Any] = {
        "dnssec": False,
        "mx": {"hosts": [{"hostname": "mx"}], "warnings": ["STARTTLS is not supported on mx."]},
        "spf": {"valid": True, "parsed": {"all": "pass"}},
        "dmarc": {"valid": False, "error": "A DMARC record does not exist."},
        "mta_sts": {"valid": False, "error": "An MTA-STS DNS record does not exist."},
        "smtp_tls_reporting": {"valid": True},
    }
    report.write_text(json.dumps(said))
    assert claims.checkdmarc(report) == {
        "dns.dnssec-missing", "mail.starttls-missing", "mail.spf-permissive", "mail.dmarc-missing", "mail.mta-sts-missing",
    }  # fmt: skip
    said["mx"] = {"hosts": [], "warnings": []}
    report.write_text(json.dumps(said))
    assert "mail.mta-sts-missing" not in claims.checkdmarc(report)


def test_a_peer_is_not_blamed_for_what_it_has_no_words_for() -> None:
    town = next(town for town in named() if town.name == APPLIANCE)
    whatweb = next(peer for peer in PEERS if peer.name == "WhatWeb")
    visit = judge(whatweb, town, _COST, frozenset({"software.version-disclosed"}))
    assert (visit.found, visit.missed, visit.alarms) == ((), (), ("software.version-disclosed",))
    assert set(visit.beyond) == truth(town)
    assert judge(BEFFROI, town, _COST, frozenset()).missed == tuple(sorted(truth(town)))


def test_every_peer_is_sent_to_towns_of_the_bench_and_at_most_ten() -> None:
    names = {town.name for town in named()}
    assert len(names) <= 10
    assert all(set(peer.towns) <= names for peer in ALL)


def test_generated_towns_are_the_same_at_each_call_and_share_their_machines() -> None:
    towns, certificates = generate(12)
    assert towns == generate(12)[0]
    assert len({town.daemons[0].name for town in towns}) == -(-12 // SITES_PER_ADDRESS)
    assert {town.domain for town in towns} <= {stem for stem, _, _ in certificates}
    well_run = [town for town in towns if town.zones[0].signed]
    assert len(well_run) == -(-12 // len(KINDS))
    assert all({check for check, _ in town.must} == {"mail.mta-sts-missing"} for town in well_run)


def test_the_floor_is_the_longer_chain_times_the_delay() -> None:
    assert scale.floor(20.0) == pytest.approx(0.2)


def test_the_page_holds_every_tool_and_every_size() -> None:
    towns = named()
    visits = tuple(judge(peer, town, _COST, truth(town)) for town in towns for peer in ALL if town.name in peer.towns)
    crowds = tuple(Crowd(size, _COST, 1.0, 0.9, 2, 2, 3, 100, ()) for size in (1, 50))
    versions = {peer.name: "1.0" for peer in ALL}
    made = (Made("letter", "pdf", 1.0, 0.9, 50_000_000, 25_000, 1),)
    bench = figures.Bench(towns, visits, crowds, 20.0, 5.0, 300.0, made, versions, {"cores": "2"}, "2026-11-24")
    text = page.to_markdown(bench)
    assert all(f"| {peer.name} |" in text for peer in ALL)
    assert "(× 1)" in text
    assert "| letter | PDF | 1 | 25 kB | 1.0 s | 0.9 s | 50 MB |" in text
    assert "| 50 | 1.5 s | 0.010 s | 50 MB |" in text
    assert json.loads(figures.to_json(bench))["floor_seconds"] == pytest.approx(0.2)

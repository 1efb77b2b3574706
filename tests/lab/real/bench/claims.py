"""Reads what each peer wrote into claims: the check ids of Beffroi that say the same. Generous in doubt."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_WEAK = ("RC4", "3DES", "DES_CBC", "DES-CBC3", "NULL", "EXPORT", "anon")
_OLD = ("SSLv3", "TLSv1.0", "TLSv1.1")
_EXPIRING = timedelta(days=21)
_VERSIONED = ("WordPress", "SPIP", "nginx", "PHP", "Apache", "phpMyAdmin")


def beffroi(report: Path) -> frozenset[str]:
    """`--json` of the scan of one domain."""
    return frozenset(row["check"] for row in json.loads(report.read_text("utf-8"))["outcomes"] if row["verdict"] == "fail")


def sslyze(report: Path) -> frozenset[str]:
    """`--json_out`."""
    result = json.loads(report.read_text("utf-8"))["server_scan_results"][0]["scan_result"]
    suites = {
        label: [suite["cipher_suite"]["name"] for suite in accepted["result"]["accepted_cipher_suites"]]
        for label, name in (
            ("SSLv3", "ssl_3_0"), ("TLSv1.0", "tls_1_0"), ("TLSv1.1", "tls_1_1"), ("TLSv1.2", "tls_1_2"), ("TLSv1.3", "tls_1_3"),
        )
        if (accepted := result[f"{name}_cipher_suites"])["result"] and accepted["result"]["is_tls_version_supported"]
    }  # fmt: skip
    claims = set(_versions(suites))
    for shown in (result["certificate_info"]["result"] or {}).get("certificate_deployments", ()):
        leaf = shown["received_certificate_chain"][0]
        dated = set(_dates(_moment(leaf["not_valid_before"]), _moment(leaf["not_valid_after"])))
        trusted = any(verdict["was_validation_successful"] for verdict in shown["path_validation_results"])
        claims |= dated if dated or trusted else {"tls.certificate-untrusted"}
        if leaf["public_key"]["algorithm"].startswith("RSA") and leaf["public_key"]["key_size"] < 2_048:
            claims.add("tls.key-weak")
        if (leaf["signature_hash_algorithm"] or {}).get("name") in ("md5", "sha1"):
            claims.add("tls.signature-weak")
    return frozenset(claims)


def testssl(report: Path) -> frozenset[str]:
    """`--jsonfile-pretty`; a report that was cut off is not JSON: ValueError."""
    scans = json.loads(report.read_text("utf-8"))["scanResult"]
    found = {row["id"]: row for scan in scans for part in scan.values() if isinstance(part, list) for row in part}
    claims = set()
    offered = {name for name in ("SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3") if _offered(found.get(name))}
    claims |= {"tls.old-protocol"} if offered & {"SSLv3", "TLS1", "TLS1_1"} else set()
    claims |= {"tls.tls13-missing"} if "TLS1_3" not in offered else set()
    claims |= {"tls.modern-missing"} if not offered & {"TLS1_2", "TLS1_3"} else set()
    bad = {"MEDIUM", "HIGH", "CRITICAL"}
    for check, rows in _TESTSSL.items():
        if any(found.get(row, {}).get("severity") in bad for row in rows):
            claims.add(check)
    expiry = found.get("cert_expirationStatus", {})
    if expiry.get("severity") == "CRITICAL":
        claims.add("tls.certificate-expired")
        claims.discard("tls.certificate-untrusted")  # said of the chain because of the date
    elif expiry.get("severity") == "HIGH":
        claims.add("tls.certificate-expiring")
    return frozenset(claims)


_TESTSSL = {
    "tls.weak-cipher": (
        "cipherlist_NULL",
        "cipherlist_aNULL",
        "cipherlist_EXPORT",
        "cipherlist_LOW",
        "cipherlist_3DES_IDEA",
        "RC4",
    ),
    "tls.certificate-untrusted": ("cert_chain_of_trust",),
    "tls.certificate-name": ("cert_trust",),
    "tls.key-weak": ("cert_keySize",),
    "tls.signature-weak": ("cert_signatureAlgorithm",),
    "web.hsts-missing": ("HSTS", "HSTS_time"),
}


def nmap(report: Path) -> frozenset[str]:
    """`-oX`; a report that was cut off is not XML: ValueError."""
    try:
        # Written by nmap on this machine about servers that are ours.
        tree = ElementTree.parse(report)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    claims: set[str] = set()
    for port in tree.iter("port"):
        state, service = port.find("state"), port.find("service")
        if state is None or service is None or state.get("state") != "open":
            continue
        claims |= set(_nmap_service(service))
        for script in port.iter("script"):
            claims |= set(_nmap_script(script))
    return frozenset(claims)


def _nmap_service(service: ElementTree.Element) -> Iterator[str]:
    name, version = service.get("name", ""), service.get("version", "")
    if name in ("http", "https") and version:
        yield "software.version-disclosed"
    if name == "redis":  # nmap learns a version only from a Redis that asks for no password
        yield "services.database-open" if version else "services.database-exposed"
    elif name in ("mysql", "postgresql", "mongodb", "memcached", "ldap"):
        yield "services.database-exposed"
    elif name in ("ms-wbt-server", "vnc", "X11"):
        yield "services.remote-desktop-exposed"
    elif name in ("microsoft-ds", "netbios-ssn", "rsync", "nfs"):
        yield "services.file-sharing-exposed"
    elif name in ("telnet", "ftp"):
        yield "services.plain-text-exposed"


def _nmap_script(script: ElementTree.Element) -> Iterator[str]:
    if script.get("id") == "ssl-enum-ciphers":
        suites = {
            str(table.get("key")): [part.text or "" for part in table.iter("elem") if part.get("key") == "name"]
            for table in script.findall("table")
        }
        yield from _versions(suites)
    if script.get("id") == "ssl-cert":
        dates = {part.get("key"): part.text or "" for part in script.iter("elem") if part.get("key") in ("notBefore", "notAfter")}
        yield from _dates(_moment(dates["notBefore"]), _moment(dates["notAfter"]))


def whatweb(report: Path) -> frozenset[str]:
    """`--log-json`. WhatWeb names what it sees and judges nothing: a version that is shown is what it can claim."""
    seen = json.loads(report.read_text("utf-8") or "[]")
    shown = any(answer.get("plugins", {}).get(name, {}).get("version") for answer in seen for name in _VERSIONED)
    return frozenset({"software.version-disclosed"} if shown else ())


def checkdmarc(report: Path) -> frozenset[str]:
    """`-o`, one domain. What it says of MTA-STS and TLS-RPT counts where there is mail."""
    said: dict[str, Any] = json.loads(report.read_text("utf-8"))
    claims = {"dns.dnssec-missing"} if said.get("dnssec") is False else set()
    hosts = said.get("mx", {}).get("hosts", ())
    warnings = " ".join(said.get("mx", {}).get("warnings", ()))
    claims |= {"mail.starttls-missing"} if "STARTTLS is not supported" in warnings else set()
    claims |= {"mail.starttls-certificate"} if "CERTIFICATE_VERIFY_FAILED" in warnings else set()
    claims |= _record(said.get("spf", {}), "mail.spf") | _record(said.get("dmarc", {}), "mail.dmarc")
    if (said.get("spf", {}).get("parsed") or {}).get("all") == "pass":
        claims.add("mail.spf-permissive")
    tags = said.get("dmarc", {}).get("tags") or {}
    if tags.get("p", {}).get("value") == "none":
        claims.add("mail.dmarc-none")
    if any(tag in str(said.get("dmarc", {}).get("warnings", "")) for tag in ("pct", " rf", " ri")):
        claims.add("mail.dmarc-obsolete")
    if hosts:
        claims |= _record(said.get("mta_sts", {}), "mail.mta-sts") | _record(said.get("smtp_tls_reporting", {}), "mail.tls-rpt")
    return frozenset(claims)


def _record(said: dict[str, Any], stem: str) -> set[str]:
    if said.get("valid") is not False:
        return set()
    return {f"{stem}-missing" if "does not exist" in str(said.get("error")) else f"{stem}-invalid"}


def _versions(suites: dict[str, list[str]]) -> Iterator[str]:
    """`suites` by version, those offered only."""
    if suites.keys() & set(_OLD):
        yield "tls.old-protocol"
    if "TLSv1.3" not in suites:
        yield "tls.tls13-missing"
    if not suites.keys() & {"TLSv1.2", "TLSv1.3"}:
        yield "tls.modern-missing"
    if any(weak in name for offered in suites.values() for name in offered for weak in _WEAK):
        yield "tls.weak-cipher"


def _dates(begins: datetime, ends: datetime) -> Iterable[str]:
    now = datetime.now(UTC)
    if now > ends:
        yield "tls.certificate-expired"
    elif now < begins:
        yield "tls.certificate-not-yet-valid"
    elif ends - now < _EXPIRING:
        yield "tls.certificate-expiring"


def _moment(text: str) -> datetime:
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _offered(row: dict[str, Any] | None) -> bool:
    return row is not None and str(row.get("finding", "")).startswith("offered")

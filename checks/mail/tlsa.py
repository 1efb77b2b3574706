"""TLSA (RFC 6698): the fingerprints that the DNS publishes for a mail server, which senders may insist on (RFC 7672)."""

from __future__ import annotations

from dataclasses import dataclass

from checks.mail.tlsa_record import MAX_RECORDS
from scanner.contract import probe
from scanner.discovery import Addresses
from scanner.model import Absent, MailServer, Observation, Proof
from scanner.net import Net


@dataclass(frozen=True, slots=True)
class Tlsa(Observation):
    """The TLSA records of port 25 of a mail server, at most 21, so that a 21st is known of.

    `secure` is None where our resolver does not validate; records below names that are not signed are Absent.
    """

    records: tuple[str, ...]
    secure: bool | None


@probe(seconds=8)
async def tlsa(server: MailServer, addresses: Addresses, net: Net) -> Tlsa | Absent:
    """One question, below signed names only: elsewhere no sender heeds the answer (RFC 7672 2.2).

    The security of the MX record belongs to the town's zone and not to this server, which many towns share: a record that
    names another key is wrong whoever leads there, and senders may heed it below an unsigned MX too (RFC 7672 2.2.1).
    """
    if addresses.secure is False:
        return Absent(Proof.NONE, "the address of this server is not signed, so that TLSA does not count")
    answer = await net.dns.lookup(f"_25._tcp.{server.name}", "TLSA")
    if isinstance(answer, Absent):
        return answer
    if answer.secure is False:  # an alias into a zone that is not signed
        return Absent(Proof.NONE, "the TLSA record is not signed, so that it does not count")
    return Tlsa(answer.texts[: MAX_RECORDS + 1], answer.secure)

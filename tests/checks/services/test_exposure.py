"""Truth tables of the services family: what greetings and silences amount to."""

import pytest

from checks.services.databases import database_exposed, database_open
from checks.services.file_sharing import file_sharing_exposed
from checks.services.greetings.greeting import Access, Greeting
from checks.services.industrial import industrial_exposed
from checks.services.management import management_exposed
from checks.services.open_ports import OpenPorts, Service
from checks.services.plain_text import plain_text_exposed
from checks.services.ports import RISKY_PORTS
from checks.services.remote_desktop import remote_desktop_exposed, remote_desktop_no_nla
from scanner.because import Because
from scanner.model import Reason, Severity, Status, Unobserved
from scanner.net import PortState
from tests.judging import Row, row


def ports(*services: Service, rest: PortState = PortState.FILTERED) -> OpenPorts:
    given = {service.port: service for service in services}
    return OpenPorts(tuple(given.get(port, Service(port, rest)) for port in sorted({*RISKY_PORTS, *given})))


def greeted(port: int, service: str, product: str = "", version: str = "", access: Access = Access.GUARDED,
            tls: bool | None = None, nla: bool | None = None, clear: bool | None = None) -> OpenPorts:  # fmt: skip
    return ports(Service(port, PortState.OPEN, Greeting(service, product, version, access, tls, nla, clear), "sent"))


def mute(port: int) -> OpenPorts:
    return ports(Service(port, PortState.OPEN))


ALL = (
    remote_desktop_exposed,
    remote_desktop_no_nla,
    file_sharing_exposed,
    database_exposed,
    database_open,
    plain_text_exposed,
    management_exposed,
    industrial_exposed,
)
CLOSED, SILENT = ports(rest=PortState.CLOSED), ports(rest=PortState.UNKNOWN)
MARIADB = greeted(3306, "mysql", "MariaDB", "10.5.23")
REDIS = greeted(6379, "redis", "Redis", "7.0.15", Access.OPEN)
RDP, RDP_NLA, RDP_MUTE = greeted(3389, "rdp", nla=False), greeted(3389, "rdp", nla=True), greeted(3389, "rdp")
BOTH = ports(*(service for found in (MARIADB, REDIS) for service in found.services if service.greeting))

ROWS = [
    *(row(check, Status.PASS, found=ports()) for check in ALL),
    *(row(check, Status.PASS, found=CLOSED) for check in ALL),
    *(row(check, Status.UNKNOWN, found=SILENT) for check in ALL),
    *(row(check, Status.UNKNOWN, found=Unobserved(Reason.NO_MANDATE)) for check in ALL),
    row(remote_desktop_exposed, Status.FAIL, severity=Severity.HIGH, variant="", found=RDP),
    row(remote_desktop_exposed, Status.FAIL, severity=Severity.HIGH, variant="", found=RDP_NLA),
    row(remote_desktop_exposed, Status.FAIL, severity=Severity.CRITICAL, variant="open",
        found=greeted(5900, "vnc", version="3.8", access=Access.OPEN)),
    row(remote_desktop_exposed, Status.UNKNOWN, found=mute(3389)),
    row(remote_desktop_exposed, Status.PASS, found=greeted(3389, "ssh")),
    row(remote_desktop_no_nla, Status.FAIL, severity=Severity.CRITICAL, found=RDP),
    row(remote_desktop_no_nla, Status.PASS, found=RDP_NLA),
    row(remote_desktop_no_nla, Status.UNKNOWN, found=RDP_MUTE),
    row(file_sharing_exposed, Status.FAIL, severity=Severity.HIGH, found=greeted(445, "smb", version="3.0.2")),
    row(file_sharing_exposed, Status.UNKNOWN, found=mute(445)),
    row(database_exposed, Status.FAIL, severity=Severity.HIGH, found=MARIADB),
    row(database_exposed, Status.PASS, found=REDIS),
    row(database_exposed, Status.FAIL, found=greeted(22, "mysql", "MariaDB")),
    row(database_exposed, Status.UNKNOWN, found=mute(3306)),
    row(database_open, Status.FAIL, severity=Severity.CRITICAL, found=REDIS),
    row(database_open, Status.PASS, found=MARIADB),
    row(database_open, Status.UNKNOWN, found=greeted(5432, "postgresql", "PostgreSQL", access=Access.UNDETERMINED)),
    row(plain_text_exposed, Status.FAIL, severity=Severity.HIGH, variant="telnet", found=greeted(23, "telnet", tls=False)),
    row(plain_text_exposed, Status.FAIL, severity=Severity.MEDIUM, variant="", found=greeted(21, "ftp", tls=False)),
    row(plain_text_exposed, Status.FAIL, severity=Severity.MEDIUM, variant="", found=greeted(143, "imap", tls=False)),
    row(plain_text_exposed, Status.PASS, found=greeted(21, "ftp", tls=True)),
    row(plain_text_exposed, Status.UNKNOWN, found=greeted(21, "ftp")),
    row(plain_text_exposed, Status.FAIL, severity=Severity.LOW, variant="optional",
        found=greeted(143, "imap", tls=True, clear=True)),
    row(plain_text_exposed, Status.FAIL, severity=Severity.LOW, variant="optional",
        found=greeted(110, "pop3", tls=True, clear=True)),
    row(plain_text_exposed, Status.FAIL, severity=Severity.MEDIUM, variant="",
        found=greeted(143, "imap", tls=False, clear=True)),
    row(plain_text_exposed, Status.PASS, found=greeted(143, "imap", tls=True, clear=False)),
    row(plain_text_exposed, Status.UNKNOWN, found=greeted(143, "imap", tls=True)),
    row(management_exposed, Status.FAIL, severity=Severity.HIGH, variant="", found=greeted(10000, "webmin", "Webmin", "2.105")),
    row(management_exposed, Status.FAIL, severity=Severity.CRITICAL, variant="docker",
        found=greeted(2375, "docker", "Docker", "24.0.7", Access.OPEN)),
    row(management_exposed, Status.PASS, found=greeted(8443, "http", "nginx")),
    row(management_exposed, Status.UNKNOWN, found=mute(8291)),
    row(industrial_exposed, Status.FAIL, severity=Severity.CRITICAL, found=greeted(502, "modbus", "ACME M20", "v7", Access.OPEN)),
    row(industrial_exposed, Status.UNKNOWN, found=mute(20000)),
]  # fmt: skip


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_services(line: Row) -> None:
    line.hold()


def test_exposed_and_open_are_two_findings() -> None:
    (exposed,) = row(database_exposed, Status.FAIL, found=BOTH).hold()
    (opened,) = row(database_open, Status.FAIL, found=BOTH).hold()
    assert exposed.facts == {"services": ("3306 (MariaDB 10.5.23)",), "port_list": "3306", "port": "3306"}
    assert opened.facts["services"] == ("6379 (Redis 7.0.15)",)
    assert opened.evidence == ("TCP 6379: sent",)


def test_a_port_without_a_proof_names_itself_and_accuses_nobody() -> None:
    outcome = row(database_exposed, Status.UNKNOWN, found=mute(3306)).outcome()
    assert (outcome.because, outcome.detail) == (Because.SERVICE_UNRECOGNISED, "TCP 3306")


def test_a_service_is_named_even_without_a_product() -> None:
    assert greeted(445, "smb", version="3.0.2").services[-1].port >= 445
    assert Service(3389, PortState.OPEN, Greeting("rdp")).label == "3389 (RDP)"

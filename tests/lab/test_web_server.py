"""The web servers of the laboratory, visited by the standard library."""

from __future__ import annotations

import http.client
import socket
import ssl

import pytest

from tests.lab.clients import BY_NAME, get, shake, trusting
from tests.lab.lab import Lab


def refusal(lab: Lab, town: str) -> str:
    """Why an ordinary client refuses the certificate of a trap town."""
    name = BY_NAME[town].domain
    with pytest.raises(ssl.SSLCertVerificationError) as refused:
        shake(lab, name, BY_NAME[town].web[0].address, trusting(lab))
    return str(refused.value.verify_message)


def test_an_ordinary_client_trusts_the_exemplary_town(lab: Lab) -> None:
    for address in ("127.66.1.1", "::1"):
        with shake(lab, "www.saint-exemple.fr", address, trusting(lab)) as link:
            assert link.version() == "TLSv1.3"


@pytest.mark.parametrize(
    ("town", "said"),
    [
        ("negligee", "certificate has expired"),
        ("pas-encore", "certificate is not yet valid"),
        ("auto-signe", "self-signed certificate"),
        ("incomplet", "unable to get local issuer certificate"),
        ("autre-nom", "Hostname mismatch"),
        ("cle-courte", "EE certificate key too weak"),
    ],
)
def test_each_wrong_certificate_is_refused_for_its_own_reason(lab: Lab, town: str, said: str) -> None:
    assert said in refusal(lab, town)


def test_names_choose_their_certificate(lab: Lab) -> None:
    with shake(lab, "mta-sts.saint-exemple.fr", "127.66.1.1", trusting(lab)):
        pass
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(lab, "inconnu.fr", "127.66.1.1", trusting(lab))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_protocols_are_spoken_where_declared_and_only_there(lab: Lab, version: ssl.TLSVersion) -> None:
    context = ssl._create_unverified_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with shake(lab, "val-negligee.fr", "127.66.3.1", context) as link:
        assert link.version() == version.name.replace("TLSv1_", "TLSv1.")
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        shake(lab, "saint-exemple.fr", "127.66.1.1", context)


def test_one_connection_serves_several_requests(lab: Lab) -> None:
    before = lab.connections("127.66.1.1")
    link = http.client.HTTPSConnection("127.66.1.1", lab.ports[443], timeout=3, context=ssl._create_unverified_context())
    for path, status in (("/", 200), ("/.well-known/security.txt", 200), ("/rien", 404)):
        link.request("GET", path, headers={"Host": "saint-exemple.fr"})
        answer = link.getresponse()
        assert answer.status == status
        answer.read()
    link.close()
    assert lab.connections("127.66.1.1") == before + 1


def test_plain_http_leads_to_https_and_keeps_the_path(lab: Lab) -> None:
    link = http.client.HTTPConnection("127.66.1.1", lab.ports[80], timeout=3)
    link.request("GET", "/demarches", headers={"Host": "saint-exemple.fr"})
    assert link.getresponse().getheader("Location") == "https://saint-exemple.fr/demarches"
    link.close()


def test_hostile_headers_arrive_as_they_are(lab: Lab) -> None:
    answer, body = get(lab, "port-piege.fr", "127.66.5.1")
    assert "\x1b[2J" in (answer.getheader("Server") or "")
    assert b"<script>alert" in body


def test_the_bomb_inflates(lab: Lab) -> None:
    answer, body = get(lab, "piege-bombe.fr", "127.66.24.1")
    assert answer.getheader("Content-Encoding") == "gzip"
    assert len(body) > 50_000


def test_headers_that_never_end_stop_an_ordinary_client(lab: Lab) -> None:
    with pytest.raises(http.client.HTTPException):
        get(lab, "piege-entetes-sans-fin.fr", "127.66.21.1")


def test_the_site_that_asks_us_to_slow_down_says_for_how_long(lab: Lab) -> None:
    answer, _ = get(lab, "mont-muet.fr", "127.66.4.1")
    assert (answer.status, answer.getheader("Retry-After")) == (429, "120")


def test_a_full_queue_gives_no_answer_at_all(lab: Lab) -> None:
    for _ in range(3):
        with pytest.raises(TimeoutError):
            socket.create_connection(("127.66.4.2", lab.ports[443]), 0.2)
    assert lab.connections("127.66.4.2") == 0


def test_a_reset_comes_after_the_connection(lab: Lab) -> None:
    before = lab.connections("127.66.33.1")
    with pytest.raises(ConnectionResetError):  # the reset may be here before connect() returns
        _hear("127.66.33.1", lab.ports[443])
    assert lab.connections("127.66.33.1") == before + 1


def _hear(address: str, port: int) -> bytes:
    with socket.create_connection((address, port), 2) as link:
        return link.recv(1)

"""Our signature is believed by dkimpy's verifier and by OpenDKIM, and by neither once a word is changed."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from scanner.catalogue import Catalogue
from scanner.delivery.dkim import CannotSign, Signer
from scanner.delivery.mail import Mail
from scanner.settings.mail import DkimSettings
from tests.delivery.samples import EVERYBODY, composed, dossier

DOMAIN = "syndicat-exemple.fr"
#: Long ago: a verifier refuses a signature from the future.
NOW = datetime(2024, 11, 24, 8, 0, tzinfo=UTC)
#: Debian's packages leave it out of the path of an ordinary user.
OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/bin") or ""


def rsa_key(folder: Path) -> tuple[Path, str]:
    """(key file as openssl writes it, record)."""
    key = rsa.generate_private_key(65_537, 2_048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _written(folder, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())), _record("rsa", public)


def old_rsa_key(folder: Path) -> tuple[Path, str]:
    """The same in the form that older tools write."""
    key = rsa.generate_private_key(65_537, 1_024)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return _written(folder, secret), _record("rsa", public)


def ed25519_key(folder: Path) -> tuple[Path, str]:
    """(key file as openssl writes it, record)."""
    key = ed25519.Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return _written(folder, secret), _record("ed25519", key.public_key().public_bytes_raw())


def _written(folder: Path, secret: bytes) -> Path:
    path = folder / "cle.pem"
    path.write_bytes(secret)
    return path


def _record(kind: str, public: bytes) -> str:
    return f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"


def signer(path: Path, lang: str = "fr") -> Signer:
    return Signer(DkimSettings(domain=DOMAIN, selector="s2026", key_file=path), lang)


def verified(content: bytes, record: str) -> bool:
    """What dkimpy says, with this record as the only one in the world."""
    names = {f"s2026._domainkey.{DOMAIN}.".encode(): record.encode()}
    return bool(dkim.verify(content, dnsfunc=lambda name, timeout=5: names.get(name)))


@pytest.fixture(scope="module")
def mail(catalogue: Catalogue) -> Mail:
    return composed(dossier(catalogue), catalogue, EVERYBODY, unsubscribe="https://exemple.fr/fin?qui={recipient}")


@pytest.mark.parametrize("make", [rsa_key, old_rsa_key, ed25519_key])
def test_a_signed_mail_is_believed_until_a_word_changes(
    mail: Mail, make: Callable[[Path], tuple[Path, str]], tmp_path: Path
) -> None:
    path, record = make(tmp_path)
    signed = signer(path).sign(mail, NOW)
    assert signed.content.endswith(mail.content)
    assert verified(signed.content, record)
    for before, after in (
        (b"Reply-To: contact@", b"Reply-To: voleur@"),
        (b"To: mairie@", b"To: autre@"),
        (b"One-Click", b"Two-Click"),
        (b"JVBERi0xLjcg", b"JVBERi0xLjQg"),
    ):
        assert signed.content.count(before) >= 1
        assert not verified(signed.content.replace(before, after), record)
    for added in (
        b"From: x@y.fr\r\n",
        b"Subject: Autre\r\n",
        b"Reply-To: x@y.fr\r\n",
        b"To: x@y.fr\r\n",
        b"Content-Type: text/plain\r\n",
    ):
        assert not verified(added + signed.content, record)


@pytest.mark.parametrize("make", [rsa_key, ed25519_key])
def test_the_same_mail_gives_the_same_signature(mail: Mail, make: Callable[[Path], tuple[Path, str]], tmp_path: Path) -> None:
    path, _ = make(tmp_path)
    assert signer(path).sign(mail, NOW) == signer(path).sign(mail, NOW)
    assert f"t={int(NOW.timestamp())};".encode() in signer(path).sign(mail, NOW).content


@pytest.mark.parametrize("make", [rsa_key, ed25519_key])
@pytest.mark.skipif(not OPENDKIM, reason="OpenDKIM is missing: apt-get install opendkim")
def test_opendkim_believes_it_too(mail: Mail, make: Callable[[Path], tuple[Path, str]], tmp_path: Path) -> None:
    path, record = make(tmp_path)
    (tmp_path / "keys").write_text(f"s2026._domainkey.{DOMAIN} {record}\n", "utf-8")
    (tmp_path / "conf").write_text(f"TestPublicKeys {tmp_path}/keys\nMode v\nSocket inet:1@127.0.0.1\n", "utf-8")
    content = signer(path).sign(mail, NOW).content
    said = []
    for name, tested in (("bon", content), ("change", content.replace(b"To: mairie@", b"To: autre@"))):
        (tmp_path / f"{name}.eml").write_bytes(tested)
        ran = subprocess.run([OPENDKIM, "-x", tmp_path / "conf", "-t", tmp_path / f"{name}.eml"], capture_output=True, text=True)
        said.append(ran.stdout + ran.stderr)
    assert "succeeded" in said[0]
    assert "failed" in said[1]


def test_a_key_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    good = ed25519.Ed25519PrivateKey.generate()
    locked = good.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for secret in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", locked, curve):
        path = _written(tmp_path, secret)
        with pytest.raises(CannotSign, match=r"^Le fichier .*cle\.pem .*$"):
            signer(path)
        with pytest.raises(CannotSign, match=r"^The file .*$"):
            signer(path, "en")


def test_without_dkimpy_the_command_that_installs_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = ed25519_key(tmp_path)
    monkeypatch.setitem(sys.modules, "dkim", None)
    with pytest.raises(CannotSign, match=r"pip install"):
        signer(path)

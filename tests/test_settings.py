"""The settings file: what it says reaches the documents, and a mistake in it is one line."""

from pathlib import Path

import pytest

from scanner.dossier import Role, Sender, Town
from scanner.settings import SettingsError, load_settings

WHOLE = """
[sender]
name = "Syndicat numérique de l’Exemple"
phone = "02 00 00 00 00"
email = "contact@syndicat-exemple.fr"

[[authority]]
domain = "www.Saint-Exemple.fr"
name = "Saint-Exemple"
salutation = "Madame la Maire"
departement = "2A"
suppliers = { dns_host = "gandi" }
recipients = [
  { to = "mairie@saint-exemple.fr" },
  { to = "informatique@saint-exemple.fr", documents = ["technical", "tickets"] },
]

[mail]
relay = "smtp.syndicat-exemple.fr"
from = "audit@syndicat-exemple.fr"
password_file = "mot-de-passe"
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "beffroi.toml"
    path.write_text(content, "utf-8")
    return path


def test_an_authority_is_addressed_as_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "mot-de-passe").write_text("secret\n", "utf-8")
    settings = load_settings(written(tmp_path, WHOLE))
    assert settings.town("saint-exemple.fr") == Town("Saint-Exemple", "Madame la Maire", "2A", ((Role.DNS_HOST, "gandi"),))
    assert settings.town("autre.fr") == Town()
    assert settings.sender.sender() == Sender("Syndicat numérique de l’Exemple", "02 00 00 00 00", "contact@syndicat-exemple.fr")
    assert [each.documents for each in settings.authority[0].recipients] == [("letter",), ("technical", "tickets")]


def test_files_stand_beside_the_settings_that_name_them(tmp_path: Path) -> None:
    (tmp_path / "mot-de-passe").write_text("secret\n", "utf-8")
    settings = load_settings(written(tmp_path, WHOLE))
    assert settings.mail.secret() == "secret"
    assert settings.store.url == f"sqlite:///{tmp_path / 'beffroi.db'}"


def test_a_password_is_not_printed_with_the_settings(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, '[mail]\nrelay = "r.fr"\nfrom = "a@r.fr"\npassword = "tres-secret"\n'))
    assert "tres-secret" not in repr(settings)
    assert settings.mail.secret() == "tres-secret"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[mail]\nrelay = "r.fr"\n', "from"),
        ('[mail]\nrelay = "r.fr"\nfrom = "a@r.fr"\nusername = "u"\nsecurity = "none"\n', "starttls"),
        ('[mail]\nfrom = "a@r.fr\\nBcc: x@y.fr"\n', "mail.from"),
        ('[mail]\nfrom = "Mairie <a@r.fr>"\n', "mail.from"),
        ('[mail]\npassword_file = "nulle-part"\n', "nulle-part"),
        ('[mail]\nunsubscribe = "javascript:x"\n', "unsubscribe"),
        ('[sender]\nname = "a\\nb"\n', "sender.name"),
        ('[[authority]]\ndomain = "pas un domaine"\n', "authority"),
        ('[[authority]]\ndomain = "a.fr"\ndepartement = "490"\n', "departement"),
        ('[[authority]]\ndomain = "a.fr"\nsuppliers = { plumber = "x" }\n', "suppliers"),
        ('[[authority]]\ndomain = "a.fr"\nrecipients = [{ to = "b@a.fr", documents = ["everything"] }]\n', "documents"),
        ('store = "x"\n', "store"),
        ('mail = 3\n', "mail"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_in_one_line(content: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(written(tmp_path, content))
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEFFROI_SENDER__NAME", "Autre")
    assert load_settings(written(tmp_path, '[sender]\nname = "Un"\nphone = "02"\n')).sender.sender() == Sender("Autre", "02")

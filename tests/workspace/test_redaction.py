"""A backup carries no password; where that cannot be made sure, it carries no settings."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.workspace.redaction import without_secrets

SECRET = "tres-secret-9"


@pytest.mark.parametrize(
    "text",
    [
        f'[mail]\npassword = "{SECRET}"\n',
        f"[mail]\npassword = '{SECRET}'\n",
        f'mail = {{ relay = "r.fr", password = "{SECRET}" }}\n',
        f'mail.password = "{SECRET}"\n',
        f'[mail]\n"password" = "{SECRET}"\n',
        f'[mail]\npassword="""{SECRET}"""\n',
        f"[mail]\npassword='''\n{SECRET}'''\n",
        f'[mail]\npassword = "{SECRET}" # le nouveau\n# password = "{SECRET}"\n',
        f'[store]\nurl = "postgresql://beffroi:{SECRET}@serveur/beffroi"\n',
        f'[alerts]\nwebhook_token = "{SECRET}"\n',
        f'[correspondence.webhook]\nurl = "https://chat.exemple.fr/{SECRET}"\nsecret = "{SECRET}{SECRET}"\n',
        f'[mail]\npassword = "guillemet \\" {SECRET}"\n',
    ],
)
def test_no_secret_is_left_and_the_rest_is_as_it_was(text: str) -> None:
    emptied = without_secrets(f'# Nos réglages\n{text}[sender]\nname = "Syndicat"\n')
    assert emptied is not None
    assert SECRET not in emptied
    assert emptied.startswith("# Nos réglages\n")
    assert tomllib.loads(emptied)["sender"] == {"name": "Syndicat"}


@pytest.mark.parametrize(
    "text",
    [
        f'[mail]\nusername = "{SECRET}"\npassword = "{SECRET}"\n',  # it stands elsewhere too
        '[mail]\npassword = "audit"\nfrom = "audit@syndicat.fr"\n',
        "[mail\n",
    ],
)
def test_where_a_secret_would_be_left_there_are_no_settings(text: str) -> None:
    assert without_secrets(text) is None


def test_the_name_of_a_file_that_holds_a_password_is_no_secret() -> None:
    text = '[mail]\npassword_file = "mot-de-passe"\n'
    assert without_secrets(text) == text


@given(st.text(max_size=40).filter(lambda secret: len(secret) > 12))
def test_whatever_a_password_is_made_of_it_does_not_stay(secret: str) -> None:
    written = "".join(f"\\U{ord(letter):08x}" if not letter.isalnum() else letter for letter in secret)
    emptied = without_secrets(f'[mail]\npassword = "{written}"\n')
    assert emptied is None or (secret not in emptied and tomllib.loads(emptied)["mail"]["password"] == "")


@given(st.text(max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    without_secrets(text)

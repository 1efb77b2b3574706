import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.names import NotADomain, read_domain


@pytest.mark.parametrize(
    ("typed", "ascii_form", "unicode_form"),
    [
        ("mairie-exemple.fr", "mairie-exemple.fr", "mairie-exemple.fr"),
        ("  Mairie-Exemple.FR. ", "mairie-exemple.fr", "mairie-exemple.fr"),
        ("https://www.mairie-exemple.fr:8443/contact?x=1", "mairie-exemple.fr", "mairie-exemple.fr"),
        ("mairie-exemple.fr/accueil", "mairie-exemple.fr", "mairie-exemple.fr"),
        ("www.mairie-exemple.fr", "mairie-exemple.fr", "mairie-exemple.fr"),
        ("saint-étienne.fr", "xn--saint-tienne-geb.fr", "saint-étienne.fr"),
        ("saint-e\u0301tienne.fr", "xn--saint-tienne-geb.fr", "saint-étienne.fr"),
        ("xn--saint-tienne-geb.fr", "xn--saint-tienne-geb.fr", "saint-étienne.fr"),
    ],
)
def test_a_name_a_url_and_an_idn_are_read(typed: str, ascii_form: str, unicode_form: str) -> None:
    name = read_domain(typed)
    assert (name.ascii, name.unicode) == (ascii_form, unicode_form)


def test_an_idn_is_shown_in_both_forms() -> None:
    assert str(read_domain("saint-étienne.fr")) == "saint-étienne.fr (xn--saint-tienne-geb.fr)"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", "empty"), ("   ", "empty"), ("192.0.2.1", "address"), ("http://[::1]/", "address"), ("127.1", "address"),
        ("①②⑦.0.0.1", "address"), ("0x7f000001", "address"), ("mairie@exemple.fr", "mail"), ("x" * 300 + ".fr", "too_long"),
        ("m\u0430irie.fr", "mixed_scripts"), ("xn--pple-43d.com", "mixed_scripts"), ("mairie", "single_label"),
        ("foo_bar.fr", "invalid"), ("-a.fr", "invalid"), ("a..b.fr", "invalid"), ("*.fr", "invalid"), ("mairie .fr", "invalid"),
    ],
)  # fmt: skip
def test_everything_else_is_refused_for_its_own_reason(typed: str, kind: str) -> None:
    with pytest.raises(NotADomain) as caught:
        read_domain(typed)
    assert caught.value.kind == kind


def test_the_domain_of_a_mail_address_is_suggested() -> None:
    with pytest.raises(NotADomain) as caught:
        read_domain("mairie@exemple.fr")
    assert caught.value.hint == "exemple.fr"


@given(st.text(max_size=400))
def test_no_text_raises_anything_else(typed: str) -> None:
    try:
        name = read_domain(typed)
    except NotADomain:
        return
    assert name.ascii.isascii()
    assert "." in name.ascii
    assert len(name.ascii) <= 253

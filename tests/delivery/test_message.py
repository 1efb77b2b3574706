"""The mail itself: what stands in it, what never does, and that nobody can write a header into it."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.catalogue import Catalogue
from scanner.delivery.cover import MARK
from scanner.delivery.mail import Mail
from scanner.delivery.message import Occasion, compose
from scanner.delivery.papers import prepare
from scanner.dossier import Sender, Town
from scanner.model import Domain
from scanner.report.words import words
from scanner.settings.mail import RecipientSettings
from tests.delivery.samples import (
    AGENT,
    EVERYBODY,
    MAYOR,
    MOMENT,
    bodies,
    composed,
    dossier,
    mail_settings,
    papers,
    parsed,
    raw,
)
from tests.judging import DOMAIN
from tests.report.pdf_reading import needs_pango
from tests.report.sample import hostile_result, outcomes, result

TICKETS = RecipientSettings(to="agent@saint-exemple.fr", documents=("tickets",))
FORMS = ("attached", "body", "notice")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("recipient", [MAYOR, AGENT, EVERYBODY], ids=["mayor", "agent", "everybody"])
def test_the_same_input_gives_the_same_bytes(catalogue: Catalogue, recipient: RecipientSettings, form: str, lang: str) -> None:
    first, second = (composed(dossier(catalogue), catalogue, recipient, lang, letter=form) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("form", ["attached", "notice"])
def test_neither_grade_nor_finding_stands_in_the_body_unless_the_settings_say_so(
    catalogue: Catalogue, form: str, lang: str
) -> None:
    given = dossier(catalogue)
    letter = papers(given, catalogue, lang).letter
    telling = [letter.mark, *letter.verdict, *letter.meaning, *letter.praise, *(each.title for each in letter.decisions)]
    assert letter.grade
    assert len(letter.decisions) == 3
    for recipient in (MAYOR, AGENT, EVERYBODY):
        mail = composed(given, catalogue, recipient, lang, letter=form)
        for said in (*bodies(mail), str(parsed(mail).items())):
            flat = " ".join(said.split())
            assert [each for each in telling if " ".join(each.split()) in flat] == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_letter_stands_whole_in_the_body_where_the_settings_say_so(catalogue: Catalogue, lang: str) -> None:
    given = dossier(catalogue)
    letter = papers(given, catalogue, lang).letter
    mail = composed(given, catalogue, EVERYBODY, lang, letter="body")
    telling = [letter.mark, *letter.verdict, *letter.meaning, *letter.praise, *letter.help, *letter.foot]
    telling += [line for each in letter.decisions for line in (each.title, each.actor, each.avoids)]
    text, html = bodies(mail)
    shown = "".join(html5lib.parse(html, namespaceHTMLElements=False).itertext())
    for said in (text, shown):
        flat = " ".join(said.split())
        assert [each for each in telling if " ".join(each.split()) not in flat] == []
    assert "lettre" not in " ".join(part.get_filename() or "" for part in parsed(mail).iter_attachments())


def test_the_subject_says_the_domain_and_nothing_else_of_the_town(catalogue: Catalogue) -> None:
    scanned = result(catalogue, ())
    for form in FORMS:
        for lang in ("fr", "en"):
            found = composed(dossier(catalogue), catalogue, lang=lang, letter=form).subject
            assert found == composed(dossier(catalogue, scanned), catalogue, lang=lang, letter=form).subject
            assert found.startswith(DOMAIN.name)


def test_the_headers_say_who_writes_when_and_that_no_machine_shall_answer(catalogue: Catalogue) -> None:
    mail = composed(dossier(catalogue), catalogue, unsubscribe="mailto:desinscription@syndicat-exemple.fr")
    message = parsed(mail)
    assert message["From"] == "Syndicat numérique de l’Exemple <audit@syndicat-exemple.fr>"
    assert message["Reply-To"] == "contact@syndicat-exemple.fr"
    assert message["To"] == "mairie@saint-exemple.fr"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message["Subject"].split() == mail.subject.split()
    assert parsedate_to_datetime(message["Date"]) == MOMENT
    assert message["Date"].endswith("+0100")
    assert message["List-Unsubscribe"] == "<mailto:desinscription@syndicat-exemple.fr>"
    assert message["List-Unsubscribe-Post"] is None
    assert message["Message-ID"] == mail.message_id
    assert re.fullmatch(r"<beffroi\.[0-9a-f]{32}@syndicat-exemple\.fr>", mail.message_id)
    assert (mail.sender, mail.to) == ("audit@syndicat-exemple.fr", "mairie@saint-exemple.fr")


@pytest.mark.parametrize(
    ("address", "written", "one_click"),
    [
        ("", None, False),
        ("https://exemple.fr/fin", "<https://exemple.fr/fin>", False),
        ("https://exemple.fr/fin?qui={recipient}", "<https://exemple.fr/fin?qui=a%2Bb%40saint-exemple.fr>", True),
        ("mailto:fin@exemple.fr?subject={recipient}", "<mailto:fin@exemple.fr?subject=a%2Bb%40saint-exemple.fr>", False),
    ],
)
def test_one_click_is_only_offered_where_it_tells_who_clicked(
    catalogue: Catalogue, address: str, written: str | None, one_click: bool
) -> None:
    mail = composed(dossier(catalogue), catalogue, RecipientSettings(to="a+b@saint-exemple.fr"), unsubscribe=address)
    assert raw(mail)["List-Unsubscribe"] == written
    assert raw(mail)["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if one_click else None)


def test_a_mail_is_the_same_mail_by_campaign_domain_recipient_and_documents(catalogue: Catalogue) -> None:
    given = dossier(catalogue)
    elsewhere = dossier(catalogue, result(catalogue, outcomes(catalogue), domain=Domain("ailleurs-exemple.fr")))
    same = composed(given, catalogue)
    others = [
        composed(given, catalogue, campaign="2026-12"),
        composed(elsewhere, catalogue),
        composed(given, catalogue, AGENT),
        composed(given, catalogue, EVERYBODY),
    ]
    assert len({mail.message_id for mail in (same, *others)}) == 5
    again = RecipientSettings(to="Mairie@Saint-Exemple.FR")
    assert composed(given, catalogue, again).message_id == same.message_id
    assert composed(given, catalogue, lang="en").message_id == same.message_id


def test_each_recipient_receives_what_the_settings_say_and_each_file_is_marked(catalogue: Catalogue) -> None:
    given = dossier(catalogue)
    ready = papers(given, catalogue)
    expected = {
        MAYOR: ["lettre.pdf"],
        AGENT: ["rapport-technique.pdf", "ticket-BEF-1.txt", "ticket-BEF-2.txt"],
        EVERYBODY: ["lettre.pdf", "rapport-technique.pdf", "ticket-BEF-1.txt", "ticket-BEF-2.txt"],
    }
    for recipient, names in expected.items():
        message = parsed(composed(given, catalogue, recipient))
        attached = list(message.iter_attachments())
        assert [part.get_filename() for part in attached] == [f"{MARK}{DOMAIN.name}-2026-11-24-{name}" for name in names]
        for part in attached:
            assert part.get_content_disposition() == "attachment"
            assert "TLP:AMBER" in part["Content-Description"]
            assert "L. 311-5" in part["Content-Description"].replace("\xa0", " ")
        originals = {MARK + each.file.name: each.file.content for made in ready.files.values() for each in made}
        assert [part.get_payload(decode=True) for part in attached] == [originals[str(part.get_filename())] for part in attached]
        said = bodies(composed(given, catalogue, recipient))
        assert all("TLP:AMBER" in each and "311-5" in each for each in said)


def test_a_notice_carries_nothing_whoever_receives_it(catalogue: Catalogue) -> None:
    for recipient in (MAYOR, AGENT, EVERYBODY):
        mail = composed(dossier(catalogue), catalogue, recipient, letter="notice")
        assert list(parsed(mail).iter_attachments()) == []
        assert "02\xa000\xa000\xa000\xa000" in bodies(mail)[0]


def test_whoever_receives_nothing_is_not_written_to(catalogue: Catalogue) -> None:
    given = dossier(catalogue)
    nothing = RecipientSettings(to="mairie@saint-exemple.fr", documents=())
    ready = papers(given, catalogue)
    assert compose(given, nothing, ready, mail_settings(), Occasion("2026-11", MOMENT, "fr")) is None


def test_without_pdf_the_letter_is_html_and_the_reader_is_told(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    given = dossier(catalogue)
    no_report = EVERYBODY.model_copy(update={"documents": ("letter", "tickets")})
    ready = prepare(given, catalogue, (no_report,), mail_settings(), "fr")
    assert ready.no_pdf
    mail = compose(given, EVERYBODY, ready, mail_settings(), Occasion("2026-11", MOMENT, "fr"))
    assert mail is not None
    letter, *tickets = parsed(mail).iter_attachments()
    assert (letter.get_content_type(), letter.get_content_charset()) == ("text/html", "utf-8")
    assert letter.get_content().startswith("<!doctype html>")
    assert len(tickets) == len(ready.files["tickets"]) > 1
    assert "navigateur" in bodies(mail)[0]


@needs_pango
def test_a_real_letter_is_attached_as_pdf(catalogue: Catalogue) -> None:
    ready = prepare(dossier(catalogue), catalogue, (MAYOR,), mail_settings(), "fr")
    mail = compose(dossier(catalogue), MAYOR, ready, mail_settings(), Occasion("2026-11", MOMENT, "fr"))
    assert mail is not None
    (letter,) = parsed(mail).iter_attachments()
    assert letter.get_content_type() == "application/pdf"
    assert letter.get_content().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("recipients", "form", "made"),
    [
        ((MAYOR, AGENT), "notice", []),
        ((MAYOR,), "body", []),
        ((MAYOR, TICKETS), "body", ["tickets"]),
        ((TICKETS,), "attached", ["tickets"]),
    ],
)
def test_no_document_is_made_that_nobody_receives(
    catalogue: Catalogue, recipients: tuple[RecipientSettings, ...], form: str, made: list[str]
) -> None:
    ready = prepare(dossier(catalogue), catalogue, recipients, mail_settings(letter=form), "fr")
    assert sorted(ready.files) == made


@pytest.mark.parametrize("form", FORMS)
def test_every_line_is_one_that_every_relay_takes(catalogue: Catalogue, form: str) -> None:
    for recipient in (MAYOR, EVERYBODY):
        content = composed(dossier(catalogue), catalogue, recipient, letter=form).content
        assert content.isascii()
        assert max(map(len, content.split(b"\r\n"))) <= 78
        assert b"\n" not in content.replace(b"\r\n", b"")


def test_the_text_part_is_laid_out_for_a_narrow_window(catalogue: Catalogue) -> None:
    for form in FORMS:
        text, _ = bodies(composed(dossier(catalogue), catalogue, EVERYBODY, letter=form))
        assert [line for line in text.splitlines() if len(line) > 72 and " " in line.strip()] == []
        assert "\n\n\n" not in text


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("form", FORMS)
def test_the_html_part_is_valid_and_fetches_nothing(catalogue: Catalogue, form: str, lang: str) -> None:
    for scanned in (None, result(catalogue, ()), hostile_result(catalogue)):
        _, html = bodies(composed(dossier(catalogue, scanned), catalogue, EVERYBODY, lang, letter=form))
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        tree = parser.parse(html)
        names = {node.tag for node in tree.iter() if isinstance(node.tag, str)}
        assert names.isdisjoint({"img", "svg", "a", "link", "script", "style", "iframe", "form", "object", "base"})
        assert "url(" not in html
        assert "http" not in "".join(re.findall(r'="([^"]*)"', html))


def test_nothing_that_a_host_sent_reaches_a_reader_as_more_than_text(catalogue: Catalogue) -> None:
    given = dossier(
        catalogue, hostile_result(catalogue), sender=Sender("<b>gras", "\x1b[31m\u202e", "x@y.fr"), town=Town("<i>\x9b")
    )
    text, html = bodies(composed(given, catalogue, EVERYBODY, letter="body"))
    for said in (text, html):
        assert "\x1b" not in said
        assert "\u202e" not in said
        assert "\x9b" not in said
    assert "<script>" not in html
    assert "<b>gras" not in html
    assert "<b>gras" in text


_WORDS = st.text(max_size=80)


@given(name=_WORDS, town=_WORDS, salutation=_WORDS, phone=_WORDS, email=_WORDS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_of_the_settings_can_write_a_header(
    catalogue: Catalogue, name: str, town: str, salutation: str, phone: str, email: str
) -> None:
    given_by = dossier(catalogue, result(catalogue, ()), sender=Sender(name, phone, email), town=Town(town, salutation))
    with suppress(ValueError):
        _only_our_headers(composed(given_by, catalogue))


@pytest.mark.parametrize("name", ["=?UTF-8?Q?=0ABcc=3A_x=40y.fr?=", "a\x00b", "\x1b[31m", "a\u202eb"])
def test_a_name_that_a_client_would_decode_or_obey_is_refused_in_one_line(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(ValueError, match=r"^this cannot stand in a mail header: .*$"):
        composed(dossier(catalogue, sender=Sender(name, "", "")), catalogue)


@pytest.mark.parametrize("name", ["Syndicat\r\nBcc: x@y.fr", "a\u2028Bcc: x@y.fr", "a\x85b", 'a" <x@y.fr>, "b', "a\\", "é, b"])
def test_a_name_with_line_ends_or_quotes_stays_a_name(catalogue: Catalogue, name: str) -> None:
    _only_our_headers(composed(dossier(catalogue, sender=Sender(name, "", "")), catalogue))


def _only_our_headers(mail: Mail) -> None:
    read = parsed(mail)
    ours = "Content-Type MIME-Version From Reply-To To Subject Date Content-Language Auto-Submitted Message-ID"
    assert sorted(read.keys()) == sorted(ours.split())
    assert [address.addr_spec for address in read["From"].addresses] == ["audit@syndicat-exemple.fr"]
    assert [address.addr_spec for address in read["To"].addresses] == ["mairie@saint-exemple.fr"]


@given(
    st.lists(st.text("abcdéèàçñßœ0123456789-", min_size=1, max_size=20), min_size=1, max_size=8).map(".".join),
    st.sampled_from(["attached", "body", "notice", "documents"]),
    st.sampled_from(["fr", "en"]),
)
@settings(max_examples=200)
def test_a_subject_is_read_as_it_was_meant_however_long_the_domain(domain: str, form: str, lang: str) -> None:
    from scanner.delivery.message import _words

    subject = words(lang)(f"mail.{form}.subject", domain=domain)
    written = _words(subject, "Subject").encode(linesep="\r\n")
    read = parsed(Mail("<1@x.fr>", "a@x.fr", "b@x.fr", subject, f"Subject: {written}\r\n\r\n".encode()))
    assert read["Subject"].split() == subject.split()


def test_the_date_is_the_moment_given_whatever_its_zone(catalogue: Catalogue) -> None:
    given = dossier(catalogue)
    ready = papers(given, catalogue)
    later = compose(given, MAYOR, ready, mail_settings(), Occasion("2026-11", MOMENT + timedelta(days=1), "fr"))
    assert later is not None
    assert parsedate_to_datetime(str(parsed(later)["Date"])) == MOMENT + timedelta(days=1)


def test_a_sender_without_a_name_or_a_telephone_is_still_a_sender(catalogue: Catalogue) -> None:
    given = dossier(catalogue, sender=Sender(), town=Town())
    for form in FORMS:
        mail = composed(given, catalogue, letter=form, reply_to="")
        assert parsed(mail)["From"] == "audit@syndicat-exemple.fr"
        assert "Reply-To" not in parsed(mail)
        assert "Madame, Monsieur," in bodies(mail)[0]

import email
import email.policy
import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Role, Sender, Town, Visitor
from scanner.model import Outcome, Severity, Site, Status
from scanner.report.documents import render
from scanner.report.duties import Duty
from scanner.report.ticket_text import WIDTH
from scanner.report.tickets import Ticket, header, ticket_id, tickets
from scanner.result import ScanResult
from tests.golden import Golden
from tests.judging import DOMAIN, NOW, SUBJECTS
from tests.report.letters import seen_on
from tests.report.sample import HOSTILE, hostile_result, outcomes, result
from tests.suppliers.synthetic import FILTERED, GANDI, OVH, Zone

TOWN, SENDER = Town("Saint-Exemple"), Sender("Syndicat de l’Exemple", "02 00 00 00 00", "audit@syndicat-exemple.fr")
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])


def of(found: tuple[Ticket, ...], duty: Duty) -> Ticket:
    """The one ticket of this duty."""
    (ticket,) = (each for each in found if each.id == ticket_id(each.domain, duty))
    return ticket


def only(catalogue: Catalogue, *checks: str, zone: Zone | None = None) -> ScanResult:
    """A result with the findings of these checks alone."""
    judged = tuple(each for each in outcomes(catalogue) if each.check in checks and each.status is Status.FAIL)
    return result(catalogue, judged) if zone is None else zone.result(catalogue, judged)


def flat(ticket: Ticket) -> str:
    """Its body as one line, with ordinary spaces."""
    return " ".join(ticket.body.split())


def is_code(line: str) -> bool:
    """A line to paste or received as it stands, or one that holds such a piece."""
    return line.startswith("    ") or "`" in line


def steady(text: str) -> str:
    """Without what each start of the laboratory makes anew: the certificate and its dates."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+\+00:00", "<moment>", text)
    text = re.sub(r"sha256: [0-9a-f]{64}", "sha256: <digest>", text)
    return re.sub(r"n’est\s+plus\s+valable\s+depuis\s+le\s+[^.]*\.", "n’est plus valable depuis le <jour>.", text)


#: Every message of four towns in French; in English the one message of each that is the shortest to read again.
APPROVED = [
    (town, lang, duties)
    for town in ("negligee", "ordinaire", "exemplaire", "piegee")
    for lang, duties in (("fr", tuple(Duty)), ("en", (Duty.DNS_HOST,)))
]


@pytest.mark.parametrize(("town", "lang", "duties"), APPROVED)
def test_the_tickets_of_a_town_read_as_agreed(
    scanned: dict[str, ScanResult], catalogue: Catalogue, golden: Golden, town: str, lang: str, duties: tuple[Duty, ...]
) -> None:
    seen = seen_on(town, scanned)
    made = tickets(Dossier(seen, town=Town("Val-Négligée"), sender=SENDER), catalogue, lang)
    ids = {ticket_id(seen.domain.name, duty) for duty in duties}
    golden(f"tickets-{town}.{lang}.txt", steady("\f\n".join(ticket.to_text() for ticket in made if ticket.id in ids)))


@LANGUAGES
@pytest.mark.parametrize("hostile", [False, True])
def test_no_line_is_wider_than_a_mail_reader(catalogue: Catalogue, lang: str, hostile: bool) -> None:
    seen = hostile_result(catalogue) if hostile else OVH.result(catalogue, outcomes(catalogue))
    for ticket in tickets(Dossier(seen, town=TOWN, sender=SENDER), catalogue, lang):
        wide = [line for line in ticket.body.split("\n") if len(line) > WIDTH and not is_code(line)]
        assert wide == []


@LANGUAGES
def test_no_line_ends_in_a_space_and_no_gap_is_wider_than_two_lines(catalogue: Catalogue, lang: str) -> None:
    for ticket in tickets(Dossier(result(catalogue, outcomes(catalogue)), town=TOWN), catalogue, lang):
        assert not re.search(r"[ \t]\n", ticket.body)
        assert "\n\n\n\n" not in ticket.body
        assert ticket.to_text().endswith(f"{ticket.body}\n")


def test_every_finding_is_in_one_ticket_and_what_is_only_good_to_know_in_none(catalogue: Catalogue) -> None:
    seen = OVH.result(catalogue, outcomes(catalogue))
    text = "\n".join(ticket.body for ticket in tickets(Dossier(seen, town=TOWN), catalogue, "fr"))
    for outcome in seen.outcomes:
        wanted = any(finding.severity >= Severity.LOW for finding in outcome.findings)
        assert (f"--only {outcome.check}`" in text) >= wanted, outcome.check
    assert "--only web.ipv6-missing" not in text


def test_what_could_not_be_seen_is_in_no_ticket(catalogue: Catalogue) -> None:
    judged = tuple(each for each in outcomes(catalogue) if each.status is not Status.FAIL)
    assert any(each.status is Status.UNKNOWN for each in judged)
    assert tickets(Dossier(result(catalogue, judged), town=TOWN), catalogue, "fr") == ()


def test_the_most_urgent_comes_first_with_the_nearest_date(catalogue: Catalogue) -> None:
    made = tickets(Dossier(result(catalogue, outcomes(catalogue)), town=TOWN), catalogue, "fr")
    body = of(made, Duty.WEB_HOST).body
    deadlines = [int(found) for found in re.findall(r"^sous (\d+) jours? ouvrés?$", body, re.MULTILINE)]
    assert deadlines == sorted(deadlines)
    assert deadlines[0] == 1
    grave = re.findall(r"Gravité\u00a0: (\w+)\.", body)
    order = ["critique", "élevée", "moyenne", "faible"]
    assert grave == sorted(grave, key=order.index)


def test_a_single_point_has_its_date_in_the_sentence(catalogue: Catalogue) -> None:
    (ticket,) = tickets(Dossier(only(catalogue, "web.nosniff-missing"), town=TOWN), catalogue, "fr")
    assert "nous vous signalons un point à corriger" in flat(ticket)
    assert "Merci de nous indiquer une date de correction sous 20 jours ouvrés." in flat(ticket)


def test_the_id_stays_from_month_to_month_whoever_the_supplier_is(catalogue: Catalogue) -> None:
    first = tickets(Dossier(OVH.result(catalogue, outcomes(catalogue))), catalogue, "fr")
    later = replace(GANDI.result(catalogue, outcomes(catalogue)), started_at=NOW + timedelta(days=30))
    second = tickets(Dossier(later, town=TOWN), catalogue, "en")
    assert {each.id for each in first} == {each.id for each in second}
    assert len({each.id for each in first}) == len(first)
    assert all(each.subject.startswith(f"[{each.id}] {DOMAIN.name} – ") for each in first)


@given(st.from_regex(r"[a-z0-9.-]{1,60}", fullmatch=True))
def test_an_id_is_short_and_can_be_read_over_the_telephone(domain: str) -> None:
    ids = [ticket_id(domain, duty) for duty in Duty]
    assert len(set(ids)) == len(ids)
    for id in ids:
        assert re.fullmatch(r"BEF-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", id)


def test_the_supplier_is_named_with_what_names_it(catalogue: Catalogue) -> None:
    made = tickets(Dossier(OVH.result(catalogue, outcomes(catalogue)), town=TOWN), catalogue, "fr")
    body = flat(of(made, Duty.DNS_HOST))
    assert "Destinataire : OVHcloud (le gestionnaire du nom de domaine), d’après le DNS : NS dns10.ovh.net." in body
    assert "Si ce n’est pas vous, merci de nous le dire." in body
    confirmed = Dossier(OVH.result(catalogue, outcomes(catalogue)), town=Town("X", suppliers=((Role.DNS_HOST, "gandi"),)))
    body = flat(of(tickets(confirmed, catalogue, "fr"), Duty.DNS_HOST))
    assert "Destinataire : Gandi (le gestionnaire du nom de domaine)." in body
    unknown = of(tickets(Dossier(result(catalogue, outcomes(catalogue))), catalogue, "fr"), Duty.DNS_HOST)
    assert "Destinataire\u00a0: le gestionnaire du nom de domaine." in unknown.body
    assert unknown.supplier is None


@pytest.mark.parametrize(("zone", "menu"), [(OVH, "Chez OVHcloud"), (GANDI, "Chez Gandi")])
def test_the_menu_is_that_of_the_addressee(catalogue: Catalogue, zone: Zone, menu: str) -> None:
    made = tickets(Dossier(zone.result(catalogue, outcomes(catalogue)), town=TOWN), catalogue, "fr")
    assert f"{menu}\u00a0:" in of(made, Duty.DNS_HOST).body
    assert "Zones DNS" not in of(made, Duty.MAIL_HOST).body, "the zone's menu is none of the mail host's"


def test_a_filter_gets_what_was_seen_on_its_servers_and_the_mail_host_the_rest(catalogue: Catalogue) -> None:
    seen = only(catalogue, "mail.starttls-missing", "mail.dkim-missing", zone=FILTERED)
    made = tickets(Dossier(seen, town=TOWN), catalogue, "fr")
    assert [(each.role, each.supplier.name if each.supplier else "") for each in made] == [
        (Role.MAIL_HOST, "Mailinblack"),
        (Role.MAIL_HOST, "Microsoft 365"),
    ]
    assert "mail.starttls-missing" in of(made, Duty.MAIL_FILTER).body
    assert "avant sa messagerie" in of(made, Duty.MAIL_FILTER).body
    assert "mail.dkim-missing" in of(made, Duty.MAIL_HOST).body
    assert "portail Defender" in of(made, Duty.MAIL_HOST).body


def test_nobody_writes_to_a_newsletter_service_or_to_a_program(catalogue: Catalogue) -> None:
    zone = Zone(mx=("mx1.mairie-exemple.fr",), greeting="ESMTP Zimbra", spf="v=spf1 include:spf.brevo.com ~all")
    made = tickets(Dossier(only(catalogue, "mail.dkim-missing", zone=zone), town=TOWN), catalogue, "fr")
    assert of(made, Duty.MAIL_HOST).supplier is None
    assert "Sur un serveur Zimbra" in of(made, Duty.MAIL_HOST).body


@pytest.mark.parametrize(
    ("lang", "name", "signature"),
    [
        ("fr", "Saint-Exemple", "Référent informatique, commune de Saint-Exemple"),
        ("fr", "Angers", "Référent informatique, commune d’Angers"),
        ("fr", "Le Mans", "Référent informatique, commune du Mans"),
        ("fr", "Communauté de communes de l’Exemple", "Référent informatique, communauté de communes de l’Exemple"),
        ("fr", "", "Référent informatique"),
        ("en", "Saint-Exemple", "IT officer, Saint-Exemple"),
    ],
)
def test_the_town_signs(catalogue: Catalogue, lang: str, name: str, signature: str) -> None:
    (ticket,) = tickets(Dossier(only(catalogue, "web.nosniff-missing"), town=Town(name)), catalogue, lang)
    assert f"\n\n{signature}\n\n" in ticket.body
    assert ticket.author == (signature, "")


def test_what_the_town_does_itself_goes_to_its_own_referent(catalogue: Catalogue) -> None:
    seen = only(catalogue, "services.remote-desktop-exposed")
    (ticket,) = tickets(Dossier(seen, town=TOWN, sender=SENDER), catalogue, "fr")
    assert ticket.role is None
    assert "par la collectivité elle-même" in flat(ticket)
    assert "Syndicat de l’Exemple\n" in ticket.body


def earlier(seen: ScanResult) -> ScanResult:
    return replace(seen, started_at=NOW - timedelta(days=30))


def cleared(outcome: Outcome) -> Outcome:
    return replace(outcome, status=Status.PASS, findings=())


def test_an_earlier_examination_tells_new_from_known_and_thanks_for_what_is_done(catalogue: Catalogue) -> None:
    checks = ("web.nosniff-missing", "web.framing-allowed", "web.hsts-missing")
    full = only(catalogue, *checks)
    before = tuple(cleared(each) if each.check == checks[1] else each for each in full.outcomes)
    now = tuple(cleared(each) if each.check == checks[2] else each for each in full.outcomes)
    dossier = Dossier(result(catalogue, now), earlier(result(catalogue, before)), TOWN)
    (ticket,) = tickets(dossier, catalogue, "fr")
    parts = {
        check: " ".join(part.split()) for check in checks for part in ticket.body.split("\n\n\n") if f"--only {check}`" in part
    }
    assert "Déjà constaté le 24 octobre 2026." in parts[checks[0]]
    assert "Nouveau depuis l’examen du 24 octobre 2026." in parts[checks[1]]
    assert "Corrigé depuis notre examen du 24 octobre 2026 : HTTPS imposé aux navigateurs (HSTS). Merci." in flat(ticket)


def test_what_nobody_could_see_before_is_neither_new_nor_known(catalogue: Catalogue) -> None:
    seen = only(catalogue, "web.nosniff-missing")
    blind = tuple(replace(each, status=Status.UNKNOWN, findings=()) for each in seen.outcomes)
    (ticket,) = tickets(Dossier(seen, earlier(result(catalogue, blind)), TOWN), catalogue, "fr")
    assert not re.search("Déjà|Nouveau", ticket.body)


@LANGUAGES
def test_nothing_a_host_sent_leaves_its_place(catalogue: Catalogue, lang: str) -> None:
    for ticket in tickets(Dossier(hostile_result(catalogue), town=TOWN), catalogue, lang):
        assert all(letter.isprintable() or letter in "\n\u00a0\u202f" for letter in ticket.body)
        assert all(line.startswith("    ") for line in ticket.body.split("\n") if "$(reboot)" in line and "TCP" in line)
        assert HOSTILE not in ticket.subject
        parse(ticket.to_eml())


def parse(content: bytes) -> EmailMessage:
    """The mail as a strict reader takes it."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    assert all(not value.defects for value in message.values())
    return message


@LANGUAGES
def test_the_draft_is_a_sound_mail_that_says_the_same(catalogue: Catalogue, lang: str) -> None:
    dossier = Dossier(OVH.result(catalogue, outcomes(catalogue)), town=TOWN, sender=SENDER)
    for ticket in tickets(dossier, catalogue, lang):
        content = ticket.to_eml()
        message = parse(content)
        assert message["Subject"] == ticket.subject
        assert message["X-Unsent"] == "1"
        assert message["To"] is None
        assert message["Content-Language"] == lang
        assert message["From"].addresses[0].addr_spec == SENDER.email
        assert message["Date"].datetime == NOW
        assert message["References"] == f"<{ticket.id}@{DOMAIN.name}>"
        assert message["Message-ID"] == f"<{ticket.id}.20261123091200@{DOMAIN.name}>"
        assert message.get_content().replace("\r\n", "\n") == f"{ticket.body}\n"
        assert all(len(line) <= 998 for line in content.split(b"\r\n"))
        assert content == ticket.to_eml()
        assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_draft_goes_to_nobody_by_mistake(catalogue: Catalogue) -> None:
    (ticket,) = tickets(Dossier(only(catalogue, "web.nosniff-missing")), catalogue, "fr")
    message = parse(ticket.to_eml())
    assert message["From"].addresses[0].domain.endswith(".invalid")
    assert parse(ticket.to_eml("support@exemple.net"))["To"] == "support@exemple.net"


@pytest.mark.parametrize("text", ["a\r\nBcc: x@y.fr", "a\nb", "=?UTF-8?Q?=0ABcc:?=", "a\x00", "a\x7f", "a\u2028b", "a\u202eb"])
def test_a_header_that_could_become_another_is_refused(catalogue: Catalogue, text: str) -> None:
    with pytest.raises(ValueError, match="mail header"):
        header(text)
    (ticket,) = tickets(Dossier(only(catalogue, "web.nosniff-missing")), catalogue, "fr")
    for changed in (replace(ticket, subject=text), replace(ticket, author=(text, "")), replace(ticket, domain=text)):
        with pytest.raises(ValueError, match="mail header"):
            changed.to_eml()
    with pytest.raises(ValueError, match="mail header"):
        ticket.to_eml(text)


def test_there_is_a_file_for_each_addressee(catalogue: Catalogue) -> None:
    dossier = Dossier(OVH.result(catalogue, outcomes(catalogue)), town=TOWN)
    made = tickets(dossier, catalogue, "fr")
    for form in ("txt", "eml"):
        files = render(dossier, catalogue, "tickets", "fr", form)
        assert [file.name for file in files] == [f"{DOMAIN.name}-2026-11-23-ticket-{each.id}.{form}" for each in made]


def test_a_single_point_names_what_is_to_be_done_and_several_their_number(catalogue: Catalogue) -> None:
    (one,) = tickets(Dossier(only(catalogue, "web.nosniff-missing"), town=TOWN), catalogue, "fr")
    assert one.subject == f"[{one.id}] {DOMAIN.name} – dire aux navigateurs de respecter le type des fichiers"
    (two,) = tickets(Dossier(only(catalogue, "web.nosniff-missing", "web.hsts-missing"), town=TOWN), catalogue, "fr")
    assert two.subject == f"[{two.id}] {DOMAIN.name} – sécurité de l’hébergement du site : 2 points"
    assert one.topic.partition("] ")[2] == two.topic.partition("] ")[2] == f"{DOMAIN.name} – sécurité de l’hébergement du site"


def test_apex_and_www_are_one_point_even_where_a_fact_holds_their_name(catalogue: Catalogue) -> None:
    (first,) = (each for each in only(catalogue, "web.http-not-redirected").outcomes if each.subject == SUBJECTS[Site])
    apex = Site(DOMAIN.name, DOMAIN)
    shown = [
        replace(first, subject=site, findings=tuple(
            replace(each, facts={**each.facts, "url": f"http://{site.name}/"}, evidence=(f"http://{site.name}/: HTTP 200",))
            for each in first.findings
        ))
        for site in (apex, SUBJECTS[Site])
    ]  # fmt: skip
    (ticket,) = tickets(Dossier(result(catalogue, tuple(shown)), town=TOWN), catalogue, "fr")
    assert "un point à corriger" in flat(ticket)
    assert f"Ce point vaut pour {apex.name} (203.0.113.7, 2001:db8::7) et {SUBJECTS[Site].name}." in flat(ticket)
    assert f"http://{apex.name}/: HTTP 200" in ticket.body
    assert f"http://{SUBJECTS[Site].name}/: HTTP 200" in ticket.body


@LANGUAGES
def test_the_foot_says_how_to_handle_it_and_keeps_its_lines_apart(catalogue: Catalogue, lang: str) -> None:
    for ticket in tickets(Dossier(result(catalogue, outcomes(catalogue)), town=TOWN, sender=SENDER), catalogue, lang):
        foot = ticket.body.rpartition("-" * 72)[2].split("\n\n")
        assert [each.split()[0] for each in foot[-3:]] == ["Référence" if lang == "fr" else "Reference", *foot_words(lang)]


def foot_words(lang: str) -> list[str]:
    """How the last two paragraphs begin."""
    return ["Contact", "TLP:AMBER"] if lang == "fr" else ["Contact:", "TLP:AMBER"]


def test_one_machine_has_one_addressee(catalogue: Catalogue) -> None:
    """Databases are usually the web host's, desktops and shares the town's: on one address they go together."""
    checks = ("services.database-open", "services.remote-desktop-exposed", "services.file-sharing-exposed")
    made = only(catalogue, *checks)
    alone = only(catalogue, "services.remote-desktop-exposed")
    (host,) = {each.subject for each in made.outcomes}
    assert host in made.landscape.below(SUBJECTS[Site])
    (ticket,) = tickets(Dossier(made), catalogue, "fr")
    assert ticket.id == ticket_id(DOMAIN.name, Duty.WEB_HOST)
    (ticket,) = tickets(Dossier(replace(made, landscape=replace(made.landscape, links={}))), catalogue, "fr")
    assert ticket.id == ticket_id(DOMAIN.name, Duty.TOWN)
    (ticket,) = tickets(Dossier(alone), catalogue, "fr")
    assert ticket.id == ticket_id(DOMAIN.name, Duty.TOWN)


def test_a_silent_town_has_a_message_for_whoever_can_let_us_look(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    visitor = Visitor("Mozilla/5.0 (compatible; Beffroi)", "https://syndicat-exemple.fr/beffroi", ("192.0.2.10",))
    dossier = Dossier(seen_on("muette", scanned), town=TOWN, sender=SENDER, visitor=visitor)
    ticket = tickets(dossier, catalogue, "fr")[0]
    assert ticket.subject.endswith("laisser passer les contrôles de sécurité de la collectivité")
    for words in (visitor.agent, visitor.page, *visitor.sources, "23 novembre 2026 à 10 h 12", "Pour le compte de la commune"):
        assert words in flat(ticket)
    assert "demandez-la en réponse" in flat(tickets(replace(dossier, visitor=Visitor()), catalogue, "fr")[0])
    assert "autoriser" not in flat(tickets(Dossier(only(catalogue, "web.nosniff-missing")), catalogue, "fr")[0])


def test_who_signs_is_the_same_where_no_sender_is_known(catalogue: Catalogue) -> None:
    made = tickets(Dossier(result(catalogue, outcomes(catalogue)), town=TOWN), catalogue, "fr")
    assert {ticket.author[0] for ticket in made} == {"Référent informatique, commune de Saint-Exemple"}

"""What the mayor's letter says and never says: decisions, praise, movement, help."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Role, Town
from scanner.model import Reason, Severity, Status
from scanner.report.letter import render_letter
from scanner.report.letter_view import compose
from scanner.report.view import view
from scanner.report.words import words
from scanner.result import ScanResult
from scanner.scoring import Perimeter
from tests.judging import DOMAIN, NOW
from tests.report.letters import SENDER, TOWN, judged, seen_on
from tests.report.sample import failures, outcomes, result


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_at_most_three_decisions_and_no_two_alike(catalogue: Catalogue, lang: str) -> None:
    chosen = compose(Dossier(result(catalogue, outcomes(catalogue))), catalogue, lang).decisions
    assert len({decision.title.casefold() for decision in chosen}) == len(chosen) == 3


def test_the_gravest_of_different_topics_come_first(catalogue: Catalogue) -> None:
    failing = ("services.database-open", "services.database-exposed", "web.hsts-missing", "mail.dmarc-missing")
    letter = compose(Dossier(judged(catalogue, *failing)), catalogue, "fr")
    assert [decision.title for decision in letter.decisions] == [
        "Fermer aujourd’hui la base de données ouverte à tous.",
        "Protéger vos adresses contre l’usurpation.",
        "Imposer la connexion chiffrée aux navigateurs de vos visiteurs.",
    ]
    assert list(letter.meaning) == [decision.meaning for decision in letter.decisions[:2]]


def test_one_topic_may_fill_a_letter_that_has_nothing_else_to_ask(catalogue: Catalogue) -> None:
    letter = compose(Dossier(judged(catalogue, "mail.spf-permissive", "mail.spf-lookups")), catalogue, "fr")
    assert len(letter.decisions) == 2


def test_one_service_is_one_decision(catalogue: Catalogue) -> None:
    letter = compose(Dossier(judged(catalogue, "services.database-open", "services.database-exposed")), catalogue, "fr")
    assert [each.title for each in letter.decisions] == ["Fermer aujourd’hui la base de données ouverte à tous."]


def test_what_has_no_effect_on_the_grade_asks_for_no_decision(catalogue: Catalogue) -> None:
    made = judged(catalogue, next(row.spec.id for row, finding in failures() if finding.severity is Severity.INFO))
    assert [finding.severity for finding in view(made, catalogue, "fr").findings] == [Severity.INFO]
    letter = compose(Dossier(made), catalogue, "fr")
    assert (letter.decisions, letter.meaning) == ((), ())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_town_without_findings_has_no_message_to_forward_and_much_praise(
    scanned: dict[str, ScanResult], catalogue: Catalogue, lang: str
) -> None:
    letter = compose(Dossier(seen_on("exemplaire", scanned)), catalogue, lang)
    assert (letter.decisions, letter.referent) == ((), "")
    assert len(set(letter.praise)) == 3


def test_praise_is_of_different_pillars_and_never_of_what_failed_somewhere(catalogue: Catalogue) -> None:
    praised = compose(Dossier(judged(catalogue, "services.database-open")), catalogue, "fr").praise
    assert len(praised) == 3
    assert not [sentence for sentence in praised if "base de données ouverte" in sentence]
    assert compose(Dossier(result(catalogue, ())), catalogue, "fr").praise == ()


def test_a_silent_town_is_told_what_was_not_seen_and_the_one_decision_that_helps(
    scanned: dict[str, ScanResult], catalogue: Catalogue
) -> None:
    letter = compose(Dossier(seen_on("muette", scanned)), catalogue, "fr")
    assert letter.grade is None
    assert "Il nous manque surtout\u00a0: le site, la messagerie" in " ".join(letter.verdict)
    assert [decision.title for decision in letter.decisions] == ["Laisser passer nos contrôles le temps d’un examen."]


@pytest.mark.parametrize(
    ("reason", "decision"),
    [
        (Reason.TIMEOUT, "Laisser passer nos contrôles"),
        (Reason.DNS_FAILURE, f"Faire vérifier les serveurs qui répondent pour {DOMAIN.name}"),
        (Reason.OURS, "Nous demander un nouvel examen"),
        (Reason.UNDETERMINED, "Faire relire par le référent informatique"),
    ],
)
def test_the_helping_decision_answers_the_commonest_obstacle(catalogue: Catalogue, reason: Reason, decision: str) -> None:
    unseen = tuple(replace(each, status=Status.UNKNOWN, findings=(), reason=reason) for each in outcomes(catalogue))
    letter = compose(Dossier(result(catalogue, unseen)), catalogue, "fr")
    assert len(letter.decisions) == 1
    assert letter.decisions[0].title.startswith(decision)
    assert letter.meaning == (letter.decisions[0].meaning,)


def test_only_a_supplier_that_the_register_confirms_is_named(catalogue: Catalogue) -> None:
    made = judged(catalogue, "web.hsts-missing")
    assert compose(Dossier(made, None, TOWN), catalogue, "fr").decisions[0].actor == "l’hébergeur du site, OVHcloud"
    elsewhere = replace(TOWN, suppliers=((Role.DNS_HOST, "ovhcloud"),))
    assert compose(Dossier(made, None, elsewhere), catalogue, "fr").decisions[0].actor == "l’hébergeur du site"


def test_a_check_of_a_third_party_without_lines_for_the_mayor_gives_its_title(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "meteo_family"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "topic.py").write_text("def shown(): ...\n", "utf-8")
    parts = (
        "## Ce que nous avons vu\nA.\n\n## Pourquoi c’est important\nB.\n\n## Comment corriger\nC.\n\n## Comment vérifier\nD.\n"
    )
    (package / "topic.fr.md").write_text(f"# Le site affiche la météo {{#meteo.shown}}\n\n{parts}", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    row, finding = failures()[0]
    foreign = replace(row.spec, id="meteo.shown", function=importlib.import_module("meteo_family.topic").shown, variants=())
    extended = replace(catalogue, checks=(*catalogue.checks, foreign))
    outcome = replace(row.outcome(), check="meteo.shown", findings=(replace(finding, severity=Severity.HIGH, variant=""),))
    letter = compose(Dossier(result(extended, (outcome,))), extended, "fr")
    assert ("Le site affiche la météo.", "", "") in [(each.title, each.avoids, each.meaning) for each in letter.decisions]
    assert all(letter.meaning)


@pytest.mark.parametrize(
    ("changes", "says", "silent"),
    [
        ({"value": 30, "grade": "E"}, "monte de", "ne se comparent pas"),
        ({"value": 99, "grade": "A"}, "baisse de", "ne se comparent pas"),
        ({"perimeter": Perimeter.MANDATED}, "ne se comparent pas", "Depuis"),
        ({"version": "0"}, "le barème a changé", "Depuis"),
    ],
)
def test_the_movement_is_told_only_where_two_grades_compare(
    catalogue: Catalogue, changes: dict[str, object], says: str, silent: str
) -> None:
    now, earlier = judged(catalogue, "web.hsts-missing"), judged(catalogue, "web.hsts-missing", "mail.dmarc-missing")
    before = replace(earlier, started_at=NOW - timedelta(days=40), score=replace(now.score, **changes))  # type: ignore[arg-type]
    said = " ".join(compose(Dossier(now, before), catalogue, "fr").verdict)
    assert "Le précédent examen date du 14 octobre 2026." in said
    assert says in said
    assert silent not in said
    assert ("1 constat est corrigé" in said) is (silent != "Depuis")


def test_without_an_earlier_result_nothing_is_said_of_movement(catalogue: Catalogue) -> None:
    assert "précédent" not in " ".join(compose(Dossier(judged(catalogue, "web.hsts-missing")), catalogue, "fr").verdict)


def test_an_interrupted_examination_says_so(catalogue: Catalogue) -> None:
    stopped = replace(judged(catalogue), interrupted=True)
    assert words("fr")("letter.interrupted") in " ".join(compose(Dossier(stopped), catalogue, "fr").verdict)


def test_the_help_is_of_the_region_and_of_the_sender(catalogue: Catalogue) -> None:
    made = judged(catalogue)
    brittany = compose(Dossier(made, None, Town(departement="29"), SENDER), catalogue, "fr").help
    assert brittany[1] == (
        "Breizh Cyber, le centre de réponse aux attaques de votre région\u00a0: 0\u00a0800\u00a0200\u00a0008 – breizhcyber.bzh"
    )
    assert brittany[2].startswith(SENDER.name)
    nowhere = compose(Dossier(made), catalogue, "fr").help
    assert [line.rpartition(" ")[2] for line in nowhere] == ["17cyber.gouv.fr", "cert.ssi.gouv.fr"]


@pytest.mark.parametrize(
    ("given", "said"),
    [("Madame la Maire", "Madame la Maire,"), ("Monsieur le Maire,", "Monsieur le Maire,"), ("", "Madame, Monsieur,")],
)
def test_a_salutation_ends_with_one_comma(catalogue: Catalogue, given: str, said: str) -> None:
    assert compose(Dossier(judged(catalogue), None, Town(salutation=given)), catalogue, "fr").salutation == said


def test_a_point_can_be_contested_even_where_the_sender_is_unknown(catalogue: Catalogue) -> None:
    made = judged(catalogue)
    assert SENDER.email in compose(Dossier(made, None, TOWN, SENDER), catalogue, "fr").foot[2]
    assert compose(Dossier(made), catalogue, "fr").foot[2] == words("fr")("letter.contest_unknown")


def test_a_name_that_is_no_host_name_is_counted_not_shown(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    observed = compose(Dossier(seen_on("piegee", scanned)), catalogue, "fr").foot[0]
    assert "script" not in observed
    assert observed.endswith(" et 1 autre nom.")


def out_of_sight(catalogue: Catalogue, check: str) -> Dossier:
    """A finding of the earlier result that nobody could look at again."""
    before = judged(catalogue, check)
    now = tuple(
        replace(each, status=Status.UNKNOWN, findings=(), reason=Reason.TIMEOUT) if each.findings else each
        for each in before.outcomes
    )
    return Dossier(result(catalogue, now), replace(before, started_at=NOW - timedelta(days=40)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_critical_finding_that_is_out_of_sight_stays_in_the_letter_with_its_date(catalogue: Catalogue, lang: str) -> None:
    letter = compose(out_of_sight(catalogue, "services.database-open"), catalogue, lang)
    day = "14 octobre 2026" if lang == "fr" else "14 October 2026"
    assert day in letter.plain[0]
    assert letter.decisions[0].title == words(lang)("letter.recheck")
    html = render_letter(out_of_sight(catalogue, "services.database-open"), catalogue, lang)
    assert day in html


def test_only_what_was_critical_is_remembered(catalogue: Catalogue) -> None:
    assert compose(out_of_sight(catalogue, "web.hsts-missing"), catalogue, "fr").out_of_sight == ()
    again = judged(catalogue, "services.database-open")
    assert compose(Dossier(again, replace(again, started_at=NOW - timedelta(days=40))), catalogue, "fr").out_of_sight == ()


def test_a_desktop_that_is_exposed_is_closed_before_its_settings_are_spoken_of(catalogue: Catalogue) -> None:
    made = judged(catalogue, "services.remote-desktop-no-nla", "services.remote-desktop-exposed")
    letter = compose(Dossier(made), catalogue, "fr")
    assert [each.title for each in letter.decisions] == ["Fermer l’accès public au bureau à distance."]
    assert letter.meaning == ("Le bureau à distance s’ouvre sur Internet avant de savoir qui se présente.",)


def test_nothing_is_praised_whose_topic_has_a_finding_or_was_not_all_seen(catalogue: Catalogue) -> None:
    for failing in ("tls.certificate-expired", "mail.mta-sts-invalid", "mail.dmarc-none"):
        praised = " ".join(compose(Dossier(judged(catalogue, failing)), catalogue, "fr").praise)
        assert "certificat" not in praised or not failing.startswith("tls.")
        assert "faux courriels" not in praised or failing != "mail.dmarc-none"
    every = judged(catalogue)
    unseen = tuple(
        replace(each, status=Status.UNKNOWN, reason=Reason.TIMEOUT) if each.check == "tls.certificate-name" else each
        for each in every.outcomes
    )
    assert "certificat" not in " ".join(compose(Dossier(replace(every, outcomes=unseen)), catalogue, "fr").praise)
    assert "installation" not in " ".join(compose(Dossier(every), catalogue, "fr").praise)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Val-Négligée", "Votre commune"), ("Commune de Saint-Exemple", "Votre commune"), ("Le Mans", "Votre commune"),
        ("", "Votre collectivité"), ("Syndicat de l’Exemple", "Votre collectivité"), ("CC du Val", "Votre collectivité"),
        ("Val d’Exemple Agglomération", "Votre collectivité"), ("Département de l’Exemple", "Votre collectivité"),
    ],
)  # fmt: skip
def test_a_commune_is_called_a_commune(catalogue: Catalogue, name: str, said: str) -> None:
    assert compose(Dossier(judged(catalogue), None, Town(name)), catalogue, "fr").graded.startswith(said)


def test_what_it_means_over_what_and_how_it_moved_are_paragraphs(catalogue: Catalogue) -> None:
    made = judged(catalogue, "web.hsts-missing")
    verdict = compose(Dossier(made, replace(made, started_at=NOW - timedelta(days=40))), catalogue, "fr").verdict
    assert [each.split()[0] for each in verdict[1:]] == ["Nous", "Le"]
    assert len(verdict) == 3

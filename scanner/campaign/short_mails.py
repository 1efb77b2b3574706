"""Mails of a few lines, without any file: nothing has changed, somebody should look first, alerts. Their words alone; no I/O."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.campaign.exposure import exposures
from scanner.catalogue import Catalogue
from scanner.delivery.cover import Cover
from scanner.dossier import Dossier, Sender
from scanner.report.titles import finding_title
from scanner.report.values import Worded, day, visible
from scanner.report.words import Words, words


@dataclass(frozen=True, slots=True)
class ShortMail:
    """What differs from one short mail to another. `sensitive` marks it as not to be passed on."""

    subject: str
    title: str
    examined: str
    greeting: str
    paragraphs: tuple[str, ...]
    sensitive: bool = False

    def cover(self, sender: Sender, lang: str) -> Cover:
        """As the mails are made from."""
        say = words(lang)
        return Cover(
            subject=self.subject,
            sender=visible(sender.name, 200) or "Beffroi",
            title=self.title,
            examined=self.examined,
            marking=say("letter.tlp") if self.sensitive else "",
            greeting=self.greeting,
            paragraphs=self.paragraphs,
            letter=None,
            enclosed=(),
            closing=(),
            signature=tuple(visible(each, 200) for each in (sender.name, sender.phone, sender.email) if each),
            notes=(say("letter.sensitive"),) if self.sensitive else (),
        )


def unchanged(dossier: Dossier, lang: str, *, with_grade: bool) -> ShortMail:
    """Three lines: it was looked at, nothing is new, whom to call. `dossier.previous` is what it is compared with."""
    say = words(lang)
    name, domain = dossier.town.salutation, visible(dossier.result.domain.name, 260)
    now, before = (day(each.started_at, lang) for each in (dossier.result, dossier.previous or dossier.result))
    first = say("short.unchanged.first", domain=domain, day=now, before=before)
    score = dossier.result.score
    grade = say("short.unchanged.grade", grade=score.grade, value=score.value or 0) if with_grade and score.grade else ""
    return ShortMail(
        subject=say("short.unchanged.subject", domain=domain),
        title=say("short.unchanged.title"),
        examined=say("mail.examined", domain=domain, day=now),
        greeting=f"{visible(' '.join(name.split()), 90).rstrip(',')}," if name else say("mail.greeting"),
        paragraphs=(" ".join(filter(None, (first, grade))), say("short.unchanged.second"), _contact(dossier.sender, say)),
    )


def exposure(dossier: Dossier, catalogue: Catalogue, campaign: str, lang: str) -> ShortMail:
    """To the syndicate's own person, before anybody else hears of it: what may lie open, and what to do."""
    say, domain = words(lang), visible(dossier.result.domain.name, 260)
    found = exposures(dossier.result.outcomes)
    titles = dict.fromkeys(finding_title(*each, dossier.result.domain, catalogue, lang) for each in found)
    town = visible(" ".join(dossier.town.name.split()), 120) or domain
    return ShortMail(
        subject=say("short.exposure.subject", domain=domain),
        title=say("short.exposure.title"),
        examined=say("mail.examined", domain=domain, day=day(dossier.result.started_at, lang)),
        greeting=say("mail.greeting"),
        paragraphs=(
            say("short.exposure.first", domain=domain, town=Worded(town)),
            *titles,
            say("short.exposure.held"),
            say("short.exposure.law"),
            say("short.exposure.release"),
            f"beffroi review release {visible(campaign, 80)} {domain}",
        ),
        sensitive=True,
    )


def _contact(sender: Sender, say: Words) -> str:
    phone = Worded(visible(" ".join(sender.phone.split()), 60).replace(" ", "\u00a0"))
    return say("short.unchanged.call", phone=phone) if phone else say("short.unchanged.reply")

"""A workspace with the embedded towns in it, its clock set by hand, and campaigns that have seen what the towns show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.model import Campaign, CampaignState
from scanner.campaign.review import Review
from scanner.catalogue import Catalogue
from scanner.dossier import Role
from scanner.history import History
from scanner.registry import Register
from scanner.registry.model import (
    Authority,
    Contact,
    ContactRole,
    Kind,
    KnownSupplier,
    Origin,
    RegisteredDomain,
    Source,
)
from scanner.result import ScanResult
from scanner.settings import Settings
from scanner.store.engine import Store
from scanner.suppliers.recognise import Certainty
from tests.delivery.boxes import Clock

SOURCE = Source(Origin.FILE, date(2026, 11, 1))
NEGLECTED, MODEL, ORDINARY = "val-negligee.fr", "saint-exemple.fr", "bourg-ordinaire.fr"
#: The documents are made in other tests; here a mail is a bare notice, unless a test says otherwise.
EVERYTHING: dict[str, dict[str, object]] = {
    "sender": {"name": "Syndicat numérique de l’Exemple", "phone": "02 00 00 00 00", "email": "contact@syndicat-exemple.fr"},
    "mail": {"from": "audit@syndicat-exemple.fr", "letter": "notice"},
}


def contact(role: ContactRole, email: str, *documents: str) -> Contact:
    """A person who receives these documents."""
    return Contact(role, email, SOURCE, documents=documents)


def authority(domain: str, *contacts: Contact, supplier: str = "", **changes: object) -> Authority:
    """A commune with one domain, a mayor who receives the letter and a technician who receives the rest."""
    people = contacts or (
        contact(ContactRole.MAYOR, f"maire@{domain}", "letter"),
        contact(ContactRole.TECHNICIAN, f"technique@{domain}", "technical", "tickets"),
    )
    known = (KnownSupplier(Role.WEB_HOST, supplier, Certainty.CONFIRMED, SOURCE),) if supplier else ()
    name = domain.partition(".")[0].title()
    made = Authority(
        name,
        Kind.COMMUNE,
        salutation="Madame la Maire",
        domains=(RegisteredDomain(domain, SOURCE),),
        contacts=people,
        suppliers=known,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass
class Stage:
    """One workspace. `settings` start without a relay."""

    store: Store
    catalogue: Catalogue
    clock: Clock = field(default_factory=Clock)
    settings: Settings = field(default_factory=lambda: Settings.model_validate(EVERYTHING))

    def __post_init__(self) -> None:
        self.register = Register(self.store, clock=self.clock, who="agent")
        self.campaigns = Campaigns(self.store, clock=self.clock)
        self.history = History(self.store, self.catalogue)

    @property
    def review(self) -> Review:
        """With the settings of now."""
        return Review(self.store, self.register, self.catalogue, self.settings.correspondence)

    def correspond(self, **changes: object) -> None:
        """Other settings of `[correspondence]`."""
        self.settings = Settings.model_validate(EVERYTHING | {"correspondence": changes})

    def attach(self) -> None:
        """The mails carry their documents."""
        self.settings = Settings.model_validate(EVERYTHING | {"mail": EVERYTHING["mail"] | {"letter": "attached"}})

    def campaign(self, name: str, results: Iterable[ScanResult]) -> Campaign:
        """A campaign that has seen this, now, and waits to be read."""
        results = tuple(results)
        made = self.campaigns.create(name, (result.domain.name for result in results), planned=self.clock())
        self.campaigns.move(made.id, CampaignState.RUNNING)
        for result in results:
            start = self.clock() - timedelta(hours=1)
            seen = replace(result, started_at=start, finished_at=start + timedelta(seconds=20))
            assert self.history.keep(seen, made.id).fresh
        return self.campaigns.move(made.id, CampaignState.TO_REVIEW)

    def state(self, campaign: Campaign) -> CampaignState:
        """Where it stands now."""
        return self.campaigns.get(campaign.id).state

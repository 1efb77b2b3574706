"""The tables of the register: who the authorities are, what they allow, and who did what. docs/register.md explains them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from scanner.store.tables import Moment, metadata


def _of_authority() -> Column[int]:
    """What belongs to an authority goes with it."""
    return Column("authority", Integer, ForeignKey("authorities.id", ondelete="CASCADE"), nullable=False)


authorities = Table(
    "authorities",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("siren", String(9)),  # unknown where null
    Column("siret", String(14)),
    Column("insee", String(5)),  # shared by a commune and its CCAS
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),  # the name without accents, capitals and hyphens, to be found by
    Column("kind", String(12), nullable=False),
    Column("population", Integer),
    Column("departement", String(3), nullable=False),
    Column("epci_siren", String(9), nullable=False),
    Column("epci_name", Text, nullable=False),
    Column("salutation", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("site", Text, nullable=False),  # as declared, with its scheme
    Column("mail", Text, nullable=False),  # as declared; not a recipient
    UniqueConstraint("siren"),
    sqlite_autoincrement=True,  # a number of the audit log never means another authority
)
Index(None, authorities.c.folded)
Index(None, authorities.c.insee)

domains = Table(
    "domains",
    metadata,
    Column("name", Text, primary_key=True),
    _of_authority(),
    Column("scanned", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("on", Date, nullable=False),
)
Index(None, domains.c.authority)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _of_authority(),
    Column("role", String(12), nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("documents", Text, nullable=False),  # separated by spaces
    Column("source", Text, nullable=False),
    Column("on", Date, nullable=False),
    UniqueConstraint("authority", "role", "email"),
)

tags = Table(
    "tags",
    metadata,
    _of_authority(),
    Column("tag", Text, nullable=False),
    PrimaryKeyConstraint("authority", "tag"),
)
Index(None, tags.c.tag)

suppliers = Table(
    "suppliers",
    metadata,
    _of_authority(),
    Column("role", String(16), nullable=False),
    Column("supplier", Text, nullable=False),  # an id of suppliers.toml, or a plain name
    Column("certainty", String(12), nullable=False),
    Column("source", Text, nullable=False),
    Column("on", Date, nullable=False),
    PrimaryKeyConstraint("authority", "role", "supplier"),
)

declarations = Table(
    "declarations",
    metadata,
    _of_authority(),
    Column("criterion", String(4), nullable=False),  # of the RPNT
    Column("met", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("on", Date, nullable=False),
    PrimaryKeyConstraint("authority", "criterion"),
)

field_sources = Table(
    "field_sources",
    metadata,
    _of_authority(),
    Column("field", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("on", Date, nullable=False),
    PrimaryKeyConstraint("authority", "field"),
)

mandates = Table(
    "mandates",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _of_authority(),
    Column("signatory", Text, nullable=False),
    Column("addresses", Text, nullable=False),  # separated by spaces, as the next two
    Column("exclusions", Text, nullable=False),
    Column("levels", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("document", String(64), nullable=False),  # SHA-256 of the signed document, "" where none was given
    Column("revoked", Moment),
    sqlite_autoincrement=True,
)
Index(None, mandates.c.authority)

mandate_domains = Table(
    "mandate_domains",
    metadata,
    Column("mandate", Integer, ForeignKey("mandates.id", ondelete="CASCADE"), nullable=False),
    Column("domain", Text, nullable=False),
    PrimaryKeyConstraint("mandate", "domain"),
)
Index(None, mandate_domains.c.domain)

#: Belongs to no authority: who asked to be left alone stays so, also after everything else was erased.
opt_outs = Table(
    "opt_outs",
    metadata,
    Column("domain", Text, primary_key=True),
    Column("until", Date),  # for ever where null
    Column("reason", Text, nullable=False),
    Column("recorded", Moment, nullable=False),
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _of_authority(),
    Column("domain", Text, nullable=False),
    Column("check", Text, nullable=False),
    Column("subject", Text, nullable=False),  # a key such as site:www.mairie.fr; "" for all of the domain's
    Column("kind", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("ended", Date),
    sqlite_autoincrement=True,
)
Index(None, waivers.c.domain)

#: Only ever added to: triggers refuse a change and a deletion (migration 0002). Names nobody but who acted.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", String(24), nullable=False),
    Column("authority", Integer),  # not a foreign key: a line outlives what it speaks of
    Column("about", Integer),  # a row of audit_names
    Column("mandate", Integer),
    Column("document", String(64), nullable=False),  # of the mandate: the proof, wherever the paper is kept
    sqlite_autoincrement=True,
)
Index(None, audit.c.authority)

#: The domain names that the audit log speaks of, erased with their authority: what remains is then anonymous.
audit_names = Table(
    "audit_names",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("authority", Integer),
    Column("name", Text, nullable=False),
    UniqueConstraint("authority", "name"),
    sqlite_autoincrement=True,
)

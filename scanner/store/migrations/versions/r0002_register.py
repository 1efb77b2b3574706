"""The register: authorities and what belongs to them, mandates, opt-outs, waivers, and a log that is only added to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every table, and the triggers that keep the log as it was written."""
    _authorities()
    _belongings()
    _knowledge()
    _mandates()
    _waivers()
    _audit()
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Without a register; its rows are lost, the log among them."""
    for table in ("audit_names", "audit", "waivers", "opt_outs", "mandate_domains", "mandates", "field_sources"):
        op.drop_table(table)
    for table in ("declarations", "suppliers", "tags", "contacts", "domains", "authorities"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_append_only()")


def _source() -> tuple[sa.Column[str], sa.Column[object]]:
    return sa.Column("source", sa.Text, nullable=False), sa.Column("on", sa.Date, nullable=False)


def _owner(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    constraint = sa.ForeignKeyConstraint(["authority"], ["authorities.id"], name=f"fk_{table}_authority", ondelete="CASCADE")
    return sa.Column("authority", sa.Integer, nullable=False), constraint


def _authorities() -> None:
    op.create_table(
        "authorities",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("siren", sa.String(9)),
        sa.Column("siret", sa.String(14)),
        sa.Column("insee", sa.String(5)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("population", sa.Integer),
        sa.Column("departement", sa.String(3), nullable=False),
        sa.Column("epci_siren", sa.String(9), nullable=False),
        sa.Column("epci_name", sa.Text, nullable=False),
        sa.Column("salutation", sa.Text, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("mail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_authorities"),
        sa.UniqueConstraint("siren", name="uq_authorities_siren"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_authorities_folded", "authorities", ["folded"])
    op.create_index("ix_authorities_insee", "authorities", ["insee"])


def _belongings() -> None:
    op.create_table(
        "domains",
        sa.Column("name", sa.Text, nullable=False),
        *_owner("domains"),
        sa.Column("scanned", sa.Boolean, nullable=False),
        *_source(),
        sa.PrimaryKeyConstraint("name", name="pk_domains"),
    )
    op.create_index("ix_domains_authority", "domains", ["authority"])
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *_owner("contacts"),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("documents", sa.Text, nullable=False),
        *_source(),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("authority", "role", "email", name="uq_contacts_authority_role_email"),
    )
    op.create_table(
        "tags",
        *_owner("tags"),
        sa.Column("tag", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("authority", "tag", name="pk_tags"),
    )
    op.create_index("ix_tags_tag", "tags", ["tag"])


def _knowledge() -> None:
    op.create_table(
        "suppliers",
        *_owner("suppliers"),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("supplier", sa.Text, nullable=False),
        sa.Column("certainty", sa.String(12), nullable=False),
        *_source(),
        sa.PrimaryKeyConstraint("authority", "role", "supplier", name="pk_suppliers"),
    )
    op.create_table(
        "declarations",
        *_owner("declarations"),
        sa.Column("criterion", sa.String(4), nullable=False),
        sa.Column("met", sa.Boolean, nullable=False),
        *_source(),
        sa.PrimaryKeyConstraint("authority", "criterion", name="pk_declarations"),
    )
    op.create_table(
        "field_sources",
        *_owner("field_sources"),
        sa.Column("field", sa.String(16), nullable=False),
        *_source(),
        sa.PrimaryKeyConstraint("authority", "field", name="pk_field_sources"),
    )


def _mandates() -> None:
    op.create_table(
        "mandates",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *_owner("mandates"),
        sa.Column("signatory", sa.Text, nullable=False),
        sa.Column("addresses", sa.Text, nullable=False),
        sa.Column("exclusions", sa.Text, nullable=False),
        sa.Column("levels", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_mandates"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mandates_authority", "mandates", ["authority"])
    op.create_table(
        "mandate_domains",
        sa.Column("mandate", sa.Integer, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["mandate"], ["mandates.id"], name="fk_mandate_domains_mandate", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mandate", "domain", name="pk_mandate_domains"),
    )
    op.create_index("ix_mandate_domains_domain", "mandate_domains", ["domain"])
    op.create_table(
        "opt_outs",
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name="pk_opt_outs"),
    )


def _waivers() -> None:
    op.create_table(
        "waivers",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *_owner("waivers"),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("check", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("ended", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_waivers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_waivers_domain", "waivers", ["domain"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("authority", sa.Integer),
        sa.Column("about", sa.Integer),
        sa.Column("mandate", sa.Integer),
        sa.Column("document", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_authority", "audit", ["authority"])
    op.create_table(
        "audit_names",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("authority", sa.Integer),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_names"),
        sa.UniqueConstraint("authority", "name", name="uq_audit_names_authority_name"),
        sqlite_autoincrement=True,
    )


_REFUSED = "the audit log is only ever added to"
_GUARDS = {
    "sqlite": (
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
        # INSERT OR REPLACE deletes without asking the trigger above.
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN NEW.id IN (SELECT id FROM audit) "  # noqa: S608
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    ),
}

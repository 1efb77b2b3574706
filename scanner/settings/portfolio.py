"""`[portfolio]`: what the syndicate's own view of its members needs to know of the syndicate."""

from __future__ import annotations

from scanner.settings.table import Table


class PortfolioSettings(Table):
    """`own_suppliers` are the ids of suppliers.toml, or the names of the register, that are the syndicate itself.

    Members with `sharing_tag` let a supplier read their name beside those of its other clients, while their mandate is
    in force; "" for none.
    """

    own_suppliers: tuple[str, ...] = ()
    sharing_tag: str = "partage-prestataires"

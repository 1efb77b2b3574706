"""The declared truth: six towns for the demonstration, and trap towns with one fault each."""

from tests.lab.model import Town
from tests.lab.towns.exemplaire import EXEMPLAIRE
from tests.lab.towns.muette import MUETTE
from tests.lab.towns.negligee import NEGLIGEE
from tests.lab.towns.ordinaire import ORDINAIRE
from tests.lab.towns.piegee import PIEGEE
from tests.lab.towns.sans_courriel import SANS_COURRIEL
from tests.lab.towns.traps import TRAPS

#: What `make demo` shows and the fast tests scan.
TOWNS: tuple[Town, ...] = (EXEMPLAIRE, ORDINAIRE, NEGLIGEE, MUETTE, PIEGEE, SANS_COURRIEL)

__all__ = ["EXEMPLAIRE", "MUETTE", "NEGLIGEE", "ORDINAIRE", "PIEGEE", "SANS_COURRIEL", "TOWNS", "TRAPS"]

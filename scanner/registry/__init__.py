"""The register: the authorities that an installation looks after, and what each of them allows and accepts (docs/register.md)."""

from __future__ import annotations

from scanner.registry.issues import RegisterError
from scanner.registry.model import Authority, Contact, MandateRow, RegisteredDomain, Waiver
from scanner.registry.register import Register

__all__ = ["Authority", "Contact", "MandateRow", "Register", "RegisterError", "RegisteredDomain", "Waiver"]

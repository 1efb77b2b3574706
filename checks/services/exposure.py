"""From the ports of a host to verdicts on one kind of exposure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checks.services.open_ports import OpenPorts, Service
from checks.services.ports import EXPECTED, Exposure, exposure
from scanner.because import Because
from scanner.model import Flaw, Reason, Severity, Unknown
from scanner.net import PortState


def recognised(found: OpenPorts, kind: Exposure) -> tuple[Service, ...]:
    """The services of this kind that greeted us, on whatever port."""
    return tuple(service for service in found.services if service.greeting and exposure(service.greeting.service) is kind)


def unsettled(found: OpenPorts, kind: Exposure) -> Iterator[Unknown]:
    """Ports where such a service is usual and nothing was proved: silent without proof of a filter, or open and mute."""
    usual = [service for service in found.services if service.port in EXPECTED and exposure(EXPECTED[service.port]) is kind]
    silent = [service for service in usual if service.state is PortState.UNKNOWN]
    if silent:
        yield Unknown(Reason.SILENT, f"TCP {_numbers(silent)}")
    mute = [service for service in usual if service.state is PortState.OPEN and service.greeting is None]
    if mute:
        yield Unknown(Reason.UNDETERMINED, f"TCP {_numbers(mute)}", Because.SERVICE_UNRECOGNISED)


def flaw(services: Iterable[Service], *, severity: Severity | None = None, variant: str = "") -> Flaw:
    """One finding for all these services. `port_list` is fit for nft, ufw and nmap, `port` is the first of them."""
    listed = tuple(services)
    numbers = [str(service.port) for service in listed]
    return Flaw(
        {"services": tuple(service.label for service in listed), "port_list": ",".join(numbers), "port": numbers[0]},
        severity=severity,
        evidence=tuple(f"TCP {service.port}: {service.sent}"[:500] for service in listed),
        variant=variant,
    )


def _numbers(services: list[Service]) -> str:
    return ", ".join(str(service.port) for service in services)

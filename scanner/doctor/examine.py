"""The whole examination of this machine, and the part of it that decides whether towns may be graded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from scanner.doctor.findings import Finding, to_fix
from scanner.doctor.horizon import look_at_names
from scanner.doctor.keeping import look_at_files
from scanner.doctor.machine import look_at_machine
from scanner.doctor.reach import clock_only, look_outside
from scanner.doctor.relaying import look_at_relay
from scanner.doctor.resolving import judge_validation, judge_voices, listen, listen_to_all, refusal_of
from scanner.doctor.telling import look_at_correspondence
from scanner.net.door import Premises, now_utc
from scanner.net.policy import AddressPolicy
from scanner.net.resolvers import resolver_addresses
from scanner.settings import NetworkSettings, Settings, parse_resolver


async def examine(
    settings: Settings,
    config: Path | None,
    domains: Sequence[str],
    lang: str,
    premises: Premises,
    clock: Callable[[], datetime] = now_utc,
) -> tuple[Finding, ...]:
    """Everything, in the order in which it is told. `domains` are asked for to find a split horizon."""
    return (
        *await look_at_names_from_here(settings.network, domains),
        *await look_outside(premises, clock),
        *await asyncio.to_thread(look_at_machine, premises.nmap, clock().date()),
        await asyncio.to_thread(look_at_relay, settings.mail, lang),
        *(look_at_correspondence(settings.correspondence) if config is not None else ()),
        *await asyncio.to_thread(look_at_files, settings, config),
    )


async def before_grading(
    domains: Sequence[str], premises: Premises, clock: Callable[[], datetime] = now_utc
) -> tuple[Finding, ...]:
    """What may stop a campaign, and nothing else: the resolvers, DNSSEC, the horizon of these domains, the clock."""
    return (*await look_at_names_from_here(premises.settings, domains), *await clock_only(premises, clock))


async def look_at_names_from_here(network: NetworkSettings, domains: Sequence[str]) -> tuple[Finding, ...]:
    """The resolvers, what they make of signatures, and what these domains are through them."""
    voices = await listen_to_all(resolver_addresses(network.resolvers))
    usable = [voice.server for voice in voices if voice.usable]
    outside = await listen(parse_resolver(network.outside_resolver)) if network.outside_resolver else None
    told = [
        *judge_voices(voices),
        *judge_validation(voices, declared=network.validating),
        *await refusal_of(network.bogus_name, voices, declared=network.validating),
    ]
    if outside is not None and not outside.usable:
        told.append(to_fix("horizon", "outside_silent", address=outside.name))
    if usable:
        beyond = outside.server if outside is not None and outside.usable else None
        told.append(await look_at_names(domains, usable, beyond, AddressPolicy(network.allow).refusal))
    return tuple(told)

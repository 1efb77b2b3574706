"""Whether the settings name anybody who must be told at once. Pure."""

from __future__ import annotations

from scanner.doctor.findings import Finding, good, to_fix
from scanner.settings.correspondence import CorrespondenceSettings


def look_at_correspondence(settings: CorrespondenceSettings) -> tuple[Finding, ...]:
    """A possible exposure of data, and alerts, go to a person of the syndicate; by default to nobody."""
    exposure = good("exposure", to=settings.exposure_contact) if settings.exposure_contact else to_fix("exposure", "unset")
    told = bool(settings.alert_to) or settings.webhook is not None
    return exposure, good("alerts") if told else to_fix("alerts", "unset")

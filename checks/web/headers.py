"""The response headers by which a site limits what a browser does with its pages."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_21, RFC_7034, W3C_CSP, W3C_REFERRER, WHATWG_FETCH
from checks.web.home import HomePage, judged_elsewhere, received
from scanner.contract import check
from scanner.model import Actor, Effort, Flaw, Severity, Site, Verdict

Policy = dict[str, tuple[str, ...]]
WILDCARDS = frozenset({"*", "http:", "https:", "data:", "http://*", "https://*"})
REFERRER_POLICIES = frozenset({
    "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin", "origin-when-cross-origin",
    "strict-origin-when-cross-origin", "unsafe-url",
})  # fmt: skip
TELL_ALL = frozenset({"unsafe-url", "no-referrer-when-downgrade"})


def read_policies(values: tuple[str, ...]) -> tuple[Policy, ...]:
    """Every policy of the header lines (CSP 3, 2.2): one per comma, directives in lower case, the first of a name counts."""
    policies = []
    for text in ",".join(values).split(",")[:20]:
        policy: Policy = {}
        for directive in text.split(";")[:60]:
            name, *sources = directive.split()[:200] or [""]
            if name:
                policy.setdefault(name.lower(), tuple(source.lower() for source in sources))
        if policy:
            policies.append(policy)
    return tuple(policies)


def limits_scripts(policy: Policy) -> bool:
    """Whether a policy stops a script that somebody slipped into the page (CSP 3, 6.7.3.2 and 6.7.1.1)."""
    sources = policy.get("script-src-elem", policy.get("script-src", policy.get("default-src")))
    if sources is None:
        return False
    trusted = any(source.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")) for source in sources)
    if "'unsafe-inline'" in sources and not trusted and "'strict-dynamic'" not in sources:
        return False
    return "'strict-dynamic'" in sources or not WILDCARDS.intersection(sources)


@check(
    "web.csp-missing",
    severity=Severity.LOW,
    references=(W3C_CSP, ANSSI_HYGIENE_21),
    actor=Actor.CMS_MAINTAINER,
    effort=Effort.PROJECT,
    variants=("unsafe",),
)
def csp_missing(site: Site, page: HomePage) -> Iterator[Verdict]:
    """No Content-Security-Policy, in a header or a meta element, limits which scripts may run."""
    if elsewhere := judged_elsewhere(site, page):
        yield elsewhere
        return
    values = (*page.all("content-security-policy"), *page.policies)
    policies = read_policies(values)
    evidence = (
        *received(page, "content-security-policy", "content-security-policy-report-only"),
        *(f"meta content-security-policy: {value}"[:500] for value in page.policies),
    )
    if not policies:
        yield Flaw(evidence=evidence)
    elif not any(limits_scripts(policy) for policy in policies):
        yield Flaw({"policy": ", ".join(values)[:200]}, severity=Severity.INFO, evidence=evidence, variant="unsafe")


@check(
    "web.framing-allowed",
    severity=Severity.LOW,
    references=(RFC_7034, W3C_CSP),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def framing_allowed(site: Site, page: HomePage) -> Iterator[Verdict]:
    """Any site may show this one inside a frame of its own: neither frame-ancestors nor X-Frame-Options forbids it."""
    if elsewhere := judged_elsewhere(site, page):
        yield elsewhere
        return
    policies = page.all("content-security-policy")  # frame-ancestors does not count in a meta element
    ancestors = [policy["frame-ancestors"] for policy in read_policies(policies) if "frame-ancestors" in policy]
    options = page.all("x-frame-options")
    if ancestors:  # then browsers ignore X-Frame-Options
        framed = all(WILDCARDS.intersection(sources) for sources in ancestors)
    else:
        framed = not {"deny", "sameorigin"}.intersection(part.strip().lower() for value in options for part in value.split(","))
    if framed:
        yield Flaw(evidence=received(page, "x-frame-options", "content-security-policy"))


@check(
    "web.nosniff-missing",
    severity=Severity.LOW,
    references=(WHATWG_FETCH,),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def nosniff_missing(site: Site, page: HomePage) -> Iterator[Verdict]:
    """Browsers may guess that an uploaded file is a script: X-Content-Type-Options is not `nosniff`."""
    if elsewhere := judged_elsewhere(site, page):
        yield elsewhere
        return
    values = page.all("x-content-type-options")
    if ",".join(values).split(",")[0].strip().lower() != "nosniff":
        yield Flaw(evidence=received(page, "x-content-type-options"))


@check(
    "web.referrer-policy-missing",
    severity=Severity.INFO,
    references=(W3C_REFERRER,),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
    variants=("unsafe",),
)
def referrer_policy_missing(site: Site, page: HomePage) -> Iterator[Verdict]:
    """The site does not say how much of its addresses other sites may learn, or lets them learn all."""
    if elsewhere := judged_elsewhere(site, page):
        yield elsewhere
        return
    values = (*page.all("referrer-policy"), *page.referrers)
    known = [word for value in values for part in value.split(",") if (word := part.strip().lower()) in REFERRER_POLICIES]
    evidence = (*received(page, "referrer-policy"), *(f"meta referrer: {value}"[:500] for value in page.referrers))
    if not known:
        yield Flaw(evidence=evidence)
    elif known[-1] in TELL_ALL:
        yield Flaw({"policy": known[-1]}, evidence=evidence, variant="unsafe")

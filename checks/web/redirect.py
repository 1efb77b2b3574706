"""Whether the town's address leads to a site of the town, or away to somebody else's name."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import RPNT_1_6
from checks.web.home import HomePage, PlainPage, place_of, steps
from scanner.because import Because
from scanner.contract import check
from scanner.model import Absent, Actor, Domain, Effort, Flaw, NotApplicable, Reason, Severity, Site, Unknown, Unobserved, Verdict

#: Names that RPNT 1.6 takes as official whoever redirects to them.
OFFICIAL = ("gouv.fr", "collectivite.fr")

#: Endings below which names are registered by different people, where a town's own name has three labels.
SHARED_ENDINGS = frozenset({
    "asso.fr", "com.fr", "nom.fr", "prd.fr", "tm.fr",  # Afnic, naming charter
    # builders and free hosts, which give each customer a name below their own
    "e-monsite.com", "wixsite.com", "jimdo.com", "jimdofree.com", "jimdosite.com", "wordpress.com", "blogspot.com", "blogspot.fr",
    "over-blog.com", "canalblog.com", "weebly.com", "webnode.fr", "webnode.page", "sitew.com", "sitew.fr", "site123.me",
    "github.io", "gitlab.io", "netlify.app", "vercel.app", "pages.dev", "webador.fr", "strikingly.com", "squarespace.com",
    "pagesperso-orange.fr", "pagespro-orange.fr", "monsite-orange.fr", "perso.sfr.fr", "free.fr", "hosting.ovh.net",
    "cluster.hosting.ovh.net", "azurewebsites.net", "cloudfront.net", "herokuapp.com", "unblog.fr", "eklablog.com", "wifeo.com",
    "hautetfort.com", "asso-web.com", "sportsregions.fr",
})  # fmt: skip


@check(
    "web.redirect-foreign",
    severity=Severity.INFO,  # the other name may be the town's own, or its intercommunality's: only a person knows
    references=(RPNT_1_6,),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
)
def redirect_foreign(
    site: Site, page: HomePage | Absent | Unobserved, plain: PlainPage | Absent | Unobserved
) -> Iterator[Verdict]:
    """The address of the site ends on a name that is neither below the town's own nor official."""
    for sight in (page, plain):
        if isinstance(sight, HomePage | PlainPage) and (host := _end(sight)) and not is_official(site.domain, host):
            yield Flaw({"target": host[:200]}, evidence=steps(sight.hops))
            return
    first = plain if isinstance(page, Absent) else page
    if isinstance(first, Unobserved):
        yield Unknown(first.reason, first.detail, first.because)
    elif isinstance(first, Absent):
        yield NotApplicable("no web site answers at this name")
    elif first.stopped == "circle":
        yield NotApplicable(f"the redirects of {site.name} turn in a circle: they lead nowhere")
    elif not _end(first):
        yield Unknown(Reason.UNDETERMINED, because=Because.REDIRECTS_UNFINISHED)


def _end(sight: HomePage | PlainPage) -> str:
    """The host where the way ends, "" where it is not known. A plain page ends at the HTTPS address that it leads to."""
    if isinstance(sight, HomePage):
        return "" if sight.stopped else sight.host
    scheme, target = place_of(sight.location)
    return target if scheme == "https" else "" if sight.location else place_of(sight.url)[1]


def is_official(domain: Domain, host: str) -> bool:
    """Whether a host is the town's: its own name, one below, one beside it in the same registration, or official."""
    return any(host == name or host.endswith(f".{name}") for name in (domain.name, _registered(domain.name), *OFFICIAL))


def _registered(name: str) -> str:
    """The registration that a name belongs to; itself where its parent is shared by different people."""
    parent = name.partition(".")[2]
    return parent if "." in parent and parent not in SHARED_ENDINGS else name

"""Any number of small towns that share machines, as small towns do: several sites an address, one mail host for all."""

from __future__ import annotations

from tests.lab.model import FullQueue, MailHost, Town, VirtualHost, WebServer, Zone
from tests.lab.ports import standard_ports
from tests.lab.towns.parts import HARDENED, page, redirect

SITES_PER_ADDRESS = 5
PROVIDER = "courrier-des-villages.fr"
MX = "127.66.220.25"
#: Its name is found, and no machine of its own ever answers.
SILENT = Town(
    "silencieuse",
    "silencieuse.fr",
    (Zone("silencieuse.fr", "@ 3600 IN NS ns\nns 3600 IN A 127.66.221.53\n@ 3600 IN A 127.66.221.1\n"),),
    silent=(FullQueue("127.66.221.1", standard_ports()),),
)
_PROVIDER_ZONE = Zone(PROVIDER, f"@ 3600 IN NS ns\nns 3600 IN A 127.66.220.53\nmx 3600 IN A {MX}\n")


def village(number: int) -> str:
    """The domain of one."""
    return f"village-{number:03}.fr"


def web_address(number: int, together: int = SITES_PER_ADDRESS) -> str:
    """The machine that its site stands on."""
    return f"127.66.200.{1 + number // together}"


def villages(count: int, together: int = SITES_PER_ADDRESS) -> tuple[Town, ...]:
    """So many sites stand `together`. Every third has no SPF, every fourth no HSTS; the first brings the mail host of all."""
    return tuple(_village(number, count, together) for number in range(count))


def _village(number: int, count: int, together: int) -> Town:
    domain, address = village(number), web_address(number, together)
    records = f"@ 3600 IN NS ns.{PROVIDER}.\n@ 3600 IN A {address}\nwww 3600 IN A {address}\n@ 3600 IN MX 10 mx.{PROVIDER}.\n"
    records += "" if number % 3 == 0 else '@ 3600 IN TXT "v=spf1 mx -all"\n'
    zones = (Zone(domain, records), *((_PROVIDER_ZONE,) if number == 0 else ()))
    neighbours = range(number, min(number + together, count))
    web = (WebServer(address, tuple(map(_site, neighbours))),) if number % together == 0 else ()
    mail = (MailHost(f"mx.{PROVIDER}", MX),) if number == 0 else ()
    return Town(domain.removesuffix(".fr"), domain, zones, web=web, mail=mail)


def _site(number: int) -> VirtualHost:
    domain = village(number)
    headers = tuple(line for line in HARDENED if number % 4 or line[0] != "strict-transport-security")
    home = page(f"Commune de {domain}", "<p>Bienvenue.</p>")
    plain = {"*": redirect(f"https://{domain}{{path}}")}
    return VirtualHost((domain, f"www.{domain}"), secure={"/": home}, plain=plain, headers=headers)

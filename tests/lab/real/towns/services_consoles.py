"""Consoles and controllers that face the Internet, and ports that only look like them."""

from __future__ import annotations

from checks.services.ports import RISKY_PORTS
from tests.lab.real.consoles import accepting, cockpit, modbus, ordinary_web, prometheus
from tests.lab.real.front import address, certificate, town

_MANAGEMENT = "services.management-exposed"

TOWNS = (
    town(40, "console-cockpit.fr", "Cockpit", cockpit(address(40)), must=(_MANAGEMENT,)),
    town(41, "console-prometheus.fr", "Prometheus, whose / only redirects", prometheus(address(41)), must=(_MANAGEMENT,)),
    town(42, "pompe-modbus.fr", "a Modbus server", modbus(address(42)), must=("services.industrial-exposed",)),
    town(
        43,
        "portail-decale.fr",
        "an ordinary site on the numbers of Elasticsearch, Webmin, Plesk and Prometheus: no finding",
        ordinary_web(address(43), (8443, 9090, 9200, 10000)),
    ),
    town(
        44,
        "bouclier-muet.fr",
        "every port accepts and hangs up, as behind a shield: nothing is proved",
        accepting(address(44), RISKY_PORTS),
        may_be_unknown=("services.*",),
    ),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)

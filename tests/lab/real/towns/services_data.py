"""Databases, directories and file servers that face the Internet."""

from __future__ import annotations

from tests.lab.real.databases import mariadb, memcached, postgresql, redis, slapd
from tests.lab.real.file_servers import nfs, rsyncd, samba, vsftpd
from tests.lab.real.front import address, certificate, town

_EXPOSED, _OPEN = "services.database-exposed", "services.database-open"
_SHARING, _CLEAR = "services.file-sharing-exposed", "services.plain-text-exposed"
_ACCOUNT = ("CREATE USER 'appli'@'%' IDENTIFIED BY 'laboratoire';",)
_SMB1 = "server min protocol = NT1\n    server max protocol = NT1"

TOWNS = (
    town(20, "ftp-clair.fr", "vsftpd without TLS", vsftpd(address(20)), must=(_CLEAR,)),
    town(21, "ftp-chiffre.fr", "vsftpd with TLS: nothing to say", vsftpd(address(21), stem="ftp-chiffre.fr")),
    town(22, "partage-smb.fr", "Samba", samba(address(22)), must=(_SHARING,)),
    town(23, "partage-smb1.fr", "Samba that speaks SMB 1 only, as an old NAS", samba(address(23), more=_SMB1), must=(_SHARING,)),
    town(24, "partage-rsync.fr", "an rsync daemon", rsyncd(address(24)), must=(_SHARING,)),
    town(36, "partage-nfs.fr", "NFS-Ganesha and its port mapper", nfs(address(36)), must=(_SHARING,)),
    town(25, "base-mariadb.fr", "MariaDB with an account for everywhere", mariadb(address(25), sql=_ACCOUNT), must=(_EXPOSED,)),
    town(26, "base-refus.fr", "MariaDB that knows no account for strangers (error 1130)", mariadb(address(26)), must=(_EXPOSED,)),
    town(
        27,
        "base-postgresql.fr",
        "PostgreSQL with TLS and SCRAM",
        postgresql(address(27), tls="base-postgresql.fr"),
        must=(_EXPOSED,),
    ),
    town(
        28,
        "base-confiante.fr",
        "PostgreSQL that trusts every address (`host all all 0.0.0.0/0 trust`)",
        postgresql(address(28), hba="host all all 0.0.0.0/0 trust"),
        must=(_OPEN,),
    ),
    town(
        29,
        "base-sans-regle.fr",
        "PostgreSQL whose pg_hba.conf has no line for strangers",
        postgresql(address(29), hba=""),
        must=(_EXPOSED,),
    ),
    town(
        37,
        "base-confiante-tls.fr",
        "PostgreSQL that trusts every address once encrypted (`hostssl ... trust`)",
        postgresql(address(37), tls="base-confiante-tls.fr", hba="hostssl all all 0.0.0.0/0 trust"),
        must=(_OPEN,),
    ),
    town(30, "redis-ouvert.fr", "Redis without a password", redis(address(30)), must=(_OPEN,)),
    town(31, "redis-protege.fr", "Redis in protected mode", redis(address(31), protected=True), must=(_EXPOSED,)),
    town(32, "redis-mot-de-passe.fr", "Redis with a password", redis(address(32), password="laboratoire"), must=(_EXPOSED,)),
    town(33, "memcached-ouvert.fr", "memcached", memcached(address(33)), must=(_OPEN,)),
    town(34, "annuaire.fr", "OpenLDAP as it comes", slapd(address(34)), must=(_EXPOSED,), may_be_unknown=(_OPEN,)),
    town(
        35,
        "annuaire-ferme.fr",
        "OpenLDAP that wants a bind before anything",
        slapd(address(35), anonymous=False),
        must=(_EXPOSED,),
        may_be_unknown=(_OPEN,),
    ),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)

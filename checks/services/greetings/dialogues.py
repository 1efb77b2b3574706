"""Which questions belong to which expected service, and who else may read an answer."""

from __future__ import annotations

from collections.abc import Callable

from checks.services.greetings import databases, desktops, industrial, lines, mailboxes, panels, postgresql, shares, stores
from checks.services.greetings.greeting import Dialogue, Greeting, Reader


def _web(path: str = "/") -> Dialogue:
    return Dialogue((panels.question(path),), panels.read_http, max_bytes=panels.MAX_BODY)


#: Expected service -> its dialogue. A service without one is only listened to.
DIALOGUES: dict[str, Dialogue] = {
    "ssh": Dialogue((b"",), lines.read_ssh),
    "ftp": Dialogue(lines.FTP_QUESTIONS, lines.read_ftp, max_bytes=4_096),
    "telnet": Dialogue((b"",), lines.read_telnet),
    "pop3": Dialogue(mailboxes.POP3_QUESTIONS, mailboxes.read_pop3),
    "imap": Dialogue(mailboxes.IMAP_QUESTIONS, mailboxes.read_imap),
    "rsync": Dialogue((b"",), lines.read_rsync),
    "vmware": Dialogue((b"",), lines.read_vmware),
    "rdp": Dialogue((desktops.RDP_QUESTION,), desktops.read_rdp),
    "vnc": Dialogue(desktops.RFB_QUESTIONS, desktops.read_vnc),
    "x11": Dialogue((desktops.X11_QUESTION,), desktops.read_x11),
    "smb": Dialogue((shares.SMB2_QUESTION,), shares.read_smb),
    "netbios": Dialogue((shares.NETBIOS_QUESTION,), shares.read_netbios),
    "nfs": Dialogue((shares.NFS_QUESTION,), shares.read_nfs),
    "rpcbind": Dialogue((shares.RPCBIND_QUESTION,), shares.read_rpcbind),
    "afp": Dialogue((shares.AFP_QUESTION,), shares.read_afp),
    "msrpc": Dialogue((shares.MSRPC_QUESTION,), shares.read_msrpc),
    "mysql": Dialogue(databases.MYSQL_QUESTIONS, databases.read_mysql),
    "postgresql": Dialogue(postgresql.QUESTIONS, postgresql.read_postgresql, tls_after=postgresql.ENCRYPTED),
    "mssql": Dialogue((databases.MSSQL_QUESTION,), databases.read_mssql),
    "oracle": Dialogue((databases.ORACLE_QUESTION,), databases.read_oracle),
    "ldap": Dialogue((databases.LDAP_QUESTION,), databases.read_ldap),
    "redis": Dialogue(stores.REDIS_QUESTIONS, stores.read_redis, max_bytes=8_192),
    "memcached": Dialogue(stores.MEMCACHED_QUESTIONS, stores.read_memcached),
    "mongodb": Dialogue(stores.MONGODB_QUESTIONS, stores.read_mongodb, max_bytes=16_384),
    "elasticsearch": _web(),
    "couchdb": Dialogue((panels.question("/"), panels.question("/_session")), panels.read_http, max_bytes=panels.MAX_BODY),
    "modbus": Dialogue((industrial.MODBUS_QUESTION,), industrial.read_modbus),
    "iso-tsap": Dialogue((industrial.ISO_TSAP_QUESTION,), industrial.read_iso_tsap),
    "fox": Dialogue((industrial.FOX_QUESTION,), industrial.read_fox),
    "opcua": Dialogue((industrial.OPCUA_QUESTION,), industrial.read_opcua),
    "ethernet-ip": Dialogue((industrial.ETHERNET_IP_QUESTION,), industrial.read_ethernet_ip),
    "mikrotik-api": Dialogue((industrial.MIKROTIK_API_QUESTION,), industrial.read_mikrotik_api),
    **{name: _web() for name in ("webmin", "proxmox", "cockpit", "kibana", "plesk")},
    **{name: _web(path) for name, path in panels.PATHS.items()},
}

LISTEN = Dialogue((b"",), lines.read_telnet_negotiation)

#: Services that introduce themselves whatever they are asked: they may stand on another's port.
BANNERS: tuple[Reader, ...] = (
    lines.read_ssh,
    lines.read_vmware,
    lines.read_smtp,
    lines.read_ftp,
    mailboxes.read_pop3,
    mailboxes.read_imap,
    lines.read_rsync,
    databases.read_mysql,
    desktops.read_vnc,
    panels.read_http,
)

#: Expected services that speak HTTP and may do so inside TLS only.
WEB = frozenset({"elasticsearch", "couchdb", "webmin", "proxmox", "cockpit", "kibana", "plesk", *panels.PATHS})

#: nmap's names -> ours.
NMAP_NAMES: dict[str, str] = {
    "ms-wbt-server": "rdp",
    "vnc": "vnc",
    "X11": "x11",
    "microsoft-ds": "smb",
    "netbios-ssn": "netbios",
    "nfs": "nfs",
    "rpcbind": "rpcbind",
    "rsync": "rsync",
    "afp": "afp",
    "mysql": "mysql",
    "postgresql": "postgresql",
    "ms-sql-s": "mssql",
    "oracle-tns": "oracle",
    "redis": "redis",
    "memcached": "memcached",
    "mongodb": "mongodb",
    "couchdb": "couchdb",
    "ldap": "ldap",
    "telnet": "telnet",
    "ftp": "ftp",
    "pop3": "pop3",
    "imap": "imap",
    "ssh": "ssh",
    "smtp": "smtp",
    "http": "http",
    "msrpc": "msrpc",
    "vmware-auth": "vmware",
    "docker": "docker",
    "modbus": "modbus",
    "iso-tsap": "iso-tsap",
    "niagara-fox": "fox",
    "opcua": "opcua",
    "opcua-tcp": "opcua",
}


def recognise(expected: str, data: bytes) -> Greeting | None:
    """What `data`, the answer to the dialogue of `expected`, proves; None where nothing is proved."""
    if not data:
        return None
    if expected in WEB:
        page = panels.parse(data)
        if page is not None:
            return panels.recognise(page, expected, tls=False)
    for read in (DIALOGUES.get(expected, LISTEN).read, *BANNERS):
        found = read(data)
        if found is not None:
            return found
    return lines.read_telnet_negotiation(data)


def lasting(greeting: Greeting | None, data: bytes) -> bytes:
    """The part of an answer that is the same at every visit: random challenges, clocks and counters are left out."""
    if greeting is None or greeting.service not in _LASTING:
        return data
    return data[: _LASTING[greeting.service](data)]


def wants_tls(data: bytes) -> bool:
    """Whether a silent or complaining answer to plain HTTP looks like a port that expects TLS."""
    said = data[:4_096]
    return (
        not said
        or said[:2] == b"\x15\x03"
        or (said.startswith(b"HTTP/") and (b"HTTPS" in said or b"SSL" in said or b"https:" in said))
    )


#: Service -> how many bytes of its answer do not change from one visit to the next.
_LASTING: dict[str, Callable[[bytes], int]] = {
    "ssh": lambda data: data.find(b"\n") + 1,  # the key exchange begins with a random cookie
    "mysql": lambda data: data.find(b"\x00", 5) + 1,  # thread id and scramble follow the version
    "postgresql": postgresql.lasting_part,
    "smb": lambda data: 4 + 64 + 8,  # the server's clock follows
    "redis": lambda data: min(len(data), 120),  # process id and uptime follow
}

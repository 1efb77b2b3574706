"""Which TCP ports an active scan asks about, and why. Data only.

A number proves nothing: it says where to knock and whom to expect. What is judged is the greeting.
Left out on purpose: printers (port 9100 prints whatever it receives), and every port whose service can
only be told by an exploit or by a password. Three UDP ports have modules of their own: snmp, tftp, resolver.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Exposure(StrEnum):
    """Kinds of services that have no reason to face the whole Internet; one check for each but ORDINARY."""

    ORDINARY = "ordinary"  # made to be public, or judged by another family
    REMOTE_DESKTOP = "remote_desktop"
    FILE_SHARING = "file_sharing"
    DATABASE = "database"
    PLAIN_TEXT = "plain_text"
    MANAGEMENT = "management"
    INDUSTRIAL = "industrial"


@dataclass(frozen=True, slots=True)
class RiskyPort:
    """One port to ask about: the service expected there (a key of SERVICES) and why it is worth a connection."""

    port: int
    service: str
    why: str


#: Service, as greetings name it -> its display name and what its exposure means.
SERVICES: dict[str, tuple[str, Exposure]] = {
    "ssh": ("SSH", Exposure.ORDINARY),
    "http": ("HTTP", Exposure.ORDINARY),
    "smtp": ("SMTP", Exposure.ORDINARY),
    "rdp": ("RDP", Exposure.REMOTE_DESKTOP),
    "vnc": ("VNC", Exposure.REMOTE_DESKTOP),
    "x11": ("X11", Exposure.REMOTE_DESKTOP),
    "smb": ("SMB", Exposure.FILE_SHARING),
    "netbios": ("NetBIOS", Exposure.FILE_SHARING),
    "nfs": ("NFS", Exposure.FILE_SHARING),
    "rpcbind": ("rpcbind", Exposure.FILE_SHARING),
    "rsync": ("rsync", Exposure.FILE_SHARING),
    "afp": ("AFP", Exposure.FILE_SHARING),
    "mysql": ("MySQL", Exposure.DATABASE),
    "postgresql": ("PostgreSQL", Exposure.DATABASE),
    "mssql": ("SQL Server", Exposure.DATABASE),
    "oracle": ("Oracle", Exposure.DATABASE),
    "redis": ("Redis", Exposure.DATABASE),
    "memcached": ("memcached", Exposure.DATABASE),
    "mongodb": ("MongoDB", Exposure.DATABASE),
    "elasticsearch": ("Elasticsearch", Exposure.DATABASE),
    "couchdb": ("CouchDB", Exposure.DATABASE),
    "ldap": ("LDAP", Exposure.DATABASE),
    "telnet": ("Telnet", Exposure.PLAIN_TEXT),
    "ftp": ("FTP", Exposure.PLAIN_TEXT),
    "pop3": ("POP3", Exposure.PLAIN_TEXT),
    "imap": ("IMAP", Exposure.PLAIN_TEXT),
    "msrpc": ("Windows RPC", Exposure.MANAGEMENT),
    "vmware": ("VMware ESXi", Exposure.MANAGEMENT),
    "docker": ("Docker API", Exposure.MANAGEMENT),
    "kubernetes": ("Kubernetes API", Exposure.MANAGEMENT),
    "kubelet": ("Kubelet", Exposure.MANAGEMENT),
    "winrm": ("WinRM", Exposure.MANAGEMENT),
    "winbox": ("MikroTik Winbox", Exposure.MANAGEMENT),
    "mikrotik-api": ("MikroTik API", Exposure.MANAGEMENT),
    "webmin": ("Webmin", Exposure.MANAGEMENT),
    "proxmox": ("Proxmox", Exposure.MANAGEMENT),
    "cockpit": ("Cockpit", Exposure.MANAGEMENT),
    "kibana": ("Kibana", Exposure.MANAGEMENT),
    "prometheus": ("Prometheus", Exposure.MANAGEMENT),
    "plesk": ("Plesk", Exposure.MANAGEMENT),
    "modbus": ("Modbus", Exposure.INDUSTRIAL),
    "iso-tsap": ("ISO-TSAP (S7)", Exposure.INDUSTRIAL),
    "fox": ("Niagara Fox", Exposure.INDUSTRIAL),
    "opcua": ("OPC UA", Exposure.INDUSTRIAL),
    "dnp3": ("DNP3", Exposure.INDUSTRIAL),
    "ethernet-ip": ("EtherNet/IP", Exposure.INDUSTRIAL),
}

#: The ports, the gravest first: where greetings must stop early, the last ones go without.
PORTS: tuple[RiskyPort, ...] = (
    RiskyPort(3389, "rdp", "first door of ransomware, and the commonest"),
    RiskyPort(6379, "redis", "no password by default before version 6"),
    RiskyPort(27017, "mongodb", "open by default for years, regularly emptied and held to ransom"),
    RiskyPort(9200, "elasticsearch", "no password by default before version 8"),
    RiskyPort(11211, "memcached", "no password at all in the text protocol"),
    RiskyPort(2375, "docker", "full control of the machine without a password"),
    RiskyPort(3306, "mysql", "database of nearly every CMS"),
    RiskyPort(5432, "postgresql", "database of business applications"),
    RiskyPort(1433, "mssql", "database of town hall software (finance, civil registry)"),
    RiskyPort(1521, "oracle", "database of large business applications"),
    RiskyPort(5984, "couchdb", "administrator to everyone before version 3"),
    RiskyPort(389, "ldap", "directory of the agents; their accounts stand in it"),
    RiskyPort(445, "smb", "file servers; worms travel by it"),
    RiskyPort(139, "netbios", "the older way to the same file servers"),
    RiskyPort(2049, "nfs", "file shares that trust an address instead of a person"),
    RiskyPort(111, "rpcbind", "lists the NFS services, and amplifies attacks"),
    RiskyPort(873, "rsync", "backups, often readable by anyone"),
    RiskyPort(548, "afp", "file shares of Apple computers and NAS"),
    RiskyPort(5900, "vnc", "remote screen, weak or no password"),
    RiskyPort(5901, "vnc", "the second screen of the same"),
    RiskyPort(6000, "x11", "remote screen without encryption"),
    RiskyPort(502, "modbus", "pumps, boilers, lighting: obeys anyone"),
    RiskyPort(102, "iso-tsap", "programmable controllers of water and heating"),
    RiskyPort(1911, "fox", "building management"),
    RiskyPort(4840, "opcua", "supervision of installations"),
    RiskyPort(20000, "dnp3", "water and energy networks"),
    RiskyPort(44818, "ethernet-ip", "programmable controllers"),
    RiskyPort(23, "telnet", "passwords in clear text"),
    RiskyPort(21, "ftp", "passwords in clear text unless TLS is offered"),
    RiskyPort(110, "pop3", "passwords in clear text unless STARTTLS is offered"),
    RiskyPort(143, "imap", "passwords in clear text unless STARTTLS is offered"),
    RiskyPort(5985, "winrm", "remote administration of Windows"),
    RiskyPort(5986, "winrm", "the same inside TLS"),
    RiskyPort(135, "msrpc", "remote administration of Windows"),
    RiskyPort(8291, "winbox", "administration of MikroTik routers"),
    RiskyPort(8728, "mikrotik-api", "the programmer's door of the same routers"),
    RiskyPort(10000, "webmin", "administration of a whole server"),
    RiskyPort(8006, "proxmox", "administration of every virtual machine"),
    RiskyPort(902, "vmware", "administration of every virtual machine"),
    RiskyPort(2376, "docker", "control of the machine, by certificate"),
    RiskyPort(6443, "kubernetes", "control of a cluster"),
    RiskyPort(10250, "kubelet", "commands inside the containers"),
    RiskyPort(9090, "cockpit", "administration of a server, or its Prometheus figures"),
    RiskyPort(5601, "kibana", "window on the data of Elasticsearch"),
    RiskyPort(8443, "plesk", "hosting panel"),
    RiskyPort(22, "ssh", "never a flaw by itself; known to be open, it proves that silence elsewhere is a filter"),
)

#: What the active scan asks: at most 48, so that one host costs at most 80 attempts, greetings included.
RISKY_PORTS: tuple[int, ...] = tuple(risky.port for risky in PORTS)

EXPECTED: dict[int, str] = {risky.port: risky.service for risky in PORTS}


def exposure(service: str) -> Exposure:
    """What the exposure of a recognised service means; ORDINARY for a service that we do not know."""
    return SERVICES.get(service, ("", Exposure.ORDINARY))[1]


def display_name(service: str) -> str:
    """`SQL Server` for `mssql`; the key itself where we have no name for it."""
    return SERVICES.get(service, (service, Exposure.ORDINARY))[0]

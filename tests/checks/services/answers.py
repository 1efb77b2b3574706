"""One row an answer: the service expected on the port, what came, and what it proves.

What each protocol's document says a server answers, built by hand (synthetic); real servers are the laboratory's matter.
"""

import struct

from checks.services.greetings.greeting import Access, Greeting

OPEN, GUARDED, UNDETERMINED = Access.OPEN, Access.GUARDED, Access.UNDETERMINED


def mysql(version: bytes, flags: int = 0xFFFF) -> bytes:
    body = b"\x0a" + version + b"\x00" + bytes(4) + b"12345678" + b"\x00" + struct.pack("<H", flags) + b"\x21" + bytes(30)
    return len(body).to_bytes(3, "little") + b"\x00" + body


def rdp(kind: int, value: int) -> bytes:
    return bytes.fromhex("030000130ed00000123400") + struct.pack("<BBHI", kind, 0, 8, value)


def op_msg(answers: int, *elements: bytes) -> bytes:
    document = b"".join(elements)
    body = bytes(5) + struct.pack("<i", len(document) + 5) + document + b"\x00"
    return struct.pack("<4i", 16 + len(body), 77, answers, 2013) + body


def bson_string(name: bytes, value: bytes) -> bytes:
    return b"\x02" + name + b"\x00" + struct.pack("<i", len(value) + 1) + value + b"\x00"


def bson_ok(value: float) -> bytes:
    return b"\x01ok\x00" + struct.pack("<d", value)


def pg(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">I", len(body) + 4) + body


BUILD = op_msg(1, bson_string(b"version", b"6.0.5"), bson_ok(1.0))
FTP = b"220 (vsFTPd 3.0.3)\r\n"
TDS = bytes.fromhex("0401002b0000010000001a00060100200001ff").ljust(8 + 0x1A, b"\x00") + bytes((15, 0, 8, 17, 0, 0, 0))
HTTP = b"HTTP/1.1 %d X\r\n%s\r\n\r\n%s"
COUCH = b'{"couchdb":"Welcome","version":"3.3.3"}HTTP/1.1 200 OK\r\n\r\n'
EIP = struct.pack("<HHII8sI", 0x63, 40, 0, 0, bytes(8), 0) + struct.pack("<HHH", 1, 0x0C, 34) + bytes(18)
EIP += struct.pack("<HHHBBHI", 1, 14, 54, 20, 11, 0, 7) + b"\x0b1756-L61/B " + b"\x03"
LDAP = bytes.fromhex("301e0201016419040030153013040a76656e646f724e616d653105040353616d")

KNOWN: list[tuple[str, bytes, Greeting | None]] = [
    (
        "ssh",
        b"SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u3\r\n",
        Greeting("ssh", "OpenSSH", "8.4p1 Debian-5+deb11u3", GUARDED, tls=True),
    ),
    (
        "ftp",
        FTP + b"211-Features:\r\n AUTH TLS\r\n UTF8\r\n211 End\r\n234 Proceed.\r\n",
        Greeting("ftp", "vsFTPd", "3.0.3", GUARDED, True),
    ),
    (
        "ftp",
        FTP + b"211-Features:\r\n UTF8\r\n211 End\r\n530 Please login.\r\n",
        Greeting("ftp", "vsFTPd", "3.0.3", GUARDED, False),
    ),
    ("ftp", b"220 Bonjour\r\n500 What?\r\n421 Slow down\r\n", Greeting("ftp", access=GUARDED)),
    ("ftp", b"220 mail.exemple.fr ESMTP Postfix (Debian)\r\n502 No\r\n", Greeting("smtp", "Postfix")),
    ("telnet", b"\xff\xfd\x18\xff\xfd\x20", Greeting("telnet", access=GUARDED, tls=False)),
    ("telnet", b"\r\nUser Access Verification\r\n\r\nUsername: ", Greeting("telnet", access=GUARDED, tls=False)),
    (
        "pop3",
        b"+OK Dovecot ready.\r\n+OK\r\nCAPA\r\nSTLS\r\nSASL\r\n.\r\n+OK Begin\r\n",
        Greeting("pop3", "Dovecot", "", GUARDED, tls=True, clear_login=False),
    ),
    (
        "pop3",
        b"+OK ready\r\n+OK\r\nSTLS\r\nSASL CRAM-MD5 PLAIN\r\n.\r\n+OK Begin\r\n",
        Greeting("pop3", access=GUARDED, tls=True, clear_login=True),
    ),
    (
        "pop3",
        b"+OK ready\r\n+OK\r\nSTLS\r\nSASL CRAM-MD5\r\n.\r\n+OK Begin\r\n",
        Greeting("pop3", access=GUARDED, tls=True, clear_login=False),
    ),
    ("pop3", b"+OK ready\r\n+OK\r\nSTLS\r\nUSER\r\n", Greeting("pop3", access=GUARDED, tls=True)),
    ("pop3", b"+OK ready\r\n-ERR what?\r\n+OK Begin\r\n", Greeting("pop3", access=GUARDED, tls=True)),
    (
        "pop3",
        b"+OK ready\r\n+OK\r\nUSER\r\n.\r\n-ERR no\r\n",
        Greeting("pop3", access=GUARDED, tls=False, clear_login=True),
    ),
    ("pop3", b"+OK ready\r\n", Greeting("pop3", access=GUARDED)),
    ("imap", b"* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready.\r\n", Greeting("imap", "Dovecot", "", GUARDED, True)),
    (
        "imap",
        b"* OK hello\r\n* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\n",
        Greeting("imap", access=GUARDED, tls=True, clear_login=False),
    ),
    (
        "imap",
        b"* OK hello\r\n* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\na1 OK done\r\n",
        Greeting("imap", access=GUARDED, tls=True, clear_login=True),
    ),
    (
        "imap",
        b"* OK hello\r\n* CAPABILITY IMAP4rev1\r\na1 OK done\r\n",
        Greeting("imap", access=GUARDED, tls=False, clear_login=True),
    ),
    ("imap", b"* OK hello\r\n", Greeting("imap", access=GUARDED)),
    ("rsync", b"@RSYNCD: 31.0 sha512\n", Greeting("rsync", tls=False)),
    (
        "vmware",
        b"220 VMware Authentication Daemon Version 1.10: SSL Required\r\n",
        Greeting("vmware", "VMware Authentication Daemon", "1.10", GUARDED),
    ),
    ("mysql", mysql(b"5.5.5-10.5.23-MariaDB-0+deb11u1", 0x08), Greeting("mysql", "MariaDB", "10.5.23", GUARDED, False)),
    ("mysql", mysql(b"8.0.36"), Greeting("mysql", "MySQL", "8.0.36", GUARDED, True)),
    (
        "mysql",
        b"\x46\x00\x00\x00\xff\x6a\x04Host '198.51.100.1' is not allowed to connect to this MariaDB server",
        Greeting("mysql", "MariaDB", access=GUARDED),
    ),
    ("postgresql", b"S", Greeting("postgresql", "PostgreSQL", tls=True)),
    ("postgresql", b"N", Greeting("postgresql", "PostgreSQL", tls=False)),
    (
        "postgresql",
        b"S" + pg(b"R", bytes(4)) + pg(b"S", b"server_version\x0015.8 (Debian 15.8-0+deb12u1)\x00") + pg(b"K", b"12345678"),
        Greeting("postgresql", "PostgreSQL", "15.8 (Debian 15.8-0+deb12u1)", OPEN, tls=True),
    ),
    (
        "postgresql",  # trusted, though this server was set up without the usual role
        b"N" + pg(b"R", bytes(4)) + pg(b"E", b'SFATAL\x00C28000\x00Mrole "postgres" does not exist\x00\x00'),
        Greeting("postgresql", "PostgreSQL", "", OPEN, tls=False),
    ),
    (
        "postgresql",
        b"S" + pg(b"R", b"\x00\x00\x00\x0aSCRAM-SHA-256\x00\x00"),
        Greeting("postgresql", "PostgreSQL", "", GUARDED, True),
    ),
    ("postgresql", b"N" + pg(b"R", b"\x00\x00\x00\x05salt"), Greeting("postgresql", "PostgreSQL", "", GUARDED, False)),
    (
        "postgresql",
        b"N" + pg(b"E", b"SFATAL\x00VFATAL\x00C28000\x00Mno pg_hba.conf entry for host\x00\x00"),
        Greeting("postgresql", "PostgreSQL", "", GUARDED, tls=False),
    ),
    (
        "postgresql",
        b"N" + pg(b"E", b"SFATAL\x00C53300\x00Mtoo many clients already\x00\x00"),
        Greeting("postgresql", "PostgreSQL", tls=False),
    ),
    ("mssql", TDS, Greeting("mssql", "SQL Server", "15.0.2065", GUARDED, True)),
    ("oracle", b"\x00\x08\x00\x00\x0b\x00\x00\x00", Greeting("oracle", "Oracle", "", GUARDED)),
    (
        "oracle",
        b"\x00\x41\x00\x00\x04\x00\x00\x00\x22\x00\x00\x35(DESCRIPTION=(TMP=)(VSNNUM=186647296)(ERR=1189))",
        Greeting("oracle", "Oracle", "11.2.0.3", GUARDED),
    ),
    ("ldap", LDAP, Greeting("ldap", "Sam")),
    ("redis", b"+PONG\r\n$40\r\n# Server\r\nredis_version:7.0.15\r\n", Greeting("redis", "Redis", "7.0.15", OPEN, False)),
    (
        "redis",
        b"+PONG\r\n$9\r\nredis_version:7.2.4\r\nvalkey_version:8.0.1\r\n",
        Greeting("redis", "Valkey", "8.0.1", OPEN, False),
    ),
    ("redis", b"-NOAUTH Authentication required.\r\n-NOAUTH\r\n", Greeting("redis", "Redis", access=GUARDED)),
    ("redis", b"-DENIED Redis is running in protected mode\r\n", Greeting("redis", "Redis", access=GUARDED)),
    ("memcached", b"VERSION 1.6.18\r\n", Greeting("memcached", "memcached", "1.6.18", OPEN, False)),
    ("memcached", b"CLIENT_ERROR unauthenticated\r\n", Greeting("memcached", "memcached", access=GUARDED)),
    ("mongodb", BUILD + op_msg(2, bson_ok(1.0)), Greeting("mongodb", "MongoDB", "6.0.5", OPEN)),
    (
        "mongodb",
        BUILD + op_msg(2, bson_ok(0.0), b"\x10code\x00\x0d\x00\x00\x00"),
        Greeting("mongodb", "MongoDB", "6.0.5", GUARDED),
    ),
    ("mongodb", BUILD, Greeting("mongodb", "MongoDB", "6.0.5", UNDETERMINED)),
    ("rdp", rdp(2, 1), Greeting("rdp", access=GUARDED, tls=True, nla=False)),
    ("rdp", rdp(2, 0), Greeting("rdp", access=GUARDED, tls=False, nla=False)),
    ("rdp", rdp(3, 2), Greeting("rdp", access=GUARDED, tls=False, nla=False)),
    ("rdp", rdp(3, 5), Greeting("rdp", access=GUARDED, tls=True, nla=True)),
    ("rdp", rdp(3, 6), Greeting("rdp", access=GUARDED)),
    ("rdp", bytes.fromhex("0300000b06d00000123400"), Greeting("rdp", access=GUARDED, tls=False, nla=False)),
    ("vnc", b"RFB 003.008\n\x01\x01", Greeting("vnc", version="3.8", access=OPEN)),
    ("vnc", b"RFB 003.008\n\x02\x02\x10", Greeting("vnc", version="3.8", access=GUARDED)),
    ("vnc", b"RFB 003.003\n\x00\x00\x00\x01", Greeting("vnc", version="3.3", access=OPEN)),
    ("vnc", b"RFB 003.008\n", Greeting("vnc", version="3.8")),
    ("x11", b"\x01\x00\x0b\x00\x00\x00\x00\x01", Greeting("x11", access=OPEN, tls=False)),
    ("x11", b"\x00\x16\x0b\x00\x00\x00\x06\x00No protocol", Greeting("x11", access=GUARDED, tls=False)),
    (
        "smb",
        b"\x00\x00\x00\xf8\xfeSMB\x40" + bytes(59) + struct.pack("<HHH", 65, 1, 0x0302),
        Greeting("smb", version="3.0.2", access=GUARDED),
    ),
    ("netbios", b"\x82\x00\x00\x00", Greeting("netbios", access=GUARDED)),
    ("nfs", b"\x80\x00\x00\x18" + struct.pack(">6I", 1, 1, 0, 0, 0, 0), Greeting("nfs", tls=False)),
    ("rpcbind", b"\x80\x00\x00\x18" + struct.pack(">6I", 1, 1, 0, 0, 0, 0), Greeting("rpcbind", tls=False)),
    ("afp", b"\x01\x03\x00\x01" + bytes(12), Greeting("afp", access=GUARDED)),
    ("msrpc", b"\x05\x00\x0c\x03" + bytes(20), Greeting("msrpc")),
    ("modbus", bytes.fromhex("000100000003ffab02"), Greeting("modbus", access=OPEN, tls=False)),
    (
        "modbus",
        bytes.fromhex("000100000017ff2b0e0101000003") + b"\x00\x04ACME\x01\x03M20\x02\x02v7",
        Greeting("modbus", "ACME M20", "v7", OPEN, False),
    ),
    ("iso-tsap", bytes.fromhex("0300001611d00001000200c0010ac1020100c2020102"), Greeting("iso-tsap", tls=False)),
    (
        "fox",
        b"fox a 0 -1 fox hello\n{\nfox.version=s:1.0.1\napp.name=s:Station\napp.version=s:4.8.0\n};;\n",
        Greeting("fox", "Station", "4.8.0", tls=False),
    ),
    ("opcua", b"ACKF\x1c\x00\x00\x00", Greeting("opcua")),
    ("ethernet-ip", EIP, Greeting("ethernet-ip", "1756-L61/B", "20.11", OPEN, False)),
    ("mikrotik-api", b"\x06!fatal\x0dnot logged in\x00", Greeting("mikrotik-api", "RouterOS", access=GUARDED)),
    (
        "elasticsearch",
        HTTP % (200, b"Content-Type: application/json", b'{"version":{"number":"7.10.2"},"tagline":"You Know, for Search"}'),
        Greeting("elasticsearch", "Elasticsearch", "7.10.2", OPEN, False),
    ),
    (
        "elasticsearch",
        HTTP % (401, b'WWW-Authenticate: Basic realm="security"', b"{}"),
        Greeting("elasticsearch", "Elasticsearch", access=GUARDED, tls=False),
    ),
    (
        "couchdb",
        HTTP % (200, b"Server: CouchDB/3.3.3", COUCH + b'{"userCtx":{"roles":["_admin"]}}'),
        Greeting("couchdb", "CouchDB", "3.3.3", OPEN, False),
    ),
    (
        "couchdb",
        HTTP % (200, b"Server: CouchDB/3.3.3", COUCH + b'{"userCtx":{"roles":[]}}'),
        Greeting("couchdb", "CouchDB", "3.3.3", GUARDED, False),
    ),
    (
        "docker",
        HTTP % (200, b"Server: Docker/24.0.7 (linux)", b'{"Version":"24.0.7","ApiVersion":"1.43"}'),
        Greeting("docker", "Docker", "24.0.7", OPEN, False),
    ),
    (
        "kubernetes",
        HTTP % (403, b"Content-Type: application/json", b'{"kind":"Status","apiVersion":"v1"}'),
        Greeting("kubernetes", "Kubernetes", access=GUARDED, tls=False),
    ),
    (
        "kubelet",
        HTTP % (401, b"Content-Type: text/plain", b"Unauthorized"),
        Greeting("kubelet", "Kubelet", access=GUARDED, tls=False),
    ),
    ("winrm", HTTP % (405, b"Server: Microsoft-HTTPAPI/2.0", b""), Greeting("winrm", "WinRM", access=GUARDED, tls=False)),
    ("webmin", HTTP % (200, b"Server: MiniServ/2.105", b"x"), Greeting("webmin", "Webmin", "2.105", GUARDED, False)),
    ("proxmox", HTTP % (301, b"Server: pve-api-daemon/3.0", b""), Greeting("proxmox", "Proxmox", access=GUARDED, tls=False)),
    ("plesk", HTTP % (200, b"Server: nginx/1.22.1", b"<title>Mairie</title>"), Greeting("http", "nginx", "1.22.1", tls=False)),
    (
        "cockpit",
        HTTP % (302, b"Location: /graph", b"<title>Prometheus Time Series</title>"),
        Greeting("prometheus", "Prometheus", "", OPEN, False),
    ),
    ("rdp", b"SSH-2.0-OpenSSH_9.6\r\n", Greeting("ssh", "OpenSSH", "9.6", GUARDED, tls=True)),
    ("winbox", b"HTTP/1.0 200 OK\r\n\r\n", Greeting("http", tls=False)),
    ("winbox", b"", None),
    ("postgresql", b"Sorry, wrong number", None),
    ("postgresql", b"SERVICE UNAVAILABLE", None),
    ("postgresql", b"NR\x00\x00", None),
    ("smb", b"\x00\xff\xff\xff\xfeSMB" + b"\xff" * 70, None),
    ("vnc", b"RFB 999.999\n\xff", None),
    ("modbus", b"hello", None),
]

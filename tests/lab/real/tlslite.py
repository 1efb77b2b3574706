"""HTTPS as machines of before 2010 spoke it: SSLv3, RC4, 3DES, by tlslite-ng, since no packaged OpenSSL does any more."""

from __future__ import annotations

import json

from tests.lab.model import Headers
from tests.lab.real.borrowed import TLSLITE_PYTHON
from tests.lab.real.model import Daemon
from tests.lab.towns.parts import HARDENED

SSL3, TLS1_0, TLS1_1, TLS1_2, TLS1_3 = ((3, minor) for minor in range(5))

_SERVER = """
import json, socket, sys, threading
from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

spec = json.load(open(sys.argv[1]))
chain = X509CertChain()
chain.parsePemList(open(sys.argv[2]).read())
key = parsePEMKey(open(sys.argv[3]).read(), private=True)
settings = HandshakeSettings()
settings.minVersion, settings.maxVersion = tuple(spec["lowest"]), tuple(spec["highest"])
settings.cipherNames, settings.macNames = spec["ciphers"], ["sha", "sha256", "sha384", "md5", "aead"]
settings.minKeySize, settings.useExtendedMasterSecret = 512, spec["highest"] != [3, 0]
body = spec["body"].encode()
head = "".join(f"{name}: {value}\\r\\n" for name, value in spec["headers"])


def serve(sock):
    sock.settimeout(30)
    tls = TLSConnection(sock)
    try:
        tls.handshakeServer(certChain=chain, privateKey=key, settings=settings)
        request = b""
        while b"\\r\\n\\r\\n" not in request and len(request) < 65536:
            more = tls.recv(4096)
            if not more:
                return
            request += more
        found = request.split(b" ")[1] == b"/"
        status, answer = ("200 OK", body) if found else ("404 Not Found", b"<h1>404</h1>")
        lines = f"HTTP/1.1 {status}\\r\\nContent-Type: text/html\\r\\nContent-Length: {len(answer)}\\r\\n"
        tls.sendall(f"{lines}Connection: close\\r\\n{head}\\r\\n".encode() + answer)
        tls.close()
    except Exception as error:
        print(type(error).__name__, error, file=sys.stderr, flush=True)
    finally:
        sock.close()


def listen(family, place):
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((place, 443))
    server.listen(64)
    while True:
        threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()


for place in spec["places"]:
    threading.Thread(target=listen, args=(socket.AF_INET6 if ":" in place else socket.AF_INET, place)).start()
"""


def tlslite(
    name: str,
    places: tuple[str, ...],
    stem: str,
    body: bytes,
    *,
    lowest: tuple[int, int],
    highest: tuple[int, int],
    ciphers: tuple[str, ...],
    headers: Headers = HARDENED,
) -> Daemon:
    """A home page, and 404 for the rest, on port 443. `ciphers` in tlslite's words; the certificate needs an RSA key."""
    spec = {
        "places": places, "lowest": lowest, "highest": highest, "ciphers": ciphers, "headers": headers, "body": body.decode(),
    }  # fmt: skip
    return Daemon(
        f"tlslite-{name}",
        (str(TLSLITE_PYTHON), "{dir}/server.py", "{dir}/spec.json", f"{{pki}}/{stem}.crt", f"{{pki}}/{stem}.key"),
        files={"server.py": _SERVER.encode(), "spec.json": json.dumps(spec)},
        wait=tuple((place, 443) for place in places),
    )

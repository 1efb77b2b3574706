"""HTTPS by a node that ships OpenSSL 3.5 and so knows the post-quantum hybrid key exchange, which Debian 12 does not."""

from __future__ import annotations

import json

from tests.lab.model import Headers
from tests.lab.real.borrowed import NODE_BINARY
from tests.lab.real.model import Daemon
from tests.lab.towns.parts import HARDENED

_SERVER = """
const fs = require('fs'), https = require('https');
const [specFile, cert, key] = process.argv.slice(2);
const spec = JSON.parse(fs.readFileSync(specFile));
const options = {cert: fs.readFileSync(cert), key: fs.readFileSync(key), minVersion: 'TLSv1.2', ecdhCurve: spec.groups};
for (const place of spec.places) {
  https.createServer(options, (request, response) => {
    for (const [name, value] of spec.headers) response.setHeader(name, value);
    const found = spec.pages[request.url];
    response.setHeader('Content-Type', request.url.endsWith('.txt') ? 'text/plain; charset=utf-8' : 'text/html; charset=utf-8');
    response.statusCode = found === undefined ? 404 : 200;
    response.end(found === undefined ? '<h1>404</h1>' : found);
  }).listen(443, place);
}
"""


def node(
    name: str, places: tuple[str, ...], stem: str, pages: dict[str, str], *, groups: str, headers: Headers = HARDENED
) -> Daemon:
    """Serves `pages` (path -> text) on port 443 with these key exchange groups, in OpenSSL's words."""
    spec = {"places": places, "groups": groups, "headers": headers, "pages": pages}
    return Daemon(
        f"node-{name}",
        (str(NODE_BINARY), "{dir}/server.js", "{dir}/spec.json", f"{{pki}}/{stem}.crt", f"{{pki}}/{stem}.key"),
        files={"server.js": _SERVER.encode(), "spec.json": json.dumps(spec)},
        wait=tuple((place, 443) for place in places),
    )

"""HTTPS by Java's own library, which still knows the EXPORT suites that OpenSSL and tlslite-ng have thrown out."""

from __future__ import annotations

from tests.lab.model import Headers
from tests.lab.real.model import Daemon
from tests.lab.towns.parts import HARDENED

_SERVER = """
import com.sun.net.httpserver.*;
import java.io.*;
import java.net.InetSocketAddress;
import java.nio.file.*;
import java.security.*;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.*;
import javax.net.ssl.*;

public class Server {
    public static void main(String[] words) throws Exception {
        Path folder = Path.of(words[0]);
        SSLContext context = context(words[1], words[2]);
        String[] protocols = words[3].split(","), suites = words[4].split(",");
        for (String place : words[5].split(",")) {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(place, 443), 64);
            server.setHttpsConfigurator(new HttpsConfigurator(context) {
                @Override public void configure(HttpsParameters parameters) {
                    parameters.setSSLParameters(new SSLParameters(suites, protocols));
                }
            });
            server.createContext("/", exchange -> answer(folder, exchange));
            server.start();
        }
    }

    static SSLContext context(String chain, String key) throws Exception {
        Certificate[] certificates;
        try (InputStream file = Files.newInputStream(Path.of(chain))) {
            certificates = CertificateFactory.getInstance("X.509").generateCertificates(file).toArray(new Certificate[0]);
        }
        byte[] der = Base64.getMimeDecoder().decode(Files.readString(Path.of(key)).replaceAll("-----[A-Z ]+-----", ""));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("site", KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der)), new char[0],
            certificates);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    static void answer(Path folder, HttpExchange exchange) throws IOException {
        for (String line : Files.readAllLines(folder.resolve("headers"))) {
            String[] header = line.split(": ", 2);
            exchange.getResponseHeaders().set(header[0], header[1]);
        }
        String asked = exchange.getRequestURI().getPath();
        Path page = folder.resolve("www" + (asked.equals("/") ? "/index.html" : asked)).normalize();
        boolean found = page.startsWith(folder.resolve("www")) && Files.isRegularFile(page);
        byte[] body = found ? Files.readAllBytes(page) : "<h1>404</h1>".getBytes();
        String type = asked.endsWith(".txt") ? "text/plain; charset=utf-8" : "text/html; charset=utf-8";
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(found ? 200 : 404, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
"""
#: Java's own list of what it refuses, emptied.
_SECURITY = "jdk.tls.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\njdk.certpath.disabledAlgorithms=\n"


def jsse(
    name: str,
    places: tuple[str, ...],
    stem: str,
    pages: dict[str, str | bytes],
    *,
    protocols: tuple[str, ...],
    suites: tuple[str, ...],
    headers: Headers = HARDENED,
) -> Daemon:
    """Serves `pages` (files below `www/`) on port 443 with these protocols and suites, in Java's words; wants an RSA key."""
    java = (
        "/usr/bin/java", "-Xmx48m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-Djava.security.properties={dir}/java.security", "{dir}/Server.java",
    )  # fmt: skip
    pair = f"{{pki}}/{stem}.crt", f"{{pki}}/{stem}.key"
    shown = "".join(f"{header}: {value}\n" for header, value in headers)
    return Daemon(
        f"jsse-{name}",
        (*java, "{dir}", *pair, ",".join(protocols), ",".join(suites), ",".join(places)),
        files={"Server.java": _SERVER.encode(), "java.security": _SECURITY, "headers": shown, **pages},
        wait=tuple((place, 443) for place in places),
        packages=("openjdk-17-jdk-headless",),
    )

"""Real consoles and controllers: Cockpit, Prometheus, a Modbus server, and ports that only seem to be something."""

from __future__ import annotations

from tests.lab.real.model import Daemon

_MODBUS = """
import sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.server import StartTcpServer

identity = ModbusDeviceIdentification()
identity.VendorName, identity.ProductCode, identity.MajorMinorRevision = "Laboratoire", "POMPE", "1.2"
context = ModbusServerContext(slaves=ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, [17] * 8)), single=True)
StartTcpServer(context=context, identity=identity, address=(sys.argv[1], 502))
"""

_MUTE = """
worker_processes 1;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/error.log;
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
events { worker_connections 256; }
stream {
    server {
        LISTEN
        return "";
    }
}
"""

_ORDINARY = """
user www-data;
worker_processes 1;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/error.log;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    default_type text/html;
    server {
        LISTEN
        location / { return 200 "<!doctype html><title>Portail des familles</title><h1>Portail des familles</h1>"; }
    }
}
"""


def cockpit(address: str) -> Daemon:
    """Cockpit's web server, without TLS."""
    return Daemon(
        f"cockpit-{address}",
        ("/usr/lib/cockpit/cockpit-ws", "--no-tls", "--address", address, "--port", "9090"),
        wait=((address, 9090),),
        packages=("cockpit-ws",),
    )


def prometheus(address: str) -> Daemon:
    """Prometheus, which has no password of its own."""
    listening = f"--web.listen-address={address}:9090"
    return Daemon(
        f"prometheus-{address}",
        ("/usr/bin/prometheus", "--config.file={dir}/config.yml", "--storage.tsdb.path={dir}/data", listening),
        files={"config.yml": "scrape_configs: []\n"},
        wait=((address, 9090),),
        packages=("prometheus",),
    )


def modbus(address: str) -> Daemon:
    """pymodbus as a pump that answers whoever asks."""
    return Daemon(
        f"modbus-{address}",
        ("/usr/bin/python3", "{dir}/server.py", address),
        files={"server.py": _MODBUS},
        wait=((address, 502),),
        packages=("python3-pymodbus", "python3-serial", "python3-serial-asyncio"),
    )


def accepting(address: str, ports: tuple[int, ...]) -> Daemon:
    """Accepts on every one of these ports and hangs up without a word, as a shield in front of a host does."""
    listening = "\n        ".join(f"listen {address}:{port};" for port in ports)
    return Daemon(
        f"accepting-{address}",
        ("/usr/sbin/nginx", "-c", "{dir}/nginx.conf", "-e", "{dir}/error.log"),
        files={"nginx.conf": _MUTE.replace("LISTEN", listening)},
        wait=((address, ports[0]),),
        packages=("nginx-light", "libnginx-mod-stream"),
    )


def ordinary_web(address: str, ports: tuple[int, ...]) -> Daemon:
    """An ordinary site on unusual ports."""
    listening = "\n        ".join(f"listen {address}:{port};" for port in ports)
    return Daemon(
        f"web-{address}-{ports[0]}",
        ("/usr/sbin/nginx", "-c", "{dir}/nginx.conf", "-e", "{dir}/error.log"),
        files={"nginx.conf": _ORDINARY.replace("LISTEN", listening)},
        wait=tuple((address, port) for port in ports),
        packages=("nginx-light",),
    )

"""Real databases and directories: MariaDB, PostgreSQL, Redis, memcached, OpenLDAP."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.lab.real.model import Daemon

_MARIADB = """
[mysqld]
user = mysql
datadir = {dir}/data
socket = {dir}/mysqld.sock
pid-file = {dir}/mysqld.pid
bind-address = ADDRESS
port = PORT
tmpdir = {dir}
skip-name-resolve
performance_schema = off
innodb_buffer_pool_size = 16M
innodb_log_file_size = 8M
aria_pagecache_buffer_size = 1M
key_buffer_size = 1M
MORE
"""

_SLAPD = """
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {dir}/slapd.pid
ACCESS
database mdb
maxsize 10485760
suffix "dc=laboratoire,dc=fr"
rootdn "cn=admin,dc=laboratoire,dc=fr"
directory {dir}/data
"""


def mariadb(address: str, *, port: int = 3306, sql: tuple[str, ...] = (), tls: str = "", more: str = "") -> Daemon:
    """MariaDB with no account but root's own; `sql` is run at the start, one statement a line; `tls` a certificate's stem."""
    if sql:
        more += "\ninit-file = {dir}/init.sql"
    if tls:
        more += f"\nssl-cert = {{pki}}/{tls}.crt\nssl-key = {{dir}}/key.pem"
    text = _MARIADB.replace("ADDRESS", address).replace("PORT", str(port)).replace("MORE", more)
    return Daemon(
        f"mariadb-{address}-{port}",
        ("/bin/sh", "-c", _copy_key(tls, "mysql") + "exec /usr/sbin/mariadbd --defaults-file={dir}/my.cnf"),
        files={"my.cnf": text, "init.sql": "".join(f"{line}\n" for line in sql)},
        wait=((address, port),),
        packages=("mariadb-server",),
        prepare=_install_mariadb,
    )


def postgresql(address: str, *, tls: str = "", hba: str = "host all all 0.0.0.0/0 scram-sha-256") -> Daemon:
    """PostgreSQL that asks everybody for a password, unless `hba` (pg_hba.conf) says otherwise."""
    options = f"-h {address} -k {{dir}} -c hba_file={{dir}}/pg_hba.conf -c fsync=off -c max_connections=10"
    if tls:
        options += f" -c ssl=on -c ssl_cert_file={{pki}}/{tls}.crt -c ssl_key_file={{dir}}/key.pem"
    server = "$(ls -d /usr/lib/postgresql/*/bin | tail -1)/postgres"
    drop = "setpriv --reuid=postgres --regid=postgres --clear-groups"
    return Daemon(
        f"postgresql-{address}",
        ("/bin/sh", "-c", f"{_copy_key(tls, 'postgres')}exec {drop} {server} -D {{dir}}/data {options}"),
        files={"pg_hba.conf": f"local all all trust\n{hba}\n"},
        wait=((address, 5432),),
        packages=("postgresql",),
        prepare=_install_postgresql,
    )


def redis(address: str, *, protected: bool = False, password: str = "") -> Daemon:
    """Redis, open to all unless `protected` (its mode since version 3.2) or with a password."""
    guard = ("--requirepass", password) if password else ()
    return Daemon(
        f"redis-{address}",
        (
            "/usr/bin/redis-server", "--bind", address, "--port", "6379", "--save", "", "--dir", "{dir}",
            "--protected-mode", "yes" if protected else "no", *guard,
        ),
        wait=((address, 6379),),
        packages=("redis-server",),
        prepare=_owned_by("redis"),
        user="redis",
    )  # fmt: skip


def memcached(address: str) -> Daemon:
    """memcached: its text protocol has no password."""
    return Daemon(
        f"memcached-{address}",
        ("/usr/bin/memcached", "-l", address, "-p", "11211", "-U", "0", "-m", "16", "-u", "memcache"),
        wait=((address, 11211),),
        packages=("memcached",),
    )


def slapd(address: str, *, anonymous: bool = True) -> Daemon:
    """OpenLDAP; where it is not `anonymous`, a bind is asked for before anything, the root entry included."""
    access = "" if anonymous else "disallow bind_anon\nrequire authc"
    return Daemon(
        f"slapd-{address}",
        ("/usr/sbin/slapd", "-h", f"ldap://{address}", "-f", "{dir}/slapd.conf", "-d", "0"),
        files={"slapd.conf": _SLAPD.replace("ACCESS", access), "data/.keep": ""},
        wait=((address, 389),),
        packages=("slapd",),
    )


def _copy_key(stem: str, user: str) -> str:
    """Databases want a private key of their own user, readable by nobody else."""
    return f"install -o {user} -m 600 {{pki}}/{stem}.key {{dir}}/key.pem && " if stem else ""


def _owned_by(user: str) -> Callable[[Path], None]:
    def give(folder: Path) -> None:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user)

    return give


def _install_mariadb(folder: Path) -> None:
    shutil.chown(folder, "mysql")
    subprocess.run(
        (
            "mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={folder}/data", "--skip-test-db",
            "--auth-root-authentication-method=socket", "--innodb-log-file-size=8M", f"--tmpdir={folder}",
        ),
        check=True,
        capture_output=True,
    )  # fmt: skip


def _install_postgresql(folder: Path) -> None:
    """initdb refuses to run as root and wants a folder of its own."""
    shutil.chown(folder, "postgres")
    tool = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1]
    drop = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
    subprocess.run(
        (*drop, str(tool), "-D", f"{folder}/data", "-A", "trust", "-N", "--locale=C.UTF-8"), check=True, capture_output=True
    )

"""One polite SMTP conversation: greeting, EHLO, STARTTLS, QUIT. Nothing is sent that a mail server would not send."""

from __future__ import annotations

import contextlib
import ssl

from scanner.model import Reason
from scanner.net.budget import Budget
from scanner.net.dns import Resolver
from scanner.net.gate import Connection, Gate
from scanner.net.tls import Handshaker, context
from scanner.net.types import Handshake, NetFailure, SmtpTalk

PORT = 25
MAX_LINE = 1_000
MAX_LINES = 60
EHLO_NAME = "beffroi.invalid"


class SmtpClient:
    """The conversations of one scan."""

    def __init__(self, gate: Gate, resolver: Resolver, handshaker: Handshaker, ehlo_name: str = EHLO_NAME) -> None:
        self._gate = gate
        self._resolver = resolver
        self._handshaker = handshaker
        self._ehlo_name = ehlo_name

    async def talk(self, name: str, budget: Budget) -> SmtpTalk:
        """See `scanner.net.types.Smtp.talk`."""
        addresses = await self._resolver.addresses(name, budget)
        talk, connection = await self._plain(addresses, budget)
        try:
            if connection.dropped:
                return talk
            return await self._secured(talk, name, connection, budget)
        except ssl.SSLCertVerificationError:
            pass
        finally:
            connection.close()
        talk, connection = await self._plain(addresses, budget)  # OpenSSL before 3: once more, looking without verifying
        try:
            return talk if connection.dropped else await self._secured(talk, name, connection, budget)
        finally:
            connection.close()

    async def _plain(self, addresses: tuple[str, ...], budget: Budget) -> tuple[SmtpTalk, Connection]:
        """The part in clear text; `dropped` is set on the connection when TLS does not follow."""
        connection = await self._gate.dial_any(addresses, PORT, budget)
        address = connection.address
        try:
            async with budget.spend():
                code, greeting = await self._reply(connection)
                self._expect(code, greeting, connection)
                capabilities = await self._ehlo(connection)
                talk = SmtpTalk(address, greeting[0], capabilities)
                if not talk.offers_starttls:
                    await self._quit(connection)
                    return talk, connection
                await connection.send(b"STARTTLS\r\n")
                code, lines = await self._reply(connection)
                talk = SmtpTalk(address, greeting[0], capabilities, f"{code} {lines[0]}", bytes(connection.leftover[:200]))
                if code != 220:
                    await self._quit(connection)
                return talk, connection
        except BaseException as error:
            connection.close()
            if isinstance(error, NetFailure) and error.reason is Reason.RESET:
                self._gate.limiter.strike(address)
            raise

    async def _secured(self, talk: SmtpTalk, name: str, connection: Connection, budget: Budget) -> SmtpTalk:
        handshake: Handshake | None = None
        detail = ""
        purpose = self._handshaker.purpose(name, connection)
        try:
            tls = await self._handshaker.upgrade(connection, name, budget, context(self._handshaker.ca_file, purpose))
            handshake = self._handshaker.remember(name, connection, tls)
        except NetFailure as error:
            if error.reason is not Reason.TLS_FAILURE:
                raise
            detail = error.detail
        return SmtpTalk(talk.address, talk.greeting, talk.capabilities, talk.starttls_reply, talk.injected, handshake, detail)

    async def _ehlo(self, connection: Connection) -> tuple[str, ...]:
        await connection.send(f"EHLO {self._ehlo_name}\r\n".encode("ascii"))
        code, lines = await self._reply(connection)
        self._expect(code, lines, connection)
        return lines[1:]

    async def _quit(self, connection: Connection) -> None:
        connection.dropped = True
        with contextlib.suppress(NetFailure):
            await connection.send(b"QUIT\r\n")

    def _expect(self, code: int, lines: tuple[str, ...], connection: Connection) -> None:
        if code in (220, 250):
            return
        if 400 <= code < 500:
            self._gate.limiter.strike(connection.address)
            raise NetFailure(Reason.THROTTLED, f"SMTP {code} {lines[0]}"[:200])
        raise NetFailure(Reason.CHALLENGED, f"SMTP {code} {lines[0]}"[:200])

    @staticmethod
    async def _reply(connection: Connection) -> tuple[int, tuple[str, ...]]:
        """One reply (RFC 5321 4.2): its code and the texts of its lines."""
        lines: list[str] = []
        for _ in range(MAX_LINES):
            line = (await connection.line(MAX_LINE)).decode("utf-8", "replace")
            if not (line[:3].isascii() and line[:3].isdigit()) or line[3:4] not in ("", " ", "-"):
                raise NetFailure(Reason.MALFORMED, f"not an SMTP reply: {line[:80]!r}")
            lines.append(line[4:])
            if line[3:4] != "-":
                return int(line[:3]), tuple(lines)
        raise NetFailure(Reason.TOO_LARGE, f"a reply of more than {MAX_LINES} lines")

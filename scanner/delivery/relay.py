"""Mails to the relay of the settings, one at a time, over one connection as long as it lasts.

The relay is ours: it is named in the settings and stands outside the door (DESIGN, rule 3).
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from types import TracebackType

from scanner.delivery.mail import Deferred, Delivered, InDoubt, Mail, Rejected, Result, Unusable
from scanner.delivery.session import CutAfterDot, Lost, Patience, Session
from scanner.report.values import visible
from scanner.report.words import words
from scanner.settings.mail import MailSettings

#: Characters of a reply that are kept.
MAX_TEXT = 300
_OK = (250, 251, 252)
_CLOSING = 421  # RFC 5321 3.8: the relay hangs up after this
_TOO_BIG = 552
#: The relay wants a password, or an encryption, that the settings do not give it (RFC 4954 6).
_UNKNOWN_TO_IT = (530, 538)


class Relay:
    """A relay with its connection. Closing it says goodbye; `with` does so. Texts of our own are in `lang`."""

    def __init__(self, settings: MailSettings, lang: str = "fr", patience: Patience | None = None) -> None:
        self._settings = settings
        self._say = words(lang)
        self._patience = patience or Patience()
        self._kept: Session | None = None

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._kept is not None:
            self._kept.quit_politely()
            self._kept = None

    def deliver(self, mail: Mail) -> Result:
        """Hand one mail over. It blocks, at the longest, for the patience of one mail."""
        session = self._ready()
        if isinstance(session, Unusable):
            return session
        try:
            result = self._transaction(session, mail)
        except CutAfterDot as cut:
            return InDoubt(self._why(cut.why))
        except Lost as lost:
            return Deferred(0, self._why(lost))
        else:
            if session.sock is not None and not isinstance(result, Unusable):
                self._kept = session
            return result
        finally:
            if self._kept is not session:
                session.close()

    def try_out(self) -> Unusable | None:
        """Connect, encrypt and log in as a delivery would, without a mail; None where the relay lets us in."""
        session = self._ready()
        if isinstance(session, Unusable):
            return session
        self._kept = session
        return None

    def _ready(self) -> Session | Unusable:
        """The kept connection if it still answers, else a new one. It is ours alone until a mail has gone through it."""
        kept, self._kept = self._kept, None
        if kept is not None:
            if kept.alive():
                kept.begin()
                return kept
            kept.close()
        try:
            return self._opened()
        except Lost as lost:
            return Unusable(0, self._why(lost))
        except smtplib.SMTPConnectError as refusal:
            return Unusable(refusal.smtp_code, _text(refusal.smtp_error))

    def _opened(self) -> Session | Unusable:
        """A connection, encrypted and authenticated as the settings want it."""
        settings = self._settings
        host = settings.relay.strip("[]")
        context = None if settings.security == "none" else self._context()
        name = settings.sender.rpartition("@")[2]
        session = Session(host, settings.port, name, self._patience, context if settings.security == "tls" else None)
        try:
            problem = self._hello(session)
            if problem is None and context is not None and settings.security == "starttls":
                problem = self._starttls(session, context) or self._hello(session)
            if problem is None and settings.username:
                problem = self._authenticated(session)
        except BaseException:
            session.close()
            raise
        if problem is None:
            return session
        session.quit_politely()
        return problem

    def _context(self) -> ssl.SSLContext:
        """TLS 1.2 or better, with a certificate of the relay's own name under the CA of the settings or the system's."""
        path = self._settings.ca_file
        try:
            context = ssl.create_default_context(cafile=None if path is None else str(path))
        except OSError as error:
            raise Lost("bad_ca", path=str(path)) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _secret(self) -> str:
        try:
            return self._settings.secret()
        except (OSError, UnicodeDecodeError) as error:
            raise Lost("bad_password_file", path=str(self._settings.password_file)) from error

    def _hello(self, session: Session) -> Unusable | None:
        code, text = session.ehlo()
        return None if code == 250 else Unusable(code, _text(text))

    def _starttls(self, session: Session, context: ssl.SSLContext) -> Unusable | None:
        if not session.has_extn("starttls"):
            return Unusable(0, self._say("relay.no_starttls"))
        code, text = session.secure(context)
        return None if code == 220 else Unusable(code, _text(text))

    def _authenticated(self, session: Session) -> Unusable | None:
        """AUTH PLAIN (RFC 4616) or else LOGIN, in UTF-8, which smtplib's own does not speak."""
        username, password = self._settings.username, self._secret()
        offered = session.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            code, text = session.docmd("AUTH", "PLAIN " + _encoded(f"\0{username}\0{password}"))
        elif "LOGIN" in offered:
            code, text = session.docmd("AUTH", "LOGIN")
            for answer in (username, password):
                if code == 334:
                    code, text = session.docmd(_encoded(answer))
        else:
            return Unusable(0, self._say("relay.no_auth"))
        return None if code == 235 else Unusable(code, _text(text))

    def _transaction(self, session: Session, mail: Mail) -> Result:
        size = (f"SIZE={len(mail.content)}",) if session.has_extn("size") else ()
        code, text = session.mail(mail.sender, size)
        if code >= 500 and code != _TOO_BIG:
            return Unusable(code, _text(text))  # our sender is refused, hence every mail of it
        if code in _OK:
            code, text = session.rcpt(mail.to)
        if code in _OK:
            code, text = session.hand_over(mail.content)
            if 200 <= code < 300:
                return Delivered(f"{code} {_text(text)}")
        return self._refusal(session, code, text)

    def _refusal(self, session: Session, code: int, text: bytes) -> Deferred | Rejected:
        if code == _CLOSING:
            session.close()
        if code in _UNKNOWN_TO_IT:
            return Unusable(code, _text(text))
        return Rejected(code, _text(text)) if code >= 500 else Deferred(code, _text(text))

    def _why(self, lost: Lost) -> str:
        return self._say(f"relay.{lost.key}", **lost.facts)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _text(reply: bytes | str) -> str:
    """A relay's words on one line, with nothing invisible in them, cut."""
    words_of_it = reply if isinstance(reply, str) else reply.decode("utf-8", "replace")
    return visible(words_of_it.replace("\n", " "), MAX_TEXT)

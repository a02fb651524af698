"""Speak to a mail server: encrypted and with its certificate checked, unless told not to."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from registry.services.outbox import Letter

_TIMEOUT_SECONDS = 20
_PORT_OF_TLS_FROM_THE_START = 465


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is given in, and who we say we are."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    sender: str
    use_tls: bool


@contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Give a connection to the server, signed in, and close it afterwards.

    Raises OSError or smtplib.SMTPException when the server is not there, its certificate is not
    valid, or it refuses the sign-in.
    """
    context = ssl.create_default_context()
    if server.use_tls and server.port == _PORT_OF_TLS_FROM_THE_START:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=_TIMEOUT_SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
    with connection:
        if server.use_tls and not isinstance(connection, smtplib.SMTP_SSL):
            connection.starttls(context=context)
        if server.username is not None:
            connection.login(server.username, server.password or "")
        yield connection


def send(connection: smtplib.SMTP, sender: str, letter: Letter) -> None:
    """Give one letter in.

    Raises OSError or smtplib.SMTPException when the server does not take it.
    """
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or None)
    message.set_content(letter.body)
    connection.send_message(message)


def kind_of_failure(error: Exception) -> str:
    """Return what went wrong without a word the server or the user wrote: those may name people."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
    return f"{type(error).__name__} {code}" if code is not None else type(error).__name__

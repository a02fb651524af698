"""Speaking to a mail server: what is given in, and what is told of a failure."""

import smtplib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest

from registry.services.outbox import Letter
from registry.services.smtp import MailServer, connected, kind_of_failure, send

LETTER = Letter(1, "nguoi.nhan@vidu.invalid", "Đặt mật khẩu", "Kính gửi anh/chị,\nLiên kết …")


class Conversation(socketserver.StreamRequestHandler):
    """Speak just enough SMTP; `refuse` names a recipient that is turned away."""

    def handle(self) -> None:
        server: TestServer = self.server  # type: ignore[assignment]
        self.say("220 vidu.invalid")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go on")
                content = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    content += line
                server.received.append(content)
                self.say("250 ok")
            elif word == b"RCPT" and server.refuse:
                self.say("550 nguoi.nhan@vidu.invalid does not exist")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class TestServer(socketserver.ThreadingTCPServer):
    """A mail server on this machine, without encryption."""

    __test__ = False
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received: list[bytes] = []
        self.refuse = False

    def address(self, *, use_tls: bool = False) -> MailServer:
        host, port = self.server_address[:2]
        return MailServer(str(host), int(port), None, None, "so@vidu.invalid", use_tls)


@pytest.fixture
def server() -> Iterator[TestServer]:
    """Run the server."""
    with TestServer() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_letter_arrives_with_its_vietnamese_text(server: TestServer) -> None:
    with connected(server.address()) as connection:
        send(connection, "so@vidu.invalid", LETTER)
    message = message_from_bytes(server.received[0], policy=policy.default)
    assert message["Subject"] == "Đặt mật khẩu"
    assert message["To"] == "nguoi.nhan@vidu.invalid"
    assert message["From"] == "so@vidu.invalid"
    assert "Kính gửi anh/chị" in message.get_content()  # type: ignore[attr-defined]


def test_a_refusal_is_told_without_the_address_or_the_servers_words(server: TestServer) -> None:
    server.refuse = True
    with (
        connected(server.address()) as connection,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refusal,
    ):
        send(connection, "so@vidu.invalid", LETTER)
    assert kind_of_failure(refusal.value) == "SMTPRecipientsRefused 550"


def test_a_server_without_encryption_is_not_spoken_to_unless_allowed(server: TestServer) -> None:
    with pytest.raises((smtplib.SMTPException, OSError)) as refusal:  # noqa: SIM117
        with connected(server.address(use_tls=True)):
            pass
    assert kind_of_failure(refusal.value) == "SMTPNotSupportedError"
    assert server.received == []


def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed: nguoi.nhan@vidu.invalid")
    assert kind_of_failure(error) == "SSLCertVerificationError"


def test_a_header_cannot_be_smuggled_in_by_a_subject(server: TestServer) -> None:
    letter = Letter(1, LETTER.recipient, "Chào\r\nBcc: khac@vidu.invalid", "…")
    with connected(server.address()) as connection, pytest.raises(ValueError, match="linefeed"):
        send(connection, "so@vidu.invalid", letter)

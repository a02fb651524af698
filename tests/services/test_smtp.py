"""Speaking to a mail server: what is given in, and what is told of a failure."""

import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from registry.services.outbox import Letter
from registry.services.smtp import MailServer, connected, kind_of_failure, send
from tests.mail_server import MailBox, running_mail_box

LETTER = Letter(1, "nguoi.nhan@vidu.invalid", "Đặt mật khẩu", "Kính gửi anh/chị,\nLiên kết …")


def server_at(box: MailBox, *, use_tls: bool = False) -> MailServer:
    return MailServer("127.0.0.1", box.port, None, None, "so@vidu.invalid", use_tls)


@pytest.fixture
def server() -> Iterator[MailBox]:
    """Run the server."""
    with running_mail_box() as box:
        yield box


def test_a_letter_arrives_with_its_vietnamese_text(server: MailBox) -> None:
    with connected(server_at(server)) as connection:
        send(connection, "so@vidu.invalid", LETTER)
    message = message_from_bytes(server.received[0], policy=policy.default)
    assert message["Subject"] == "Đặt mật khẩu"
    assert message["To"] == "nguoi.nhan@vidu.invalid"
    assert message["From"] == "so@vidu.invalid"
    assert message["Message-ID"].endswith("@vidu.invalid>")
    assert "Kính gửi anh/chị" in message.get_content()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("username", "password", "signed_in"),
    [
        ("so", "bi-mat", [b"\0so\0bi-mat"]),
        ("so", None, [b"\0so\0"]),
        (None, "bi-mat", []),
    ],
)
def test_who_is_to_sign_in_does_so_before_a_letter_is_given_in(
    server: MailBox, username: str | None, password: str | None, signed_in: list[bytes]
) -> None:
    known = replace(server_at(server), username=username, password=password)
    with connected(known):
        assert server.signed_in == signed_in


def test_a_refusal_is_told_without_the_address_or_the_servers_words(server: MailBox) -> None:
    server.refuse = True
    with (
        connected(server_at(server)) as connection,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refusal,
    ):
        send(connection, "so@vidu.invalid", LETTER)
    assert kind_of_failure(refusal.value) == "SMTPRecipientsRefused 550"


def test_a_server_without_encryption_is_not_spoken_to_unless_allowed(server: MailBox) -> None:
    with pytest.raises((smtplib.SMTPException, OSError)) as refusal:  # noqa: SIM117
        with connected(server_at(server, use_tls=True)):
            pass
    assert kind_of_failure(refusal.value) == "SMTPNotSupportedError"
    assert server.received == []


def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed: nguoi.nhan@vidu.invalid")
    assert kind_of_failure(error) == "SSLCertVerificationError"


def test_a_header_cannot_be_smuggled_in_by_a_subject(server: MailBox) -> None:
    letter = Letter(1, LETTER.recipient, "Chào\r\nBcc: khac@vidu.invalid", "…")
    with connected(server_at(server)) as connection, pytest.raises(ValueError, match="linefeed"):
        send(connection, "so@vidu.invalid", letter)

"""`flask outbox send`: every waiting mail once, or a word on how to pass them on by hand."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from click.testing import Result
from flask import Flask

from registry.app import create_app
from registry.domain.clock import Clock
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.settings import Mail, Settings
from tests.conftest import MovableClock
from tests.factories.outbox import make_message
from tests.mail_server import MailBox, running_mail_box


def send(app: Flask) -> Result:
    db.session.remove()  # what the test has read is not what the command works in
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["outbox", "send"])
        db.session.remove()
        db.engine.dispose()
    return result


@pytest.fixture
def box() -> Iterator[MailBox]:
    """Run a mail server."""
    with running_mail_box() as running:
        yield running


@pytest.fixture
def with_server(app: Flask, settings: Settings, clock: MovableClock, box: MailBox) -> Flask:
    """Return the same registry, told of the mail server."""
    mail = Mail("127.0.0.1", box.port, None, None, "so@vidu.invalid", use_tls=False)
    return create_app(replace(settings, mail=mail), Clock(clock.read), TESTING=True)


def test_without_a_mail_server_it_says_how_many_wait_and_what_to_do(app: Flask) -> None:
    make_message()
    make_message(recipient=None)
    db.session.commit()
    result = send(app)
    assert result.exit_code == 0
    assert "Còn 2 thư chờ" in result.stdout
    assert "sao chép" in result.stdout


def test_each_message_is_sent_once(with_server: Flask, box: MailBox) -> None:
    make_message("Thư một")
    make_message("Thư hai")
    make_message("Thư không địa chỉ", recipient=None)
    db.session.commit()
    first = send(with_server)
    assert first.exit_code == 0, first.output
    assert "Đã gửi 2 thư." in first.stdout
    assert "Còn 1 thư chờ" in first.stdout
    subjects = [message_from_bytes(raw, policy=policy.default)["Subject"] for raw in box.received]
    assert subjects == ["Thư một", "Thư hai"]
    assert "Đã gửi 0 thư." in send(with_server).stdout
    assert len(box.received) == 2


def test_a_refused_message_waits_and_the_command_ends_with_one(
    with_server: Flask, box: MailBox
) -> None:
    message_id = make_message().id
    db.session.commit()
    box.refuse = True
    result = send(with_server)
    assert result.exit_code == 1
    assert "1 thư chưa gửi được" in result.stderr
    assert "nguoi.nhan" not in result.output
    message = db.session.get_one(OutboxMessage, message_id)
    assert message.last_error == "SMTPRecipientsRefused 550"
    box.refuse = False
    assert send(with_server).exit_code == 0
    assert len(box.received) == 1


def test_a_server_that_is_not_there_is_said_in_one_sentence(
    app: Flask, settings: Settings, clock: MovableClock
) -> None:
    message_id = make_message().id
    db.session.commit()
    mail = Mail("127.0.0.1", 1, None, None, "so@vidu.invalid", use_tls=False)
    lonely = create_app(replace(settings, mail=mail), Clock(clock.read), TESTING=True)
    result = send(lonely)
    assert result.exit_code == 1
    assert "Không kết nối được với máy chủ thư 127.0.0.1:1" in result.stderr
    assert "Traceback" not in result.output
    message = db.session.get_one(OutboxMessage, message_id)
    assert message.sent_at is None

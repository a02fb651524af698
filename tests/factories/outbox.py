"""Makers of messages."""

from datetime import UTC, datetime, timedelta

from registry.models.base import db
from registry.models.outbox import OutboxMessage

WRITTEN = datetime(2024, 6, 30, 1, 0, tzinfo=UTC)


def make_message(
    subject: str = "Đặt lại mật khẩu Mạng lưới CĐS",
    *,
    recipient: str | None = "nguoi.nhan@vidu.invalid",
    body: str | None = "Liên kết: https://vidu.invalid/dat-mat-khau/bi-mat",
    life: timedelta | None = timedelta(hours=2),
    account_id: int | None = None,
) -> OutboxMessage:
    """Make a message that waits, written an hour before the tests' present."""
    message = OutboxMessage(
        account_id=account_id,
        recipient=recipient,
        subject=subject,
        body=body,
        created_at=WRITTEN,
        expires_at=WRITTEN + life if life else None,
    )
    db.session.add(message)
    db.session.flush()
    return message

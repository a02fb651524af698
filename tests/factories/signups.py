"""Makers of self-registrations. All names are invented."""

import itertools
from datetime import UTC, datetime

from registry.domain.signups import SignupState, notice_on
from registry.domain.typed_codes import CODE_BYTES, code_of, grouped
from registry.domain.vietnamese.names import search_key
from registry.models.base import db
from registry.models.signups import Signup
from registry.models.units import Unit

SUBMITTED = datetime(2024, 6, 20, 1, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def make_signup(
    unit: Unit,
    full_name: str = "Lê Thử Đăng Ký",
    *,
    phone: str | None = None,
    email: str | None = None,
    state: SignupState = SignupState.RECEIVED,
    reason: str | None = None,
    submitted_at: datetime = SUBMITTED,
) -> Signup:
    """Make a request to join a unit, with a phone of its own."""
    number = next(_numbers)
    signup = Signup(
        reference_code=grouped(code_of(number.to_bytes(CODE_BYTES, "big"))),
        submit_key=f"submit-key-{number:011d}",
        unit_id=unit.id,
        full_name=full_name,
        search_key=search_key(full_name),
        job_title="Công chức Văn hóa – Xã hội",
        phone=phone or f"+8490600{number:04d}",
        email=email,
        notice_version=notice_on(submitted_at.date()).version,
        submitted_at=submitted_at,
        state=state,
        reason=reason,
    )
    db.session.add(signup)
    db.session.flush()
    return signup

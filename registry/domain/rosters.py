"""States of a member list and the steps between them (design §3; Plan 4660 IV.6)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from registry.domain.errors import Conflict


class RosterState(StrEnum):
    """Where a member list stands; a returned list is composed again as the next version."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REVIEWED = "reviewed"
    DECIDED = "decided"
    RETURNED = "returned"


class LineAction(StrEnum):
    """What a line asks for: a new member, a change of role, or an end."""

    ADD = "add"
    CHANGE = "change"
    END = "end"


class LineOutcome(StrEnum):
    """What became of a line."""

    APPROVED = "approved"
    RETURNED = "returned"


class Step(StrEnum):
    """What an officer does to a list."""

    SUBMIT = "submit"
    VERIFY = "verify"
    REVIEW = "review"
    DECIDE = "decide"
    RETURN = "return"


STATE_LABELS = {
    RosterState.DRAFT: "Đang soạn",
    RosterState.SUBMITTED: "Đã gửi, chờ thẩm định",
    RosterState.VERIFIED: "Cấp huyện đã xác nhận, chờ thẩm định",
    RosterState.REVIEWED: "Đã thẩm định, chờ phê duyệt",
    RosterState.DECIDED: "Đã phê duyệt",
    RosterState.RETURNED: "Yêu cầu bổ sung",
}
LINE_ACTION_LABELS = {
    LineAction.ADD: "Bổ sung",
    LineAction.CHANGE: "Thay đổi",
    LineAction.END: "Thôi tham gia",
}

_STEPS = {
    Step.SUBMIT: ({RosterState.DRAFT}, RosterState.SUBMITTED),
    Step.VERIFY: ({RosterState.SUBMITTED}, RosterState.VERIFIED),
    Step.REVIEW: ({RosterState.SUBMITTED, RosterState.VERIFIED}, RosterState.REVIEWED),
    Step.DECIDE: ({RosterState.REVIEWED}, RosterState.DECIDED),
    Step.RETURN: (
        {RosterState.SUBMITTED, RosterState.VERIFIED, RosterState.REVIEWED},
        RosterState.RETURNED,
    ),
}


def next_state(state: RosterState, step: Step) -> RosterState:
    """Return the state after `step`.

    Raises Conflict, in words, when the list is not in a state that allows it: somebody was faster,
    or a step is skipped.
    """
    allowed, after = _STEPS[step]
    if state not in allowed:
        raise Conflict(
            f"Danh sách đang ở trạng thái “{STATE_LABELS[state]}” nên không làm được bước này. "
            "Tải lại trang để xem kết quả xử lý mới nhất."
        )
    return after


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """A line as it was submitted: what the approval covers.

    Small fields (phone, e-mail) are left out (design §3).
    """

    action: str
    person_id: int | None
    member_unit_id: int | None
    name: str
    birth_year: int | None
    job_title: str
    role: str
    organisation: str
    effective_from: date


def content_hash(lines: Sequence[FrozenLine]) -> str:
    """Return the SHA-256 of the frozen lines in their order.

    Equal exactly when what is approved is what was shown.
    """
    content = [
        {**asdict(line), "effective_from": line.effective_from.isoformat()} for line in lines
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

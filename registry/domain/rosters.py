"""States of a member list and the steps between them (Plan 4660 IV.6)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum, StrEnum

from registry.domain.errors import Conflict, NotAllowed
from registry.domain.labelled import Labelled
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese.writing import format_day


class RosterState(Labelled):
    """Where a member list stands; a returned list is composed again as the next version."""

    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Đã gửi, chờ thẩm định"
    VERIFIED = "verified", "Cấp huyện đã xác nhận, chờ thẩm định"
    REVIEWED = "reviewed", "Đã thẩm định, chờ phê duyệt"
    DECIDED = "decided", "Đã phê duyệt"
    RETURNED = "returned", "Yêu cầu bổ sung"


class LineAction(Labelled):
    """What a line asks for: a new member, a change of role, or an end."""

    ADD = "add", "Bổ sung"
    CHANGE = "change", "Thay đổi"
    END = "end", "Thôi tham gia"


GOES_ON = "Tiếp tục tham gia"
"""What a line asks for that adds a member whom the unit took over when it took another's place."""


class LineOutcome(Labelled):
    """What became of a line."""

    APPROVED = "approved", "Đã phê duyệt"
    RETURNED = "returned", "Không phê duyệt"


class Step(StrEnum):
    """What an officer does to a list."""

    SUBMIT = "submit"
    VERIFY = "verify"
    REVIEW = "review"
    DECIDE = "decide"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Turn:
    """From which states a step leads to which, and who takes it.

    `by_another`: nobody takes it on a list on which he stands, or that he drafted, submitted or
    handled at a desk before.
    """

    before: frozenset[RosterState]
    after: RosterState
    action: Action
    by_another: bool = True


# Who has which step to take in which state: the one table that services, waiting lists, buttons
# and pages go by.
TURNS = {
    Step.SUBMIT: Turn(
        frozenset({RosterState.DRAFT}),
        RosterState.SUBMITTED,
        Action.ROSTER_COMPOSE,
        by_another=False,
    ),
    Step.VERIFY: Turn(
        frozenset({RosterState.SUBMITTED}), RosterState.VERIFIED, Action.ROSTER_VERIFY
    ),
    Step.REVIEW: Turn(
        frozenset({RosterState.SUBMITTED, RosterState.VERIFIED}),
        RosterState.REVIEWED,
        Action.ROSTER_REVIEW,
    ),
    Step.DECIDE: Turn(
        frozenset({RosterState.REVIEWED}), RosterState.DECIDED, Action.ROSTER_APPROVE
    ),
}

# A unit has at most one list in these states: somebody has a step to take.
OPEN_ROSTER_STATES = frozenset[RosterState]().union(*(turn.before for turn in TURNS.values()))


def steps_from(state: RosterState) -> frozenset[Step]:
    """Return the steps that may follow a state; each desk may return the list in place of its own.

    Empty for a list on which nobody has anything more to do.
    """
    steps = {step for step, turn in TURNS.items() if state in turn.before}
    if any(TURNS[step].by_another for step in steps):
        steps.add(Step.RETURN)
    return frozenset(steps)


def next_state(state: RosterState, step: Step) -> RosterState:
    """Return the state after `step`.

    Raises Conflict, in words, when the list is not in a state that allows it: somebody was faster,
    or a step is skipped.
    """
    if step not in steps_from(state):
        raise Conflict(
            f"Danh sách đang ở trạng thái “{state.label}” nên không làm được bước này. "
            "Tải lại trang để xem kết quả xử lý mới nhất."
        )
    return RosterState.RETURNED if step is Step.RETURN else TURNS[step].after


def states_to_choose(*, districts_verify: bool) -> list[RosterState]:
    """Return the states a list can be in today, for a choice among them.

    `districts_verify`: some district still confirms lists; the law ended that on 1/7/2025
    (docs/adr/0010). A list confirmed before keeps the word of its state.
    """
    return [state for state in RosterState if districts_verify or state != RosterState.VERIFIED]


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """A line as it was submitted: what the approval covers.

    Small fields (phone, e-mail) are left out.
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
    """Return the SHA-256 of the frozen lines: equal when what is approved is what was shown."""
    content = [
        {**asdict(line), "effective_from": line.effective_from.isoformat()} for line in lines
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Party:
    """Who a line is about: a person, or a unit that is a member itself; exactly one is given."""

    person_id: int | None
    member_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """The party's membership in the unit on the line's day, or the next one to begin after it.

    `approved`: an approved list has admitted it, whatever the day of its effect. `is_carried_over`:
    that was a list of another unit, in whose place this one came; its own list may admit it anew.
    `came_along`: such a list admitted it first, whatever the unit's own said later.
    """

    membership_id: int
    line_id: str
    role: MemberRole
    organisation: str | None
    valid_from: date
    valid_to: date | None
    approved: bool
    is_carried_over: bool = False
    came_along: bool = False


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What is known of a line when somebody acts on its list.

    `belongs`: on the line's day, or today when that is later, the party is a member of the unit or
    of one below it (a unit: stands below it). `unit_exists`: the list's unit exists on the line's
    day.
    """

    action: LineAction
    role: MemberRole
    organisation: str | None
    effective_from: date
    joined: Joined | None
    belongs: bool
    unit_exists: bool


def line_obstacle(facts: LineFacts) -> str | None:
    """Return why a line can neither be submitted nor approved as things are now, or None."""
    if not facts.unit_exists:
        day = format_day(facts.effective_from)
        return f"Đơn vị không tồn tại vào ngày hiệu lực {day}. Sửa ngày hiệu lực."
    if facts.action is LineAction.ADD:
        return _obstacle_to_adding(facts)
    return _obstacle_to_changing(facts)


def _obstacle_to_adding(facts: LineFacts) -> str | None:
    if not facts.belongs:
        return "Không còn là thành viên của đơn vị hoặc của đơn vị trực thuộc."
    if facts.joined is not None and facts.joined.approved and not facts.joined.is_carried_over:
        return "Đã được phê duyệt là thành viên từ trước."
    return None


def _obstacle_to_changing(facts: LineFacts) -> str | None:
    """Say why the line finds no approved membership in force on its day, or what else is wrong."""
    joined, day = facts.joined, facts.effective_from
    if joined is None or joined.valid_from > day:
        return f"Không phải thành viên của đơn vị vào ngày {format_day(day)}."
    if not joined.approved:
        return "Chưa được phê duyệt là thành viên nên chỉ ghi được dòng “Bổ sung”."
    return _obstacle_in_approved(joined, facts)


def _obstacle_in_approved(joined: Joined, facts: LineFacts) -> str | None:
    if joined.valid_to is not None:
        return f"Đã ghi thay đổi hoặc thôi tham gia từ ngày {format_day(joined.valid_to)}."
    if joined.valid_from == facts.effective_from:
        return f"Ngày hiệu lực phải sau ngày bắt đầu {format_day(joined.valid_from)}."
    if facts.action is LineAction.CHANGE and not differs(facts):
        return "Vai trò và tổ chức đại diện không có gì thay đổi."
    return None


def differs(facts: LineFacts) -> bool:
    """Tell whether the line asks for another role or organisation than the membership has."""
    return facts.joined is not None and (facts.role, facts.organisation or "") != (
        facts.joined.role,
        facts.joined.organisation or "",
    )


@dataclass(frozen=True, slots=True)
class LineSigns:
    """What a reviewer should look at in a line; none of it stops an approval."""

    without_birth_year: bool
    shares_phone: bool
    shares_number: bool
    has_namesake: bool
    joins_by_approval: bool
    otherwise_now: bool


def line_warnings(signs: LineSigns) -> list[str]:
    """Return the signs in words."""
    said = [
        (signs.without_birth_year, "Thiếu năm sinh"),
        (signs.shares_phone, "Trùng số điện thoại với người khác"),
        (signs.shares_number, "Trùng số CCCD với người khác"),
        (signs.has_namesake, "Trùng họ tên và năm sinh với người khác"),
        (signs.joins_by_approval, "Chưa là thành viên của đơn vị, sẽ được ghi khi phê duyệt"),
        (signs.otherwise_now, "Họ tên, năm sinh hoặc chức danh đã sửa sau khi gửi"),
    ]
    return [text for holds, text in said if holds]


class Involvement(Enum):
    """How somebody has to do with a list, so that its next step is another's; in words."""

    LISTED = "Người có tên trong danh sách không được xử lý danh sách đó."
    SUBMITTED = "Người gửi danh sách không được thực hiện bước tiếp theo của danh sách đó."
    DRAFTED = "Người soạn danh sách không được thực hiện bước tiếp theo của danh sách đó."
    HANDLED = "Người đã xử lý danh sách ở bước trước không được thực hiện bước tiếp theo."


@dataclass(frozen=True, slots=True)
class Involved:
    """Somebody who has to do with a list: an account and its person, or a person alone."""

    how: Involvement
    account_id: int | None
    person_id: int | None


def involvement_of(actor: Actor, involved: Iterable[Involved]) -> Involvement | None:
    """Return how the actor has to do with a list, by account or by person; None: in no way."""
    return next(
        (
            one.how
            for one in involved
            if (actor.account_id is not None and actor.account_id == one.account_id)
            or (actor.person_id is not None and actor.person_id == one.person_id)
        ),
        None,
    )


_RIGHTS = {
    Step.VERIFY: "xác nhận danh sách",
    Step.REVIEW: "thẩm định danh sách",
    Step.DECIDE: "phê duyệt danh sách",
}


def check_takes_part_in_nothing(actor: Actor, step: Step, involved: Iterable[Involved]) -> None:
    """Check that who verifies, reviews, decides or returns a list has not to do with it otherwise.

    He stands on none of its lines, and took none of the steps before: two people means two people.
    Raises NotAllowed, saying who can.
    """
    how = involvement_of(actor, involved)
    if how is not None:
        raise NotAllowed(
            f"{how.value} Bước này do người khác có quyền {_RIGHTS[step]} của đơn vị thực hiện; "
            "nếu chưa có ai, đề nghị quản trị hệ thống cấp quyền."
        )

"""A later paper replaces or revokes an earlier one, wholly or for those it names (ADR 0019)."""

from dataclasses import dataclass
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.decisions import EndKind, may_end
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import EVERYTHING, Action, Actor
from registry.models.base import db
from registry.models.decisions import Decision, DecisionEnd
from registry.queries.coverage.at_risk import served_on_decision
from registry.queries.coverage.spans import covered_days
from registry.queries.decisions import seen_decision
from registry.queries.paper_ends import NOBODY, end_said, holders_on
from registry.services.audit import Event, record
from registry.services.decisions import keep_lists_for_the_reviewing_office
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.one_at_a_time import one_at_a_time

BEYOND = (
    "Văn bản này còn phân công của đơn vị ngoài phạm vi được giao: chọn từng người, bộ phận, "
    "hoặc đề nghị cơ quan thẩm định ghi."
)
TAKEN_BACK = (
    "Văn bản này không còn nội dung ghi thay thế, bãi bỏ đó: có thể người khác vừa xóa. "
    "Mở lại trang văn bản để xem."
)


@dataclass(frozen=True, kw_only=True)
class EndPaper:
    """A later paper takes one out of force; `holders` are the keys of those it does so for.

    No holders: for all the earlier one names. From which day, the later paper says itself.
    """

    decision_id: int
    by_id: int
    kind: EndKind
    holders: tuple[str, ...] = ()
    accept_gap: bool = False


@one_at_a_time
def end_paper(actor: Actor, command: EndPaper, moment: Moment) -> list[DecisionEnd]:
    """Record that a later paper replaces or revokes one.

    Raises NotFound outside the scope; Invalid on `by_id` when that paper is not later or did so
    already, on `holders` for one the paper does not name, and on `accept_gap` when a unit would
    lose its last focal point.
    """
    ended = _own(actor, command.decision_id, moment.day)
    by = _own(actor, command.by_id, moment.day)
    _check_later(ended, by)
    covered = covered_days(served_on_decision(ended.id))
    ends = [
        DecisionEnd(
            decision_id=ended.id,
            by_id=by.id,
            kind=command.kind,
            person_id=person_id,
            section_id=section_id,
            created_at=moment.instant,
        )
        for person_id, section_id in _holders(actor, ended, command.holders, moment.day)
    ]
    _refuse_twice(ends)
    db.session.add_all(ends)
    db.session.flush()
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
    details = {
        "by": by.name,
        "end_kind": command.kind.value,
        "holders": len(command.holders) or None,
    } | accepted_gaps(gaps)
    record(actor, Event(Deed.DECISION_END, "decisions", ended.id, ended.unit_id, details), moment)
    return ends


@one_at_a_time
def take_back_end(actor: Actor, decision_id: int, end_id: int, moment: Moment) -> Decision:
    """Let a paper not be taken out of force after all; return it.

    Raises NotFound outside the scope, and for an end of somebody whom the paper names outside the
    scope; Conflict for what is no end of that paper any more; Invalid on `holders` for a whole end
    when it names one outside.
    Of whom it names no more, corrected since, the end is anybody's whose the paper is.
    """
    ended = _own(actor, decision_id, moment.day)
    end = db.session.get(DecisionEnd, end_id)
    if end is None or end.decision_id != ended.id:
        raise Conflict(TAKEN_BACK)
    holder = (end.person_id, end.section_id)
    own = _own_holders(actor, ended, moment.day, for_all=holder == NOBODY).values()
    named = holders_on(ended.id, EVERYTHING, moment.day)
    if holder in {(one.person_id, one.section_id) for one in named} - set(own):
        raise NotFound
    by = db.session.get_one(Decision, end.by_id)
    db.session.delete(end)
    db.session.flush()
    details = {"by": by.name, "end_kind": end.kind.value}
    record(
        actor,
        Event(Deed.DECISION_END_TAKE_BACK, "decisions", ended.id, ended.unit_id, details),
        moment,
    )
    return ended


def _own(actor: Actor, decision_id: int, today: date) -> Decision:
    decision = seen_decision(decision_id, actor.require(Action.ASSIGNMENT_RECORD), today)
    if decision is None:
        raise NotFound
    keep_lists_for_the_reviewing_office(actor, decision.id, today)
    return decision


def _check_later(ended: Decision, by: Decision) -> None:
    if by.id == ended.id:
        raise Invalid.on("by_id", "Chọn một văn bản khác.")
    if not may_end(by.kind, ended.kind):
        raise Invalid.on(
            "by_id",
            f"{by.kind.label} không thay thế, bãi bỏ được {ended.kind.label.lower()}. "
            "Chọn quyết định hoặc nghị quyết thay thế, bãi bỏ văn bản này.",
        )
    first, then = (paper.effective_from or paper.issued_on for paper in (ended, by))
    if first is None or then is None:
        raise Invalid.on(
            "by_id", "Bổ sung ngày ký của cả hai văn bản trước, rồi ghi thay thế hoặc bãi bỏ."
        )
    if then <= first:
        raise Invalid.on("by_id", "Văn bản thay thế, bãi bỏ phải có hiệu lực sau văn bản này.")


def _holders(
    actor: Actor, ended: Decision, keys: tuple[str, ...], today: date
) -> list[tuple[int | None, int | None]]:
    """Return person and section of each key; one pair of nobody where all are meant.

    A paper that names somebody outside the actor's scope is not his to end for all.
    """
    own = _own_holders(actor, ended, today, for_all=not keys)
    if not keys:
        return [NOBODY]
    if not own.keys() >= set(keys):
        raise Invalid.on("holders", "Chọn người, bộ phận có phân công theo văn bản này.")
    return [own[key] for key in sorted(set(keys))]


def _own_holders(
    actor: Actor, ended: Decision, today: date, *, for_all: bool
) -> dict[str, tuple[int | None, int | None]]:
    """Return person and section of those a paper names in the actor's scope, by key.

    Raises Invalid on `holders` when something is said for all, and it names others too.
    """
    own = holders_on(ended.id, actor.scope(Action.ASSIGNMENT_RECORD), today)
    if for_all and len(own) < len(holders_on(ended.id, EVERYTHING, today)):
        raise Invalid.on("holders", BEYOND)
    return {holder.key: (holder.person_id, holder.section_id) for holder in own}


def _refuse_twice(ends: list[DecisionEnd]) -> None:
    if any(end_said(end) is not None for end in ends):
        raise Invalid.on(
            "by_id",
            "Văn bản được chọn đã được ghi thay thế, bãi bỏ văn bản này. Chọn văn bản khác.",
        )

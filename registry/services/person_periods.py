"""What a person is by occupation: begin, correct, or change from a day on (docs/adr/0018).

A person's periods follow one another without gap, the first from the first membership or before,
the last without end; two that follow each other never say the same.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound, Problem
from registry.domain.people import PersonFacts
from registry.domain.periods import LONGEST_AHEAD, Period, without
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day
from registry.models.base import continued, db
from registry.models.people import PersonPeriod
from registry.queries.coverage.at_risk import served_by
from registry.queries.coverage.spans import covered_days
from registry.queries.memberships import belonging_of
from registry.queries.people import person_in_scope
from registry.queries.person_periods import first_day_as_member, period_by_id, periods_of
from registry.services.audit import Event, record
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.one_at_a_time import one_at_a_time

JOB_TITLE_MAX_LENGTH = 200
CHANGED_MEANWHILE = (
    "Người khác vừa lưu thông tin này. Chưa có gì bị ghi đè; tải lại trang để xem rồi nhập lại."
)
NOTHING_NEW = "Chưa có nội dung nào khác với thông tin đang lưu."


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectFacts:
    """What was always otherwise: a period is rewritten; `version` is the one shown.

    Another first day moves the end of the period before it. `accept_gap`: the actor was told which
    units are left without a focal point, who had the duty by title, and goes on.
    """

    period_id: int
    version: int
    facts: PersonFacts
    valid_from: date
    accept_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """What is otherwise from a day on: the period ends there and another one goes on.

    `accept_gap` as of `CorrectFacts`.
    """

    period_id: int
    version: int
    facts: PersonFacts
    day: date
    accept_gap: bool = False


def begin(person_id: int, facts: PersonFacts, since: date) -> None:
    """Write a person's first period; `facts` are checked, the caller authorises and audits."""
    db.session.add(PersonPeriod(person_id=person_id, valid_from=since, **asdict(facts)))
    db.session.flush()


@one_at_a_time
def correct(actor: Actor, command: CorrectFacts, moment: Moment) -> None:
    """Rewrite a period of a person of the actor's scope (Đính chính).

    Raises NotFound outside the scope, Conflict when somebody saved it meanwhile, Invalid when the
    title is too long or nothing is otherwise, or on `valid_from` when the first day would leave
    days of membership without facts, or another period without days, or when something would be
    said of days on which the person belonged to no unit of the scope, or on `accept_gap` when a
    unit would lose its last focal point.
    """
    period, unit_id = _to_edit(actor, command.period_id, command.version, moment.day)
    before_it = _before(period)
    facts, problems = checked(command.facts)
    problems += _first_day_problems(period, before_it, command.valid_from)
    if not problems and (facts, command.valid_from) == (period.facts, period.valid_from):
        problems.append(Problem("", NOTHING_NEW))
    if not problems:
        first, last = sorted((command.valid_from, period.valid_from))
        rewritten = Period(first, period.valid_to if facts != period.facts else last)
        problems += _days_elsewhere(actor, period.person_id, rewritten, "valid_from", moment.day)
    if problems:
        raise Invalid(problems)
    was, covered = _values(period), _covered_by(period)
    _begin_on(period, before_it, command.valid_from)
    _say(period, facts)
    db.session.flush()
    since = min(command.valid_from, moment.day)
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap, since=since)
    _record(actor, _Deed(Deed.PERSON_CORRECT, was, gaps), period, unit_id, moment)
    _join_equal(period.person_id)


@one_at_a_time
def change_from(actor: Actor, command: ChangeFacts, moment: Moment) -> None:
    """Let a person of the actor's scope be otherwise from a day on (Thay đổi từ ngày).

    The day may be to come, by a year at most; until it comes, the facts before it are told. Raises
    Invalid on `change_from` when the day is not inside the period, or the person belongs to no unit
    of the scope from then to today; others as `correct`.
    """
    period, unit_id = _to_edit(actor, command.period_id, command.version, moment.day)
    facts, problems = checked(command.facts)
    problems += _day_problems(period, command.day, moment.day)
    if not problems and facts == period.facts:
        problems.append(Problem("", NOTHING_NEW))
    if not problems:
        rewritten = Period(command.day, period.valid_to)
        problems += _days_elsewhere(actor, period.person_id, rewritten, "change_from", moment.day)
    if problems:
        raise Invalid(problems)
    was, covered = _values(period), _covered_by(period)
    following = _write_from(period, facts, command.day)
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
    _record(actor, _Deed(Deed.PERSON_CHANGE, was, gaps), following, unit_id, moment)
    _join_equal(period.person_id)


def _covered_by(period: PersonPeriod) -> dict[int, list[Period]]:
    """Return the days on which the units that the person serves have a focal point."""
    return covered_days(served_by([period.person_id]))


def set_from(
    actor: Actor, period: PersonPeriod, facts: PersonFacts, day: date, unit_id: int, moment: Moment
) -> None:
    """Let `facts` hold from `day` on: in a new period, or in one that begins on that day.

    Called by services that authorised their own action and checked the facts; the day lies in the
    period.
    """
    was = _values(period)
    following = _write_from(period, facts, day)
    _record(actor, _Deed(Deed.PERSON_CHANGE, was), following, unit_id, moment)
    _join_equal(period.person_id)


def _write_from(period: PersonPeriod, facts: PersonFacts, day: date) -> PersonPeriod:
    following = period
    if day == period.valid_from:
        _say(following, facts)
    else:
        following = continued(period, valid_from=day, **asdict(facts))
        # The database refuses a day in two periods, so the old one is closed first.
        period.valid_to = day
        db.session.flush()
        db.session.add(following)
    db.session.flush()
    return following


def reach_back(actor: Actor, person_id: int, day: date, unit_id: int, moment: Moment) -> None:
    """Let a person's first period begin on `day` where a membership begins before it.

    Called by services that write memberships, which authorised their own action: on no day of a
    membership are the facts missing. What was said first is taken to have been so before.
    """
    first = next(iter(periods_of(person_id)), None)
    if first is None or first.valid_from <= day:
        return
    was = _values(first)
    first.valid_from = day
    db.session.flush()
    _record(actor, _Deed(Deed.PERSON_CORRECT, was), first, unit_id, moment)


def checked(facts: PersonFacts) -> tuple[PersonFacts, list[Problem]]:
    """Return the facts as they are stored, and what is wrong with them."""
    job_title = normalise(facts.job_title or "") or None
    problems = []
    if job_title is not None and (said := refusal_of(job_title)):
        problems.append(Problem("job_title", said))
    if job_title is not None and len(job_title) > JOB_TITLE_MAX_LENGTH:
        message = f"Chức vụ, chức danh dài nhiều nhất {JOB_TITLE_MAX_LENGTH} ký tự."
        problems.append(Problem("job_title", message))
    return replace(facts, job_title=job_title), problems


def _to_edit(actor: Actor, period_id: int, version: int, today: date) -> tuple[PersonPeriod, int]:
    """Return a period in the version the actor saw, and the unit by which he may edit it."""
    scope = actor.require(Action.PERSON_EDIT)
    period = period_by_id(period_id)
    found = person_in_scope(period.person_id, scope, today, today) if period else None
    if period is None or found is None:
        raise NotFound
    if period.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    return period, found[1]


def _days_elsewhere(
    actor: Actor, person_id: int, rewritten: Period, field: str, today: date
) -> list[Problem]:
    """Name the days before today, or the first to come, that are not the actor's to speak of.

    Rights over what is dated go with the units in which the person was a member then: who took him
    up later says nothing about the days before (docs/adr/0030). Of days on which he was a member
    nowhere everybody who may edit him does.
    """
    spoken_of = Period(rewritten.valid_from, max(rewritten.valid_from, today) + timedelta(days=1))
    touched = rewritten.intersection(spoken_of)
    inside, outside = belonging_of(person_id, actor.scope(Action.PERSON_EDIT), today)
    elsewhere = [shared for one in outside if touched and (shared := one.intersection(touched))]
    foreign = without(elsewhere, inside)
    if not foreign:
        return []
    days = f"Từ ngày {format_day(foreign[0].valid_from)}"
    if foreign[0].valid_to is not None and foreign[0].valid_to <= today:
        days += f" đến trước ngày {format_day(foreign[0].valid_to)}"
    message = (
        f"{days}, người này thuộc đơn vị ngoài phạm vi được giao; thông tin của thời gian đó do "
        "cơ quan thẩm định đính chính. Để ghi thông tin từ khi vào đơn vị này, chọn “Thay đổi từ "
        "ngày”."
    )
    return [Problem(field, message)]


def _before(period: PersonPeriod) -> PersonPeriod | None:
    """Return the period that ends where this one begins."""
    return next(
        (other for other in periods_of(period.person_id) if other.valid_to == period.valid_from),
        None,
    )


def _first_day_problems(
    period: PersonPeriod, before_it: PersonPeriod | None, day: date
) -> list[Problem]:
    if period.valid_to is not None and day >= period.valid_to:
        message = (
            f"Thông tin này hết hiệu lực từ ngày {format_day(period.valid_to)}; chọn ngày trước đó."
        )
        return [Problem("valid_from", message)]
    if before_it is not None and day <= before_it.valid_from:
        message = (
            f"Thông tin trước đó bắt đầu từ ngày {format_day(before_it.valid_from)}; "
            "chọn ngày sau đó."
        )
        return [Problem("valid_from", message)]
    joined = first_day_as_member(period.person_id)
    if before_it is None and joined is not None and day > joined:
        message = (
            f"Người này tham gia từ ngày {format_day(joined)}. Thông tin đầu tiên phải có từ ngày "
            "đó hoặc sớm hơn; nếu sau này mới khác, chọn “Thay đổi từ ngày”."
        )
        return [Problem("valid_from", message)]
    return []


def _day_problems(period: PersonPeriod, day: date, today: date) -> list[Problem]:
    if day <= period.valid_from:
        message = (
            f"Thông tin này có từ ngày {format_day(period.valid_from)}; chọn ngày sau đó. "
            "Nếu đã sai ngay từ đầu, chọn “Đính chính”."
        )
        return [Problem("change_from", message)]
    if period.valid_to is not None and day >= period.valid_to:
        message = (
            f"Từ ngày {format_day(period.valid_to)} đã có thông tin khác; chọn ngày trước đó, "
            "hoặc sửa thông tin của thời gian sau."
        )
        return [Problem("change_from", message)]
    if day > today + LONGEST_AHEAD:
        message = "Ngày thay đổi xa quá một năm so với hôm nay. Kiểm tra lại năm."
        return [Problem("change_from", message)]
    return []


def _begin_on(period: PersonPeriod, before_it: PersonPeriod | None, day: date) -> None:
    """Move the day between two periods."""
    # The database refuses a day in two periods, so the one that gets shorter goes first.
    period.valid_from = max(period.valid_from, day)
    db.session.flush()
    if before_it is not None:
        before_it.valid_to = day
        db.session.flush()
    period.valid_from = day


def _join_equal(person_id: int) -> None:
    """Make one period of those that follow each other and say the same."""
    kept, *others = periods_of(person_id)
    for following in others:
        if following.facts != kept.facts:
            kept = following
            continue
        ends = following.valid_to
        db.session.delete(following)
        db.session.flush()
        kept.valid_to = ends
        db.session.flush()


def _say(period: PersonPeriod, facts: PersonFacts) -> None:
    for name, value in asdict(facts).items():
        setattr(period, name, value)


def _values(period: PersonPeriod) -> dict[str, object]:
    """Return what the audit compares before and after."""
    return asdict(period.facts) | {"valid_from": period.valid_from}


@dataclass(frozen=True, slots=True)
class _Deed:
    """What was done to a period that was otherwise before, with the gaps accepted for it."""

    deed: Deed
    was: dict[str, object]
    gaps: Mapping[int, date] = field(default_factory=dict)


def _record(actor: Actor, done: _Deed, period: PersonPeriod, unit_id: int, moment: Moment) -> None:
    """Audit what was done; what is said of the person stands beside the chain."""
    now = _values(period)
    changed = [name for name in now if now[name] != done.was[name]]
    record(
        actor,
        Event(
            done.deed,
            "people",
            period.person_id,
            unit_id=unit_id,
            details={"fields": changed} | accepted_gaps(done.gaps),
            personal={
                "before": {name: done.was[name] for name in changed},
                "after": {name: now[name] for name in changed},
            },
            person_id=period.person_id,
        ),
        moment,
    )

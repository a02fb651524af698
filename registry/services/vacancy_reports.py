"""A unit says itself that it has no focal point: known to lack one, not silent (ADR 0019)."""

from datetime import date

from sqlalchemy import select

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid
from registry.domain.permissions import Action, Actor
from registry.models.base import db
from registry.models.coverage import VacancyReport
from registry.queries.assignments.counting import focal_points_counting
from registry.queries.coverage.required import is_required
from registry.queries.units.on_a_day import path_on
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time

WITHDRAWN = "Báo cáo này đã được rút hoặc gửi lại trước đó."


@one_at_a_time
def report_vacancy(actor: Actor, unit_id: int, since: date, moment: Moment) -> None:
    """Record that a unit has had no focal point since a day.

    Raises NotFound outside the scope; Invalid on `since` for a day to come, one on which the unit
    need not have a focal point or has one, and where that was reported already.
    """
    _authorise(actor, unit_id, moment.day)
    if since > moment.day:
        raise Invalid.on("since", "Ngày này không được sau hôm nay.")
    if not is_required(unit_id, since):
        raise Invalid.on("since", "Vào ngày này đơn vị không thuộc diện phải bố trí đầu mối.")
    if focal_points_counting(unit_id, since):
        raise Invalid.on(
            "since",
            "Vào ngày này đơn vị đang có đầu mối. Nếu người đó đã thôi nhiệm vụ, kết thúc phân "
            "công trước.",
        )
    if _report(unit_id, since) is not None:
        raise Invalid.on("since", "Đơn vị đã báo chưa bố trí từ ngày này.")
    report = VacancyReport(unit_id=unit_id, since=since, created_at=moment.instant)
    db.session.add(report)
    db.session.flush()
    _record(actor, Deed.VACANCY_REPORT, report, moment)


@one_at_a_time
def withdraw_report(actor: Actor, unit_id: int, since: date, moment: Moment) -> None:
    """Take a report back that was made by mistake. Raises Conflict where there is none any more."""
    _authorise(actor, unit_id, moment.day)
    report = _report(unit_id, since)
    if report is None:
        raise Conflict(WITHDRAWN)
    _record(actor, Deed.VACANCY_WITHDRAW, report, moment)
    db.session.delete(report)
    db.session.flush()


def _authorise(actor: Actor, unit_id: int, today: date) -> None:
    actor.require_on(Action.ASSIGNMENT_RECORD, path_on(unit_id, today), unit_id)


def _report(unit_id: int, since: date) -> VacancyReport | None:
    return db.session.scalar(
        select(VacancyReport).where(VacancyReport.unit_id == unit_id, VacancyReport.since == since)
    )


def _record(actor: Actor, deed: Deed, report: VacancyReport, moment: Moment) -> None:
    event = Event(
        deed,
        "vacancy_reports",
        report.id,
        unit_id=report.unit_id,
        details={"since": report.since},
    )
    record(actor, event, moment)

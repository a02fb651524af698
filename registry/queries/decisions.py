"""Questions about decisions: one that may be seen, those of a unit, what hangs on one; files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from sqlalchemy import ColumnElement, and_, func, select

from registry.domain.decisions import DecisionKind
from registry.domain.permissions import Scope
from registry.domain.rosters import RosterState
from registry.models.accounts import Grant
from registry.models.base import db
from registry.models.decisions import Decision, DecisionEnd, StoredFile
from registry.models.rosters import Roster
from registry.models.units import UnitPath
from registry.queries.blocks import blocks
from registry.queries.paging import Page, Window, page_of
from registry.queries.units.on_a_day import in_force, in_scope_of, under


@dataclass(frozen=True, slots=True)
class RosterOnDecision:
    """A member list decided by a decision."""

    id: int
    unit_id: int
    number: int
    state: RosterState


def seen_decision(decision_id: int, scope: Scope, today: date) -> Decision | None:
    """Return the decision when its unit lies in `scope` today, else None."""
    return db.session.scalar(
        select(Decision).where(
            Decision.id == decision_id, in_scope_of(scope, Decision.unit_id, today)
        )
    )


def decisions_seen(
    decision_ids: Iterable[int | None], scope: Scope, today: date
) -> dict[int, Decision]:
    """Return those of the decisions whose units lie in `scope` today, by id."""
    wanted = sorted({one for one in decision_ids if one is not None})
    return {
        decision.id: decision
        for block in blocks(wanted)
        for decision in db.session.scalars(
            select(Decision).where(
                Decision.id.in_(block), in_scope_of(scope, Decision.unit_id, today)
            )
        )
    }


def decisions_of_unit(unit_id: int) -> list[Decision]:
    """Return the decisions recorded for a unit, newest first; those without a day before all."""
    rows = db.session.scalars(select(Decision).where(Decision.unit_id == unit_id)).all()
    return sorted(rows, key=lambda row: (row.issued_on or date.max, row.id), reverse=True)


def decisions_with_issuer(within: str | None, day: date) -> list[Decision]:
    """Return the decisions of which the issuer is known, of all units or of those below a path.

    Unit by unit, the oldest first; the path is one of `day`.
    """
    wanted = select(Decision).where(Decision.issuer.is_not(None))
    if within is not None:
        below = select(UnitPath.unit_id).where(
            in_force(UnitPath, day), under(UnitPath.path, within)
        )
        wanted = wanted.where(Decision.unit_id.in_(below))
    return list(db.session.scalars(wanted.order_by(Decision.unit_id, Decision.id)))


def kinds_ended_by(decision_id: int) -> list[DecisionKind]:
    """Return the kinds of the papers that a paper takes out of force."""
    return list(
        db.session.scalars(
            select(Decision.kind)
            .join(DecisionEnd, DecisionEnd.decision_id == Decision.id)
            .where(DecisionEnd.by_id == decision_id)
        )
    )


class Lack(Enum):
    """What a decision may lack until somebody completes it."""

    DAY = "day"
    SCAN = "scan"


def lacks(lack: Lack, scope: Scope, today: date) -> ColumnElement[bool]:
    """Return the condition that a decision of a unit in `scope` lacks its day, or its scan."""
    missing = {Lack.DAY: Decision.issued_on, Lack.SCAN: Decision.file_id}[lack]
    return and_(missing.is_(None), in_scope_of(scope, Decision.unit_id, today))


def incomplete_decisions(lack: Lack, scope: Scope, today: date, window: Window) -> Page[Decision]:
    """Return one page of the decisions in `scope` that lack something, the oldest first."""
    wanted = lacks(lack, scope, today)
    total = db.session.scalar(select(func.count()).select_from(Decision).where(wanted)) or 0
    ordered = (
        select(Decision)
        .where(wanted)
        .order_by(Decision.issued_on.is_(None), Decision.issued_on, Decision.id)
    )
    return page_of(
        window,
        total,
        lambda limit, offset: db.session.scalars(ordered.limit(limit).offset(offset)).all(),
    )


def roster_units_on(decision_id: int) -> list[int]:
    """Return the units whose member lists were decided by a decision."""
    return list(
        db.session.scalars(
            select(Roster.unit_id)
            .where(Roster.decision_id == decision_id)
            .distinct()
            .order_by(Roster.unit_id)
        )
    )


def rosters_on_decision(decision_id: int, scope: Scope, today: date) -> list[RosterOnDecision]:
    """Return the member lists decided by a decision whose units lie in `scope` today."""
    return [
        RosterOnDecision(roster.id, roster.unit_id, roster.number, roster.state)
        for roster in db.session.scalars(
            select(Roster)
            .where(Roster.decision_id == decision_id, in_scope_of(scope, Roster.unit_id, today))
            .order_by(Roster.unit_id, Roster.number)
        )
    ]


def all_stored_files() -> list[StoredFile]:
    """Return every recorded file, replaced scans included."""
    return list(db.session.scalars(select(StoredFile).order_by(StoredFile.id)))


def replaced_files(before: datetime) -> list[StoredFile]:
    """Return the files replaced before a moment, the earliest stored first; no paper has them."""
    return list(
        db.session.scalars(
            select(StoredFile)
            .where(
                StoredFile.replaced_at < before,
                ~select(Decision.id).where(Decision.file_id == StoredFile.id).exists(),
                ~select(Grant.id).where(Grant.paper_id == StoredFile.id).exists(),
            )
            .order_by(StoredFile.id)
        )
    )


def stored_bytes(unit_id: int | None = None) -> int:
    """Return how much the scans of a unit's papers weigh, without one all files there are."""
    asked = select(func.coalesce(func.sum(StoredFile.size), 0))
    if unit_id is not None:
        asked = asked.join(Decision, Decision.file_id == StoredFile.id).where(
            Decision.unit_id == unit_id
        )
    return db.session.scalar(asked) or 0


def decision_numbered(unit_id: int, number: str) -> Decision | None:
    """Return the decision of this number, in capitals or not, that a unit recorded first."""
    numbers = db.session.execute(
        select(Decision.id, Decision.number)
        .where(Decision.unit_id == unit_id)
        .order_by(Decision.id)
    )
    same = (key for key, known in numbers if known.casefold() == number.casefold())
    found = next(same, None)
    return None if found is None else db.session.get(Decision, found)

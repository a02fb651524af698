"""What a reorganisation asks: the units before it, the facts that hang on them, past batches."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Subquery, Table, and_, func, or_, select
from sqlalchemy.orm import aliased

from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.rosters import OPEN_ROSTER_STATES
from registry.domain.signups import SignupState
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.cards import Card
from registry.models.decisions import Decision
from registry.models.reorganisations import Reorganisation, ReorganisationChange
from registry.models.rosters import Roster
from registry.models.signups import Signup
from registry.models.units import (
    KindPlacement,
    Succession,
    Unit,
    UnitContact,
    UnitPath,
    UnitPeriod,
)
from registry.queries.units.on_a_day import in_force, under

BLOCK = 500

OPEN_SIGNUPS = (SignupState.RECEIVED, SignupState.COMPLETION_ASKED)


def blocks(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield sorted ids in portions an IN list can hold on every database."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BLOCK):
        yield wanted[start : start + BLOCK]


def reserved_ids(key: Column[int], count: int) -> list[int]:
    """Return the next free ids of a table; nobody else is given them.

    SQLite has one writer at a time; on PostgreSQL they come from the table's sequence.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(key.table.name, key.name)
        numbers = func.generate_series(1, count).table_valued("number")
        return list(db.session.scalars(select(func.nextval(sequence)).select_from(numbers)))
    last = db.session.scalar(select(func.max(key))) or 0
    return list(range(last + 1, last + 1 + count))


def units_before(day: date) -> list[PlannedUnit]:
    """Return every unit in force on the day before `day`, as the planner takes it."""
    eve = day - timedelta(days=1)
    later = aliased(UnitPeriod)
    has_later = (
        select(later.id)
        .where(later.unit_id == UnitPeriod.unit_id, later.valid_from >= day)
        .exists()
    )
    rows = db.session.execute(
        # In the order in which PlannedUnit takes them; whole mapped rows would cost their making.
        select(
            UnitPeriod.unit_id,
            UnitPeriod.name,
            UnitPeriod.kind,
            UnitPeriod.parent_id,
            UnitPeriod.official_code,
            UnitPeriod.short_name,
            UnitPeriod.designation,
            UnitPeriod.area,
            UnitPeriod.takes_part,
            UnitPeriod.not_taking_part_reason,
            or_(UnitPeriod.valid_to.is_not(None), has_later),
        ).where(in_force(UnitPeriod, eve))
    )
    return [PlannedUnit(*row) for row in rows]


def units_by_kind(day: date) -> dict[str, int]:
    """Return how many units of each kind stand on `day`."""
    rows = db.session.execute(
        select(UnitPeriod.kind, func.count())
        .where(in_force(UnitPeriod, day))
        .group_by(UnitPeriod.kind)
    )
    return {kind.value: count for kind, count in sorted(rows, key=lambda row: row[0])}


def roots_of(unit_ids: Iterable[int], day: date) -> set[int]:
    """Return the topmost units under which these stand on `day`."""
    found: set[int] = set()
    for block in blocks(unit_ids):
        paths = db.session.scalars(
            select(UnitPath.path).where(UnitPath.unit_id.in_(block), in_force(UnitPath, day))
        )
        found.update(int(path.split("/")[1]) for path in paths)
    return found


def placements(day: date) -> set[tuple[UnitKind, UnitKind | None]]:
    """Return which kind may stand under which on `day`; None is the top."""
    rows = db.session.execute(
        select(KindPlacement.kind, KindPlacement.parent_kind).where(in_force(KindPlacement, day))
    )
    return {(kind, UnitKind(above) if above else None) for kind, above in rows}


def periods_on(unit_ids: Iterable[int], day: date) -> dict[int, UnitPeriod]:
    """Return the period in force on `day` of each of the units."""
    found: dict[int, UnitPeriod] = {}
    for block in blocks(unit_ids):
        for period in db.session.scalars(
            select(UnitPeriod).where(UnitPeriod.unit_id.in_(block), in_force(UnitPeriod, day))
        ):
            found[period.unit_id] = period
    return found


def periods_from(unit_ids: Iterable[int], day: date) -> list[dict[str, Any]]:
    """Return, whole, the periods of these units that begin on `day` or later."""
    table: Table = UnitPeriod.__table__  # type: ignore[assignment] # a mapped class's table
    found: list[dict[str, Any]] = []
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(table).where(table.c.unit_id.in_(block), table.c.valid_from >= day)
        )
        found += [dict(row) for row in rows.mappings()]
    return found


def later_periods_at(parent_ids: Collection[int], day: date) -> list[UnitPeriod]:
    """Return the periods, beginning on `day` or later, of other units that stand under these."""
    found: list[UnitPeriod] = []
    for block in blocks(parent_ids):
        rows = db.session.scalars(
            select(UnitPeriod)
            .where(UnitPeriod.parent_id.in_(block), UnitPeriod.valid_from >= day)
            .order_by(UnitPeriod.id)
        )
        found += [period for period in rows if period.unit_id not in parent_ids]
    return found


def homeless(unit_ids: Collection[int]) -> list[tuple[str, str]]:
    """Return which units outlive what they stand under, and the names of both.

    Looked at are these and those directly below them. A unit's periods have no gap, so only its
    first and last day count.
    """
    child, life = aliased(UnitPeriod), _lives()
    found: set[tuple[int, str, int, str]] = set()
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(child.unit_id, child.name, UnitPeriod.unit_id, UnitPeriod.name)
            .join(life, life.c.unit_id == child.parent_id)
            .join(
                UnitPeriod,
                and_(
                    UnitPeriod.unit_id == life.c.unit_id, UnitPeriod.valid_from == life.c.last_from
                ),
            )
            .where(
                or_(child.unit_id.in_(block), child.parent_id.in_(block)),
                or_(
                    child.valid_from < life.c.begins,
                    and_(
                        UnitPeriod.valid_to.is_not(None),
                        or_(child.valid_to.is_(None), child.valid_to > UnitPeriod.valid_to),
                    ),
                ),
            )
        )
        found.update(
            (unit_id, name, above, above_name) for unit_id, name, above, above_name in rows
        )
    return [(name, above_name) for _, name, _, above_name in sorted(found)]


def _lives() -> Subquery:
    """Select the first day of each unit, and the first day of its last period."""
    period = aliased(UnitPeriod)
    return (
        select(
            period.unit_id.label("unit_id"),
            func.min(period.valid_from).label("begins"),
            func.max(period.valid_from).label("last_from"),
        )
        .group_by(period.unit_id)
        .subquery()
    )


def shared_codes(unit_ids: Collection[int], since: date) -> list[tuple[str, str, str]]:
    """Return code and both names where a unit shares its code with another from `since` on."""
    other = aliased(UnitPeriod)
    found: set[tuple[str, str, str]] = set()
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(UnitPeriod.official_code, UnitPeriod.name, other.name)
            .join(
                other,
                and_(
                    other.official_code == UnitPeriod.official_code,
                    other.unit_id != UnitPeriod.unit_id,
                    or_(other.valid_to.is_(None), other.valid_to > UnitPeriod.valid_from),
                    or_(UnitPeriod.valid_to.is_(None), UnitPeriod.valid_to > other.valid_from),
                ),
            )
            .where(
                UnitPeriod.unit_id.in_(block),
                or_(UnitPeriod.valid_to.is_(None), UnitPeriod.valid_to > since),
                or_(other.valid_to.is_(None), other.valid_to > since),
            )
        )
        found.update((code or "", name, other_name) for code, name, other_name in rows)
    return sorted(found)


def dated_rows(
    table: Table, columns: Sequence[str], unit_ids: Iterable[int], day: date
) -> list[dict[str, Any]]:
    """Return the rows of a table that name one of the units in `columns` on or after `day`."""
    found: dict[int, dict[str, Any]] = {}
    for block in blocks(unit_ids):
        names: list[ColumnElement[bool]] = [table.c[column].in_(block) for column in columns]
        statement = select(table).where(
            or_(*names), or_(table.c.valid_to.is_(None), table.c.valid_to > day)
        )
        for row in db.session.execute(statement).mappings():
            found[row["id"]] = dict(row)
    return [found[key] for key in sorted(found)]


def open_rosters_of(unit_ids: Iterable[int]) -> list[Roster]:
    """Return the lists of these units that are not decided yet."""
    found: list[Roster] = []
    for block in blocks(unit_ids):
        found += db.session.scalars(
            select(Roster)
            .where(Roster.unit_id.in_(block), Roster.state.in_(sorted(OPEN_ROSTER_STATES)))
            .order_by(Roster.id)
        ).all()
    return found


def open_signups_of(unit_ids: Iterable[int]) -> list[Signup]:
    """Return the requests at these units that are not decided yet."""
    found: list[Signup] = []
    for block in blocks(unit_ids):
        found += db.session.scalars(
            select(Signup)
            .where(Signup.unit_id.in_(block), Signup.state.in_(OPEN_SIGNUPS))
            .order_by(Signup.id)
        ).all()
    return found


def last_roster_numbers(unit_ids: Iterable[int]) -> dict[int, int]:
    """Return the highest list number of each unit that has lists."""
    found: dict[int, int] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(Roster.unit_id, func.max(Roster.number))
            .where(Roster.unit_id.in_(block))
            .group_by(Roster.unit_id)
        )
        found.update((unit_id, number) for unit_id, number in rows)
    return found


def subtree_ids(unit_ids: Iterable[int], day: date) -> set[int]:
    """Return the units and everything that stands below them on `day` or later."""
    lasting = or_(UnitPath.valid_to.is_(None), UnitPath.valid_to > day)
    paths: set[str] = set()
    for block in blocks(unit_ids):
        paths.update(
            db.session.scalars(select(UnitPath.path).where(UnitPath.unit_id.in_(block), lasting))
        )
    found: set[int] = set()
    roots = _topmost(paths)
    for start in range(0, len(roots), 50):
        conditions = [under(UnitPath.path, path) for path in roots[start : start + 50]]
        found.update(db.session.scalars(select(UnitPath.unit_id).where(or_(*conditions), lasting)))
    return found


def _topmost(paths: Iterable[str]) -> list[str]:
    """Return the paths that do not lie below another of them."""
    found: list[str] = []
    for path in sorted(paths):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return found


def batch_by_id(batch_id: int) -> Reorganisation | None:
    """Return a batch."""
    return db.session.get(Reorganisation, batch_id)


def all_batches() -> list[Reorganisation]:
    """Return every batch, the latest day first."""
    return list(
        db.session.scalars(
            select(Reorganisation).order_by(
                Reorganisation.effective_on.desc(), Reorganisation.id.desc()
            )
        )
    )


def was_applied(effective_on: date, decision_number: str) -> bool:
    """Tell whether a batch of that day and decision was ever applied, be it undone since."""
    found = db.session.scalar(
        select(Reorganisation.id)
        .join(Decision, Decision.id == Reorganisation.decision_id)
        .where(
            Reorganisation.effective_on == effective_on,
            Decision.number == decision_number,
            Reorganisation.applied_at.is_not(None),
        )
        .limit(1)
    )
    return found is not None


def changes_of(batch_id: int) -> list[ReorganisationChange]:
    """Return the journal of a batch in the order it was written."""
    return list(
        db.session.scalars(
            select(ReorganisationChange)
            .where(ReorganisationChange.reorganisation_id == batch_id)
            .order_by(ReorganisationChange.sequence)
        )
    )


def later_batches_on(unit_ids: Iterable[int], batch: Reorganisation) -> list[Reorganisation]:
    """Return the batches applied later, not undone, that wrote periods of the same units."""
    last_change = db.session.scalar(
        select(func.max(ReorganisationChange.id)).where(
            ReorganisationChange.reorganisation_id == batch.id
        )
    )
    found: dict[int, Reorganisation] = {}
    period_ids: set[int] = set()
    for block in blocks(unit_ids):
        period_ids.update(
            db.session.scalars(select(UnitPeriod.id).where(UnitPeriod.unit_id.in_(block)))
        )
    for block in blocks(period_ids):
        rows = db.session.scalars(
            select(Reorganisation)
            .join(
                ReorganisationChange,
                and_(
                    ReorganisationChange.reorganisation_id == Reorganisation.id,
                    ReorganisationChange.table_name == UnitPeriod.__tablename__,
                    ReorganisationChange.row_id.in_(block),
                ),
            )
            .where(
                Reorganisation.id != batch.id,
                Reorganisation.undone_at.is_(None),
                # Batches are composed in one order and applied in another: the journal tells.
                ReorganisationChange.id > (last_change or 0),
            )
        )
        found.update((row.id, row) for row in rows)
    return [found[key] for key in sorted(found)]


def registry_codes(unit_ids: Iterable[int]) -> dict[int, str | None]:
    """Return the registry code of each unit."""
    found: dict[int, str | None] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(select(Unit.id, Unit.registry_code).where(Unit.id.in_(block)))
        found.update((unit_id, code) for unit_id, code in rows)
    return found


def successions_of_batch(batch_id: int) -> list[Succession]:
    """Return the successor links a batch wrote."""
    return list(
        db.session.scalars(
            select(Succession)
            .where(Succession.reorganisation_id == batch_id)
            .order_by(Succession.predecessor_id, Succession.successor_id)
        )
    )


@dataclass(frozen=True, slots=True)
class OldContact:
    """How a unit is reached, and the official code it bore last."""

    code: str | None
    phone: str | None
    email: str | None
    address: str | None
    head_title: str | None


def contacts_of(unit_ids: Iterable[int]) -> dict[int, OldContact]:
    """Return the contact of each unit that has one."""
    found: dict[int, OldContact] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(UnitContact, UnitPeriod.official_code)
            .join(UnitPeriod, UnitPeriod.unit_id == UnitContact.unit_id)
            .where(UnitContact.unit_id.in_(block))
            .order_by(UnitPeriod.valid_from)
        )
        for contact, code in rows:
            found[contact.unit_id] = OldContact(
                code, contact.phone, contact.email, contact.address, contact.head_title
            )
    return found


def registry_codes_beginning(stem: str) -> list[str]:
    """Return the registry codes that begin with `stem`."""
    return [
        code
        for code in db.session.scalars(
            select(Unit.registry_code).where(Unit.registry_code.startswith(stem, autoescape=True))
        )
        if code
    ]


def former_units(day: date) -> list[tuple[str | None, str]]:
    """Return code and name of every unit that ended before `day`."""
    living = aliased(UnitPeriod)
    still = (
        select(living.id)
        .where(
            living.unit_id == UnitPeriod.unit_id,
            or_(living.valid_to.is_(None), living.valid_to >= day),
        )
        .exists()
    )
    rows = db.session.execute(
        select(UnitPeriod.official_code, UnitPeriod.name).where(~still).distinct()
    )
    return [(code, name) for code, name in rows]


def cards_on_lines(line_ids: Iterable[str]) -> int:
    """Count the cards not revoked of these membership lines."""
    wanted = sorted(set(line_ids))
    count = 0
    for start in range(0, len(wanted), BLOCK):
        count += (
            db.session.scalar(
                select(func.count())
                .select_from(Card)
                .where(
                    Card.line_id.in_(wanted[start : start + BLOCK]),
                    Card.revoked_at.is_(None),
                )
            )
            or 0
        )
    return count


def units_of_periods(period_ids: Iterable[int]) -> set[int]:
    """Return the units to which these periods belong."""
    found: set[int] = set()
    for block in blocks(period_ids):
        found.update(db.session.scalars(select(UnitPeriod.unit_id).where(UnitPeriod.id.in_(block))))
    return found


def decision_numbered(unit_id: int, number: str) -> Decision | None:
    """Return the decision of this number that a unit recorded first."""
    return db.session.scalar(
        select(Decision)
        .where(Decision.unit_id == unit_id, Decision.number == number)
        .order_by(Decision.id)
        .limit(1)
    )

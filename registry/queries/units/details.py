"""What a unit's page shows beside the unit: what stands above and below, its offices, its past."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Scope
from registry.domain.reorganisations.annex import Part
from registry.domain.reorganisations.wording import SuccessionDeed
from registry.domain.vietnamese.names import text_sort_key
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.offices import Office
from registry.models.reorganisations import Reorganisation, ReorganisationChange
from registry.models.units import Succession, UnitContact, UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.units.on_a_day import UnitRow, in_force, in_scope_of, units_by_id

_ONE_DAY = timedelta(days=1)
_SHARES = list(Part)


@dataclass(frozen=True, slots=True)
class PastName:
    """One period of a unit, and the name its parent bore when it began."""

    period: UnitPeriod
    parent_name: str | None


@dataclass(frozen=True, slots=True)
class Kin:
    """A predecessor or successor of a unit, from a day on, and the deed that made it one.

    A predecessor bears the name of the eve, a successor that of the day; so does `own_name`.
    """

    unit_id: int
    name: str
    own_name: str
    deed: SuccessionDeed

    @property
    def effective_on(self) -> date:
        """The day from which they are kin."""
        return self.deed.day


def contact_of(unit_id: int) -> UnitContact | None:
    """Return how a unit is reached."""
    return db.session.get(UnitContact, unit_id)


def units_above(path: str, day: date) -> list[UnitRow]:
    """Return the units above the one with this path of `day`, from the root down."""
    ids = [int(part) for part in path.strip("/").split("/")][:-1]
    rows = units_by_id(ids, day)
    return [rows[unit_id] for unit_id in ids if unit_id in rows]


def topmost(scope: Scope, day: date) -> list[UnitRow]:
    """Return the units of `day` that stand above all others `scope` lets one see, by name.

    Everything: the roots. Of a scope of subtrees their heads, and the closed units apart from them.
    """
    if scope.everything:
        ids = set(
            # Whatever was a root on another day stands under one of this day, or not at all.
            db.session.scalars(select(UnitPeriod.unit_id).where(UnitPeriod.parent_id.is_(None)))
        )
    else:
        ids = {int(prefix.strip("/").split("/")[-1]) for prefix in scope.prefixes}
    rows = units_by_id(ids | scope.closed_unit_ids, day).values()
    return sorted(
        (
            row
            for row in rows
            if not any(row.path.startswith(other.path) and row is not other for other in rows)
        ),
        key=lambda row: text_sort_key(row.name),
    )


def children_in(unit_id: int, day: date, scope: Scope, today: date) -> list[UnitRow]:
    """Return the units of `scope` directly below a unit on `day`, in name order."""
    ids = db.session.scalars(
        select(UnitPeriod.unit_id)
        .where(
            UnitPeriod.parent_id == unit_id,
            in_force(UnitPeriod, day),
            in_scope_of(scope, UnitPeriod.unit_id, today),
        )
        .order_by(UnitPeriod.sort_key, UnitPeriod.unit_id)
    ).all()
    rows = units_by_id(ids, day)
    return [rows[child_id] for child_id in ids if child_id in rows]


def counts_below(parent_id: int, day: date) -> Mapping[int, int]:
    """Return how many units stand on `day` directly below each child of a unit, by the child."""
    child = aliased(UnitPeriod)
    rows = db.session.execute(
        select(child.unit_id, func.count(UnitPeriod.id))
        .join(UnitPeriod, UnitPeriod.parent_id == child.unit_id)
        .where(child.parent_id == parent_id, in_force(child, day), in_force(UnitPeriod, day))
        .group_by(child.unit_id)
    )
    return dict(rows.all())


def past_names(unit_id: int) -> list[PastName]:
    """Return every period of a unit, the newest first."""
    parent = aliased(UnitPeriod)
    return [
        PastName(period, parent_name)
        for period, parent_name in db.session.execute(
            select(UnitPeriod, parent.name)
            .outerjoin(
                parent,
                and_(
                    parent.unit_id == UnitPeriod.parent_id,
                    parent.valid_from <= UnitPeriod.valid_from,
                    or_(parent.valid_to.is_(None), parent.valid_to > UnitPeriod.valid_from),
                ),
            )
            .where(UnitPeriod.unit_id == unit_id)
            .order_by(UnitPeriod.valid_from.desc())
        )
    ]


def predecessors(unit_id: int) -> list[Kin]:
    """Return the units this one came from, wholly or in part, by day."""
    return [
        Kin(link.predecessor_id, link.predecessor, link.successor, link.deed)
        for link in _links(Succession.successor_id == unit_id)
    ]


def successors(unit_id: int) -> list[Kin]:
    """Return the units that took this one's place, or parts of it, by day."""
    return [
        Kin(link.successor_id, link.successor, link.predecessor, link.deed)
        for link in _links(Succession.predecessor_id == unit_id)
    ]


def decisions_by_day(unit_id: int) -> dict[date, str]:
    """Return the names of the decisions that changed a unit, by the day from which they hold."""
    periods = select(UnitPeriod.id).where(UnitPeriod.unit_id == unit_id)
    begins = select(UnitPeriod.valid_from).where(UnitPeriod.unit_id == unit_id)
    ends = select(UnitPeriod.valid_to).where(UnitPeriod.unit_id == unit_id)
    wrote_a_period = (
        select(ReorganisationChange.id)
        .where(
            ReorganisationChange.reorganisation_id == Reorganisation.id,
            ReorganisationChange.table_name == UnitPeriod.__tablename__,
            ReorganisationChange.row_id.in_(periods),
        )
        .exists()
    )
    made_a_link = (
        select(Succession.id)
        .where(
            Succession.reorganisation_id == Reorganisation.id,
            or_(Succession.predecessor_id == unit_id, Succession.successor_id == unit_id),
        )
        .exists()
    )
    rows = db.session.execute(
        select(Reorganisation.effective_on, Decision)
        .join(Decision, Decision.id == Reorganisation.decision_id)
        .where(
            Reorganisation.applied_at.is_not(None),
            Reorganisation.undone_at.is_(None),
            or_(
                made_a_link,
                and_(
                    or_(
                        Reorganisation.effective_on.in_(begins),
                        Reorganisation.effective_on.in_(ends),
                    ),
                    wrote_a_period,
                ),
            ),
        )
        .order_by(Reorganisation.id)
    )
    names: dict[date, list[str]] = {}
    for day, decision in rows:
        names.setdefault(day, []).append(decision.name)
    return {day: "; ".join(dict.fromkeys(found)) for day, found in names.items()}


@dataclass(frozen=True, slots=True)
class _Link:
    predecessor_id: int
    predecessor: str
    successor_id: int
    successor: str
    deed: SuccessionDeed


def _links(condition: ColumnElement[bool]) -> list[_Link]:
    found = db.session.scalars(
        select(Succession)
        .where(condition)
        .order_by(Succession.effective_on, Succession.predecessor_id, Succession.successor_id)
    ).all()
    lives = _periods_of({one for link in found for one in (link.predecessor_id, link.successor_id)})
    links = []
    # Of one day first what went as a whole, then parts, then what was left.
    for link in sorted(found, key=lambda one: (one.effective_on, _SHARES.index(Part(one.part)))):
        day = link.effective_on
        old = _near(lives[link.predecessor_id], day - _ONE_DAY)
        new = _near(lives[link.successor_id], day)
        deed = SuccessionDeed(link.kind, Part(link.part), new.kind, day)
        links.append(_Link(link.predecessor_id, old.name, link.successor_id, new.name, deed))
    return links


def _periods_of(unit_ids: Iterable[int]) -> dict[int, list[UnitPeriod]]:
    """Return the periods of the units, each the oldest first."""
    found: dict[int, list[UnitPeriod]] = defaultdict(list)
    for block in blocks(unit_ids):
        for period in db.session.scalars(
            select(UnitPeriod).where(UnitPeriod.unit_id.in_(block)).order_by(UnitPeriod.valid_from)
        ):
            found[period.unit_id].append(period)
    return found


def _near(periods: Sequence[UnitPeriod], day: date) -> UnitPeriod:
    """Return the period of `day`, else the last before it, else the first."""
    return next((one for one in reversed(periods) if one.valid_from <= day), periods[0])


def offices_held(unit_id: int, day: date) -> list[tuple[OfficeFunction, str]]:
    """Return the functions a unit holds on `day`, each with the name of the territory."""
    return [
        (function, name)
        for function, name in db.session.execute(
            select(Office.function, UnitPeriod.name)
            .join(
                UnitPeriod,
                and_(UnitPeriod.unit_id == Office.territory_id, in_force(UnitPeriod, day)),
            )
            .where(Office.office_id == unit_id, in_force(Office, day))
            .order_by(Office.function, UnitPeriod.sort_key)
        )
    ]


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

"""What must hold of a registry whatever was reorganised, told from its rows alone."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from registry.domain.permissions import EVERYTHING
from registry.domain.reorganisations.annex import LIVES_ON, AnnexRow, How, Part
from registry.domain.reorganisations.carry_over import MERGED
from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.reorganisations.unit_lookup import name_key
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import Succession, UnitPeriod
from registry.queries.coverage.translated import successor_lines
from registry.queries.units.on_a_day import follow, search, search_ended
from registry.services.units.checks import faults
from tests.factories.reorganisations import LATER

_NEW = frozenset({How.MERGE, How.ESTABLISH, How.REESTABLISH, How.DIVIDE})
_STAY = frozenset({How.SEPARATE, How.ADJUST})


def check_all() -> None:
    """Check what must hold whatever was done."""
    db.session.expire_all()
    assert faults(LATER) == []
    _check_memberships()
    _check_assignments()
    _check_successions()


def _check_memberships() -> None:
    """Check that who belongs somewhere on a day has one main unit, and belongs nowhere twice."""
    memberships: dict[int, list[Membership]] = defaultdict(list)
    for row in db.session.scalars(select(Membership).where(Membership.person_id.is_not(None))):
        memberships[row.person_id or 0].append(row)
    for rows in memberships.values():
        for moment in {row.valid_from for row in rows} | {row.valid_to or LATER for row in rows}:
            standing = [row for row in rows if holds(row, moment)]
            assert sum(row.is_main for row in standing) == bool(standing)
            assert len({row.unit_id for row in standing}) == len(standing)


def _check_assignments() -> None:
    """Check that nobody holds a role twice on a day."""
    roles: dict[tuple[Any, ...], list[Assignment]] = defaultdict(list)
    for held in db.session.scalars(select(Assignment).order_by(Assignment.valid_from)):
        roles[held.person_id, held.section_id, held.unit_id, held.role].append(held)
    for held_rows in roles.values():
        for earlier, later in pairwise(held_rows):
            assert earlier.valid_to is not None
            assert earlier.valid_to <= later.valid_from


def _check_successions() -> None:
    """Check that who succeeds was there with whom he succeeds, and that every way has an end."""
    lives: dict[int, list[UnitPeriod]] = defaultdict(list)
    for period in db.session.scalars(select(UnitPeriod)):
        lives[period.unit_id].append(period)

    def lived(unit_id: int, day: date) -> bool:
        return any(row.valid_from <= day <= (row.valid_to or day) for row in lives[unit_id])

    def stood(unit_id: int, day: date) -> bool:
        return any(holds(row, day) for row in lives[unit_id])

    for link in db.session.scalars(select(Succession)):
        day = link.effective_on
        told = (link.predecessor_id, link.successor_id, day, link.kind)
        assert link.predecessor_id != link.successor_id, told
        # An heir may itself end on the day, by another batch.
        assert lived(link.successor_id, day), told
        if link.kind is SuccessionKind.REESTABLISHED:
            assert not stood(link.predecessor_id, day), told
        else:
            assert stood(link.predecessor_id, day - timedelta(days=1)) or stood(
                link.predecessor_id, day
            ), told
    lines = successor_lines(LATER)
    for unit_id, rows in lives.items():
        last = max(row.valid_to or LATER for row in rows)
        lines.fate(unit_id, last - timedelta(days=1))
        found = follow(unit_id, LATER)
        assert found is None or stood(found.id, LATER)
        for name in {row.name for row in rows}:
            hits = search(name, LATER, limit=50)
            assert all(stood(hit.row.id, LATER) for hit in hits)
            search_ended(name, LATER, scope=EVERYTHING, today=LATER, limit=50)


def holds(row: Any, day: date) -> bool:
    """Tell whether a dated row holds on a day."""
    return bool(row.valid_from <= day and (row.valid_to is None or row.valid_to > day))


class Heads:
    """Who belonged and what was assigned the day before a batch."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.lines = {model: self._open_lines(model) for model in (Membership, Assignment)}

    def _open_lines(self, model: type[Any]) -> dict[str, int]:
        """Return the lines that reach the day and have no end of their own there, with the unit."""
        return {
            row.line_id: row.unit_id
            for row in db.session.scalars(select(model))
            if row.valid_from < self.day and (row.valid_to is None or row.valid_to > self.day)
        }

    def check(self, batch_id: int) -> None:
        """Check that each goes on, or ended for a reason: held twice, or its unit without heir."""
        links: dict[int, list[Succession]] = defaultdict(list)
        for link in db.session.scalars(select(Succession).filter_by(reorganisation_id=batch_id)):
            links[link.predecessor_id].append(link)
        for model, lines in self.lines.items():
            found: list[Any] = list(db.session.scalars(select(model)))
            rows: dict[str, list[Any]] = defaultdict(list)
            for row in found:
                rows[row.line_id].append(row)
            for line, unit_id in lines.items():
                on_the_day = [row for row in rows[line] if holds(row, self.day)]
                ended = [row for row in rows[line] if row.valid_to == self.day and row.end_reason]
                assert bool(on_the_day) != bool(ended)
                if ended and ended[0].end_reason != MERGED:
                    heirs = [link for link in links[unit_id] if link.part != Part.PART]
                    assert len(heirs) != 1, f"{model.__name__} of {unit_id} has an heir"
                    assert not _stands(unit_id, self.day)


def _stands(unit_id: int, day: date) -> bool:
    found = db.session.scalars(select(UnitPeriod).filter_by(unit_id=unit_id))
    return any(holds(row, day) for row in found)


# --- the slow and obvious way to read an annex ---------------------------------------------------


def check_fates(rows: Sequence[AnnexRow], eve: Sequence[PlannedUnit], day: date) -> None:
    """Check who lives and who ended by an annex that was applied, and who succeeds whom."""
    known = {unit.id: unit for unit in eve}
    periods = [row for row in db.session.scalars(select(UnitPeriod)) if holds(row, day)]
    living = {row.unit_id: row for row in periods}
    spoken_of = {row.old_id for row in rows if row.old_id is not None}
    for unit_id in spoken_of:
        own = [row for row in rows if row.old_id == unit_id]
        assert (unit_id in living) is _stays(known[unit_id], own), known[unit_id].name
    for row in rows:
        if row.new_name is not None:
            _check_new_side(row, known, living, day)
    for unit in eve:
        if unit.id not in spoken_of and unit.id not in living:
            above_ended = unit.parent_id is not None and unit.parent_id not in living
            assert above_ended or unit.kind in {UnitKind.DISTRICT, UnitKind.PROVINCE}, unit.name


def _is_own(row: AnnexRow, unit: PlannedUnit) -> bool:
    """Tell whether a row says what its old unit itself is from the day on."""
    if row.how in LIVES_ON:
        return True
    same = name_key(row.new_name or "") == name_key(unit.name)
    return same and row.how not in _NEW and row.new_code in {None, unit.code}


def _stays(unit: PlannedUnit, rows: Sequence[AnnexRow]) -> bool:
    """Tell whether a unit lives on: by a row of its own, or because it only gives parts away."""
    if any(row.new_name is not None and _is_own(row, unit) for row in rows):
        return True
    if any(row.share is not Part.PART or row.how in {How.DISSOLVE, How.DIVIDE} for row in rows):
        return False
    return len(rows) == 1 or any(row.how in _STAY for row in rows)


def _check_new_side(
    row: AnnexRow,
    known: dict[int, PlannedUnit],
    living: dict[int, UnitPeriod],
    day: date,
) -> None:
    """Check that what a row leads to stands where it says, and took the old unit's place."""
    there = [
        period
        for period in living.values()
        if name_key(period.name) == name_key(row.new_name or "")
        # Where what is above it ends, it goes along with all that stood there.
        and (period.parent_id == row.new_parent_id or row.new_parent_id not in living)
    ]
    assert len(there) == 1, row
    (successor,) = there
    if row.old_id is None:
        assert successor.unit_id not in known, row
    elif _is_own(row, known[row.old_id]):
        assert successor.unit_id == row.old_id, row
    elif successor.unit_id == row.old_id:
        # Another row gives it the name by which this one calls who takes the part.
        assert row.share is Part.PART, row
    else:
        parts = set(
            db.session.scalars(
                select(Succession.part).filter_by(
                    predecessor_id=row.old_id, successor_id=successor.unit_id, effective_on=day
                )
            )
        )
        assert parts & {row.share.value, Part.REST.value}, row

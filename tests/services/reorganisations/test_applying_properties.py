"""Random batches on a small province: what must hold after each, and after taking it back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from registry.domain.assignments import AssignmentRole
from registry.domain.errors import Conflict
from registry.domain.permissions import Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.rosters import RosterState
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import Unit
from registry.queries.coverage.figures import coverage
from registry.queries.parameters import home_unit
from registry.queries.reorganisations.before import units_before
from registry.queries.units.on_a_day import subtree
from registry.services.reorganisations.applying import apply, try_out
from registry.services.reorganisations.undoing import undo
from registry.services.units.checks import faults
from tests.factories.accounts import make_account
from tests.factories.approvals import approve_memberships
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_membership, make_person
from tests.factories.reorganisations import LATER, LATER_MOMENT, compose_rows, everything
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import START, Province, make_unit

LAST = date(2025, 10, 1)
KINDS = (
    UnitKind.COMMUNE,
    UnitKind.COMMUNE,
    UnitKind.COMMUNE,
    UnitKind.COMMUNITY_TEAM,
    UnitKind.DEPARTMENT,
    UnitKind.DISTRICT,
)
ABOVE = {
    UnitKind.COMMUNE: UnitKind.DISTRICT,
    UnitKind.COMMUNITY_TEAM: UnitKind.COMMUNE,
    UnitKind.DEPARTMENT: UnitKind.PROVINCE,
    UnitKind.DISTRICT: UnitKind.PROVINCE,
}
PLACES = st.integers(0, 40)


@dataclass(frozen=True)
class Operation:
    """What one part of a batch does; `one`, `other` and `place` choose among the units then."""

    what: str
    kind: UnitKind
    one: int
    other: int
    place: int


OPERATIONS = st.builds(
    Operation,
    what=st.sampled_from(
        ("establish", "rename", "move", "absorb", "merge", "split", "separate", "dissolve")
    ),
    kind=st.sampled_from(KINDS),
    one=PLACES,
    other=PLACES,
    place=PLACES,
)


@dataclass(frozen=True)
class Belonging:
    """A person’s membership, and an assignment beside it, to be made at units chosen by number."""

    unit: int
    other: int
    since: int
    length: int | None
    assigned: bool
    approved: bool


BELONGINGS = st.builds(
    Belonging,
    unit=PLACES,
    other=PLACES,
    since=st.integers(0, 300),
    length=st.none() | st.integers(1, 300),
    assigned=st.booleans(),
    approved=st.booleans(),
)


@dataclass
class Applied:
    """A batch that was applied, and all that was so before it; None when that is past comparing."""

    batch_id: int
    before: dict[str, list[tuple[Any, ...]]] | None


class Reorganising(RuleBasedStateMachine):
    """Applies and undoes random batches; people come in between."""

    def __init__(self) -> None:
        super().__init__()
        self.applied: list[Applied] = []
        self.names = 0

    def teardown(self) -> None:
        """Leave the province as the next run wants to find it."""
        db.session.remove()

    @initialize(belongings=st.lists(BELONGINGS, min_size=3, max_size=8))
    def people(self, belongings: Sequence[Belonging]) -> None:
        """Let people belong to units, be assigned, approved, given accounts and open lists."""
        known = units_before(START + timedelta(days=1))
        # Most belong to communes, which are merged, split and dissolved most often.
        units = [unit.id for unit in known if unit.kind is UnitKind.COMMUNE] * 3
        units += [unit.id for unit in known if unit.kind is not UnitKind.COMMUNE]
        for number, wanted in enumerate(belongings):
            self.person(units, wanted, number)

    def person(self, units: Sequence[int], wanted: Belonging, number: int) -> None:
        first, second = (
            db.session.get_one(Unit, units[place % len(units)])
            for place in (wanted.unit, wanted.other)
        )
        person = make_person(f"Người Thứ {number}")
        since = START + timedelta(days=wanted.since)
        until = since + timedelta(days=wanted.length) if wanted.length else None
        membership = make_membership(person, first, since=since, until=until)
        if second.id != first.id:
            make_membership(person, second, since=since, until=until, is_main=False)
        if wanted.assigned:
            decision = make_decision(first, f"{number + 20}/QĐ-UBND")
            make_assignment(person, first, decision, since=since, until=until)
            make_assignment(
                person, second, decision, since=since, until=until, role=AssignmentRole.LEADER
            )
        if wanted.approved:
            approve_memberships(first, membership)
        elif number % 2:
            make_roster(second, [make_line(person)], RosterState.SUBMITTED, number=number + 50)
        else:
            make_account(Role.UNIT_OFFICER, first, login=f"nguoi{number}", person=person)

    @rule(
        operations=st.lists(OPERATIONS, min_size=1, max_size=4),
        wait=st.integers(-60, 90),
    )
    def reorganise(self, operations: Sequence[Operation], wait: int) -> None:
        """Apply a batch; with a problem in it nothing changes."""
        day = min(LAST, max(START + timedelta(days=2), self.last_day() + timedelta(days=wait)))
        made = [row for operation in operations for row in self.rows(operation, day)]
        rows = [AnnexRow(**fields, number=number) for number, fields in enumerate(made, start=2)]
        before, past = everything(), self.figures_before(day)
        heads = Heads(day)
        batch = compose_rows(day, rows)
        tried = try_out(system_actor(), batch.id, LATER_MOMENT)
        assert everything() == before
        outcome = apply(system_actor(), batch.id, LATER_MOMENT)
        assert outcome.problems == tried.problems
        if outcome.problems:
            assert everything() == before
            return
        self.applied.append(Applied(batch.id, before))
        self.day = day
        assert self.figures_before(day) == past
        heads.check()
        check_all()

    @rule()
    def undo_the_last(self) -> None:
        """Take the last batch back: everything is as it was."""
        if self.applied:
            last = self.applied.pop()
            undo(system_actor(), last.batch_id, LATER_MOMENT)
            if last.before is not None:
                assert everything() == last.before
            check_all()

    @rule(which=PLACES)
    def undo_an_earlier_one(self, which: int) -> None:
        """Take any batch back, or be told what depends on it, and then nothing has changed."""
        if len(self.applied) < 2:
            return
        place = which % (len(self.applied) - 1)
        before = everything()
        try:
            undo(system_actor(), self.applied[place].batch_id, LATER_MOMENT)
        except Conflict:
            assert everything() == before
        else:
            del self.applied[place]
            for later in self.applied[place:]:
                later.before = None
        check_all()

    # --- making rows -----------------------------------------------------------------------------

    day = START + timedelta(days=30)

    def last_day(self) -> date:
        return self.day

    def rows(self, operation: Operation, day: date) -> list[dict[str, Any]]:
        """Return the rows of an operation on units of the eve; some of them cannot be applied."""
        eve = units_before(day)
        alike = [unit for unit in eve if unit.kind is operation.kind]
        places = [unit for unit in eve if unit.kind is ABOVE[operation.kind]]
        if not places or not alike:
            return []
        one, other = (alike[place % len(alike)] for place in (operation.one, operation.other))
        place = places[operation.place % len(places)].id
        old = {"old_id": one.id}
        into = {"new_kind": operation.kind.value, "new_parent_id": place, "part": Part.WHOLE}
        new = into | {"new_name": self.name()}
        part = old | into | {"part": Part.PART}
        made = {
            "establish": [new | {"part": None}],
            "rename": [old | new | {"new_parent_id": one.parent_id, "how": How.RENAME}],
            "move": [old | into | {"new_name": one.name, "how": How.MOVE}],
            "absorb": [
                old
                | into
                | {"new_parent_id": other.parent_id, "new_name": other.name, "how": How.ABSORB}
                | ({"new_code": other.code} if other.code else {})
            ],
            "merge": [unit | new | {"how": How.MERGE} for unit in (old, {"old_id": other.id})],
            "split": [part | {"new_name": self.name(), "how": How.DIVIDE} for _ in range(2)],
            "separate": [part | {"new_name": self.name(), "how": How.SEPARATE} for _ in range(2)],
            "dissolve": [old | {"how": How.DISSOLVE}],
        }
        return made[operation.what]

    def name(self) -> str:
        self.names += 1
        return f"Đơn vị số {self.names}"

    def figures_before(self, day: date) -> list[object]:
        """Return answers about days before `day`: coverage, and the units that stood."""
        days = [moment for moment in (START, day - timedelta(days=1)) if moment < day]
        return [
            (
                coverage(home, moment).units,
                [(row.id, row.code, row.name, row.path) for row in stood],
            )
            for moment in days
            for home in [home_unit(moment)]
            for stood in [subtree(home.path, moment)]
        ]


class Heads:
    """Who belonged and what was assigned the day before a batch."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.lines = {model: self.open_lines(model) for model in (Membership, Assignment)}

    def open_lines(self, model: type[Any]) -> set[str]:
        """Return the lines in force on the eve that have no end of their own on the day."""
        eve = self.day - timedelta(days=1)
        return {
            row.line_id
            for row in db.session.scalars(select(model).where(model.valid_from <= eve))
            if row.valid_to is None or row.valid_to > self.day
        }

    def check(self) -> None:
        """Check that each goes on, or ended with a reason."""
        for model, lines in self.lines.items():
            rows = defaultdict(list)
            for row in db.session.scalars(select(model)):
                rows[row.line_id].append(row)
            for line in lines:
                on_the_day = [
                    row
                    for row in rows[line]
                    if row.valid_from <= self.day
                    and (row.valid_to is None or row.valid_to > self.day)
                ]
                ended = [row for row in rows[line] if row.valid_to == self.day and row.end_reason]
                assert bool(on_the_day) != bool(ended)


def check_all() -> None:
    """Check what must hold whatever was done."""
    db.session.expire_all()
    assert faults(LATER) == []
    memberships: dict[int, list[Membership]] = defaultdict(list)
    for row in db.session.scalars(select(Membership).where(Membership.person_id.is_not(None))):
        memberships[row.person_id or 0].append(row)
    for rows in memberships.values():
        for moment in {row.valid_from for row in rows} | {row.valid_to for row in rows} - {None}:
            standing = [row for row in rows if holds(row, moment)]
            assert sum(row.is_main for row in standing) == bool(standing)
            assert len({row.unit_id for row in standing}) == len(standing)
    roles: dict[tuple[Any, ...], list[Assignment]] = defaultdict(list)
    for held in db.session.scalars(select(Assignment).order_by(Assignment.valid_from)):
        roles[held.person_id, held.section_id, held.unit_id, held.role].append(held)
    for held_rows in roles.values():
        for earlier, later in pairwise(held_rows):
            assert earlier.valid_to is not None
            assert earlier.valid_to <= later.valid_from


def holds(row: Membership, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to > day)


@pytest.fixture
def province(app: Flask) -> Province:
    """Return a province of three districts, six communes, teams and departments."""
    made = RuledProvince()
    third = make_unit("Huyện Ba", UnitKind.DISTRICT, made.province, code="903")
    make_unit("Xã Ba Một", UnitKind.COMMUNE, third, code="90301")
    make_unit("Xã Ba Hai", UnitKind.COMMUNE, third, code="90302")
    make_unit("Xã Đại Hai", UnitKind.COMMUNE, made.other_district, code="90202")
    for commune in (made.commune, made.other_commune, made.far_commune):
        make_unit(f"Tổ của {commune.id}", UnitKind.COMMUNITY_TEAM, commune)
    db.session.commit()
    return made


def test_what_must_hold_holds_whatever_is_reorganised_and_undone(province: Province) -> None:
    run_state_machine_as_test(
        Reorganising,
        settings=settings(
            max_examples=45,
            stateful_step_count=8,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

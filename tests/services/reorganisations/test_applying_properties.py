"""Random batches on a small province: what must hold after each, and after taking it back."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from registry.domain.assignments import AssignmentRole
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Role, system_actor
from registry.domain.reorganisations.questions import Item, Question
from registry.domain.rosters import RosterState
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import Unit
from registry.queries.coverage.figures import coverage
from registry.queries.parameters import home_unit
from registry.queries.reorganisations.before import ended_units, units_before
from registry.queries.units.on_a_day import subtree
from registry.services.memberships import changes
from registry.services.people import AddKnownPerson, add_known
from registry.services.reorganisations.answering import answer
from registry.services.reorganisations.applying import apply, try_out
from registry.services.reorganisations.undoing import undo
from tests.factories.accounts import make_account
from tests.factories.approvals import approve_memberships
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_membership, make_person
from tests.factories.random_batches import OPERATIONS, PLACES, Annexes, Operation
from tests.factories.reorganisations import LATER_MOMENT, compose_rows, everything
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import START, Province, make_unit
from tests.factories.whatever_happened import Heads, check_all, check_fates, holds

EXAMPLES = int(os.environ.get("REGISTRY_RANDOM_BATCHES", "15"))
"""How many provinces are reorganised; a number too great for `make test` finds more."""

LAST = date(2025, 10, 1)
SYSTEM = system_actor()


@dataclass(frozen=True)
class Belonging:
    """A person’s membership, and an assignment beside it, to be made at units chosen by number."""

    unit: int
    other: int
    since: int
    length: int | None
    role: MemberRole
    assigned: bool
    approved: bool


BELONGINGS = st.builds(
    Belonging,
    unit=PLACES,
    other=PLACES,
    since=st.integers(0, 300),
    length=st.none() | st.integers(1, 300),
    role=st.sampled_from((MemberRole.MEMBER, MemberRole.HEAD, MemberRole.DEPUTY)),
    assigned=st.booleans(),
    approved=st.booleans(),
)


@dataclass
class Applied:
    """A batch that was applied, and all that was so before it; None when that is past comparing."""

    batch_id: int
    day: date
    before: dict[str, list[tuple[Any, ...]]] | None


class Reorganising(RuleBasedStateMachine):
    """Applies and undoes random batches; people come, go and are assigned in between."""

    def __init__(self) -> None:
        super().__init__()
        self.applied: list[Applied] = []
        self.annexes = Annexes()
        self.day = START + timedelta(days=30)
        self.today = START

    def teardown(self) -> None:
        """Leave the province as the next run wants to find it."""
        db.session.remove()

    @initialize(belongings=st.lists(BELONGINGS, min_size=3, max_size=8))
    def people(self, belongings: Sequence[Belonging]) -> None:
        """Let people belong to units, be assigned, approved, given accounts and open lists."""
        known = units_before(START + timedelta(days=1))
        # Most belong to communes, which are merged, split and dissolved most often.
        units = [unit.id for unit in known if unit.kind is UnitKind.COMMUNE] * 2
        units += [unit.id for unit in known]
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
        membership = make_membership(person, first, since=since, until=until, role=wanted.role)
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
        operations=st.lists(OPERATIONS, min_size=1, max_size=3),
        wait=st.sampled_from((0, 0, 0, 1, 30, 90, -20, -60)),
        order=st.integers(0, 9),
        chosen=st.lists(PLACES, max_size=6),
    )
    def reorganise(
        self, operations: Sequence[Operation], wait: int, order: int, chosen: Sequence[int]
    ) -> None:
        """Apply a batch; with a problem in it nothing changes."""
        day = min(LAST, max(START + timedelta(days=2), self.day + timedelta(days=wait)))
        eve = units_before(day)
        rows = self.annexes.rows(operations, eve, ended_units(day), order)
        before, past, heads = everything(), self.figures_before(day), Heads(day)
        batch = compose_rows(day, rows)
        tried = try_out(SYSTEM, batch.id, LATER_MOMENT)
        assert everything() == before
        if chosen and not tried.problems:
            answer(SYSTEM, batch.id, self.answers(tried.questions, chosen), LATER_MOMENT)
            tried = try_out(SYSTEM, batch.id, LATER_MOMENT)
            assert [problem.text for problem in tried.problems] == []
        outcome = apply(SYSTEM, batch.id, LATER_MOMENT)
        assert outcome.problems == tried.problems
        assert [why for _, why in outcome.left_out] == [why for _, why in tried.left_out]
        ended = {unit.id for unit, _ in outcome.ended}
        assert ended.isdisjoint(unit.id for unit in outcome.continued)
        assert ended.isdisjoint(unit.id for unit, _ in outcome.left_out)
        if outcome.problems:
            assert everything() == before
            return
        self.applied.append(Applied(batch.id, day, before))
        self.day = day
        assert self.figures_before(day) == past
        check_fates(rows, eve, day)
        heads.check(batch.id)
        check_all()

    def answers(self, questions: Sequence[Question], chosen: Sequence[int]) -> dict[Item, str]:
        """Answer some of the questions by what is offered."""
        return {
            question.item: offered[number % len(offered)][0]
            for question, number in zip(questions, chosen, strict=False)
            if (offered := question.offered)
        }

    @rule(unit=PLACES, ahead=st.integers(0, 40), is_new=st.booleans(), who=PLACES)
    def join(self, unit: int, ahead: int, is_new: bool, who: int) -> None:  # noqa: FBT001 - drawn
        """Let somebody join a unit on a day before that of batches which are applied already."""
        today = self.later(ahead)
        known = units_before(today + timedelta(days=1))
        people = self.known_by(today)
        if is_new or not people:
            person_id = make_person("Người Mới Đến").id
        else:
            person_id = people[who % len(people)]
        command = AddKnownPerson(
            person_id=person_id,
            unit_id=known[unit % len(known)].id,
            role=MemberRole.MEMBER,
            organisation=None,
            valid_from=today,
        )
        self.write(lambda moment: add_known(SYSTEM, command, moment), today)

    def later(self, days: int) -> date:
        """Let time pass, at most until a year before the last batch may take effect."""
        self.today = min(self.today + timedelta(days=days), START + timedelta(days=120))
        return self.today

    def known_by(self, today: date) -> list[int]:
        """Return who belonged somewhere by a day, and whose lines have all begun."""
        begun: dict[int, dict[str, date]] = defaultdict(dict)
        for row in db.session.scalars(select(Membership).order_by(Membership.valid_from)):
            begun[row.person_id or 0].setdefault(row.line_id, row.valid_from)
        return sorted(one for one, lines in begun.items() if max(lines.values()) <= today)

    @rule(which=PLACES, ahead=st.integers(0, 40))
    def leave(self, which: int, ahead: int) -> None:
        """Let somebody leave a unit that ends by a batch which is applied already."""
        today = self.later(ahead)
        rows = db.session.scalars(
            select(Membership).where(Membership.person_id.is_not(None)).order_by(Membership.id)
        )
        known = self.known_by(today)
        held = [row for row in rows if row.person_id in known and row.valid_from < today]
        held = [row for row in held if holds(row, today)]
        if not held:
            return
        row_id = held[which % len(held)].id

        def end(moment: Moment) -> None:
            row = db.session.get_one(Membership, row_id)
            command = changes.EndMembership(
                membership_id=row.id,
                version=row.version,
                valid_to=today,
                reason="Nghỉ hưu",
                accept_gap=True,
            )
            changes.end(SYSTEM, command, moment)

        self.write(end, today)

    def write(self, deed: Any, today: date) -> None:
        """Write a fact; undoing the batches, all ahead, leaves what it is without them."""
        moment = Moment(datetime.combine(today, time(3), tzinfo=UTC))
        without = None
        if all(batch.day > today for batch in self.applied):
            without = self.without_batches(deed, moment)
        try:
            with db.session.begin_nested():
                deed(moment)
        except Invalid:
            return
        for batch in self.applied:
            batch.before = None
        check_all()
        if without is not None:
            with taken_back():
                self.undo_all()
                assert self.facts() == without

    def without_batches(self, deed: Any, moment: Moment) -> list[tuple[Any, ...]] | None:
        """Return what a deed leads to where no batch was applied; None where it is refused."""
        with taken_back():
            self.undo_all()
            try:
                deed(moment)
            except Invalid:
                return None
            return self.facts()

    def undo_all(self) -> None:
        for batch in reversed(self.applied):
            undo(SYSTEM, batch.batch_id, LATER_MOMENT)

    def facts(self) -> list[tuple[Any, ...]]:
        rows = db.session.scalars(select(Membership)).all()
        return sorted(
            (row.person_id or 0, row.unit_id, row.valid_from, row.valid_to or LAST, row.is_main)
            for row in rows
        )

    @rule()
    def undo_the_last(self) -> None:
        """Take the last batch back: everything is as it was."""
        if self.applied:
            last = self.applied.pop()
            undo(SYSTEM, last.batch_id, LATER_MOMENT)
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
            undo(SYSTEM, self.applied[place].batch_id, LATER_MOMENT)
        except Conflict:
            assert everything() == before
        else:
            del self.applied[place]
            for later in self.applied[place:]:
                later.before = None
        check_all()

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


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what is written within."""
    savepoint = db.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        db.session.expire_all()


@pytest.fixture
def province(app: Flask) -> Province:
    """Return a province of three districts, six communes, teams and departments."""
    made = RuledProvince()
    third = make_unit("Huyện Ba", UnitKind.DISTRICT, made.province, code="903")
    make_unit("Xã Ba Một", UnitKind.COMMUNE, third, code="90301")
    make_unit("Xã Ba Hai", UnitKind.COMMUNE, third, code="90302")
    make_unit("Xã Đại Hai", UnitKind.COMMUNE, made.other_district, code="90202")
    for commune in (made.commune, made.other_commune, made.far_commune):
        for number in range(2):
            make_unit(f"Tổ số {number} của {commune.id}", UnitKind.COMMUNITY_TEAM, commune)
    db.session.commit()
    return made


def test_what_must_hold_holds_whatever_is_reorganised_and_undone(province: Province) -> None:
    run_state_machine_as_test(
        Reorganising,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=8,
            deadline=None,
            derandomize="REGISTRY_RANDOM_BATCHES" not in os.environ,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

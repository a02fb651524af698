"""The real reorganisations of 2025 on the invented people, and each rule on a small scale."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.coverage import Standard
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import EVERYTHING, Action, Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.rosters import LineAction, RosterState
from registry.domain.signups import SignupState
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account, Grant
from registry.models.assignments import Assignment
from registry.models.audit import AuditEvent
from registry.models.base import Base, db
from registry.models.cards import Card
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.models.people import Person
from registry.models.reorganisations import Reorganisation
from registry.models.rosters import Roster
from registry.models.units import Unit, UnitContact, UnitPeriod
from registry.queries.accounts import actor_of
from registry.queries.assignments.counting import focal_points_counting
from registry.queries.assignments.lists import waiting_for_decision
from registry.queries.cards import valid_card
from registry.queries.coverage.counting import focal_point_count
from registry.queries.coverage.figures import coverage, root_unit
from registry.queries.coverage.spans import vacancies
from registry.queries.memberships import approved_on, main_unit_id
from registry.queries.parameters import CARRIED_OVER_GRACE, home_unit
from registry.queries.units.on_a_day import UnitRow, find_by_code, path_on, search, subtree, unit_on
from registry.services.reorganisations.applying import (
    ComposeBatch,
    Outcome,
    answer,
    apply,
    compose,
    discard,
    summary,
    try_out,
    undo,
)
from registry.services.rosters.deciding import RosterVersion, submit
from registry.services.units.checks import faults
from registry.settings import Settings
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.coverage import make_home, make_rules, set_parameter
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.reorganisations import (
    JANUARY,
    JULY,
    LATER,
    LATER_MOMENT,
    MARCH,
    carry_out,
    compose_rows,
    everything,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.units import START, Province, allow_everywhere, make_unit

JUNE = date(2024, 6, 30)
DAY = date(2025, 2, 1)
EVE = DAY - timedelta(days=1)

# --- the real cases ------------------------------------------------------------------------------


@pytest.fixture
def real(demo: None, settings: Settings) -> Settings:
    """Return the settings of a registry with the reference data and the invented people."""
    return settings


def figures(day: date) -> list[object]:
    """Return every answer about coverage on a day: counts, kinds, districts, who is uncovered."""
    found = coverage(home_unit(day), day)
    return [found.units, found.kinds, found.by_parent(), found.not_due]


def count(kind: UnitKind, day: date) -> int:
    return len(subtree(home_unit(day).path, day, kinds=[kind]))


def test_the_three_reorganisations_of_2025_one_after_the_other(real: Settings) -> None:
    days = [date(2024, 6, 10), JUNE, date(2024, 12, 31), date(2025, 1, 2), date(2025, 2, 28)]
    days += [date(2025, 3, 1), date(2025, 6, 30)]
    for case in (JANUARY, MARCH, JULY):
        earlier = [day for day in days if day < case.day]
        before = {day: figures(day) for day in earlier}
        carry_out(case, create_missing=True)
        assert {day: figures(day) for day in earlier} == before
        assert faults(LATER) == []

    assert [count(UnitKind.COMMUNE, day) for day in (JUNE, date(2025, 1, 2), date(2025, 7, 2))] == [
        241,
        233,
        94,
    ]
    assert [count(UnitKind.DISTRICT, day) for day in (JUNE, date(2025, 1, 2), JULY.day)] == [
        18,
        17,
        0,
    ]
    assert [count(UnitKind.DEPARTMENT, day) for day in (date(2025, 2, 28), MARCH.day)] == [20, 14]
    june = coverage(home_unit(JUNE), JUNE).headline
    assert (june.required, june.any_covered, june.strict_covered) == (279, 268, 21)


def test_the_home_unit_is_followed_into_the_new_province(through_march: None) -> None:
    carry_out(JULY, create_missing=True)
    assert home_unit(date(2025, 6, 30)).name == "Tỉnh Quảng Nam"
    assert home_unit(date(2025, 7, 2)).name == "Thành phố Đà Nẵng"
    assert root_unit(None, date(2025, 7, 2)).code == "48"


@pytest.fixture
def through_march(real: Settings) -> None:
    """Carry out the first two reorganisations."""
    carry_out(JANUARY)
    carry_out(MARCH)


def test_the_new_department_of_science_reviews_and_its_reviewer_counts(real: Settings) -> None:
    carry_out(JANUARY)
    reviewer = db.session.scalars(select(Account).where(Account.login == "thamdinh")).one()
    old = find_by_code("49-SBN-01", EVE)
    assert old is not None
    assert actor_of(reviewer, EVE, "test").may(Action.ROSTER_REVIEW)
    carry_out(MARCH)
    assert unit_on(old.id, MARCH.day) is None
    grant = reviewer.grants[-1]
    assert grant.valid_from == MARCH.day
    assert grant.office_id is not None
    office = unit_on(grant.office_id, MARCH.day)
    assert office is not None
    assert office.name == "Sở Khoa học và Công nghệ tỉnh Quảng Nam"
    actor = actor_of(reviewer, MARCH.day, "test")
    assert actor.may(Action.ROSTER_REVIEW)
    commune = find_by_code("20812", MARCH.day)
    assert commune is not None
    assert actor.scope(Action.ROSTER_REVIEW).covers(commune.path, commune.id)
    reviewing = db.session.scalars(
        select(Office)
        .where(Office.function == OfficeFunction.REVIEWING)
        .order_by(Office.valid_from)
    ).all()
    assert [(row.office_id, row.valid_from, row.valid_to) for row in reviewing] == [
        (old.id, START, MARCH.day),
        (office.id, MARCH.day, None),
    ]


def test_in_july_districts_and_offices_end_associations_move_and_one_commune_is_split(
    through_march: None,
) -> None:
    eve = date(2025, 6, 30)
    districts = {row.id for row in subtree(home_unit(eve).path, eve, kinds=[UnitKind.DISTRICT])}
    offices = {
        row.id for row in subtree(home_unit(eve).path, eve, kinds=[UnitKind.DISTRICT_OFFICE])
    }
    outcome = carry_out(JULY, create_missing=True)
    gone = {unit.id for unit, _ in outcome.ended}
    assert districts | offices <= gone
    continued = {row.kind for row in outcome.continued if row.name.startswith("Hội")}
    assert continued == {UnitKind.MASS_ORGANISATION}
    assert sum(row.kind is UnitKind.MASS_ORGANISATION for row in outcome.continued) == 16
    (hoa_lien,) = [(unit, why) for unit, why in outcome.ended if unit.code == "20296"]
    assert hoa_lien[1] == "chia tách"
    (hoang_sa,) = [unit for unit in outcome.established if unit.code == "20333"]
    assert not hoang_sa.takes_part
    assert "Không có dân cư" in (hoang_sa.not_taking_part_reason or "")
    assert outcome.units_after["commune"] == 94
    assert outcome.units_before["commune"] == 280


def test_in_july_64_codes_of_quang_nam_name_another_commune(through_march: None) -> None:
    eve = date(2025, 6, 30)
    before = {u.code: u for u in subtree(home_unit(eve).path, eve, kinds=[UnitKind.COMMUNE])}
    carry_out(JULY, create_missing=True)
    after = {
        u.code: u for u in subtree(home_unit(JULY.day).path, JULY.day, kinds=[UnitKind.COMMUNE])
    }
    shared = [code for code in before.keys() & after.keys() if before[code].id != after[code].id]
    assert len(shared) == 64
    for code in shared:
        was, now = find_by_code(code, eve), find_by_code(code, JULY.day)
        assert was is not None
        assert now is not None
        assert (was.id, now.id) == (before[code].id, after[code].id)


def test_a_dry_run_of_july_tells_all_and_writes_nothing(through_march: None) -> None:
    batch = compose_rows(JULY.day, JULY.rows(), create_missing=True)
    before = {table.name: rows_of(table.name) for table in Base.metadata.sorted_tables}
    outcome = try_out(system_actor(), batch.id, LATER_MOMENT)
    assert {table.name: rows_of(table.name) for table in Base.metadata.sorted_tables} == before
    applied = apply(system_actor(), batch.id, LATER_MOMENT)
    tried, done = summary(outcome), summary(applied)
    assert tried.pop("dry_run") is True
    assert done.pop("dry_run") is False
    assert tried == done
    assert done["established"] == 98
    assert done["moved"]["teams"] == 16
    assert done["moved"]["grants"] == 3


def rows_of(table: str) -> list[tuple[object, ...]]:
    found = db.session.execute(select(Base.metadata.tables[table])).all()
    return sorted((tuple(row) for row in found), key=repr)


def test_undoing_the_three_in_reverse_gives_everything_back(real: Settings) -> None:
    states, batches = [everything()], []
    for case in (JANUARY, MARCH, JULY):
        outcome = carry_out(case, create_missing=True)
        assert outcome.batch_id is not None
        batches.append(outcome.batch_id)
        states.append(everything())
    for number, state in zip(reversed(batches), states[-2::-1], strict=True):
        undo(system_actor(), number, LATER_MOMENT)
        assert everything() == state
    assert faults(LATER) == []


def test_an_earlier_batch_waits_until_the_later_one_on_its_units_is_undone(real: Settings) -> None:
    january = carry_out(JANUARY)
    march = carry_out(MARCH)
    july = carry_out(JULY, create_missing=True)
    with pytest.raises(Conflict, match=rf"số {july.batch_id} \(01/07/2025\)"):
        undo(system_actor(), january.batch_id or 0, LATER_MOMENT)
    undo(system_actor(), july.batch_id or 0, LATER_MOMENT)
    undo(system_actor(), january.batch_id or 0, LATER_MOMENT)
    assert count(UnitKind.COMMUNE, date(2025, 7, 2)) == 241
    assert count(UnitKind.DEPARTMENT, date(2025, 7, 2)) == 14
    undo(system_actor(), march.batch_id or 0, LATER_MOMENT)


def test_a_batch_before_one_that_takes_effect_later_is_refused_and_says_so(
    through_march: None,
) -> None:
    state = everything()
    batch = compose_rows(date(2024, 12, 1), JANUARY.rows())
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert "đã có thay đổi khác từ ngày 01/12/2024 trở đi" in outcome.problems[0].message
    assert everything() == state


# --- a small province ----------------------------------------------------------------------------


class Small(Province):
    """A province in which two communes merge into a third, new one."""

    def __init__(self) -> None:
        super().__init__()
        allow_everywhere()
        make_rules()
        make_home(self.province)
        self.team = make_unit(
            "Tổ công nghệ số cộng đồng thôn 1", UnitKind.COMMUNITY_TEAM, self.commune
        )

    def merge(self, how: How | None = How.MERGE) -> list[AnnexRow]:
        """Return the rows by which the communes of the first district become one new commune."""
        new = "Xã Thăng Bình" if how is How.MERGE else "Xã Bình Đào"
        return [
            AnnexRow(
                number, "phụ lục", old_id=unit.id, new_name=new, new_kind="xã", how=how,
                new_parent_id=self.district.id, part=Part.WHOLE,
                new_code="90109" if how is How.MERGE else "90102",
            )
            for number, unit in enumerate((self.commune, self.other_commune), start=2)
        ]  # fmt: skip

    def split(self) -> list[AnnexRow]:
        """Return the rows by which the first commune is split between its two neighbours."""
        return [
            AnnexRow(
                number, "phụ lục", old_id=self.commune.id, new_name=name, new_kind="xã",
                new_code=code, new_parent_id=self.district.id, part=Part.PART, how=How.DIVIDE,
            )
            for number, (name, code) in enumerate((("Xã Một", "90111"), ("Xã Hai", "90112")), 2)
        ]  # fmt: skip

    def dissolve(self, unit: Unit) -> list[AnnexRow]:
        """Return the row by which a unit is dissolved."""
        return [AnnexRow(2, "phụ lục", old_id=unit.id, how=How.DISSOLVE)]

    def rename(self, unit: Unit, name: str) -> list[AnnexRow]:
        """Return the row that renames a department."""
        return [
            AnnexRow(
                2, "phụ lục", old_id=unit.id, new_name=name, new_kind="department",
                new_parent_id=self.province.id, how=How.RENAME, part=Part.WHOLE,
            )
        ]  # fmt: skip


@pytest.fixture
def small(app: Flask) -> Small:
    """Return the small province."""
    return Small()


def carried(rows: list[AnnexRow], day: date = DAY, **more: object) -> Outcome:
    """Apply rows that have no problem."""
    batch = compose_rows(day, rows, **more)  # type: ignore[arg-type] # the answers of one test
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert outcome.problems == ()
    assert faults(LATER) == []
    return outcome


def named(name: str, day: date = DAY) -> UnitRow:
    (found,) = [hit.row for hit in search(name, day) if hit.row.name == name]
    return found


def periods(model: type, **where: object) -> list[object]:
    found = db.session.scalars(select(model).filter_by(**where).order_by(model.valid_from))
    return list(found)


def test_a_membership_continues_in_the_successor_on_the_same_line(small: Small) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    carried(small.merge())
    new = named("Xã Thăng Bình")
    before, after = periods(Membership, person_id=person.id)
    assert (before.unit_id, before.valid_to, before.end_reason) == (small.commune.id, DAY, None)
    assert (after.unit_id, after.valid_from, after.valid_to) == (new.id, DAY, None)
    assert before.line_id == after.line_id
    assert (main_unit_id(person.id, EVE), main_unit_id(person.id, DAY)) == (
        small.commune.id,
        new.id,
    )


def test_a_membership_that_begins_later_follows_its_unit_from_its_beginning(small: Small) -> None:
    coming = make_member("Lê Thị Mai", small.commune, since=DAY + timedelta(days=9))
    carried(small.merge())
    (only,) = periods(Membership, person_id=coming.id)
    assert (only.unit_id, only.valid_from) == (named("Xã Thăng Bình").id, DAY + timedelta(days=9))


def test_a_grant_continues_and_counts_in_the_successor(small: Small) -> None:
    account = make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    carried(small.merge())
    new = named("Xã Thăng Bình")
    assert [grant.office_id for grant in periods(Grant, account_id=account.id)] == [
        small.commune.id,
        new.id,
    ]
    scope = actor_for(account, DAY).scope(Action.ASSIGNMENT_RECORD)
    assert scope.covers(new.path, new.id)
    assert scope.covers(None, small.other_commune.id)


def test_who_comes_to_see_more_is_named(small: Small) -> None:
    make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    make_unit("Tổ thôn 2", UnitKind.COMMUNITY_TEAM, small.other_commune)
    (gain,) = carried(small.merge()).gains
    assert (gain.login, gain.units_before, gain.units_after) == ("canbo", 2, 3)


def test_an_assignment_continues_and_counts_as_before(small: Small) -> None:
    holder = make_member("Võ Thị Năm", small.commune)
    make_assignment(holder, small.commune, make_decision(small.commune))
    outcome = carried(small.merge())
    new = named("Xã Thăng Bình")
    before, after = periods(Assignment, person_id=holder.id)
    assert (after.unit_id, after.line_id, after.decision_id) == (
        new.id,
        before.line_id,
        before.decision_id,
    )
    assert new.id not in {row.id for row in outcome.uncovered}
    found = coverage(home_unit(DAY), DAY)
    assert {u.id: u.any_covered for u in found.units}[new.id]


def test_a_new_unit_nobody_holds_is_named_as_uncovered(small: Small) -> None:
    outcome = carried(small.merge())
    assert named("Xã Thăng Bình").id in {row.id for row in outcome.uncovered}


def test_who_would_be_member_twice_keeps_the_earlier_membership_and_a_main_one(
    small: Small,
) -> None:
    person = make_person("Trần Văn Hai")
    side = make_membership(person, small.commune, since=START, is_main=False)
    make_membership(person, small.other_commune, since=START + timedelta(days=5))
    carried(small.merge())
    rows = periods(Membership, person_id=person.id)
    ended = [row for row in rows if row.end_reason == "hợp nhất"]
    assert [row.unit_id for row in ended] == [small.other_commune.id]
    (now,) = [row for row in rows if row.valid_to is None]
    assert (now.line_id, now.is_main) == (side.line_id, True)


def test_the_same_role_twice_in_the_successor_ends_with_the_reason(small: Small) -> None:
    holder = make_member("Trần Văn Hai", small.district)
    decision = make_decision(small.district)
    first = make_assignment(holder, small.commune, decision)
    make_assignment(holder, small.other_commune, decision, since=START + timedelta(days=3))
    outcome = carried(small.merge())
    rows = periods(Assignment, person_id=holder.id)
    assert [row.end_reason for row in rows if row.unit_id == small.other_commune.id] == ["hợp nhất"]
    assert [row.line_id for row in rows if row.valid_to is None] == [first.line_id]
    assert outcome.counts["assignments"].moved == 1
    assert outcome.counts["assignments"].ended == 1


def test_one_commune_taken_into_another_that_lives_on(small: Small) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    outcome = carried(small.merge(how=None))
    assert [row.id for row in outcome.continued] == [small.other_commune.id]
    assert main_unit_id(person.id, DAY) == small.other_commune.id
    assert path_on(small.team.id, DAY) == named("Xã Bình Đào").path + f"{small.team.id}/"


def test_teams_keep_their_identity_and_what_was_planned_of_them(small: Small) -> None:
    closing = make_unit(
        "Tổ thôn 2", UnitKind.COMMUNITY_TEAM, small.commune, until=DAY + timedelta(days=30)
    )
    renamed = make_unit("Tổ thôn 3", UnitKind.COMMUNITY_TEAM, small.commune)
    later = DAY + timedelta(days=20)
    batch = compose_rows(
        later,
        [
            AnnexRow(
                2, "phụ lục", old_id=renamed.id, new_name="Tổ thôn Ba", how=How.RENAME,
                new_kind="community_team", new_parent_id=small.commune.id, part=Part.WHOLE,
            )
        ],
    )  # fmt: skip
    assert apply(system_actor(), batch.id, LATER_MOMENT).problems == ()
    carried(small.merge())
    new = named("Xã Thăng Bình")
    assert [
        (row.name, row.parent_id, row.valid_from, row.valid_to)
        for row in periods(UnitPeriod, unit_id=renamed.id)
    ] == [
        ("Tổ thôn 3", small.commune.id, START, DAY),
        ("Tổ thôn 3", new.id, DAY, later),
        ("Tổ thôn Ba", new.id, later, None),
    ]
    assert periods(UnitPeriod, unit_id=closing.id)[-1].valid_to == DAY + timedelta(days=30)


def test_a_split_without_answers_ends_what_hung_on_it_with_that_reason(small: Small) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    make_assignment(person, small.commune, make_decision(small.commune))
    outcome = carried(small.split())
    assert periods(Membership, person_id=person.id)[-1].end_reason == "chia"
    assert periods(Assignment, person_id=person.id)[-1].end_reason == "chia"
    assert unit_on(small.team.id, DAY) is None
    assert {question.noun for question in outcome.questions} == {
        "membership",
        "assignment",
        "unit",
    }
    assert all(
        {code for code, _ in question.choices} == {"90111", "90112"}
        for question in outcome.questions
    )


def test_a_split_with_answers_goes_where_they_say(small: Small) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    make_assignment(person, small.commune, make_decision(small.commune))
    batch = compose_rows(DAY, small.split())
    asked = try_out(system_actor(), batch.id, LATER_MOMENT).questions
    assert answer(system_actor(), batch.id, {q.item: "90112" for q in asked}, LATER_MOMENT) == 3
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert (outcome.problems, outcome.questions) == ((), ())
    two = named("Xã Hai")
    assert main_unit_id(person.id, DAY) == two.id
    assert periods(Assignment, person_id=person.id)[-1].unit_id == two.id
    assert path_on(small.team.id, DAY) == f"{two.path}{small.team.id}/"


@pytest.mark.parametrize(
    ("item", "target"),
    [("membership:{line}", "nơi nào đó"), ("membership:khong-co", "90112"), ("unit:X", "90112")],
)
def test_an_answer_that_names_nothing_is_a_problem_and_nothing_is_written(
    small: Small, item: str, target: str
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    line = periods(Membership, person_id=person.id)[0].line_id
    batch = compose_rows(DAY, small.split(), answers={item.format(line=line): target})
    state = everything()
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert [problem.field for problem in outcome.problems] == ["allocation"]
    assert everything() == state
    assert db.session.get_one(Reorganisation, batch.id).applied_at is None


def test_who_loses_the_main_membership_by_a_dissolution_gets_another_main_one(
    small: Small,
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    other = make_membership(person, small.far_commune, is_main=False)
    carried(small.dissolve(small.commune))
    rows = periods(Membership, line_id=other.line_id)
    assert [(row.is_main, row.valid_from, row.valid_to) for row in rows] == [
        (False, START, DAY),
        (True, DAY, None),
    ]
    assert main_unit_id(person.id, DAY) == small.far_commune.id


def test_one_problem_in_one_row_leaves_everything_as_it_was(small: Small) -> None:
    make_member("Võ Thị Năm", small.commune)
    rows = [*small.merge(), AnnexRow(9, "phụ lục", old_code="99999", old_name="Xã Không Có",
                                     new_name="Xã Khác", new_kind="xã")]  # fmt: skip
    batch = compose_rows(DAY, rows)
    state = everything()
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert [(problem.row, problem.field) for problem in outcome.problems] == [(9, "old_code")]
    assert everything() == state


# --- lists, sign-ups, cards, offices -------------------------------------------------------------


def test_an_open_list_returns_and_becomes_the_successors_draft_with_the_approved(
    small: Small,
) -> None:
    approved = make_member("Lê Thị An", small.commune)
    approve_memberships(small.commune, *periods(Membership, person_id=approved.id))
    waiting = make_member("Trần Văn Bốn", small.other_commune)
    open_list = make_roster(small.other_commune, [make_line(waiting)], RosterState.SUBMITTED)
    outcome = carried(small.merge())
    db.session.refresh(open_list)
    assert (open_list.state, open_list.return_reason) == (RosterState.RETURNED, "sắp xếp đơn vị")
    new = named("Xã Thăng Bình")
    draft = db.session.scalars(select(Roster).where(Roster.unit_id == new.id)).one()
    assert draft.state is RosterState.DRAFT
    assert {(line.person_id, line.action, line.effective_from) for line in draft.lines} == {
        (approved.id, LineAction.ADD, DAY),
        (waiting.id, LineAction.ADD, DAY),
    }
    assert outcome.counts["lists"].moved == 1


def test_the_successors_draft_can_be_submitted_as_it_is(small: Small) -> None:
    member = make_member("Lê Thị An", small.commune)
    approve_memberships(small.commune, *periods(Membership, person_id=member.id))
    officer = make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    carried(small.merge())
    new = named("Xã Thăng Bình")
    draft = db.session.scalars(select(Roster).where(Roster.unit_id == new.id)).one()
    submit(
        actor_for(officer, LATER),
        RosterVersion(roster_id=draft.id, version=draft.version),
        LATER_MOMENT,
    )
    assert draft.state is RosterState.SUBMITTED


def test_an_approved_list_stays_with_its_closed_unit(small: Small) -> None:
    member = make_member("Lê Thị An", small.commune)
    roster = approve_memberships(small.commune, *periods(Membership, person_id=member.id))
    carried(small.merge())
    db.session.refresh(roster)
    assert (roster.unit_id, roster.state) == (small.commune.id, RosterState.DECIDED)


def test_a_card_keeps_verifying_and_names_the_new_unit(small: Small) -> None:
    member = make_member("Lê Thị An", small.commune)
    (membership,) = periods(Membership, person_id=member.id)
    approve_memberships(small.commune, membership)
    db.session.add(
        Card(
            uuid="u", code_hash="h", line_id=membership.line_id, person_id=member.id,
            issued_on=START,
        )
    )  # fmt: skip
    outcome = carried(small.merge())
    assert outcome.counts["cards"].moved == 1
    assert approved_on(membership.line_id, DAY)
    before, after = valid_card("h", EVE), valid_card("h", DAY)
    assert before is not None
    assert after is not None
    assert (before.unit_name, after.unit_name) == ("Xã Bình Minh", "UBND xã Thăng Bình")


def test_an_open_sign_up_follows_its_unit_and_one_without_successor_is_declined(
    small: Small,
) -> None:
    follows = make_signup(small.commune)
    declined = make_signup(small.far_commune)
    carried([*small.merge(), AnnexRow(9, "x", old_id=small.far_commune.id, how=How.DISSOLVE)])
    db.session.expire_all()
    new = named("Xã Thăng Bình")
    assert (follows.unit_id, follows.state) == (new.id, SignupState.RECEIVED)
    assert declined.state is SignupState.DECLINED
    assert declined.reason == "Đơn vị kết thúc: sắp xếp đơn vị"


def test_offices_move_like_every_other_fact(small: Small) -> None:
    rows = [
        AnnexRow(
            2, "phụ lục", old_id=small.it_department.id, new_name="Sở Khoa học và Công nghệ",
            new_kind="department", new_parent_id=small.province.id, how=How.MERGE, part=Part.WHOLE,
        )
    ]  # fmt: skip
    carried(rows)
    (_, now) = [row for row in periods(Office) if row.function is OfficeFunction.REVIEWING]
    assert (now.office_id, now.valid_from) == (named("Sở Khoa học và Công nghệ").id, DAY)


def test_a_new_unit_takes_over_the_contact_of_its_seat(small: Small) -> None:
    carried(small.merge())
    contact = db.session.get_one(UnitContact, named("Xã Thăng Bình").id)
    assert contact.phone == "+842353000001"


# --- undo ----------------------------------------------------------------------------------------


def test_undo_gives_a_small_registry_back_as_it_was(small: Small) -> None:
    member = make_member("Lê Thị An", small.commune)
    make_membership(member, small.other_commune, is_main=False)
    make_assignment(member, small.commune, make_decision(small.commune))
    make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    make_roster(small.other_commune, [make_line(member)], RosterState.SUBMITTED)
    make_signup(small.commune)
    make_member("Lê Thị Mai", small.commune, since=DAY + timedelta(days=9))
    state = everything()
    outcome = carried(small.merge())
    assert everything() != state
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == state
    assert faults(LATER) == []


def test_undo_is_refused_while_something_was_written_about_a_new_unit(small: Small) -> None:
    outcome = carried(small.merge())
    new = db.session.get_one(Unit, named("Xã Thăng Bình").id)
    make_member("Lê Thị An", new, since=DAY)
    state = everything()
    with pytest.raises(Conflict, match="đã ghi thêm dữ liệu"):
        undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_undo_is_refused_when_a_carried_row_was_edited_since(small: Small) -> None:
    member = make_member("Lê Thị An", small.commune)
    outcome = carried(small.merge(how=None))
    (_, now) = periods(Membership, person_id=member.id)
    now.role = MemberRole.HEAD
    state = everything()
    with pytest.raises(Conflict, match="đã được sửa tiếp"):
        undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_undo_is_refused_when_a_line_was_added_to_the_successors_draft(small: Small) -> None:
    member = make_member("Lê Thị An", small.commune)
    approve_memberships(small.commune, *periods(Membership, person_id=member.id))
    outcome = carried(small.merge(how=None))
    draft = db.session.scalars(select(Roster).where(Roster.unit_id == small.other_commune.id)).one()
    line = make_line(make_member("Người Mới", small.other_commune), effective_from=DAY)
    line.position = 2
    draft.lines.append(line)
    with pytest.raises(Conflict, match="đã ghi thêm dữ liệu"):
        undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)


def test_undo_is_refused_when_what_a_unit_stood_under_ended_since(small: Small) -> None:
    first = carried(small.merge(how=None))
    district = AnnexRow(
        2, "phụ lục", old_id=small.district.id, new_name="Huyện Đại Lộc", new_kind="huyện",
        new_code="902", new_parent_id=small.province.id, how=How.ABSORB, part=Part.WHOLE,
    )  # fmt: skip
    carried([district], DAY + timedelta(days=60))
    state = everything()
    with pytest.raises(Conflict, match="Hoàn tác"):
        undo(system_actor(), first.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_undo_is_refused_while_another_unit_bears_the_code(small: Small) -> None:
    first = carried(small.dissolve(small.commune))
    carried(
        [
            AnnexRow(
                2, "phụ lục", new_name="Xã Khác", new_kind="xã", new_code="90101",
                new_parent_id=small.district.id,
            )
        ],
        DAY + timedelta(days=60),
    )  # fmt: skip
    with pytest.raises(Conflict, match="Mã 90101"):
        undo(system_actor(), first.batch_id or 0, LATER_MOMENT)


def test_a_batch_is_undone_once(small: Small) -> None:
    outcome = carried(small.merge())
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    with pytest.raises(Conflict, match="chưa hoàn tác"):
        undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)


# --- what cannot be ------------------------------------------------------------------------------


def test_a_unit_is_not_put_under_one_that_ends_later(small: Small) -> None:
    carried(small.dissolve(small.other_district), DAY + timedelta(days=60))
    batch = compose_rows(
        DAY,
        [
            AnnexRow(
                2, "phụ lục", old_id=small.other_commune.id, new_name="Xã Bình Đào",
                new_kind="xã", new_parent_id=small.other_district.id, how=How.MOVE, part=Part.WHOLE,
            )
        ],
    )  # fmt: skip
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert ["“Huyện Đại Lộc” kết thúc" in problem.message for problem in outcome.problems] == [True]


def test_a_code_that_another_unit_bears_from_a_later_day_is_refused(small: Small) -> None:
    establish = AnnexRow(
        2, "phụ lục", new_name="Xã Khác", new_kind="xã", new_code="90177",
        new_parent_id=small.district.id,
    )  # fmt: skip
    carried([establish], DAY + timedelta(days=60))
    batch = compose_rows(
        DAY,
        [AnnexRow(2, "x", new_name="Xã Mới", new_kind="xã", new_code="90177",
                  new_parent_id=small.district.id)],
    )  # fmt: skip
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert any("Mã 90177" in problem.message for problem in outcome.problems)


def test_an_applied_batch_is_not_applied_answered_or_thrown_away_again(small: Small) -> None:
    outcome = carried(small.merge())
    number = outcome.batch_id or 0
    for again in (
        lambda: apply(system_actor(), number, LATER_MOMENT),
        lambda: try_out(system_actor(), number, LATER_MOMENT),
        lambda: answer(system_actor(), number, {"a": "b"}, LATER_MOMENT),
        lambda: discard(system_actor(), number, LATER_MOMENT),
    ):
        with pytest.raises(Conflict, match="đã được thực hiện"):
            again()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMINISTRATOR])
def test_only_who_may_reorganise_does(small: Small, role: Role) -> None:
    actor = make_actor(role, small.commune)
    if Action.UNIT_REORGANISE in {action for action in Action if actor.may(action)}:
        return
    with pytest.raises(NotAllowed):
        compose(
            actor,
            ComposeBatch(effective_on=DAY, decision_number="8/NQ-HĐND", rows=small.merge()),
            LATER_MOMENT,
        )


def test_a_batch_that_does_not_exist_is_not_found(small: Small) -> None:
    with pytest.raises(NotFound):
        undo(system_actor(), 77, LATER_MOMENT)


def test_the_old_side_is_known_before_the_effective_day_only(small: Small) -> None:
    with pytest.raises(Invalid, match="phải trước ngày có hiệu lực"):
        compose_rows(DAY, small.merge(), create_missing=True, known_from=DAY)


def test_applying_and_undoing_are_in_the_audit(small: Small) -> None:
    outcome = carried(small.merge())
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    events = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert [event for event in events if event.startswith("reorganisation.")] == [
        "reorganisation.compose",
        "reorganisation.apply",
        "reorganisation.undo",
    ]


# --- until a decision of the new unit replaces it ------------------------------------------------


def carried_focal_point(small: Small) -> Person:
    """Merge a commune that has a focal point; return who holds it."""
    holder = make_member("Võ Thị Năm", small.commune)
    make_assignment(holder, small.commune, make_decision(small.commune))
    carried(small.merge())
    return holder


def waiting_on(day: date) -> list[tuple[str, bool]]:
    rows = waiting_for_decision(EVERYTHING, LATER, day)
    return [(row.holder_name, row.is_carried_over(day)) for row in rows]


def test_a_carried_assignment_waits_from_the_day_until_a_new_decision(small: Small) -> None:
    holder = carried_focal_point(small)
    assert waiting_on(EVE) == []
    assert waiting_on(DAY) == [("Võ Thị Năm", True)]
    (row,) = waiting_for_decision(EVERYTHING, LATER, DAY)
    assert row.waits_because(DAY) == (
        "Chuyển tiếp từ 01/02/2025, chờ quyết định mới (thay 15/QĐ-UBND)"
    )
    new = db.session.get_one(Unit, named("Xã Thăng Bình").id)
    (_, now) = periods(Assignment, person_id=holder.id)
    now.decision_id = make_decision(new, "1/QĐ-UBND", issued_on=DAY + timedelta(days=8)).id
    db.session.flush()
    assert waiting_on(DAY + timedelta(days=8)) == []
    assert waiting_on(DAY) == [("Võ Thị Năm", False)]


def test_what_has_no_decision_comes_before_what_was_carried_over(small: Small) -> None:
    carried_focal_point(small)
    make_assignment(make_member("Lê Văn Cuối", small.far_commune), small.far_commune, None)
    assert waiting_on(DAY) == [("Lê Văn Cuối", False), ("Võ Thị Năm", True)]


def is_covered(unit_id: int, day: date) -> bool:
    """Tell whether a unit is covered, by both ways of counting, which must agree."""
    in_sets = {u.id: u.any_covered for u in coverage(home_unit(day), day).units}[unit_id]
    one_by_one = bool(focal_points_counting(unit_id, day))
    assert in_sets is one_by_one
    assert (focal_point_count(unit_id, day) > 0) is one_by_one
    return in_sets


def test_days_of_grace_end_the_counting_and_leave_earlier_figures(small: Small) -> None:
    carried_focal_point(small)
    new = named("Xã Thăng Bình").id
    long_after = DAY + timedelta(days=250)
    assert is_covered(new, long_after)
    set_parameter(CARRIED_OVER_GRACE, f"30;{DAY.isoformat()}")
    last = DAY + timedelta(days=29)
    assert is_covered(new, last)
    assert not is_covered(new, last + timedelta(days=1))
    found = coverage(home_unit(long_after), long_after)
    assert vacancies(found, Standard.ANY)[new] == last + timedelta(days=1)

    since = DAY + timedelta(days=100)
    set_parameter(CARRIED_OVER_GRACE, f"30;{since.isoformat()}")
    assert is_covered(new, since - timedelta(days=1))
    assert not is_covered(new, since)
    found = coverage(home_unit(long_after), long_after)
    assert vacancies(found, Standard.ANY)[new] == since


def test_an_assignment_of_a_unit_that_lives_on_needs_no_new_decision(small: Small) -> None:
    holder = make_member("Lê Thị Mai", small.other_commune)
    make_assignment(holder, small.other_commune, make_decision(small.other_commune))
    carried(small.merge(how=None))
    set_parameter(CARRIED_OVER_GRACE, f"0;{DAY.isoformat()}")
    assert waiting_on(DAY) == []
    assert is_covered(small.other_commune.id, DAY)

"""Where what hangs on a unit that ends or gives a part away goes, and answers nobody asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.questions import AskedNoun, Item
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation
from registry.models.units import UnitPeriod
from registry.queries.memberships import main_unit_id
from registry.queries.units.on_a_day import path_on, unit_on
from registry.services.reorganisations.answering import answer
from registry.services.reorganisations.applying import apply, try_out
from registry.services.reorganisations.outcome import Outcome
from registry.services.reorganisations.undoing import undo
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.reorganisations import LATER_MOMENT, compose_rows, everything
from tests.factories.small_province import DAY, SmallProvince, carried, named, periods
from tests.factories.units import START, make_unit

LATER_START = START + timedelta(days=5)


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def test_a_split_without_answers_ends_what_hung_on_it_with_that_reason(
    small: SmallProvince,
) -> None:
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


def test_a_split_with_answers_goes_where_they_say(small: SmallProvince) -> None:
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


@pytest.mark.parametrize("target", ["a neighbour", "a name two bear", "the split one"])
def test_an_answer_names_any_unit_of_the_day_and_a_successor_before_its_namesake(
    small: SmallProvince, target: str
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    line = periods(Membership, person_id=person.id)[0].line_id
    namesake = make_unit("Xã Hai", UnitKind.COMMUNE, small.other_district, code="90999")
    word = {"a neighbour": "90102", "a name two bear": "Xã Hai", "the split one": "90101"}[target]
    answers = {Item.parse(f"membership:{line}"): word}
    batch = compose_rows(DAY, small.split(), answers=answers)
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    if target == "the split one":
        assert [problem.field for problem in outcome.problems] == ["allocation"]
        return
    assert outcome.problems == ()
    main = unit_on(main_unit_id(person.id, DAY) or 0, DAY)
    assert main is not None
    assert main.name == ("Xã Bình Đào" if target == "a neighbour" else "Xã Hai")
    assert main.id != namesake.id


@pytest.mark.parametrize(
    ("item", "target"),
    [("membership:{line}", "nơi nào đó"), ("membership:khong-co", "90112"), ("unit:X", "90112")],
)
def test_an_answer_that_names_nothing_is_a_problem_and_nothing_is_written(
    small: SmallProvince, item: str, target: str
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    line = periods(Membership, person_id=person.id)[0].line_id
    batch = compose_rows(DAY, small.split(), answers={Item.parse(item.format(line=line)): target})
    state = everything()
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert [problem.field for problem in outcome.problems] == ["allocation"]
    assert everything() == state
    assert db.session.get_one(Reorganisation, batch.id).applied_at is None


# --- a part given away by a unit that lives on ---------------------------------------------------


def giving(small: SmallProvince, said: dict[str, str]) -> Outcome:
    """Apply the batch by which the first commune gives a part away, with answers by noun."""
    batch = compose_rows(DAY, small.give())
    asked = try_out(system_actor(), batch.id, LATER_MOMENT).questions
    answers = {one.item: said[one.noun] for one in asked if one.noun in said}
    answer(system_actor(), batch.id, answers, LATER_MOMENT)
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert outcome.problems == ()
    return outcome


@pytest.mark.parametrize("said", ["", "ở lại", "Ở lại Xã Bình Minh", "90101", "Xã Bình Minh"])
def test_what_hangs_on_a_unit_that_lives_on_stays_unless_an_answer_sends_it_along(
    small: SmallProvince, said: str
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    make_assignment(person, small.commune, make_decision(small.commune))
    (team,) = periods(UnitPeriod, unit_id=small.team.id)
    before = (periods(Membership), periods(Assignment))
    outcome = giving(small, dict.fromkeys(("membership", "assignment", "unit"), said))
    asked = (*outcome.questions, *outcome.answered)
    assert {one.noun for one in asked} == {"membership", "assignment", "unit"}
    assert {one.default for one in asked} == {("ở lại", "Ở lại Xã Bình Minh")}
    assert {one.choices for one in asked} == {(("90111", "Xã Một"),)}
    assert (periods(Membership), periods(Assignment)) == before
    assert (team.valid_to, team.parent_id) == (None, small.commune.id)
    assert [outcome.counts[noun].moved for noun in ("people", "assignments", "teams")] == [0, 0, 0]
    assert bool(said) == bool(outcome.answered)


def test_members_and_assignments_that_go_along_with_a_part_go_on_there_on_the_same_line(
    small: SmallProvince,
) -> None:
    goes, stays = (make_member(name, small.commune) for name in ("Võ Thị Năm", "Lê Văn Hai"))
    for person in (goes, stays):
        make_assignment(person, small.commune, make_decision(small.commune))
    (line,) = {row.line_id for row in periods(Membership, person_id=goes.id)}
    (duty,) = {row.line_id for row in periods(Assignment, person_id=goes.id)}
    state = everything()
    answers = {
        Item.parse(f"membership:{line}"): "90111 Xã Một",
        Item.parse(f"assignment:{duty}"): "xã một",
    }
    outcome = carried(small.give(), answers=answers)
    new = named("Xã Một")
    before, after = periods(Membership, person_id=goes.id)
    assert (before.unit_id, before.valid_to, before.end_reason) == (small.commune.id, DAY, None)
    assert (after.unit_id, after.valid_from, after.line_id) == (new.id, DAY, line)
    assert after.is_main
    assert [row.unit_id for row in periods(Assignment, line_id=duty)] == [small.commune.id, new.id]
    for model in (Membership, Assignment):
        (kept,) = periods(model, person_id=stays.id)
        assert (kept.unit_id, kept.valid_to) == (small.commune.id, None)
    assert [outcome.counts[noun].moved for noun in ("people", "assignments")] == [1, 1]
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_a_team_that_goes_along_takes_its_members_and_what_is_planned_of_it(
    small: SmallProvince,
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    in_team = make_membership(person, small.team, is_main=False)
    staying = make_unit("Tổ thôn 2", UnitKind.COMMUNITY_TEAM, small.commune)
    later = DAY + timedelta(days=9)
    renamed = AnnexRow(
        2, "x", old_id=small.team.id, new_name="Tổ thôn Một", new_kind="community_team",
        new_parent_id=small.commune.id, how=How.RENAME,
    )  # fmt: skip
    carried([renamed], later)
    state = everything()
    outcome = giving(small, {"unit": "90111"})
    new = named("Xã Một")
    assert path_on(small.team.id, DAY) == f"{new.path}{small.team.id}/"
    assert path_on(small.team.id, later) == f"{new.path}{small.team.id}/"
    assert outcome.counts["teams"].moved == 2
    assert path_on(staying.id, DAY) == f"{new.path}{staying.id}/"
    (row,) = periods(Membership, line_id=in_team.line_id)
    assert (row.unit_id, row.valid_to) == (small.team.id, None)
    # Who also belongs to the commune itself stays there: of that nobody answered.
    assert main_unit_id(person.id, DAY) == small.commune.id
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_only_the_team_an_answer_names_goes_along(small: SmallProvince) -> None:
    staying = make_unit("Tổ thôn 2", UnitKind.COMMUNITY_TEAM, small.commune)
    office = make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, small.commune)
    firm = make_unit("Công ty Một", UnitKind.ENTERPRISE, small.commune)
    batch = compose_rows(DAY, small.give())
    asked = try_out(system_actor(), batch.id, LATER_MOMENT).questions
    assert {one.key for one in asked} == {
        small.team.registry_code, staying.registry_code, firm.registry_code,
    }  # fmt: skip
    said = {Item(AskedNoun.UNIT, small.team.registry_code or ""): "90111"}
    outcome = carried(small.give(), answers=said)
    new = named("Xã Một")
    places = {unit.id: path_on(unit.id, DAY) or "" for unit in (small.team, staying, office, firm)}
    assert [unit_id for unit_id, path in places.items() if path.startswith(new.path)] == [
        small.team.id
    ]
    assert outcome.counts["teams"].moved == 1
    assert outcome.without_plan == ()


def test_who_is_a_member_there_already_is_so_once_and_the_elder_line_goes_on(
    small: SmallProvince,
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    there = make_membership(person, small.other_commune, since=LATER_START, is_main=False)
    (line,) = {row.line_id for row in periods(Membership, person_id=person.id)} - {there.line_id}
    carried(small.give(), answers={Item.parse(f"membership:{line}"): "90102"})
    now = [row for row in periods(Membership, person_id=person.id) if row.valid_to is None]
    assert [(row.line_id, row.unit_id, row.is_main) for row in now] == [
        (line, small.other_commune.id, True)
    ]
    (ended,) = periods(Membership, line_id=there.line_id)
    assert (ended.valid_to, ended.end_reason) == (DAY, "hợp nhất")


def test_two_that_exchange_parts_may_exchange_people_and_hold_nobody_twice(
    small: SmallProvince,
) -> None:
    stays = make_member("Võ Thị Năm", small.other_commune)
    both = make_membership(stays, small.commune, since=LATER_START, is_main=False)
    rows = [
        AnnexRow(
            number, "x", old_id=giver.id, new_name=name, new_kind="xã", new_code=code,
            new_parent_id=small.district.id, part=Part.PART, how=How.SEPARATE,
        )
        for number, (giver, name, code) in enumerate(
            ((small.commune, "Xã Một", "90111"), (small.other_commune, "Xã Hai", "90112")), 2
        )
    ]  # fmt: skip
    answers = {Item.parse(f"membership:{both.line_id}"): "90102"}
    other = make_member("Lê Văn Hai", small.other_commune)
    (line,) = {row.line_id for row in periods(Membership, person_id=other.id)}
    answers[Item.parse(f"membership:{line}")] = "90101"
    carried(rows, answers=answers)
    (ended,) = periods(Membership, line_id=both.line_id)
    assert (ended.valid_to, ended.end_reason) == (DAY, "hợp nhất")
    assert main_unit_id(stays.id, DAY) == small.other_commune.id
    assert main_unit_id(other.id, DAY) == small.commune.id


def test_a_giver_that_keeps_its_focal_point_is_not_named_as_uncovered(small: SmallProvince) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    make_assignment(person, small.commune, make_decision(small.commune))
    assert [row.id for row in giving(small, {}).uncovered] == [named("Xã Một").id]


def test_a_giver_that_keeps_nobody_is_named_as_uncovered(small: SmallProvince) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    make_assignment(person, small.commune, make_decision(small.commune))
    said = {"membership": "90111", "assignment": "90111"}
    assert [row.id for row in giving(small, said).uncovered] == [small.commune.id]


@pytest.mark.parametrize("said", ["ở lại", "Ở lại Xã Bình Minh"])
def test_nothing_stays_at_a_unit_that_ends_and_leaves_nothing(
    small: SmallProvince, said: str
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    line = periods(Membership, person_id=person.id)[0].line_id
    batch = compose_rows(DAY, small.split(), answers={Item.parse(f"membership:{line}"): said})
    (problem,) = apply(system_actor(), batch.id, LATER_MOMENT).problems
    assert problem.field == "allocation"
    assert "không ở lại được" in problem.text


def test_of_a_unit_that_ends_who_takes_the_rest_takes_what_nobody_answers(
    small: SmallProvince,
) -> None:
    goes, unasked, kept = (
        make_member(name, small.commune) for name in ("Võ Thị Năm", "Lê Văn Hai", "Trần Thị Ba")
    )
    part, rest = small.split()
    rows = [part, replace(rest, part=Part.REST)]
    lines = {row.person_id: row.line_id for row in periods(Membership)}
    answers = {
        Item.parse(f"membership:{lines[goes.id]}"): "90111",
        Item.parse(f"membership:{lines[kept.id]}"): "ở lại",
    }
    outcome = carried(rows, answers=answers)
    assert {one.default for one in outcome.questions} == {("90112", "Xã Hai")}
    one, two = named("Xã Một"), named("Xã Hai")
    assert [main_unit_id(person.id, DAY) for person in (goes, unasked, kept)] == [
        one.id, two.id, two.id,
    ]  # fmt: skip
    assert path_on(small.team.id, DAY) == f"{two.path}{small.team.id}/"

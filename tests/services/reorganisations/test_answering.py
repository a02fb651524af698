"""Where what hung on a split unit goes, and answers to what nobody asked."""

import pytest
from flask import Flask

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.questions import Item
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation
from registry.queries.memberships import main_unit_id
from registry.queries.units.on_a_day import path_on, unit_on
from registry.services.reorganisations.answering import answer
from registry.services.reorganisations.applying import apply, try_out
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.reorganisations import LATER_MOMENT, compose_rows, everything
from tests.factories.small_province import DAY, SmallProvince, carried, named, periods
from tests.factories.units import make_unit


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

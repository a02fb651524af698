"""Which papers take which others out of force, for whom, and what a reader may know of it."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.decisions import Decision, DecisionEnd
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.paper_ends import (
    ANOTHER,
    NO_MORE,
    end_said,
    ends_of,
    holders_on,
    papers_that_may_end,
)
from tests.conftest import MOMENT, TODAY
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import MovingCommunes, make_unit, rename_unit

JUNE_10, JUNE_20 = date(2024, 6, 10), date(2024, 6, 20)


@pytest.fixture
def here(app: Flask) -> MovingCommunes:
    return MovingCommunes()


def end(old: Decision, by: Decision, holder: Person | Unit | None = None) -> DecisionEnd:
    """Let a paper take another out of force, for all or for one holder."""
    row = said(old, by, holder)
    db.session.add(row)
    db.session.flush()
    return row


def said(old: Decision, by: Decision, holder: Person | Unit | None = None) -> DecisionEnd:
    return DecisionEnd(
        decision_id=old.id,
        by_id=by.id,
        kind=EndKind.REPLACED,
        person_id=holder.id if isinstance(holder, Person) else None,
        section_id=holder.id if isinstance(holder, Unit) else None,
        created_at=MOMENT.instant,
    )


def test_the_same_end_is_one_of_the_same_papers_and_holder(here: MovingCommunes) -> None:
    old, by, third = (make_decision(here.commune, f"{number}/QĐ-UBND") for number in (1, 2, 3))
    person, other = make_member("Lê Một", here.commune), make_member("Lê Hai", here.commune)
    for_all, for_one = end(old, by), end(old, by, person)
    for_section = end(old, by, here.section)
    assert end_said(said(old, by)) == for_all.id
    assert end_said(said(old, by, person)) == for_one.id
    assert end_said(said(old, by, here.section)) == for_section.id
    for unsaid in (
        said(old, by, other),
        said(old, by, here.district_office),
        said(old, third),
        said(third, by),
        said(by, old),
    ):
        assert end_said(unsaid) is None


def test_whom_a_paper_names_stands_once_by_given_name_within_the_scope_of_today(
    here: MovingCommunes,
) -> None:
    decision = make_decision(here.province)
    person = make_member("Lê Văn Bình", here.commune)
    for day, until in ((date(2024, 6, 1), JUNE_10), (JUNE_20, None)):
        make_assignment(person, here.commune, decision, since=day, until=until)
    make_assignment(make_member("Trần An", here.commune), here.commune, decision)
    make_assignment(make_member("Lê Đã Sang", here.other_commune), here.other_commune, decision)
    make_assignment(make_member("Lê Sẽ Về", here.far_commune), here.far_commune, decision)
    make_assignment(here.district_office, here.commune, decision)
    office = make_unit("Ban Xã", UnitKind.SECTION, here.commune)
    make_assignment(office, here.commune, decision)
    other = make_decision(here.province, "16/QĐ-UBND")
    make_assignment(make_member("Lê Khác", here.commune), here.commune, other)
    rename_unit(here.district_office, "Phòng Chuyển đổi số", JUNE_10)

    def told(scope: Scope) -> list[str]:
        return [one.name for one in holders_on(decision.id, scope, TODAY)]

    own = ["Ban Xã", "Phòng Chuyển đổi số", "Trần An", "Lê Văn Bình"]
    assert told(here.below(here.district)) == own
    assert sorted(told(here.below(here.other_district))) == ["Lê Sẽ Về", "Lê Đã Sang"]
    assert set(told(EVERYTHING)) == {*own, "Lê Sẽ Về", "Lê Đã Sang"}
    keys = {one.name: one.key for one in holders_on(decision.id, EVERYTHING, TODAY)}
    assert keys["Lê Văn Bình"] == f"p{person.id}"
    assert keys["Ban Xã"] == f"s{office.id}"


def test_ends_of_a_paper_and_by_it_are_told_each_with_whom_the_reader_may_know(
    here: MovingCommunes,
) -> None:
    old, paper, later = (make_decision(here.province, f"{number}/QĐ-UBND") for number in (1, 2, 3))
    seen, hidden = make_member("Lê Thấy", here.commune), make_member("Lê Khuất", here.far_commune)
    gone = make_member("Lê Thôi", here.commune)
    for decision in (old, paper):
        make_assignment(
            seen,
            here.commune,
            decision,
            until=JUNE_20 if decision is old else None,
            since=date(2024, 6, 1) if decision is old else JUNE_20,
        )
    make_assignment(hidden, here.far_commune, paper)
    rows = [
        end(old, paper),
        end(paper, later, seen),
        end(paper, later, hidden),
        end(paper, later, gone),
        end(paper, later),
    ]
    end(old, later)

    def told(scope: Scope) -> list[tuple[int, str | None, bool]]:
        return [(one.id, one.holder, one.is_of_others) for one in ends_of(paper.id, scope, TODAY)]

    ids = [row.id for row in rows]
    assert told(here.below(here.district)) == [
        (ids[0], None, False),
        (ids[1], "Lê Thấy", False),
        (ids[2], ANOTHER, True),
        (ids[3], NO_MORE, False),
        (ids[4], None, True),
    ]
    assert told(EVERYTHING) == [
        (ids[0], None, False),
        (ids[1], "Lê Thấy", False),
        (ids[2], "Lê Khuất", False),
        (ids[3], NO_MORE, False),
        (ids[4], None, False),
    ]
    assert told(Scope())[0] == (ids[0], None, True)
    found = ends_of(paper.id, EVERYTHING, TODAY)
    assert [(one.decision.id, one.by.id) for one in found[:2]] == [
        (old.id, paper.id),
        (paper.id, later.id),
    ]
    assert found[0].kind is EndKind.REPLACED


def test_papers_of_the_unit_or_of_where_its_lines_went_may_stand_in_the_place_of_one(
    here: MovingCommunes,
) -> None:
    paper = make_decision(here.commune)
    before = make_assignment(
        make_member("Lê Một", here.commune), here.commune, paper, until=JUNE_20
    )
    after = make_assignment(make_member("Lê Hai", here.commune), here.district, None, since=JUNE_20)
    after.line_id = before.line_id
    served = make_assignment(make_member("Lê Ba", here.other_commune), here.other_commune, paper)
    assert served.decision_id == paper.id
    make_assignment(make_member("Lê Bốn", here.far_commune), here.far_commune, None)
    may = {
        name: make_decision(unit, f"{name}/QĐ-UBND", issued_on=day)
        for name, unit, day in (
            ("own", here.commune, JUNE_10),
            ("own too", here.commune, JUNE_10),
            ("without day", here.commune, None),
            ("of the line", here.district, TODAY),
            ("of one served", here.other_commune, JUNE_20),
            ("elsewhere", here.far_commune, JUNE_20),
        )
    }
    plan = make_decision(here.commune, "4/KH-UBND")
    plan.kind = DecisionKind.PLAN
    db.session.flush()
    named = {one.id: name for name, one in may.items()}

    def told(scope: Scope) -> list[str]:
        return [named[one.id] for one in papers_that_may_end(paper, scope, TODAY)]

    own = ["without day", "of the line", "own too", "own"]
    assert told(EVERYTHING) == [*own[:2], "of one served", *own[2:]]
    assert told(here.below(here.district)) == own
    assert told(here.below(here.other_district)) == ["of one served"]
    of_nobody = make_decision(here.commune, "5/QĐ-UBND", issued_on=None)
    named[paper.id], named[of_nobody.id] = "the first", "of nobody"
    found = papers_that_may_end(of_nobody, EVERYTHING, TODAY)
    assert {named[one.id] for one in found} == {"the first", "own", "own too", "without day"}

"""What becomes of the open lists of units that end."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.summary import Counted, Counts
from registry.domain.rosters import LineAction, RosterState
from registry.models.base import db
from registry.models.rosters import Roster
from tests.factories.people import make_member, make_person
from tests.factories.rosters import make_line, make_roster
from tests.factories.small_province import DAY, SmallProvince, carried, named
from tests.factories.units import START


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def draft_of(unit_id: int) -> Roster:
    (draft,) = db.session.scalars(
        select(Roster).where(Roster.unit_id == unit_id, Roster.state == RosterState.DRAFT)
    )
    return draft


def test_the_draft_of_a_unit_that_lives_on_joins_its_own_lines_with_those_that_come(
    small: SmallProvince,
) -> None:
    late = DAY + timedelta(days=30)
    own, waiting, leaving = (make_person(name) for name in ("Lê Một", "Lê Hai", "Lê Ba"))
    make_member("Không Ai Trình", small.commune)
    ending = make_line(leaving, action=LineAction.END)
    ending.membership_line_id = "dong-cua-le-ba"
    lines = [
        make_line(waiting),
        make_line(own),
        ending,
        make_line(small.other_department),
        make_line(small.section),
        make_line(small.committee, effective_from=late),
    ]
    coming = make_roster(small.commune, lines, RosterState.SUBMITTED, number=7)
    joined = make_roster(small.other_commune, [make_line(own)], RosterState.SUBMITTED, number=4)
    outcome = carried(
        [
            *small.merge(how=None),
            AnnexRow(
                8, "x", old_id=small.other_department.id, new_name="Sở Mới", how=How.MERGE,
                new_kind="department", new_parent_id=small.province.id, part=Part.WHOLE,
            ),
            AnnexRow(9, "x", old_id=small.section.id, how=How.DISSOLVE),
        ]
    )  # fmt: skip
    db.session.expire_all()
    assert [(roster.state, roster.return_reason) for roster in (coming, joined)] == [
        (RosterState.RETURNED, "sắp xếp đơn vị")
    ] * 2
    assert outcome.counts[Counted.LISTS] == Counts(moved=1, ended=0)
    draft = draft_of(small.other_commune.id)
    assert (draft.number, draft.version) == (5, 1)
    assert [
        (
            line.position,
            line.action,
            line.person_id or line.member_unit_id,
            line.membership_line_id,
            line.effective_from,
        )
        for line in draft.lines
    ] == [
        (1, LineAction.ADD, own.id, None, DAY),
        (2, LineAction.ADD, waiting.id, None, DAY),
        (3, LineAction.END, leaving.id, "dong-cua-le-ba", DAY + timedelta(days=1)),
        (4, LineAction.ADD, named("Sở Mới").id, None, DAY),
        (5, LineAction.ADD, small.committee.id, None, late),
    ]


def test_the_first_list_of_a_new_unit_is_number_one(small: SmallProvince) -> None:
    make_roster(small.commune, [make_line(make_person("Lê Một"), effective_from=START)], number=7)
    carried(small.merge())
    assert draft_of(named("Xã Thăng Bình").id).number == 1


def test_the_list_of_a_unit_without_successor_is_returned_and_becomes_no_draft(
    small: SmallProvince,
) -> None:
    roster = make_roster(small.commune, [make_line(make_person("Lê Một"))], number=7)
    outcome = carried(small.dissolve(small.commune))
    db.session.expire_all()
    assert roster.state is RosterState.RETURNED
    assert outcome.counts[Counted.LISTS] == Counts(moved=1, ended=0)
    assert db.session.scalars(select(Roster)).all() == [roster]

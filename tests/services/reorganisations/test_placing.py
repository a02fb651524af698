"""What waits for a plan goes on where somebody says later."""

from datetime import timedelta

import pytest
from flask import Flask

from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid
from registry.domain.memberships import MemberRole
from registry.domain.permissions import system_actor
from registry.domain.reorganisations.questions import AskedNoun, Item
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation
from registry.models.units import Unit
from registry.queries.reorganisations.waiting import waiting_for_a_plan
from registry.services.people import AddKnownPerson, add_known
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.placing import place
from registry.services.reorganisations.undoing import undo
from tests.conftest import MOMENT
from tests.factories.days import moment_on
from tests.factories.people import make_membership, make_person
from tests.factories.reorganisations import compose_rows
from tests.factories.small_province import DAY, SmallProvince, named, periods

ACTOR = system_actor()
LATER = moment_on(DAY + timedelta(days=10))


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


@pytest.fixture
def split(small: SmallProvince) -> Reorganisation:
    """Return the batch that splits the first commune, applied long before its day."""
    batch = compose_rows(DAY, small.split())
    assert apply(ACTOR, batch.id, MOMENT).problems == ()
    return batch


@pytest.fixture
def waiting(small: SmallProvince, split: Reorganisation) -> Membership:
    """Return the membership of somebody who joined the commune, and the batch knows not whither."""
    command = AddKnownPerson(
        person_id=make_person("Lê Thị An").id,
        unit_id=small.commune.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=MOMENT.day,
    )
    return add_known(ACTOR, command, MOMENT)


def item_of(membership: Membership) -> Item:
    return Item(AskedNoun.MEMBERSHIP, membership.line_id)


@pytest.mark.parametrize("when", [MOMENT, LATER])
def test_what_waits_is_named_and_goes_on_from_the_day_in_the_part_chosen(
    split: Reorganisation, waiting: Membership, when: Moment
) -> None:
    (one,) = waiting_for_a_plan(split)
    assert (one.question.label, one.question.unit_name) == (
        "Lê Thị An – Thành viên",
        "Xã Bình Minh",
    )
    part = named("Xã Hai").id
    assert place(ACTOR, split.id, {item_of(waiting): part}, when) == 1
    rows = periods(Membership, line_id=waiting.line_id)
    assert [(row.unit_id, row.valid_to, row.end_reason) for row in rows] == [
        (waiting.unit_id, DAY, None),
        (part, None, None),
    ]
    assert waiting_for_a_plan(split) == []
    undo(ACTOR, split.id, LATER)
    db.session.expire_all()
    assert [row.valid_to for row in periods(Membership, line_id=waiting.line_id)] == [None]


def test_nothing_is_placed_in_a_unit_that_is_no_part_nor_what_does_not_wait(
    small: SmallProvince, split: Reorganisation, waiting: Membership
) -> None:
    for places in (
        {item_of(waiting): small.other_commune.id},
        {Item(AskedNoun.ASSIGNMENT, waiting.line_id): named("Xã Hai").id},
    ):
        with pytest.raises(Invalid):
            place(ACTOR, split.id, places, MOMENT)
    assert [one.question.item for one in waiting_for_a_plan(split)] == [item_of(waiting)]


def test_who_was_recorded_in_the_part_since_is_left_as_he_is(
    split: Reorganisation, waiting: Membership
) -> None:
    part = named("Xã Hai").id
    assert waiting.person is not None
    unit = db.session.get_one(Unit, part)
    make_membership(waiting.person, unit, since=DAY + timedelta(days=3))
    with pytest.raises(Invalid, match="đã ghi tiếp ở đơn vị mới"):
        place(ACTOR, split.id, {item_of(waiting): part}, LATER)
    assert len(periods(Membership, unit_id=part)) == 1


def test_a_batch_that_was_undone_has_nothing_to_place(
    split: Reorganisation, waiting: Membership
) -> None:
    undo(ACTOR, split.id, LATER)
    with pytest.raises(Conflict, match="đã thực hiện và chưa hoàn tác"):
        place(ACTOR, split.id, {item_of(waiting): 1}, MOMENT)

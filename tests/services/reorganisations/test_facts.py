"""What becomes of the memberships at units that end."""

from datetime import timedelta

import pytest
from flask import Flask

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.questions import AskedNoun, Item
from registry.models.memberships import Membership
from registry.queries.memberships import main_unit_id
from registry.services.reorganisations.undoing import undo
from tests.factories.people import make_member, make_membership, make_person
from tests.factories.reorganisations import LATER_MOMENT, everything
from tests.factories.small_province import DAY, SmallProvince, carried, named, periods
from tests.factories.units import START


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def test_a_younger_membership_at_the_unit_that_lives_on_gives_way(small: SmallProvince) -> None:
    person = make_person("Trần Văn Hai")
    older = make_membership(person, small.commune)
    make_membership(person, small.other_commune, since=START + timedelta(days=5), is_main=False)
    carried(small.merge(how=None))
    assert [
        (row.unit_id, row.valid_to, row.end_reason)
        for row in periods(Membership, person_id=person.id)
    ] == [
        (small.commune.id, DAY, None),
        (small.other_commune.id, DAY, "hợp nhất"),
        (small.other_commune.id, None, None),
    ]
    (now,) = periods(Membership, person_id=person.id, valid_to=None)
    assert (now.line_id, now.is_main, now.version) == (older.line_id, True, 1)


def test_the_membership_kept_in_a_merger_becomes_the_main_one_before_an_older_one_elsewhere(
    small: SmallProvince,
) -> None:
    person = make_person("Trần Văn Hai")
    make_membership(person, small.far_commune, is_main=False)
    make_membership(person, small.commune, since=START + timedelta(days=1), is_main=False)
    make_membership(person, small.other_commune, since=START + timedelta(days=5))
    carried(small.merge())
    assert main_unit_id(person.id, DAY) == named("Xã Thăng Bình").id


def test_a_membership_that_would_begin_at_a_dissolved_unit_never_comes_to_be(
    small: SmallProvince,
) -> None:
    coming = make_member("Lê Thị Mai", small.commune, since=DAY + timedelta(days=9))
    before = everything()
    outcome = carried(small.dissolve(small.commune))
    assert periods(Membership, person_id=coming.id) == []
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == before


def test_who_comes_where_he_himself_leaves_is_there_once(small: SmallProvince) -> None:
    """He joins both communes later; their people change places on the day."""
    since = DAY + timedelta(days=9)
    person = make_person("Lê Thị Mai")
    one = make_membership(person, small.commune, since=since)
    other = make_membership(person, small.other_commune, since=since, is_main=False)
    before = everything()
    units = (small.commune, small.other_commune)
    rows = [
        AnnexRow(
            number, "phụ lục", old_id=giver.id, new_name=name, new_kind="xã", part=Part.PART,
            new_code=code, new_parent_id=small.district.id, how=How.ADJUST,
        )
        for number, giver, name, code in (
            (2, units[0], "Xã Bình Đào", "90102"),
            (3, units[1], "Xã Bình Minh", "90101"),
        )
    ]  # fmt: skip
    answers = {
        Item(AskedNoun.MEMBERSHIP, row.line_id): target
        for row, target in ((one, "90102"), (other, "90101"))
    }
    outcome = carried(rows, answers=answers)
    assert [row.unit_id for row in (one, other)] == [small.other_commune.id, small.commune.id]
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == before

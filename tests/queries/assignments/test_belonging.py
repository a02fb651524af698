"""Which assignments hang on a membership as it ends."""

from datetime import timedelta

from flask import Flask

from registry.domain.memberships import MemberRole
from registry.models.base import db
from registry.models.memberships import Membership
from registry.queries.assignments.belonging import hanging_on
from tests.conftest import TODAY
from tests.factories.people import make_assignment, make_membership, make_person
from tests.factories.units import START, Province


def test_what_is_held_on_the_only_day_of_a_membership_hangs_on_it(app: Flask) -> None:
    here = Province()
    person, only_day = make_person("Võ Văn Bốn"), TODAY - timedelta(days=1)
    membership = make_membership(person, here.commune, since=only_day)
    held = make_assignment(person, here.commune, None, since=only_day)
    assert [row.id for row in hanging_on(membership, TODAY)] == [held.id]


def test_nothing_hangs_on_the_membership_of_a_unit(app: Flask) -> None:
    here = Province()
    make_assignment(here.section, here.it_department, None)
    member_unit = Membership(
        line_id="1" * 32,
        member_unit_id=here.section.id,
        unit_id=here.committee.id,
        role=MemberRole.MEMBER,
        is_main=False,
        valid_from=START,
    )
    db.session.add(member_unit)
    db.session.flush()
    assert hanging_on(member_unit, TODAY) == []


def test_what_ended_before_the_membership_does_not_hang_on_it(app: Flask) -> None:
    here = Province()
    person = make_person("Võ Văn Bốn")
    membership = make_membership(person, here.commune)
    make_assignment(person, here.commune, None, until=TODAY)
    assert hanging_on(membership, TODAY) == []

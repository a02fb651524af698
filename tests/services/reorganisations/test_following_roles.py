"""Who leads a team from a day on stays so, whatever is written of its people before."""

from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.memberships import MemberRole
from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.questions import AskedNoun, Item
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.queries.reorganisations.leading import teams_on
from registry.services.memberships.taking_back import TakeBackMembership, take_back_membership
from registry.services.people import AddKnownPerson, add_known
from registry.services.reorganisations.outcome import Outcome
from registry.services.reorganisations.undoing import undo
from registry.services.units.checks import faults
from tests.conftest import MOMENT
from tests.factories.people import make_membership, make_person
from tests.factories.reorganisations import LATER, LATER_MOMENT, everything
from tests.factories.small_province import DAY, SmallProvince, carried, named
from tests.factories.units import make_unit

ACTOR = system_actor()
SECOND_DAY = DAY + timedelta(days=60)


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def join_province(small: SmallProvince, member: Membership) -> Membership:
    command = AddKnownPerson(
        person_id=db.session.get_one(Person, member.person_id).id,
        unit_id=small.province.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=MOMENT.day,
    )
    return add_known(ACTOR, command, MOMENT)


def undone(outcome: Outcome) -> None:
    undo(ACTOR, outcome.batch_id or 0, LATER_MOMENT)
    assert faults(LATER) == []


@pytest.mark.parametrize("leader", ["Hồ Thị Dung", "Trần Văn Cường"])
@pytest.mark.parametrize(
    ("how", "into"),
    [(None, "Tổ CNSCĐ thôn Một Hai"), (How.ABSORB, "Tổ công nghệ số cộng đồng thôn 1")],
)
def test_who_is_to_lead_a_team_stays_so_whatever_its_people_do_before_the_day(
    small: SmallProvince, leader: str, how: How | None, into: str
) -> None:
    second = make_unit("Tổ CNSCĐ thôn 2", UnitKind.COMMUNITY_TEAM, small.commune)
    joined = {
        name: make_membership(make_person(name), team, role=role)
        for name, team, role in (
            ("Lê Văn An", small.team, MemberRole.HEAD),
            ("Trần Văn Cường", small.team, MemberRole.MEMBER),
            ("Hồ Thị Dung", second, MemberRole.HEAD),
        )
    }
    rows = [
        AnnexRow(
            number, "phụ lục", old_code=team.registry_code, new_name=into, new_kind="tổ",
            new_parent_id=small.commune.id, part=Part.WHOLE, how=how,
        )
        for number, team in enumerate((small.team, second), 2)
        if team is second or how is None
    ]  # fmt: skip
    answers = {Item(AskedNoun.HEAD, f"90101/{into}"): joined[leader].line_id}
    outcome = carried(rows, answers=answers)
    second_outcome = carried(small.merge(), SECOND_DAY)

    def roles(day: date) -> dict[str, MemberRole]:
        (team,) = teams_on([named(into).id], day).values()
        return {one.name: one.role for one in team.members}

    settled = dict.fromkeys(joined, MemberRole.MEMBER) | {leader: MemberRole.HEAD}
    assert roles(DAY) == roles(SECOND_DAY) == settled
    state = everything()
    for member in joined.values():
        beside = join_province(small, member)
        command = TakeBackMembership(membership_id=beside.id, version=beside.version)
        assert roles(DAY) == roles(SECOND_DAY) == settled
        take_back_membership(ACTOR, command, MOMENT)
    assert roles(DAY) == roles(SECOND_DAY) == settled
    assert everything() == state
    undone(second_outcome)
    undone(outcome)
    assert {name: row.role for name, row in joined.items()} == {
        "Lê Văn An": MemberRole.HEAD,
        "Trần Văn Cường": MemberRole.MEMBER,
        "Hồ Thị Dung": MemberRole.HEAD,
    }

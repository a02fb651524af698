"""An everyday change written by mistake today is taken back by whoever may make it."""

from datetime import date

import pytest
from sqlalchemy import select

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Actor, Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation
from registry.models.units import Unit
from registry.queries.reorganisations.results import transition_of
from registry.queries.units.on_a_day import children, unit_on
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.composing import ComposeBatch, compose
from registry.services.reorganisations.everyday import (
    Change,
    ChangeUnit,
    FoundUnit,
    Paper,
    change_unit,
    found_unit,
)
from registry.services.reorganisations.taking_back import (
    TakeBackChange,
    changes_of_today,
    take_back_change,
)
from registry.services.units.checks import faults
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import make_actor
from tests.factories.audited import told
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, make_unit

DAY = date(2024, 6, 20)
PAPER = Paper(effective_on=DAY, number="5/QĐ-UBND", issued_on=date(2024, 6, 18))


@pytest.fixture
def officer(here: Province) -> Actor:
    """Return the officer of the commune."""
    return make_actor(Role.UNIT_OFFICER, here.commune)


def found(here: Province, actor: Actor, name: str = "Tổ thôn Một") -> Reorganisation:
    command = FoundUnit(
        parent_id=here.commune.id, kind=UnitKind.COMMUNITY_TEAM, name=name, paper=PAPER
    )
    return found_unit(actor, command, MOMENT)


def change(actor: Actor, unit: Unit, what: Change, **said: object) -> Reorganisation:
    command = ChangeUnit(unit_id=unit.id, change=what, paper=PAPER, **said)  # type: ignore[arg-type]
    return change_unit(actor, command, MOMENT)


def take_back(actor: Actor, batch: Reorganisation, *, accept_gap: bool = False) -> None:
    take_back_change(actor, TakeBackChange(batch_id=batch.id, accept_gap=accept_gap), MOMENT)


def test_a_team_founded_by_mistake_today_never_was(here: Province, officer: Actor) -> None:
    batch = found(here, officer)
    assert changes_of_today(officer, here.commune.id, TODAY) == [batch]
    (team,) = children(here.commune.id, TODAY)
    take_back(officer, batch)
    assert children(here.commune.id, TODAY) == []
    assert db.session.get(Unit, team.id) is None
    assert changes_of_today(officer, here.commune.id, TODAY) == []
    assert [one.object_id for one in told(Deed.REORGANISATION_UNDO)] == [str(batch.id)]
    assert batch.undone_by_id == officer.account_id
    assert faults(TODAY) == []
    found(here, officer)
    (again,) = children(here.commune.id, TODAY)
    assert again.id > team.id


def test_a_team_closed_renamed_or_moved_by_mistake_is_as_before(
    here: Province, officer: Actor
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    member = make_member("Võ Thị Năm", team)
    closed = change(officer, team, Change.CLOSE)
    assert changes_of_today(officer, here.commune.id, TODAY) == [closed]
    take_back(officer, closed)
    membership = select(Membership).where(Membership.person_id == member.id)
    assert db.session.scalars(membership).one().valid_to is None
    take_back(officer, change(officer, team, Change.RENAME, new_name="Tổ thôn Nhất"))
    section = make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, here.commune)
    moved = change(officer, team, Change.MOVE, new_parent_id=section.id)
    take_back(officer, moved)
    row = unit_on(team.id, TODAY)
    assert row is not None
    assert (row.name, row.parent_id, row.valid_from) == (
        "Tổ thôn Một",
        here.commune.id,
        date(2024, 6, 1),
    )
    assert faults(TODAY) == []


def test_the_close_of_a_team_is_taken_back_also_where_it_was_renamed_the_same_day(
    here: Province, officer: Actor
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    renamed = change(officer, team, Change.RENAME, new_name="Tổ thôn Nhất")
    closed = change(officer, team, Change.CLOSE)
    assert children(here.commune.id, TODAY) == []
    assert [unit.id for unit in transition_of(closed).before.values()] == [team.id]
    assert closed in changes_of_today(officer, here.commune.id, TODAY)
    assert found(here, officer, "Tổ thôn Hai").undone_at is None
    for batch, name in ((closed, "Tổ thôn Nhất"), (renamed, "Tổ thôn Một")):
        take_back(officer, batch)
        assert {one.name for one in children(here.commune.id, TODAY)} == {name, "Tổ thôn Hai"}
        assert faults(TODAY) == []


def test_while_somebody_is_a_member_of_the_new_team_it_stays(
    here: Province, officer: Actor
) -> None:
    batch = found(here, officer)
    (team,) = children(here.commune.id, TODAY)
    make_member("Võ Thị Năm", db.session.get_one(Unit, team.id), since=TODAY)
    with pytest.raises(Conflict, match="Tư cách thành viên"):
        take_back(officer, batch)
    assert [one.id for one in children(here.commune.id, TODAY)] == [team.id]


def test_of_another_day_or_taken_back_already_it_is_left(here: Province, officer: Actor) -> None:
    batch = found(here, officer)
    batch.applied_at = NOW.replace(day=29)
    db.session.flush()
    assert changes_of_today(officer, here.commune.id, TODAY) == []
    with pytest.raises(Invalid, match="trong ngày hôm nay"):
        take_back(officer, batch)


def test_others_take_nothing_back(here: Province, officer: Actor) -> None:
    batch = found(here, officer)
    neighbour = make_actor(Role.UNIT_OFFICER, here.other_commune)
    assert changes_of_today(neighbour, here.commune.id, TODAY) == []
    with pytest.raises(NotFound):
        take_back(neighbour, batch)
    viewer = make_actor(Role.VIEWER, here.commune)
    assert changes_of_today(viewer, here.commune.id, TODAY) == []
    with pytest.raises(NotAllowed):
        take_back(viewer, batch)


def test_a_change_of_a_commune_is_the_desk_s_to_take_back(
    here: Province, officer: Actor, reviewer: Actor
) -> None:
    renamed = change(reviewer, here.commune, Change.RENAME, new_name="Xã Bình Mai")
    assert changes_of_today(officer, here.commune.id, TODAY) == []
    with pytest.raises(NotFound):
        take_back(officer, renamed)
    assert changes_of_today(reviewer, here.commune.id, TODAY) == [renamed]
    take_back(reviewer, renamed)
    row = unit_on(here.commune.id, TODAY)
    assert row is not None
    assert row.name == "Xã Bình Minh"


def test_an_annex_of_communes_is_undone_as_a_batch_only(here: Province) -> None:
    rows = [
        AnnexRow(number, "", old_id=unit.id, old_name=unit.periods[0].name, how=How.DISSOLVE)
        for number, unit in enumerate((here.commune, here.other_commune), start=1)
    ]
    batch = compose(
        system_actor(), ComposeBatch(effective_on=DAY, decision_number="7/NQ", rows=rows), MOMENT
    )
    assert apply(system_actor(), batch.id, MOMENT).problems == ()
    with pytest.raises(NotFound):
        take_back(system_actor(), batch)


def test_a_section_that_served_since_it_came_goes_back_only_when_the_gap_is_accepted(
    here: Province, reviewer: Actor
) -> None:
    section = make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, here.other_commune)
    moved = change(reviewer, section, Change.MOVE, new_parent_id=here.commune.id)
    make_assignment(section, here.commune, make_decision(here.commune), since=DAY)
    with pytest.raises(Invalid) as refusal:
        take_back(reviewer, moved)
    assert [problem.field for problem in refusal.value.problems] == ["accept_gap"]
    take_back(reviewer, moved, accept_gap=True)
    (said,) = told(Deed.REORGANISATION_UNDO)
    assert said.details["gaps"] == {str(here.commune.id): DAY}

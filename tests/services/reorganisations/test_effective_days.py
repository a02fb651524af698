"""The effective day of an everyday change is corrected: it was always another."""

from datetime import date

import pytest
from sqlalchemy import select

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Actor, Role
from registry.domain.reorganisations.corrections import UnitSaid
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation
from registry.models.units import Unit
from registry.queries.units.on_a_day import children, path_on, unit_on
from registry.services.reorganisations.corrections import CorrectUnit, correct_unit
from registry.services.reorganisations.effective_days import CorrectDay, correct_day
from registry.services.reorganisations.everyday import (
    Change,
    ChangeUnit,
    FoundUnit,
    Paper,
    change_unit,
    found_unit,
)
from registry.services.reorganisations.undoing import undo
from registry.services.units.checks import faults
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.audited import told
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, make_unit

DAY, EARLIER, LATER = date(2024, 6, 20), date(2024, 6, 10), date(2024, 6, 25)
PAPER = Paper(effective_on=DAY, number="5/QĐ-UBND", issued_on=date(2024, 6, 8))


@pytest.fixture
def officer(here: Province) -> Actor:
    """Return the officer of the commune."""
    return make_actor(Role.UNIT_OFFICER, here.commune)


@pytest.fixture
def team(here: Province) -> Unit:
    """Return a team of the commune."""
    return make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)


def found(here: Province, actor: Actor) -> tuple[Reorganisation, Unit]:
    command = FoundUnit(
        parent_id=here.commune.id, kind=UnitKind.COMMUNITY_TEAM, name="Tổ thôn Hai", paper=PAPER
    )
    batch = found_unit(actor, command, MOMENT)
    row = next(one for one in children(here.commune.id, DAY) if one.name == "Tổ thôn Hai")
    return batch, db.session.get_one(Unit, row.id)


def change(actor: Actor, unit: Unit, what: Change, **said: object) -> Reorganisation:
    command = ChangeUnit(unit_id=unit.id, change=what, paper=PAPER, **said)  # type: ignore[arg-type]
    return change_unit(actor, command, MOMENT)


def correct(
    actor: Actor,
    batch: Reorganisation,
    day: date,
    *,
    wrong: date = DAY,
    accept_gap: bool = False,
) -> Reorganisation:
    command = CorrectDay(batch_id=batch.id, wrong=wrong, effective_on=day, accept_gap=accept_gap)
    return correct_day(actor, command, MOMENT)


def days(unit: Unit) -> list[tuple[date, date | None]]:
    db.session.expire_all()
    return [(one.valid_from, one.valid_to) for one in unit.periods]


def test_a_founded_team_with_members_begins_on_the_right_day_and_can_still_be_undone(
    here: Province, officer: Actor
) -> None:
    batch, team = found(here, officer)
    assert correct(officer, batch, EARLIER) is batch
    assert days(team) == [(EARLIER, None)]
    assert path_on(team.id, EARLIER) is not None
    assert path_on(team.id, date(2024, 6, 9)) is None
    member = make_member("Võ Thị Năm", team, since=LATER)
    correct(officer, batch, date(2024, 6, 22), wrong=EARLIER)
    assert days(team) == [(date(2024, 6, 22), None)]
    assert faults(TODAY) == []
    assert batch.effective_on == date(2024, 6, 22)
    for row in db.session.scalars(select(Membership).where(Membership.person_id == member.id)):
        db.session.delete(row)
    undo(officer_of_all(here), batch.id, MOMENT)
    assert children(here.commune.id, TODAY) == []


def officer_of_all(here: Province) -> Actor:
    return make_actor(Role.REVIEWER, here.it_department)


def test_a_team_begins_no_later_than_what_is_written_about_it(
    here: Province, officer: Actor
) -> None:
    batch, team = found(here, officer)
    make_member("Võ Thị Năm", team, since=date(2024, 6, 22))
    with pytest.raises(Invalid, match="từ ngày 22/06/2024") as refusal:
        correct(officer, batch, LATER)
    assert [problem.field for problem in refusal.value.problems] == ["effective_on"]
    assert days(team) == [(DAY, None)]


def test_a_team_begins_not_before_what_it_stands_under(here: Province, officer: Actor) -> None:
    batch, team = found(here, officer)
    with pytest.raises(Invalid, match="không tồn tại suốt thời gian"):
        correct(officer, batch, date(2024, 5, 1))
    assert days(team) == [(DAY, None)]
    assert batch.effective_on == DAY


def test_a_renaming_and_a_move_hold_from_the_right_day(
    here: Province, officer: Actor, team: Unit
) -> None:
    renamed = change(officer, team, Change.RENAME, new_name="Tổ thôn Nhất")
    following = correct(officer, renamed, EARLIER)
    assert following.effective_on == EARLIER
    assert [day for day, _ in days(team)] == [date(2024, 6, 1), EARLIER]
    row = unit_on(team.id, EARLIER)
    assert row is not None
    assert row.name == "Tổ thôn Nhất"
    section = make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, here.commune)
    moved = change(officer, team, Change.MOVE, new_parent_id=section.id)
    correct(officer, moved, LATER)
    assert [day for day, _ in days(team)] == [date(2024, 6, 1), EARLIER, LATER]
    assert faults(TODAY) == []


def test_what_ended_with_a_closed_team_ends_on_the_right_day(
    here: Province, officer: Actor, team: Unit
) -> None:
    member = make_member("Võ Thị Năm", team)
    closed = change(officer, team, Change.CLOSE)
    following = correct(officer, closed, LATER)
    membership = select(Membership).where(Membership.person_id == member.id)
    assert db.session.scalars(membership).one().valid_to == LATER
    assert days(team) == [(date(2024, 6, 1), LATER)]
    undo(officer_of_all(here), following.id, MOMENT)
    assert db.session.scalars(membership).one().valid_to is None


def test_what_was_corrected_of_the_unit_meanwhile_stays(
    here: Province, officer: Actor, team: Unit
) -> None:
    renamed = change(officer, team, Change.RENAME, new_name="Tổ thôn Nhắt")
    for wrong, right in (("Tổ thôn Nhắt", "Tổ thôn Nhất"), ("Tổ thôn Một", "Tổ thôn 1")):
        day = DAY if wrong == "Tổ thôn Nhắt" else date(2024, 6, 5)
        put_right = CorrectUnit(
            unit_id=team.id, day=day, wrong=UnitSaid(wrong), right=UnitSaid(right)
        )
        correct_unit(officer, put_right, MOMENT)
    correct(officer, renamed, EARLIER)
    db.session.expire_all()
    assert [one.name for one in team.periods] == ["Tổ thôn 1", "Tổ thôn Nhất"]


def test_it_is_audited_with_both_days(here: Province, officer: Actor, team: Unit) -> None:
    following = correct(officer, change(officer, team, Change.RENAME, new_name="Tổ A"), EARLIER)
    (said,) = told(Deed.REORGANISATION_CORRECT_DAY)
    assert said.object_id == str(following.id)
    assert said.details == {"before": {"effective_on": DAY}, "after": {"effective_on": EARLIER}}


def test_an_equal_day_one_far_ahead_or_of_a_stale_page_is_refused(
    here: Province, officer: Actor, team: Unit
) -> None:
    renamed = change(officer, team, Change.RENAME, new_name="Tổ A")
    for day in (DAY, date(2026, 6, 20)):
        with pytest.raises(Invalid) as refusal:
            correct(officer, renamed, day)
        assert [problem.field for problem in refusal.value.problems] == ["effective_on"]
    with pytest.raises(Conflict):
        correct(officer, renamed, EARLIER, wrong=LATER)
    correct(officer, renamed, EARLIER)
    with pytest.raises(Conflict):
        correct(officer, renamed, LATER)


def test_a_later_change_of_the_unit_is_named(here: Province, officer: Actor, team: Unit) -> None:
    renamed = change(officer, team, Change.RENAME, new_name="Tổ A")
    later = Paper(effective_on=LATER, number="6/QĐ-UBND")
    change_unit(officer, ChangeUnit(unit_id=team.id, change=Change.CLOSE, paper=later), MOMENT)
    with pytest.raises(Conflict, match="25/06/2024"):
        correct(officer, renamed, EARLIER)
    assert [day for day, _ in days(team)] == [date(2024, 6, 1), DAY]


def test_others_correct_nothing(here: Province, officer: Actor, team: Unit) -> None:
    renamed = change(officer, team, Change.RENAME, new_name="Tổ A")
    with pytest.raises(NotFound):
        correct(make_actor(Role.UNIT_OFFICER, here.other_commune), renamed, EARLIER)
    with pytest.raises(NotAllowed):
        correct(make_actor(Role.VIEWER, here.commune), renamed, EARLIER)


def test_a_section_that_left_earlier_leaves_a_gap_only_when_that_is_accepted(
    here: Province, officer: Actor
) -> None:
    section = make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, here.commune)
    make_assignment(section, here.commune, make_decision(here.commune))
    command = ChangeUnit(unit_id=section.id, change=Change.CLOSE, paper=PAPER, accept_gap=True)
    closed = change_unit(officer, command, MOMENT)
    with pytest.raises(Invalid, match="Từ ngày 10/06/2024") as refusal:
        correct(officer, closed, EARLIER)
    assert [problem.field for problem in refusal.value.problems] == ["accept_gap"]
    correct(officer, closed, EARLIER, accept_gap=True)
    (said,) = told(Deed.REORGANISATION_CORRECT_DAY)
    assert said.details["gaps"] == {str(here.commune.id): EARLIER}

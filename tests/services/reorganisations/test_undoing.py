"""What undoing gives back, and what stands against it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.errors import Conflict, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.rosters import RosterState
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.rosters import Roster
from registry.models.units import Unit
from registry.services.reorganisations.undoing import undo
from registry.services.units.checks import faults
from tests.factories.accounts import make_account
from tests.factories.approvals import approve_memberships
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.reorganisations import LATER, LATER_MOMENT, everything
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.small_province import DAY, SmallProvince, carried, named, periods


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def test_undo_gives_a_small_registry_back_as_it_was(small: SmallProvince) -> None:
    member = make_member("Lê Thị An", small.commune)
    make_membership(member, small.other_commune, is_main=False)
    make_assignment(member, small.commune, make_decision(small.commune))
    make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    make_roster(small.other_commune, [make_line(member)], RosterState.SUBMITTED)
    make_signup(small.commune)
    make_member("Lê Thị Mai", small.commune, since=DAY + timedelta(days=9))
    state = everything()
    outcome = carried(small.merge())
    assert everything() != state
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == state
    assert faults(LATER) == []


def test_undo_is_refused_while_something_was_written_about_a_new_unit(small: SmallProvince) -> None:
    outcome = carried(small.merge())
    new = db.session.get_one(Unit, named("Xã Thăng Bình").id)
    make_member("Lê Thị An", new, since=DAY)
    state = everything()
    with pytest.raises(Conflict, match="đã ghi thêm dữ liệu"):
        undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_undo_is_refused_when_a_carried_row_was_edited_since(small: SmallProvince) -> None:
    member = make_member("Lê Thị An", small.commune)
    outcome = carried(small.merge(how=None))
    (_, now) = periods(Membership, person_id=member.id)
    now.role = MemberRole.HEAD
    state = everything()
    with pytest.raises(Conflict, match="đã được sửa tiếp"):
        undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_undo_is_refused_when_a_line_was_added_to_the_successors_draft(
    small: SmallProvince,
) -> None:
    member = make_member("Lê Thị An", small.commune)
    approve_memberships(small.commune, *periods(Membership, person_id=member.id))
    outcome = carried(small.merge(how=None))
    draft = db.session.scalars(select(Roster).where(Roster.unit_id == small.other_commune.id)).one()
    line = make_line(make_member("Người Mới", small.other_commune), effective_from=DAY)
    line.position = 2
    draft.lines.append(line)
    with pytest.raises(Conflict, match="đã ghi thêm dữ liệu"):
        undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)


def test_undo_is_refused_when_what_a_unit_stood_under_ended_since(small: SmallProvince) -> None:
    first = carried(small.merge(how=None))
    district = AnnexRow(
        2, "phụ lục", old_id=small.district.id, new_name="Huyện Đại Lộc", new_kind="huyện",
        new_code="902", new_parent_id=small.province.id, how=How.ABSORB, part=Part.WHOLE,
    )  # fmt: skip
    carried([district], DAY + timedelta(days=60))
    state = everything()
    with pytest.raises(Conflict, match="Hoàn tác"):
        undo(system_actor(), first.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_undo_is_refused_while_another_unit_bears_the_code(small: SmallProvince) -> None:
    first = carried(small.dissolve(small.commune))
    carried(
        [
            AnnexRow(
                2, "phụ lục", new_name="Xã Khác", new_kind="xã", new_code="90101",
                new_parent_id=small.district.id,
            )
        ],
        DAY + timedelta(days=60),
    )  # fmt: skip
    with pytest.raises(Conflict, match="Mã 90101"):
        undo(system_actor(), first.batch_id or 0, LATER_MOMENT)


def test_a_batch_is_undone_once(small: SmallProvince) -> None:
    outcome = carried(small.merge())
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    with pytest.raises(Conflict, match="chưa hoàn tác"):
        undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)


def test_a_batch_that_does_not_exist_is_not_found(small: SmallProvince) -> None:
    with pytest.raises(NotFound):
        undo(system_actor(), 77, LATER_MOMENT)


def test_applying_and_undoing_are_in_the_audit(small: SmallProvince) -> None:
    outcome = carried(small.merge())
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    events = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert [event for event in events if event.startswith("reorganisation.")] == [
        "reorganisation.compose",
        "reorganisation.apply",
        "reorganisation.undo",
    ]

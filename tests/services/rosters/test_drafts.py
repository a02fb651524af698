"""Drafts of member lists: what they begin with, how they are edited, and that nothing is lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Actor, Role, system_actor
from registry.domain.rosters import LineAction, LineOutcome, Party, RosterState
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.rosters import Roster, RosterLine
from registry.services.rosters import drafts
from registry.services.rosters.drafts import AddLines, LineEdit, SaveLines, StartRoster
from registry.services.rosters.turns import RosterVersion
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.audited import told
from tests.factories.people import make_member, make_membership, make_person
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import Province, make_unit


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


@pytest.fixture
def officer(here: Province) -> Actor:
    return make_actor(Role.UNIT_OFFICER, here.commune)


def start(officer: Actor, here: Province) -> Roster:
    return drafts.start(officer, StartRoster(unit_id=here.commune.id, effective_from=TODAY), MOMENT)


def parties(roster: Roster) -> set[Party]:
    return {Party(line.person_id, line.member_unit_id) for line in roster.lines}


def adding(roster: Roster, **parts: tuple[Party, ...]) -> AddLines:
    nothing: dict[str, tuple[Party, ...]] = {"add": (), "change": (), "end": ()}
    return AddLines(
        roster_id=roster.id, version=roster.version, **(nothing | parts), effective_from=TODAY
    )


# --- beginning ---------------------------------------------------------------------------


def test_a_first_list_holds_every_member_of_the_unit(here: Province, officer: Actor) -> None:
    person = make_member("Lê Văn Thử", here.commune)
    make_member("Người Xã Khác", here.other_commune)
    roster = start(officer, here)
    assert (roster.number, roster.state) == (1, RosterState.DRAFT)
    assert parties(roster) == {Party(person.id), Party(officer.person_id)}
    assert {line.action for line in roster.lines} == {LineAction.ADD}
    assert {line.effective_from for line in roster.lines} == {TODAY}


def test_members_approved_already_are_not_listed_again(here: Province, officer: Actor) -> None:
    person = make_person("Lê Văn Thử")
    approve_memberships(here.commune, make_membership(person, here.commune))
    roster = start(officer, here)
    assert roster.number == 2
    assert Party(person.id) not in parties(roster)


def test_a_member_approved_for_a_later_day_is_not_listed_again(
    here: Province, officer: Actor
) -> None:
    person = make_person("Lê Văn Thử")
    later = TODAY + timedelta(days=20)
    approved = approve_memberships(here.commune, make_membership(person, here.commune))
    approved.lines[0].effective_from = later
    db.session.flush()
    assert Party(person.id) not in parties(start(officer, here))


@pytest.mark.parametrize(
    "state",
    [RosterState.DRAFT, RosterState.SUBMITTED, RosterState.VERIFIED, RosterState.REVIEWED],
)
def test_a_unit_has_one_open_list_at_a_time(
    here: Province, officer: Actor, state: RosterState
) -> None:
    make_roster(here.commune, [make_line(make_member("Lê Văn Thử", here.commune))], state)
    with pytest.raises(Invalid, match="đang có danh sách số 1"):
        start(officer, here)


def test_after_a_return_the_next_version_holds_the_same_lines(
    here: Province, officer: Actor
) -> None:
    person = make_member("Lê Văn Thử", here.commune)
    returned = make_roster(
        here.commune,
        [make_line(person, role=MemberRole.CORE, effective_from=date(2024, 6, 12))],
        RosterState.RETURNED,
    )
    returned.lines[0].remark = "Thiếu chức danh"
    db.session.flush()
    roster = start(officer, here)
    (line,) = roster.lines
    assert roster.number == 2
    assert (line.person_id, line.role, line.effective_from) == (
        person.id,
        MemberRole.CORE,
        date(2024, 6, 12),
    )
    assert (line.remark, line.name, line.outcome) == ("Thiếu chức danh", None, None)
    assert len(returned.lines) == 1


def test_after_a_partial_approval_the_next_version_holds_the_lines_left_out(
    here: Province, officer: Actor
) -> None:
    admitted, left_out = make_person("Lê Văn A"), make_member("Lê Văn B", here.commune)
    decided = approve_memberships(here.commune, make_membership(admitted, here.commune))
    line = make_line(left_out, role=MemberRole.DEPUTY)
    line.position, line.outcome, line.remark = 2, LineOutcome.RETURNED, "Thiếu hồ sơ"
    decided.lines.append(line)
    db.session.flush()
    roster = start(officer, here)
    carried = [line for line in roster.lines if line.person_id == left_out.id]
    assert [(line.role, line.remark) for line in carried] == [(MemberRole.DEPUTY, "Thiếu hồ sơ")]
    assert Party(admitted.id) not in parties(roster)


def test_a_list_begins_only_within_the_officer_s_own_units(here: Province, officer: Actor) -> None:
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    assert (
        drafts.start(officer, StartRoster(unit_id=team.id, effective_from=TODAY), MOMENT).unit_id
        == team.id
    )
    for stranger in (here.far_commune, here.district):
        with pytest.raises(NotFound):
            drafts.start(officer, StartRoster(unit_id=stranger.id, effective_from=TODAY), MOMENT)


def test_a_reviewer_does_not_compose_lists(here: Province) -> None:
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    with pytest.raises(NotAllowed):
        drafts.start(reviewer, StartRoster(unit_id=here.commune.id, effective_from=TODAY), MOMENT)


def test_partner_organisations_have_no_member_lists(here: Province) -> None:
    partner = make_unit("Trường Đại học", UnitKind.PARTNER_ORGANISATION, here.commune)
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    with pytest.raises(Invalid, match="không có thành viên"):
        drafts.start(officer, StartRoster(unit_id=partner.id, effective_from=TODAY), MOMENT)


# --- editing -----------------------------------------------------------------------------


def test_saving_changes_and_removes_lines(here: Province, officer: Actor) -> None:
    stays, goes = (make_member(name, here.commune) for name in ("Lê Văn A", "Lê Văn B"))
    roster = make_roster(here.commune, [make_line(stays), make_line(goes)])
    kept, dropped = roster.lines
    edits = (
        LineEdit(
            line_id=kept.id,
            role=MemberRole.HEAD,
            organisation="  Hội  Nông dân ",
            effective_from=date(2024, 6, 20),
        ),
        LineEdit(
            line_id=dropped.id,
            role=MemberRole.MEMBER,
            organisation=None,
            effective_from=TODAY,
            remove=True,
        ),
    )
    drafts.save_lines(
        officer, SaveLines(roster_id=roster.id, version=roster.version, lines=edits), MOMENT
    )
    db.session.expire_all()
    (line,) = roster.lines
    assert (line.role, line.organisation, line.effective_from) == (
        MemberRole.HEAD,
        "Hội Nông dân",
        date(2024, 6, 20),
    )


def test_an_organisation_that_is_too_long_is_refused_and_nothing_of_the_list_saved(
    here: Province, officer: Actor
) -> None:
    people = (make_member(name, here.commune) for name in ("Lê Văn A", "Lê Văn B"))
    roster = make_roster(here.commune, [make_line(person) for person in people])
    edits = tuple(
        LineEdit(
            line_id=line.id, role=MemberRole.HEAD, organisation=organisation, effective_from=TODAY
        )
        for line, organisation in zip(roster.lines, ("Hội Nông dân", "H" * 201), strict=True)
    )
    with pytest.raises(Invalid) as refusal:
        drafts.save_lines(
            officer, SaveLines(roster_id=roster.id, version=roster.version, lines=edits), MOMENT
        )
    assert [one.field for one in refusal.value.problems] == [f"organisation-{edits[1].line_id}"]
    assert {line.role for line in roster.lines} == {MemberRole.MEMBER}


def test_saving_says_how_many_lines_changed_or_left_and_nothing_where_none_did(
    here: Province, officer: Actor
) -> None:
    people = [make_member(f"Lê Văn {letter}", here.commune) for letter in "ABC"]
    draft = make_roster(here.commune, [make_line(person) for person in people])
    first, second, third = draft.lines
    as_it_is = [
        LineEdit(
            line_id=line.id,
            role=line.role,
            organisation=line.organisation,
            effective_from=line.effective_from,
        )
        for line in (first, second, third)
    ]
    command = SaveLines(roster_id=draft.id, version=draft.version, lines=tuple(as_it_is))
    assert drafts.save_lines(officer, command, MOMENT) == 0
    assert told(Deed.ROSTER_SAVE_LINES) == []
    edits = (replace(as_it_is[0], role=MemberRole.CORE), replace(as_it_is[1], remove=True))
    command = replace(command, version=draft.version, lines=(*edits, as_it_is[2]))
    assert drafts.save_lines(officer, command, MOMENT) == 2
    (event,) = told(Deed.ROSTER_SAVE_LINES)
    assert event.details == {"number": 1, "lines": 2, "changed": 2}


def test_a_unit_that_does_not_exist_has_no_list(here: Province) -> None:
    with pytest.raises(NotFound):
        drafts.start(system_actor(), StartRoster(unit_id=10**6, effective_from=TODAY), MOMENT)


def test_lines_of_another_list_are_never_touched(here: Province, officer: Actor) -> None:
    other = make_roster(here.far_commune, [make_line(make_member("Lê Văn A", here.far_commune))])
    roster = make_roster(here.commune, [make_line(make_member("Lê Văn B", here.commune))])
    edit = LineEdit(
        line_id=other.lines[0].id,
        role=MemberRole.HEAD,
        organisation=None,
        effective_from=TODAY,
        remove=True,
    )
    drafts.save_lines(
        officer, SaveLines(roster_id=roster.id, version=roster.version, lines=(edit,)), MOMENT
    )
    db.session.expire_all()
    assert [line.role for line in other.lines] == [MemberRole.MEMBER]


def test_the_second_to_save_is_told(here: Province, officer: Actor) -> None:
    roster = make_roster(here.commune, [make_line(make_member("Lê Văn A", here.commune))])
    line = roster.lines[0]
    command = SaveLines(
        roster_id=roster.id,
        version=roster.version,
        lines=(
            LineEdit(
                line_id=line.id, role=MemberRole.HEAD, organisation=None, effective_from=TODAY
            ),
        ),
    )
    drafts.save_lines(officer, command, MOMENT)
    with pytest.raises(Conflict, match="Danh sách đã thay đổi"):
        drafts.save_lines(officer, command, MOMENT)


def test_a_submitted_list_can_no_longer_be_edited(here: Province, officer: Actor) -> None:
    person = make_member("Lê Văn A", here.commune)
    roster = make_roster(here.commune, [make_line(person)], RosterState.SUBMITTED)
    edit = LineEdit(
        line_id=roster.lines[0].id, role=MemberRole.HEAD, organisation=None, effective_from=TODAY
    )
    with pytest.raises(Conflict):
        drafts.save_lines(
            officer, SaveLines(roster_id=roster.id, version=roster.version, lines=(edit,)), MOMENT
        )
    with pytest.raises(Conflict):
        drafts.delete(officer, RosterVersion(roster_id=roster.id, version=roster.version), MOMENT)


# --- adding ------------------------------------------------------------------------------


def test_people_of_teams_below_and_units_below_can_be_added(here: Province, officer: Actor) -> None:
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    person = make_member("Lê Văn Tổ", team)
    roster = make_roster(here.commune, [])
    chosen = (Party(person.id), Party(None, team.id))
    assert drafts.add_lines(officer, adding(roster, add=chosen), MOMENT) == 2
    assert parties(roster) == set(chosen)


def test_people_of_other_units_cannot_be_added_by_a_forged_number(
    here: Province, officer: Actor
) -> None:
    stranger = make_member("Người Xã Khác", here.far_commune)
    roster = make_roster(here.commune, [])
    with pytest.raises(Invalid, match="thuộc đơn vị này"):
        drafts.add_lines(officer, adding(roster, add=(Party(stranger.id),)), MOMENT)
    db.session.rollback()


def test_units_that_are_not_below_cannot_be_added(here: Province, officer: Actor) -> None:
    roster = make_roster(here.commune, [])
    for unit in (here.commune, here.far_commune):
        with pytest.raises(Invalid, match="thuộc đơn vị này"):
            drafts.add_lines(officer, adding(roster, add=(Party(None, unit.id),)), MOMENT)
        db.session.expire_all()


def test_a_party_has_one_line_on_a_list(here: Province, officer: Actor) -> None:
    person = make_member("Lê Văn A", here.commune)
    roster = make_roster(here.commune, [make_line(person)])
    other = make_member("Lê Văn B", here.commune)
    chosen = (Party(person.id), Party(other.id), Party(other.id))
    assert drafts.add_lines(officer, adding(roster, add=chosen), MOMENT) == 1
    assert len(roster.lines) == 2


def test_changes_and_ends_are_for_approved_members_only(here: Province, officer: Actor) -> None:
    approved, plain = make_person("Lê Văn A"), make_member("Lê Văn B", here.commune)
    membership = make_membership(approved, here.commune, role=MemberRole.CORE)
    approve_memberships(here.commune, membership)
    roster = make_roster(here.commune, [], number=2)
    with pytest.raises(Invalid, match="thành viên đã được phê duyệt"):
        drafts.add_lines(officer, adding(roster, end=(Party(plain.id),)), MOMENT)
    db.session.refresh(roster)
    drafts.add_lines(officer, adding(roster, change=(Party(approved.id),)), MOMENT)
    (line,) = roster.lines
    assert (line.action, line.role) == (LineAction.CHANGE, MemberRole.CORE)


def test_nobody_is_changed_and_ended_by_one_list(here: Province, officer: Actor) -> None:
    person = make_person("Lê Văn A")
    approve_memberships(here.commune, make_membership(person, here.commune))
    roster = make_roster(here.commune, [], number=2)
    both = adding(roster, change=(Party(person.id),), end=(Party(person.id),))
    with pytest.raises(Invalid, match="chỉ chọn"):
        drafts.add_lines(officer, both, MOMENT)


def test_choosing_nobody_is_refused(here: Province, officer: Actor) -> None:
    roster = make_roster(here.commune, [])
    with pytest.raises(Invalid, match="Chọn ít nhất một"):
        drafts.add_lines(officer, adding(roster), MOMENT)


# --- deleting ----------------------------------------------------------------------------


def test_a_deleted_draft_leaves_its_event_and_its_number(here: Province, officer: Actor) -> None:
    roster = make_roster(here.commune, [make_line(make_member("Lê Văn A", here.commune))])
    shown = RosterVersion(roster_id=roster.id, version=roster.version)
    assert drafts.delete(officer, shown, MOMENT) == here.commune.id
    assert db.session.scalar(select(func.count()).select_from(RosterLine)) == 0
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "roster.delete"))
    assert event.details["lines"] == 1
    assert start(officer, here).number == 1


def test_a_draft_deleted_meanwhile_is_said_to_be_so_in_ones_own_scope_only(
    here: Province, officer: Actor
) -> None:
    roster = make_roster(here.commune, [make_line(make_member("Lê Văn A", here.commune))])
    shown = RosterVersion(roster_id=roster.id, version=roster.version)
    drafts.delete(officer, shown, MOMENT)
    with pytest.raises(Gone, match="đã được xóa"):
        drafts.delete(officer, shown, MOMENT)
    for actor, number in (
        (make_actor(Role.UNIT_OFFICER, here.far_commune), roster.id),
        (officer, 987_654),
    ):
        with pytest.raises(NotFound):
            drafts.delete(actor, replace(shown, roster_id=number), MOMENT)


def test_an_outdated_page_deletes_nothing(here: Province, officer: Actor) -> None:
    roster = make_roster(here.commune, [make_line(make_member("Lê Văn A", here.commune))])
    old = RosterVersion(roster_id=roster.id, version=roster.version)
    with pytest.raises(Conflict):
        drafts.delete(officer, replace(old, version=old.version - 1), MOMENT)
    assert db.session.scalar(select(func.count()).select_from(Roster)) == 1

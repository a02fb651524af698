"""Questions about cards: who may carry one, which are valid, what was printed."""

from datetime import date, timedelta

from flask import Flask

from registry.domain.memberships import MemberRole
from registry.domain.permissions import EVERYTHING, NOTHING
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import Unit
from registry.queries.cards import (
    card_by_hash,
    card_holders,
    cards_on_lines,
    live_card_of,
    live_cards,
    own_cards,
    periods_of_line,
    units_with_holders,
    valid_card,
)
from tests.conftest import NOW, TODAY
from tests.factories.approvals import approve_memberships
from tests.factories.cards import make_card
from tests.factories.people import facts_from, make_member_unit, make_membership, make_person
from tests.factories.units import START, MovingCommunes, Province, end_unit, rename_unit

DAY = timedelta(days=1)


def member(name: str, unit: Unit, *, approved: bool = True, **dates: date) -> Membership:
    """Make a member of a unit, approved by a list since the first day."""
    membership = make_membership(make_person(name), unit, **dates)  # type: ignore[arg-type]
    if approved:
        approve_memberships(unit, membership)
    return membership


# --- who may carry one -------------------------------------------------------------------


def test_holders_are_approved_members_of_the_unit_on_the_day_by_given_name(app: Flask) -> None:
    here = Province()
    last_day = member("Lê Văn Yên", here.commune, until=TODAY + DAY)
    first_day = member("Lê Thị An", here.commune, since=TODAY)
    person = first_day.person
    assert person is not None
    facts_from(person, TODAY + DAY, job_title="Chức danh ngày mai")
    member("Lê Chưa Duyệt", here.commune, approved=False)
    member("Lê Đã Thôi", here.commune, until=TODAY)
    member("Lê Sẽ Vào", here.commune, since=TODAY + DAY)
    member("Lê Nơi Khác", here.other_commune)
    late = make_membership(make_person("Lê Duyệt Sau"), here.commune)
    approve_memberships(here.commune, late, since=TODAY + DAY)
    make_card(last_day, is_revoked=True, printed=(NOW,))
    card = make_card(last_day, printed=(NOW - 2 * DAY, NOW - DAY, NOW - 3 * DAY))
    found = card_holders(here.commune.id, TODAY)
    assert [
        (one.line_id, one.full_name, one.job_title, one.valid_to, one.card, one.printed_at)
        for one in found
    ] == [
        (first_day.line_id, "Lê Thị An", "Công chức Văn phòng - Thống kê", None, None, None),
        (
            last_day.line_id,
            "Lê Văn Yên",
            "Công chức Văn phòng - Thống kê",
            TODAY + DAY,
            card,
            NOW - DAY,
        ),
    ]
    approve_memberships(here.commune, first_day, since=TODAY)
    assert {one.approved_since for one in card_holders(here.commune.id, TODAY)} == {START}
    tomorrow = card_holders(here.commune.id, TODAY + DAY)
    assert [one.full_name for one in tomorrow] == ["Lê Thị An", "Lê Duyệt Sau", "Lê Sẽ Vào"]
    assert tomorrow[0].job_title == "Chức danh ngày mai"
    end_unit(here.commune, TODAY)
    assert card_holders(here.commune.id, TODAY) == []


def test_units_are_counted_with_those_who_may_carry_a_card_and_those_never_printed(
    app: Flask,
) -> None:
    here = MovingCommunes()
    for name in ("Lê A", "Lê B", "Lê C"):
        member(name, here.commune)
    printed, revoked, unprinted = (
        db.session.query(Membership).filter_by(unit_id=here.commune.id).order_by(Membership.id)
    )
    make_card(printed, printed=(NOW, NOW))
    make_card(revoked, is_revoked=True, printed=(NOW,))
    make_card(unprinted)
    member("Lê Chưa Duyệt", here.commune, approved=False)
    member("Lê Đã Thôi", here.commune, until=TODAY)
    member("Lê Sẽ Vào", here.commune, since=TODAY + DAY)
    approve_memberships(here.district, make_member_unit(here.commune, here.district))
    make_card(member("Lê Đã In", here.other_commune), printed=(NOW,))
    member("Lê Xa", here.far_commune)

    def counted(*, only_unprinted: bool = False) -> dict[str, tuple[int, int]]:
        rows = units_with_holders(EVERYTHING, TODAY, only_unprinted=only_unprinted)
        return {row.unit.name: (row.holders, row.unprinted) for row in rows}

    everything = {"Xã Bình Đào": (1, 0), "Xã Bình Minh": (3, 2), "Xã Đại Minh": (1, 1)}
    assert list(counted().items()) == list(everything.items())
    del everything["Xã Bình Đào"]
    assert counted(only_unprinted=True) == everything
    below = units_with_holders(here.below(here.district), TODAY)
    assert [(row.unit.name, row.holders) for row in below] == [("Xã Bình Minh", 3)]
    assert units_with_holders(NOTHING, TODAY) == []


# --- the cards of somebody ---------------------------------------------------------------


def test_the_own_cards_are_those_live_of_approved_memberships_of_the_day_by_unit(
    app: Flask,
) -> None:
    here = Province()
    person = make_person("Lê Văn Thẻ")
    made: dict[str, Membership] = {}
    for unit, dates in (
        (here.far_commune, {}),
        (here.commune, {"until": TODAY + DAY}),
        (here.other_commune, {"since": TODAY}),
        (here.district, {"until": TODAY}),
        (here.other_district, {"since": TODAY + DAY}),
        (here.it_department, {}),
        (here.committee, {}),
        (here.section, {}),
    ):
        is_first = unit is here.far_commune
        membership = make_membership(person, unit, is_main=is_first, **dates)
        made[unit.periods[0].name] = membership
        if unit is not here.it_department:
            approve_memberships(unit, membership)
        if unit is not here.section:
            make_card(membership, is_revoked=unit is here.committee)
    other = member("Lê Văn Khác", here.commune)
    make_card(other)
    found = own_cards(person.id, TODAY)
    assert [(one.unit.name, one.card.line_id, one.holder.line_id) for one in found] == [
        (name, made[name].line_id, made[name].line_id)
        for name in ("Xã Bình Đào", "Xã Bình Minh", "Xã Đại Minh")
    ]
    assert {one.holder.person_id for one in found} == {person.id}
    end_unit(here.far_commune, TODAY)
    assert [one.unit.name for one in own_cards(person.id, TODAY)] == ["Xã Bình Đào", "Xã Bình Minh"]
    # A card of somebody carried over to another unit is of that one, from its day on.
    before = made["Xã Bình Đào"]
    before.valid_to = TODAY + DAY
    after = make_membership(person, here.other_department, since=TODAY + DAY, is_main=False)
    after.line_id = before.line_id
    db.session.flush()
    on_days = [[one.unit.name for one in own_cards(person.id, day)] for day in (TODAY, TODAY + DAY)]
    assert on_days == [["Xã Bình Đào", "Xã Bình Minh"], ["Huyện Đại Lộc", "Sở Nội vụ"]]


def test_the_newest_live_card_is_that_issued_last_of_a_membership_of_the_day(app: Flask) -> None:
    here = Province()
    person = make_person("Lê Văn Thẻ")
    of = {
        unit: make_membership(person, unit, is_main=unit is here.commune, since=since, until=until)
        for unit, since, until in (
            (here.commune, START, None),
            (here.other_commune, START, TODAY + DAY),
            (here.far_commune, TODAY, None),
            (here.district, START, TODAY),
            (here.other_district, TODAY + DAY, None),
        )
    }
    assert live_card_of(person.id, TODAY) is None
    first = make_card(of[here.commune], issued_on=TODAY - 2 * DAY)
    assert live_card_of(person.id, TODAY) is first
    make_card(of[here.district], issued_on=TODAY)
    make_card(of[here.other_district], issued_on=TODAY)
    make_card(of[here.other_commune], issued_on=TODAY, is_revoked=True)
    make_card(member("Lê Văn Khác", here.commune), issued_on=TODAY)
    assert live_card_of(person.id, TODAY) is first
    second = make_card(of[here.other_commune], issued_on=TODAY - DAY)
    make_card(of[here.far_commune], issued_on=TODAY - 3 * DAY)
    assert live_card_of(person.id, TODAY) is second
    second.issued_on = first.issued_on
    db.session.flush()
    assert live_card_of(person.id, TODAY) is second


def test_of_lines_the_live_cards_are_told_and_counted(app: Flask) -> None:
    here = Province()
    one, two, three = (member(name, here.commune) for name in ("Lê A", "Lê B", "Lê C"))
    make_card(one, is_revoked=True)
    live, _ = make_card(one), make_card(three)
    make_card(two, is_revoked=True)
    lines = [one.line_id, two.line_id, one.line_id]
    assert live_cards(lines) == {one.line_id: live}
    assert live_cards([]) == {}
    assert (cards_on_lines(lines), cards_on_lines([])) == (1, 0)
    assert cards_on_lines([one.line_id, three.line_id]) == 2


def test_the_periods_of_a_line_come_the_oldest_first(app: Flask) -> None:
    here = Province()
    person = make_person()
    later = make_membership(person, here.commune, since=TODAY)
    before = make_membership(person, here.other_commune, until=TODAY)
    make_membership(person, here.far_commune, is_main=False)
    before.line_id = later.line_id
    db.session.flush()
    assert periods_of_line(later.line_id) == [before, later]


# --- valid -------------------------------------------------------------------------------


def test_a_card_is_valid_while_it_is_live_and_its_line_in_force_and_approved(app: Flask) -> None:
    here = Province()
    membership = member("Lê Văn Thẻ", here.commune, since=TODAY, until=TODAY + 2 * DAY)
    membership.role = MemberRole.HEAD
    of_other = make_card(member("Lê Văn Khác", here.other_commune))
    card = make_card(membership)
    rename_unit(here.commune, "Xã Ngày Mai", TODAY + DAY)

    def said(on: date) -> tuple[str, str] | None:
        found = valid_card(card.code_hash, on)
        return (found.full_name, found.unit_name) if found else None

    assert [said(TODAY + number * DAY) for number in (-1, 0, 1, 2)] == [
        None,
        ("Lê Văn Thẻ", "Xã Bình Minh"),
        ("Lê Văn Thẻ", "Xã Ngày Mai"),
        None,
    ]
    assert card_by_hash(card.code_hash) is card
    assert card_by_hash("hash") is valid_card("hash", TODAY) is None
    unapproved = make_card(member("Lê Chưa Duyệt", here.commune, approved=False))
    assert valid_card(unapproved.code_hash, TODAY) is None
    card.revoked_at = NOW
    db.session.flush()
    assert card_by_hash(card.code_hash) is card
    assert said(TODAY) is None
    end_unit(here.other_commune, TODAY)
    assert [valid_card(of_other.code_hash, day) is None for day in (TODAY - DAY, TODAY)] == [
        False,
        True,
    ]


def test_a_card_says_the_title_of_the_day_of_who_bears_its_line(app: Flask) -> None:
    here = Province()
    membership = member("Lê Văn Thẻ", here.it_department)
    membership.role = MemberRole.DEPUTY
    person = membership.person
    assert person is not None
    facts_from(person, TODAY, job_title="Phó Giám đốc Sở")
    facts_from(person, TODAY + DAY, job_title="Chuyên viên")
    card = make_card(membership)
    roles = [valid_card(card.code_hash, day) for day in (TODAY - DAY, TODAY, TODAY + DAY)]
    shown = [
        holder.role
        for day in (TODAY - DAY, TODAY, TODAY + DAY)
        for holder in card_holders(here.it_department.id, day)
    ]
    assert [role.role if role else None for role in roles] == shown
    assert shown == ["Công chức Văn phòng - Thống kê", "Phó Giám đốc Sở", "Chuyên viên"]

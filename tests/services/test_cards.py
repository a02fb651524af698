"""Cards: only approved members have them, and their validity is asked anew each time."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.documents.cards import cards_pdf
from registry.domain.audit.deeds import Deed
from registry.domain.cards import card_code, code_hash
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.keyring import KeysRefused, VersionedKey
from registry.domain.memberships import MemberRole
from registry.domain.permissions import PUBLIC_ACTOR, Action, Role, system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.cards import Card, CardPrint
from registry.queries.cards import card_holders, units_with_holders, valid_card
from registry.queries.person_periods import periods_of
from registry.services import cards
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.audited import Told, told
from tests.factories.people import make_membership, make_person
from tests.factories.units import Province, make_unit

KEY = VersionedKey("k1", {"k1": b"k" * 32})
BASE = "http://127.0.0.1:8000"


class Approved:
    """A commune with one approved and one unapproved member, and the reviewer who prints."""

    def __init__(self) -> None:
        self.here = Province()
        self.person = make_person("Trần Văn Ánh")
        self.membership = make_membership(self.person, self.here.commune)
        self.waiting = make_membership(make_person("Lê Chưa Duyệt"), self.here.commune)
        approve_memberships(self.here.commune, self.membership)
        self.reviewer = make_actor(Role.REVIEWER, self.here.it_department)

    def print(self, *line_ids: str) -> cards.PrintedCards:
        """Print the cards of these lines."""
        command = cards.PrintCards(unit_id=self.here.commune.id, line_ids=line_ids, base_url=BASE)
        return cards.print_cards(self.reviewer, command, KEY, MOMENT)

    def code_hash(self) -> str:
        """Return the hash of the one card's code."""
        card = db.session.scalars(select(Card).where(Card.revoked_at.is_(None))).one()
        return code_hash(card_code(card.uuid, KEY.secret))


def test_only_approved_members_in_force_are_offered_a_card(app: Flask) -> None:
    there = Approved()
    assert [row.full_name for row in card_holders(there.here.commune.id, TODAY)] == ["Trần Văn Ánh"]
    counted = units_with_holders(there.reviewer.scope(Action.CARD_PRINT), TODAY)
    assert [(row.unit.id, row.holders, row.unprinted) for row in counted] == [
        (there.here.commune.id, 1, 1)
    ]


def test_units_whose_members_may_carry_a_card_stand_in_vietnamese_order(app: Flask) -> None:
    there = Approved()
    for name in ("Xã Đông", "Xã Em", "Xã Cẩm"):
        unit = make_unit(name, UnitKind.COMMUNE, there.here.district)
        membership = make_membership(make_person(f"Lê {name}"), unit)
        approve_memberships(unit, membership)
    counted = units_with_holders(there.reviewer.scope(Action.CARD_PRINT), TODAY)
    names = [row.unit.shown_name for row in counted]
    assert names == ["Xã Bình Minh", "Xã Cẩm", "Xã Đông", "Xã Em"]


def test_printing_issues_a_card_remembers_the_print_and_writes_the_audit(app: Flask) -> None:
    there = Approved()
    printed = there.print(there.membership.line_id)
    assert len(printed.faces) == 1
    assert cards_pdf(printed.faces, printed.sheet).startswith(b"%PDF")
    assert len(db.session.scalars(select(CardPrint)).all()) == 1
    assert db.session.scalar(select(AuditEvent.sequence).where(AuditEvent.action == "card.print"))
    assert valid_card(there.code_hash(), TODAY) is not None


def test_of_two_members_only_the_chosen_one_gets_a_card_and_a_print(app: Flask) -> None:
    there = Approved()
    colleague = make_membership(make_person("Vũ Thị Khác"), there.here.commune)
    approve_memberships(there.here.commune, colleague)
    (face,) = there.print(colleague.line_id).faces
    assert face.name == "Vũ Thị Khác"
    card = db.session.scalars(select(Card)).one()
    assert card.line_id == colleague.line_id
    assert db.session.scalars(select(CardPrint.card_id)).all() == [card.id]
    unit_id = there.here.commune.id
    assert told(Deed.CARD_PRINT) == [Told("units", str(unit_id), unit_id, {"cards": [card.id]})]


def test_revoking_a_card_leaves_a_colleagues_valid_and_says_of_which_unit(app: Flask) -> None:
    there = Approved()
    colleague = make_membership(make_person("Vũ Thị Khác"), there.here.commune)
    approve_memberships(there.here.commune, colleague)
    there.print(there.membership.line_id, colleague.line_id)
    lost, kept = (
        db.session.scalars(select(Card).where(Card.line_id == line)).one()
        for line in (there.membership.line_id, colleague.line_id)
    )
    cards.revoke(there.reviewer, lost.id, "  Mất thẻ ", MOMENT)
    assert (lost.revoked_at, lost.revoke_reason) == (MOMENT.instant, "Mất thẻ")
    assert (kept.revoked_at, kept.revoke_reason) == (None, None)
    assert valid_card(kept.code_hash, TODAY) is not None
    assert told(Deed.CARD_REVOKE) == [Told("cards", str(lost.id), there.here.commune.id, {})]
    beside = db.session.scalars(select(AuditPersonal).where(AuditPersonal.content.is_not(None)))
    assert [(row.person_id, row.content) for row in beside] == [
        (there.person.id, {"reason": "Mất thẻ"})
    ]


def test_printing_again_keeps_the_same_card_and_adds_a_print(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    first = there.code_hash()
    there.print(there.membership.line_id)
    assert there.code_hash() == first
    assert len(db.session.scalars(select(CardPrint)).all()) == 2


def test_a_member_not_approved_gets_no_card(app: Flask) -> None:
    there = Approved()
    with pytest.raises(Invalid) as refusal:
        there.print(there.membership.line_id, there.waiting.line_id)
    assert refusal.value.problems[0].field == "line_ids"
    assert db.session.scalars(select(Card)).all() == []


def test_choosing_nobody_is_refused(app: Flask) -> None:
    with pytest.raises(Invalid):
        Approved().print()


def test_a_valid_card_tells_name_role_and_unit_only(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    told = valid_card(there.code_hash(), TODAY)
    assert told is not None
    assert (told.full_name, told.unit_name) == ("Trần Văn Ánh", "Xã Bình Minh")
    assert set(told.__slots__) == {"full_name", "role", "unit_name"}


def test_a_card_holds_from_the_approval_and_not_from_the_beginning_of_the_membership(
    app: Flask,
) -> None:
    there = Approved()
    late = make_membership(make_person("Lê Duyệt Sau"), there.here.commune)
    approve_memberships(there.here.commune, late, since=date(2024, 6, 20))
    (face,) = there.print(late.line_id).faces
    assert (late.valid_from, face.valid_from) == (date(2024, 6, 1), date(2024, 6, 20))


def test_a_card_holds_from_the_approval_although_the_unit_is_a_later_one(app: Flask) -> None:
    """As after a merger: the line goes on in the successor from a later day."""
    there = Approved()
    there.membership.valid_to = date(2024, 6, 25)
    db.session.flush()
    successor = make_membership(there.person, there.here.other_commune, since=date(2024, 6, 25))
    successor.line_id = there.membership.line_id
    db.session.flush()
    command = cards.PrintCards(
        unit_id=there.here.other_commune.id, line_ids=[successor.line_id], base_url=BASE
    )
    (face,) = cards.print_cards(there.reviewer, command, KEY, MOMENT).faces
    assert face.valid_from == date(2024, 6, 1)
    assert face.unit == "Xã Bình Đào"
    approve_memberships(there.here.other_commune, successor, since=date(2024, 6, 27))
    (again,) = cards.print_cards(there.reviewer, command, KEY, MOMENT).faces
    assert again.valid_from == date(2024, 6, 1), "a list of the successor does not redate the card"


def test_a_team_stands_with_its_commune_and_its_deputy_is_to_pho(app: Flask) -> None:
    there = Approved()
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, there.here.commune)
    deputy = make_membership(make_person("Lê Phó Tổ"), team, role=MemberRole.DEPUTY)
    approve_memberships(team, deputy)
    command = cards.PrintCards(unit_id=team.id, line_ids=[deputy.line_id], base_url=BASE)
    (face,) = cards.print_cards(there.reviewer, command, KEY, MOMENT).faces
    assert (face.role, face.unit) == ("Tổ phó", "Tổ CNSCĐ thôn 1, xã Bình Minh")
    known = valid_card(there.code_hash(), TODAY)
    assert known is not None
    assert (known.role, known.unit_name) == (face.role, face.unit)


def test_a_deputy_elsewhere_is_called_by_the_office_held(app: Flask) -> None:
    there = Approved()
    there.membership.role = MemberRole.DEPUTY
    (facts,) = periods_of(there.person.id)
    facts.job_title = "Phó Chủ tịch UBND xã"
    db.session.flush()
    (face,) = there.print(there.membership.line_id).faces
    assert face.role == "Phó Chủ tịch UBND xã"


def test_who_asks_sees_the_own_valid_cards_as_they_were_printed_and_nobody_else_s(
    app: Flask,
) -> None:
    there = Approved()
    (printed,) = there.print(there.membership.line_id).faces
    owner = actor_for(
        make_account(Role.MEMBER, there.here.commune, login="chinh-chu", person=there.person)
    )
    ((face, issued_on),) = cards.own_card_faces(owner, BASE, KEY, MOMENT)
    assert (face, issued_on) == (printed, TODAY)
    other = actor_for(make_account(Role.MEMBER, there.here.commune, login="khac"))
    assert cards.own_card_faces(other, BASE, KEY, MOMENT) == []
    cards.revoke(there.reviewer, db.session.scalars(select(Card.id)).one(), "Mất thẻ", MOMENT)
    assert cards.own_card_faces(owner, BASE, KEY, MOMENT) == []


def test_an_account_of_nobody_has_no_card_and_the_public_may_not_ask(app: Flask) -> None:
    machine = actor_for(make_account(Role.SYSTEM_ADMINISTRATOR, None))
    with pytest.raises(NotFound):
        cards.own_card_faces(machine, BASE, KEY, MOMENT)
    with pytest.raises(NotAllowed):
        cards.own_card_faces(PUBLIC_ACTOR, BASE, KEY, MOMENT)


def test_a_card_is_not_valid_once_the_membership_has_ended(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    there.membership.valid_to = TODAY
    db.session.flush()
    assert valid_card(there.code_hash(), TODAY) is None
    assert valid_card(there.code_hash(), TODAY - timedelta(days=1)) is not None


def test_a_card_is_not_valid_before_its_approval_was_decided(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    assert valid_card(there.code_hash(), date(2024, 5, 31)) is None


def test_a_revoked_card_is_not_valid_and_the_next_print_has_another_code(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    old = there.code_hash()
    card = db.session.scalars(select(Card)).one()
    cards.revoke(there.reviewer, card.id, "Mất thẻ", MOMENT)
    assert valid_card(old, TODAY) is None
    there.print(there.membership.line_id)
    assert there.code_hash() != old
    assert valid_card(there.code_hash(), TODAY) is not None
    with pytest.raises(Conflict):
        cards.revoke(there.reviewer, card.id, "Mất thẻ", MOMENT)


def test_a_card_is_revoked_only_with_a_reason(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    card = db.session.scalars(select(Card)).one()
    for reason in ("  ", "d" * 501):
        with pytest.raises(Invalid):
            cards.revoke(there.reviewer, card.id, reason, MOMENT)
    cards.revoke(there.reviewer, card.id, "d" * 500, MOMENT)
    assert card.revoke_reason == "d" * 500


def test_a_unit_officer_prints_no_cards_and_an_unknown_unit_reads_like_one_out_of_scope(
    app: Flask,
) -> None:
    there = Approved()
    officer = make_actor(Role.UNIT_OFFICER, there.here.commune)
    command = cards.PrintCards(
        unit_id=there.here.commune.id, line_ids=[there.membership.line_id], base_url=BASE
    )
    with pytest.raises(NotAllowed):
        cards.print_cards(officer, command, KEY, MOMENT)
    unknown = cards.PrintCards(unit_id=999_999, line_ids=[there.membership.line_id], base_url=BASE)
    for actor in (there.reviewer, system_actor()):
        with pytest.raises(NotFound):
            cards.print_cards(actor, unknown, KEY, MOMENT)


def test_the_database_holds_no_printed_code(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    card = db.session.scalars(select(Card)).one()
    code = card_code(card.uuid, KEY.secret)
    assert code not in {card.uuid, card.code_hash, card.line_id}


def test_at_most_two_thousand_cards_are_printed_at_once(app: Flask) -> None:
    there = Approved()
    lines = [there.membership.line_id, *(f"line {number}" for number in range(2000))]
    with pytest.raises(Invalid, match=r"nhiều nhất 2\.000 thẻ"):
        there.print(*lines)
    with pytest.raises(Invalid, match="không còn là thành viên"):
        there.print(*lines[:2000])


def test_a_card_whose_key_is_not_at_hand_is_not_printed_with_another(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    card = db.session.scalars(select(Card)).one()
    with pytest.raises(KeysRefused, match="Khóa của sổ đã được đổi"):
        cards.code_of_card(card, VersionedKey("k2", {"k2": b"k" * 32}))


def test_a_card_is_revoked_by_who_prints_them_there_and_by_nobody_else(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    card = db.session.scalars(select(Card)).one()
    abroad = make_unit("Tỉnh Bình Định", UnitKind.PROVINCE, None, code="52")
    there.membership.unit_id = abroad.id
    db.session.flush()
    officer = make_actor(Role.UNIT_OFFICER, there.here.commune)
    for actor, card_id, refusal in (
        (officer, card.id, NotAllowed),
        (officer, 999_999, NotAllowed),
        (there.reviewer, card.id, NotFound),
        (there.reviewer, 999_999, NotFound),
    ):
        with pytest.raises(refusal):
            cards.revoke(actor, card_id, "Mất thẻ", MOMENT)
    assert card.revoked_at is None


def test_a_card_of_a_membership_that_is_not_there_any_more_reads_like_none(app: Flask) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    card = db.session.scalars(select(Card)).one()
    card.line_id = there.waiting.line_id
    db.session.delete(there.waiting)
    db.session.flush()
    with pytest.raises(NotFound):
        cards.revoke(system_actor(), card.id, "Mất thẻ", MOMENT)


@pytest.mark.parametrize(
    ("day", "place"),
    [
        (date(2024, 5, 31), "last"),
        (date(2024, 6, 1), "first"),
        (date(2024, 6, 9), "first"),
        (date(2024, 6, 10), "second"),
        (date(2024, 6, 19), "second"),
        (date(2024, 6, 20), "last"),
        (date(2024, 6, 24), "last"),
        (date(2024, 6, 25), "last"),
    ],
)
def test_a_card_is_of_the_unit_of_its_member_today_else_of_his_last_one(
    app: Flask, day: date, place: str
) -> None:
    there = Approved()
    there.print(there.membership.line_id)
    units = {
        "first": there.here.commune,
        "second": there.here.other_commune,
        "last": there.here.far_commune,
    }
    there.membership.valid_to = date(2024, 6, 10)
    db.session.flush()
    for name, since, until in (("second", 10, 20), ("last", 20, 25)):
        later = make_membership(there.person, units[name], since=date(2024, 6, since))
        later.line_id, later.valid_to = there.membership.line_id, date(2024, 6, until)
        db.session.flush()
    card = db.session.scalars(select(Card)).one()
    assert cards.unit_of_card(card, day) == units[place].id

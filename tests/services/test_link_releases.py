"""Links of guarded accounts: who may let them be used, who may not, and what is told of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.domain.accounts import CONFIRMED_FOR, LinkEnd, LinkPurpose, LinkRelease
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, DeadLink, DomainError, NotAllowed, NotFound
from registry.domain.permissions import PUBLIC_ACTOR, Action, Actor, Role, system_actor
from registry.models.accounts import Account, Grant, PasswordLink
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.queries.account_news import news_of_office, news_of_own
from registry.queries.link_releases import pending
from registry.services import accounts, link_releases
from registry.services.link_releases import Lives
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import (
    actor_for,
    enter,
    make_account,
    make_held_link,
    make_session,
    set_password,
)
from tests.factories.at_once import in_threads
from tests.factories.units import Province

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
LIVES = Lives(invitation=WEEK, reset=HOUR)
NEW = "một mật khẩu hoàn toàn mới"
OFFICE_WIDE = [Role.APPROVER, Role.REVIEWER, Role.VERIFIER, Role.VIEWER]


class Office:
    """An office with an approver, a colleague, and the administrator who is asked for links."""

    def __init__(self) -> None:
        self.here = Province()
        province = self.here.province
        self.approver = make_account(Role.APPROVER, province, login="pheduyet")
        self.colleague = make_account(Role.UNIT_OFFICER, province, login="dongnghiep")
        self.administrator = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")

    @property
    def admin(self) -> Actor:
        return actor_for(self.administrator)

    @property
    def second(self) -> Actor:
        return actor_for(self.colleague)

    def ask(self, login: str = "pheduyet", moment: Moment = MOMENT) -> int:
        """Let the administrator ask for a reset; return the link's id."""
        return accounts.reset(self.admin, login, HOUR, moment).link_id

    def release(self, link_id: int, moment: Moment = MOMENT) -> accounts.Invitation:
        return link_releases.release(self.second, link_id, LIVES, moment)


@pytest.fixture
def office(app: Flask) -> Office:
    return Office()


def link_of(link_id: int) -> PasswordLink:
    return db.session.get_one(PasswordLink, link_id, populate_existing=True)


def events(deed: str) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == deed)))


# --- what waits ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", OFFICE_WIDE)
def test_a_link_an_administrator_asks_for_has_no_token_before_it_is_released(
    app: Flask, role: Role
) -> None:
    here = Province()
    offices = {Role.REVIEWER: here.it_department, Role.VIEWER: here.committee}
    make_account(role, offices.get(role, here.province), login="nguoi")
    admin = actor_for(make_account(Role.SYSTEM_ADMINISTRATOR, None))
    asked = accounts.reset(admin, "nguoi", HOUR, MOMENT)
    assert asked.token is None
    assert link_of(asked.link_id).token_hash is None
    assert asked.expires_at == NOW + accounts.HELD_FOR


def test_a_link_of_an_officer_of_a_commune_waits_for_nobody(app: Flask) -> None:
    here = Province()
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    admin = actor_for(make_account(Role.SYSTEM_ADMINISTRATOR, None))
    token = accounts.reset(admin, "canbo", HOUR, MOMENT).token
    assert token is not None
    assert accounts.usable_link(token, MOMENT)


def test_who_might_release_is_guarded_too_or_an_administrator_would_reset_him_first(
    office: Office,
) -> None:
    assert accounts.reset(office.admin, "dongnghiep", HOUR, MOMENT).token is None


@pytest.mark.parametrize("made_by", ["administrator", "shell"])
def test_nobody_releases_whose_own_password_an_administrator_could_set_before_it_was_guarded(
    app: Flask, made_by: str
) -> None:
    here = Province()
    admin = actor_for(make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri"))
    officer = make_account(Role.UNIT_OFFICER, here.province, login="canbo")
    make_account(Role.UNIT_OFFICER, here.province, login="khac")
    by_shell = made_by == "shell"
    token = accounts.reset(system_actor() if by_shell else admin, "canbo", HOUR, MOMENT).token
    assert token is not None
    set_password(token, NEW)
    make_account(Role.APPROVER, here.province, login="pheduyet")
    link_id = accounts.reset(admin, "pheduyet", HOUR, MOMENT).link_id
    second = actor_for(officer)
    assert bool(pending(second, MOMENT)) is by_shell
    if by_shell:
        assert link_releases.release(second, link_id, LIVES, MOMENT).token is not None
        return
    with pytest.raises(NotAllowed, match="Mật khẩu của tài khoản này"):
        link_releases.release(second, link_id, LIVES, MOMENT)
    own = accounts.reset(admin, "canbo", HOUR, MOMENT).link_id
    colleague = actor_for(db.session.scalars(select(Account).filter_by(login="khac")).one())
    released = link_releases.release(colleague, own, LIVES, MOMENT).token
    assert released is not None
    set_password(released, NEW)
    assert link_releases.release(second, link_id, LIVES, MOMENT).token is not None


def test_the_shell_releases_where_the_only_colleague_has_a_password_an_administrator_could_set(
    app: Flask,
) -> None:
    here = Province()
    admin = actor_for(make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri"))
    make_account(Role.UNIT_OFFICER, here.province, login="canbo")
    token = accounts.reset(admin, "canbo", HOUR, MOMENT).token
    assert token is not None
    set_password(token, NEW)
    make_account(Role.APPROVER, here.province, login="pheduyet")
    accounts.reset(admin, "pheduyet", HOUR, MOMENT)
    released = link_releases.release_at_shell(system_actor(), "pheduyet", LIVES, MOMENT)
    assert released.token is not None


def test_an_office_is_guarded_no_more_once_no_role_over_others_is_left(office: Office) -> None:
    office.approver.grants[0].valid_to = TODAY
    db.session.flush()
    assert accounts.reset(office.admin, "dongnghiep", HOUR, MOMENT).token is not None


def test_an_office_is_guarded_until_the_last_day_of_the_role(office: Office) -> None:
    office.approver.grants[0].valid_to = date(2024, 7, 1)
    db.session.flush()
    assert accounts.reset(office.admin, "dongnghiep", HOUR, MOMENT).token is None


def test_a_role_to_come_guards_already(office: Office) -> None:
    make_account(Role.UNIT_OFFICER, office.here.commune, login="canbo")
    later = make_account(Role.UNIT_OFFICER, office.here.commune, login="saunay")
    later.grants.append(
        Grant(role=Role.VIEWER, office_id=office.here.commune.id, valid_from=date(2024, 9, 1))
    )
    db.session.flush()
    assert accounts.reset(office.admin, "canbo", HOUR, MOMENT).token is None


def test_nothing_of_the_account_changes_before_its_link_is_released(office: Office) -> None:
    session = enter("pheduyet")
    accounts.disable(office.admin, "dongnghiep", MOMENT)
    office.ask()
    assert accounts.live_session(session.token, MOMENT, HOUR, HOUR) is not None
    held = office.ask("dongnghiep")
    # He was let in in the very moment in which the account was disabled.
    token = make_session(office.colleague, NOW)
    db.session.refresh(office.colleague)
    assert office.colleague.disabled_at is not None
    third = make_account(Role.UNIT_OFFICER, office.here.province, login="thuba")
    link_releases.release(actor_for(third), held, LIVES, MOMENT)
    assert office.colleague.disabled_at is None
    assert accounts.live_session(token, MOMENT, HOUR, HOUR) is None


def test_a_role_given_after_the_link_was_handed_over_makes_it_wait(office: Office) -> None:
    account = make_account(Role.UNIT_OFFICER, office.here.commune, login="canbo")
    invitation = accounts.invite(office.admin, account, LinkPurpose.INVITATION, WEEK, MOMENT)
    assert invitation.token is not None
    accounts.grant(system_actor(), account, Role.APPROVER, office.here.province.id, TODAY, MOMENT)
    with pytest.raises(DeadLink) as refusal:
        accounts.usable_link(invitation.token, MOMENT)
    assert "cần một người khác của cơ quan cho phép" in refusal.value.message
    with pytest.raises(DeadLink):
        accounts.set_password(PUBLIC_ACTOR, invitation.token, "x", None, MOMENT)
    assert office.release(invitation.link_id).token is None
    assert accounts.usable_link(invitation.token, MOMENT)


def test_a_reset_anybody_asks_for_leaves_a_link_alone_that_waits(office: Office) -> None:
    held = office.ask()
    an_hour_later = Moment(NOW + HOUR)
    assert accounts.forgot_password(PUBLIC_ACTOR, "pheduyet", HOUR, an_hour_later) is None
    assert link_of(held).asked_by_id == office.administrator.id


def test_a_reset_anybody_asks_for_leaves_a_link_alone_that_was_released(office: Office) -> None:
    first = accounts.forgot_password(PUBLIC_ACTOR, "pheduyet", HOUR, MOMENT)
    assert first is not None
    released = office.release(first.link_id)
    assert released.token is not None
    last = Moment(NOW + HOUR - timedelta(microseconds=1))
    assert accounts.forgot_password(PUBLIC_ACTOR, "pheduyet", HOUR, last) is None
    assert accounts.usable_link(released.token, last)


# --- releasing ----------------------------------------------------------------------------------


def test_a_second_person_of_the_office_lets_the_link_be_used(office: Office) -> None:
    link_id = office.ask()
    a_day_later = Moment(NOW + timedelta(days=1))
    (told,) = pending(office.second, a_day_later)
    assert (told.login, told.asked_by, told.purpose) == ("pheduyet", "quantri", LinkPurpose.RESET)
    released = office.release(link_id, a_day_later)
    assert released.token is not None
    assert released.expires_at == a_day_later.instant + HOUR
    assert pending(office.second, a_day_later) == []
    link = link_of(link_id)
    assert (link.release, link.released_by_id) == (
        LinkRelease.SECOND_PERSON,
        office.colleague.id,
    )
    set_password(released.token, NEW, a_day_later)
    assert enter("pheduyet", NEW, a_day_later).account_id == office.approver.id


def test_a_released_invitation_lives_as_long_as_an_invitation(office: Office) -> None:
    purpose = LinkPurpose.INVITATION
    asked = accounts.invite(office.admin, office.approver, purpose, WEEK, MOMENT)
    assert office.release(asked.link_id).expires_at == NOW + WEEK


def test_neither_who_asked_nor_the_account_itself_nor_a_stranger_releases(office: Office) -> None:
    link_id = office.ask()
    stranger = make_account(Role.REVIEWER, office.here.it_department)
    for actor, error, said in (
        (office.admin, NotFound, None),
        (actor_for(office.approver), NotAllowed, "Không tự cho phép liên kết của chính mình"),
        (actor_for(stranger), NotFound, None),
    ):
        with pytest.raises(error, match=said):
            link_releases.release(actor, link_id, LIVES, MOMENT)
    assert pending(office.admin, MOMENT) == pending(actor_for(stranger), MOMENT) == []
    with pytest.raises(NotAllowed):
        link_releases.release(PUBLIC_ACTOR, link_id, LIVES, MOMENT)
    assert link_of(link_id).release is None


def test_a_colleague_who_asked_does_not_release_what_he_asked_for(office: Office) -> None:
    link = make_held_link(office.approver, asked_by=office.colleague)
    with pytest.raises(NotAllowed, match="Người đề nghị tạo liên kết không tự cho phép"):
        office.release(link.id)
    assert pending(office.second, MOMENT) == []


def test_who_left_the_office_releases_nothing(office: Office) -> None:
    link_id = office.ask()
    assert office.colleague.person is not None
    for grant in office.colleague.grants:
        grant.valid_to = TODAY
    db.session.flush()
    with pytest.raises(NotAllowed):
        office.release(link_id)


def test_of_an_administrator_another_administrator_releases(office: Office) -> None:
    other = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri2")
    third = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri3")
    link_id = office.ask("quantri2")
    for actor, error in ((office.admin, NotAllowed), (office.second, NotFound)):
        with pytest.raises(error):
            link_releases.release(actor, link_id, LIVES, MOMENT)
    assert link_releases.release(actor_for(third), link_id, LIVES, MOMENT).token
    assert link_of(link_id).account_id == other.id


def test_administrators_do_not_release_for_one_who_is_of_an_office_as_well(office: Office) -> None:
    office.approver.grants.append(
        Grant(role=Role.SYSTEM_ADMINISTRATOR, office_id=None, valid_from=TODAY)
    )
    other = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri2")
    link_id = office.ask()
    with pytest.raises(NotFound):
        link_releases.release(actor_for(other), link_id, LIVES, MOMENT)
    assert office.release(link_id).token


def test_who_reads_the_outbox_does_not_release_what_a_visitor_asked_for(office: Office) -> None:
    office.colleague.grants.append(
        Grant(role=Role.SYSTEM_ADMINISTRATOR, office_id=None, valid_from=TODAY)
    )
    db.session.flush()
    asked = accounts.forgot_password(PUBLIC_ACTOR, "pheduyet", HOUR, MOMENT)
    assert asked is not None
    assert asked.token is None
    with pytest.raises(NotAllowed, match="không xem được mục Thư gửi đi"):
        office.release(asked.link_id)
    third = make_account(Role.UNIT_OFFICER, office.here.province, login="thuba")
    assert link_releases.release(actor_for(third), asked.link_id, LIVES, MOMENT).token


def test_a_link_that_expired_while_it_waited_is_released_by_nobody(office: Office) -> None:
    link_id = office.ask()
    just_before = Moment(NOW + accounts.HELD_FOR - timedelta(microseconds=1))
    assert len(pending(office.second, just_before)) == 1
    too_late = Moment(NOW + accounts.HELD_FOR)
    assert pending(office.second, too_late) == []
    with pytest.raises(Conflict):
        office.release(link_id, too_late)


def test_a_link_that_was_declined_is_released_by_nobody(office: Office) -> None:
    link_id = office.ask()
    link_releases.decline(office.second, link_id, MOMENT)
    assert link_of(link_id).end_reason is LinkEnd.DECLINED
    with pytest.raises(Conflict):
        office.release(link_id)


def test_its_holder_declines_a_link_nobody_was_asked_for(office: Office) -> None:
    link_id, other = office.ask(), office.ask("dongnghiep")
    link_releases.decline(actor_for(office.approver), link_id, MOMENT)
    assert link_of(link_id).end_reason is LinkEnd.DECLINED
    assert link_of(other).ended_at is None
    with pytest.raises(Conflict):
        link_releases.decline(actor_for(office.approver), link_id, MOMENT)


def test_who_holds_no_office_declines_no_link_of_others(office: Office) -> None:
    link_id = office.ask()
    member = make_account(Role.UNIT_OFFICER, office.here.commune)
    with pytest.raises(NotFound):
        link_releases.decline(actor_for(member), link_id, MOMENT)


def test_declining_needs_the_right_to_release_or_an_account_of_ones_own(office: Office) -> None:
    link_id = office.ask()
    scopes = dict(office.second.scopes)
    del scopes[Action.LINK_RELEASE]
    with pytest.raises(NotFound):
        link_releases.decline(replace(office.second, scopes=scopes), link_id, MOMENT)
    with pytest.raises(NotAllowed):
        link_releases.decline(PUBLIC_ACTOR, link_id, MOMENT)
    assert link_of(link_id).ended_at is None


def test_sixteen_who_press_release_at_once_make_one_token(app: Flask, office: Office) -> None:
    link_id = office.ask()
    colleagues = [
        make_account(Role.UNIT_OFFICER, office.here.province, login=f"dongnghiep{number}")
        for number in range(3)
    ]
    ids = [office.colleague.id, *(account.id for account in colleagues)]
    db.session.commit()
    tokens: list[str | None] = []

    def press(number: int) -> None:
        actor = actor_for(db.session.get_one(Account, ids[number % 4]))
        tokens.append(link_releases.release(actor, link_id, LIVES, MOMENT).token)

    raised = in_threads(app, [lambda n=n: press(n) for n in range(16)])  # type: ignore[misc]
    assert [type(error) for error in raised if error] == [Conflict] * 15
    (token,) = tokens
    assert token is not None
    assert accounts.usable_link(token, MOMENT)
    assert len(events("account.release_link")) == 1


# --- confirmed addresses ------------------------------------------------------------------------


def reset_by_mail(office: Office, moment: Moment) -> accounts.Invitation:
    return accounts.reset(office.admin, "pheduyet", HOUR, moment, by_mail=True)


def test_a_link_goes_to_an_address_confirmed_seven_days_before_and_not_a_moment_earlier(
    office: Office,
) -> None:
    office.approver.confirmed_email = "pheduyet@vidu.invalid"
    office.approver.email_confirmed_at = NOW
    db.session.flush()
    week = NOW + WEEK
    assert reset_by_mail(office, Moment(week - timedelta(microseconds=1))).token is None
    sent = reset_by_mail(office, Moment(week))
    assert (sent.sealed_to, bool(sent.token)) == ("pheduyet@vidu.invalid", True)
    assert link_of(sent.link_id).release is LinkRelease.CONFIRMED_ADDRESS
    assert sent.token is not None
    assert accounts.usable_link(sent.token, Moment(week))


def test_without_a_mail_server_a_confirmed_address_releases_nothing(office: Office) -> None:
    office.approver.confirmed_email = "pheduyet@vidu.invalid"
    office.approver.email_confirmed_at = NOW - CONFIRMED_FOR
    db.session.flush()
    assert accounts.reset(office.admin, "pheduyet", HOUR, MOMENT).token is None


def test_the_mail_goes_to_the_confirmed_address_whatever_the_record_says(office: Office) -> None:
    assert office.approver.person is not None
    office.approver.person.email = "ke-khac@vidu.invalid"
    office.approver.confirmed_email = "pheduyet@vidu.invalid"
    office.approver.email_confirmed_at = NOW - CONFIRMED_FOR
    sent = reset_by_mail(office, MOMENT)
    accounts.post_invitation(sent, "ke-khac@vidu.invalid", "https://lien.ket", "Mật khẩu", MOMENT)
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.recipient, message.is_sealed) == ("pheduyet@vidu.invalid", True)


# --- the shell ----------------------------------------------------------------------------------


def test_a_command_on_the_server_stands_outside_the_rule_and_is_told_to_the_office(
    office: Office,
) -> None:
    made = accounts.reset(system_actor(), "pheduyet", HOUR, MOMENT)
    assert made.token is not None
    assert accounts.usable_link(made.token, MOMENT)
    assert link_of(made.link_id).release is LinkRelease.SHELL
    told = news_of_office(office.second, MOMENT)
    assert [(one.who, one.login, one.note) for one in told] == [
        ("Lệnh trên máy chủ", "pheduyet", "đặt lại mật khẩu")
    ]
    assert news_of_office(actor_for(make_account(Role.VIEWER, office.here.committee)), MOMENT) == []


def test_the_shell_releases_while_nobody_else_of_the_office_ever_signed_in(office: Office) -> None:
    office.ask()
    released = link_releases.release_at_shell(system_actor(), "pheduyet", LIVES, MOMENT)
    assert released.token is not None
    assert accounts.usable_link(released.token, MOMENT)


def test_the_shell_names_the_colleague_who_signed_in_before_instead(office: Office) -> None:
    office.ask()
    make_session(office.colleague, NOW)
    make_session(office.approver, NOW)
    with pytest.raises(Conflict) as refusal:
        link_releases.release_at_shell(system_actor(), "pheduyet", LIVES, MOMENT)
    assert "dongnghiep" in refusal.value.message
    assert "pheduyet" not in refusal.value.message
    accounts.disable(office.admin, "dongnghiep", MOMENT)
    assert link_releases.release_at_shell(system_actor(), "pheduyet", LIVES, MOMENT).token


def test_the_shell_releases_nothing_where_nothing_waits(office: Office) -> None:
    for login in ("pheduyet", "khongco"):
        with pytest.raises(NotFound):
            link_releases.release_at_shell(system_actor(), login, LIVES, MOMENT)


# --- what is told -------------------------------------------------------------------------------


def test_every_step_is_audited_with_who_asked_and_told_to_the_holder_and_the_office(
    office: Office,
) -> None:
    link_id = office.ask()
    released = office.release(link_id)
    assert released.token is not None
    set_password(released.token, NEW)
    (event,) = events("account.release_link")
    assert (event.account_id, event.object_id, event.unit_id) == (
        office.colleague.id,
        str(office.approver.id),
        office.here.province.id,
    )
    assert event.details == {
        "purpose": "reset",
        "asked_by": office.administrator.id,
        "release": "second_person",
    }
    expected = ["đặt mật khẩu", "cho phép liên kết", "tạo liên kết đặt mật khẩu"]
    for told in (
        news_of_own(actor_for(office.approver), MOMENT),
        news_of_office(office.second, MOMENT),
    ):
        assert len(told) == len(expected)
        for one, words in zip(told, expected, strict=True):
            assert words in one.words
    assert news_of_own(office.second, MOMENT) == []


def test_news_of_the_own_account_stay_until_the_sign_in_after_the_next(office: Office) -> None:
    enter("pheduyet", moment=Moment(NOW - timedelta(days=40)))
    accounts.reset(office.admin, "pheduyet", HOUR, Moment(NOW - timedelta(days=30)))
    enter("pheduyet", moment=MOMENT)
    assert len(news_of_own(actor_for(office.approver), MOMENT)) == 1
    enter("pheduyet", moment=MOMENT)
    assert news_of_own(actor_for(office.approver), MOMENT) == []


def test_news_of_the_office_are_told_for_a_fortnight(office: Office) -> None:
    office.ask()
    last = Moment(NOW + timedelta(days=14))
    assert len(news_of_office(office.second, last)) == 1
    past = Moment(NOW + timedelta(days=14, microseconds=1))
    assert news_of_office(office.second, past) == []


def test_no_refusal_leaves_anything_behind(office: Office) -> None:
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))
    for actor in (office.second, office.admin):
        with pytest.raises(DomainError):
            link_releases.release(actor, 999_999, LIVES, MOMENT)
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before

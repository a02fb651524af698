"""Accounts: rights of the day, sessions, single-use links."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from registry.domain.accounts import ON_ITS_WAY, LinkEnd, LinkPurpose
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import DeadLink, Invalid, NotAllowed, NotFound
from registry.domain.permissions import PUBLIC_ACTOR, Action, Actor, Role, system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account, Grant, PasswordLink, Session
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.models.outbox import OutboxMessage
from registry.queries.accounts import session_by_hash
from registry.services import accounts, confirmed_emails, outbox
from registry.services.passwords import token_hash
from registry.services.sign_ins import count_try, verified
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import (
    PASSWORD,
    actor_for,
    enter,
    make_account,
    make_actor,
    make_session,
    set_password,
)
from tests.factories.at_once import committed_before, in_threads
from tests.factories.audited import Told, told
from tests.factories.people import make_member, make_membership
from tests.factories.units import Province, make_unit

IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=12)
NEW = "một mật khẩu hoàn toàn mới"


def invite(account: Account, moment: Moment = MOMENT) -> accounts.Invitation:
    purpose = LinkPurpose.INVITATION
    return accounts.invite(system_actor(), account, purpose, timedelta(days=7), moment)


def mail(invitation: accounts.Invitation) -> None:
    link = f"https://so.vidu.invalid/dat-mat-khau/{invitation.token}"
    accounts.post_invitation(invitation, "ai-do@vidu.invalid", link, "Mật khẩu", MOMENT)


def test_a_reviewer_reaches_the_territory_its_office_reviews(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.REVIEWER, here.it_department)
    assert actor.scope(Action.SIGNUP_REVIEW).covers(f"/{here.province.id}/{here.district.id}/9/")


def test_a_unit_officer_reaches_its_own_unit_and_below_and_no_other(app: Flask) -> None:
    here = Province()
    scope = make_actor(Role.UNIT_OFFICER, here.commune).scope(Action.PERSON_EDIT)
    own = f"/{here.province.id}/{here.district.id}/{here.commune.id}/"
    assert scope.covers(own)
    assert scope.covers(own + "77/")
    assert not scope.covers(f"/{here.province.id}/{here.district.id}/{here.other_commune.id}/")
    assert not scope.covers(f"/{here.province.id}/{here.district.id}/")


def test_a_grant_stops_the_day_its_person_leaves_the_office(app: Flask) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.commune)
    assert account.person is not None
    assert actor_for(account).may(Action.PERSON_EDIT)
    membership = make_membership(account.person, here.far_commune, is_main=False)
    db.session.execute(
        membership.__table__.update()
        .where(membership.__table__.c.unit_id == here.commune.id)
        .values(valid_to=TODAY)
    )
    assert not actor_for(account).may(Action.PERSON_EDIT)


def test_who_left_the_deciding_body_for_a_unit_below_decides_no_more(app: Flask) -> None:
    here = Province()
    account = make_account(Role.APPROVER, here.province)
    assert account.person is not None
    assert actor_for(account).may(Action.ROSTER_APPROVE)
    left = db.session.scalars(
        select(Membership).where(Membership.person_id == account.person.id)
    ).one()
    left.valid_to = TODAY
    make_membership(account.person, here.commune, since=TODAY)
    assert not actor_for(account).may(Action.ROSTER_APPROVE)


def test_a_member_of_a_section_of_the_office_holds_its_rights(app: Flask) -> None:
    here = Province()
    section = make_unit("Phòng Công nghệ số", UnitKind.SECTION, here.it_department)
    account = make_account(
        Role.REVIEWER, here.it_department, person=make_member("Lê Thị Bộ Phận", section)
    )
    assert actor_for(account).may(Action.SIGNUP_REVIEW)


@pytest.mark.parametrize("role", [Role.APPROVER, Role.REVIEWER, Role.VIEWER, Role.VERIFIER])
def test_no_mail_goes_to_the_address_in_the_record_of_who_reviews_or_approves(
    app: Flask, role: Role
) -> None:
    here = Province()
    office = {Role.REVIEWER: here.it_department, Role.VIEWER: here.committee}
    account = make_account(role, office.get(role, here.province))
    mail(invite(account))
    message = db.session.scalars(select(OutboxMessage)).one()
    assert message.recipient is None
    assert message.body is not None


def test_a_verifier_has_no_rights_once_the_district_level_has_ended(app: Flask) -> None:
    here = Province()
    account = make_account(Role.VERIFIER, here.district)
    assert actor_for(account).may(Action.ROSTER_VERIFY)
    db.session.execute(
        Office.__table__.update()
        .where(Office.__table__.c.office_id == here.district.id)
        .values(valid_to=date(2025, 7, 1))
    )
    assert not actor_for(account, date(2025, 7, 1)).may(Action.ROSTER_VERIFY)


def test_signing_in_opens_a_session_that_signing_out_ends_on_the_server(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    token = enter(" CanBo ").token
    live = accounts.live_session(token, MOMENT, IDLE, LIFE)
    assert live is not None
    assert live.account is account
    accounts.sign_out(actor_for(account), token, MOMENT)
    db.session.flush()
    assert accounts.live_session(token, MOMENT, IDLE, LIFE) is None


def test_who_signs_out_twice_ends_one_session_once(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    token = enter("canbo").token
    for moment in (MOMENT, Moment(NOW + timedelta(minutes=1))):
        accounts.sign_out(actor_for(account), token, moment)
    accounts.sign_out(actor_for(account), "a token of no session", MOMENT)
    assert db.session.scalars(select(Session.revoked_at)).all() == [NOW]
    assert told(Deed.SESSION_CLOSE) == [Told("accounts", str(account.id), None, {})]


def test_a_session_has_run_out_that_was_there_and_that_nobody_ended(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    left_open, closed = enter("canbo").token, enter("canbo").token
    accounts.sign_out(actor_for(account), closed, MOMENT)
    assert accounts.has_run_out(left_open)
    assert not accounts.has_run_out(closed)
    assert not accounts.has_run_out("a token of no session")


def test_who_signs_in_waits_for_who_is_disabling_the_account_and_is_refused(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    db.session.commit()
    accounts.disable(system_actor(), "canbo", MOMENT)
    assert isinstance(committed_before(app, lambda: enter("canbo")), Invalid)


WHO_MAY_NOTHING = Actor(None, None, "web", frozenset(), {})


@pytest.mark.parametrize(
    "ask",
    [
        lambda who, _: count_try(who, "canbo", None, MOMENT),
        lambda who, _: verified(who, "canbo", PASSWORD),
        lambda who, _: accounts.sign_in(
            who, verified(PUBLIC_ACTOR, "canbo", PASSWORD), None, MOMENT
        ),
        lambda who, _: accounts.forgot_password(who, "canbo", LIFE, MOMENT),
        lambda who, token: accounts.hashed_password(who, token, NEW, NEW, MOMENT),
        lambda who, token: accounts.set_password(who, token, "a hash", None, MOMENT),
    ],
    ids=["try", "verify", "sign in", "forgot", "hash", "set"],
)
def test_whoever_has_no_right_to_sign_in_neither_signs_in_nor_gets_a_password(
    app: Flask, ask: Callable[[Actor, str], object]
) -> None:
    token = invite(make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")).token
    assert token is not None
    with pytest.raises(NotAllowed):
        ask(WHO_MAY_NOTHING, token)
    ask(PUBLIC_ACTOR, token)


def test_the_database_never_holds_a_session_token(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    token = enter("canbo").token
    assert session_by_hash(token) is None
    assert session_by_hash(token_hash(token)) is not None


def test_an_idle_or_old_session_is_dead(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    token = enter("canbo").token
    assert accounts.live_session(token, Moment(NOW + timedelta(minutes=31)), IDLE, LIFE) is None
    accounts.touch(token, Moment(NOW + timedelta(hours=12)))
    late = NOW + timedelta(hours=12, minutes=1)
    assert accounts.live_session(token, Moment(late), IDLE, LIFE) is None


def test_disabling_an_account_ends_its_session_at_once_and_for_good(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    administrator = make_actor(Role.SYSTEM_ADMINISTRATOR, None)
    token = enter("canbo").token
    accounts.disable(administrator, "canbo", MOMENT)
    assert accounts.live_session(token, MOMENT, IDLE, LIFE) is None
    with pytest.raises(Invalid):
        enter("canbo")
    accounts.enable(administrator, account, MOMENT)
    assert accounts.live_session(token, MOMENT, IDLE, LIFE) is None


def test_what_is_done_to_one_account_leaves_the_sessions_of_others_open(app: Flask) -> None:
    here = Province()
    one = make_account(Role.UNIT_OFFICER, here.commune, login="mot")
    other = make_account(Role.UNIT_OFFICER, here.commune, login="hai")
    twice = [make_session(one, NOW) for _ in range(2)]
    elsewhere = make_session(other, NOW)

    def alive(token: str) -> bool:
        return accounts.live_session(token, MOMENT, IDLE, LIFE) is not None

    accounts.sign_out(actor_for(one), twice[0], MOMENT)
    assert [alive(token) for token in (*twice, elsewhere)] == [False, True, True]
    accounts.set_password(PUBLIC_ACTOR, invite(one).token, NEW, NEW, MOMENT)
    assert [alive(token) for token in (*twice, elsewhere)] == [False, False, True]
    third = make_session(one, NOW)
    accounts.disable(system_actor(), "mot", MOMENT)
    assert [alive(token) for token in (third, elsewhere)] == [False, True]
    assert other.disabled_at is None


def test_a_grant_says_which_role_for_which_office_and_since_when(app: Flask) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.commune)
    given = accounts.grant(
        system_actor(), account, Role.VIEWER, here.district.id, since=TODAY, moment=MOMENT
    )
    assert (given.role, given.office_id, given.valid_from) == (Role.VIEWER, here.district.id, TODAY)
    details = {"role": "viewer", "valid_from": TODAY}
    assert told(Deed.ACCOUNT_GRANT) == [
        Told("accounts", str(account.id), here.district.id, details)
    ]


def test_a_grant_is_given_again_from_the_day_it_ended_and_not_before(app: Flask) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.commune)
    (held,) = account.grants
    held.valid_to = TODAY

    def given_again(since: date) -> Grant:
        return accounts.grant(
            system_actor(), account, held.role, here.commune.id, since=since, moment=MOMENT
        )

    with pytest.raises(Invalid, match="đã có vai trò"):
        given_again(TODAY - timedelta(days=1))
    assert given_again(TODAY).valid_from == TODAY


def test_an_unknown_login_and_a_wrong_password_read_the_same(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    with pytest.raises(Invalid) as unknown:
        enter("khongco")
    with pytest.raises(Invalid) as wrong:
        enter("canbo", "sai mật khẩu rồi")
    assert unknown.value.problems == wrong.value.problems


def test_a_password_link_works_once_and_ends_other_sessions(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    old = enter("canbo").token
    link = accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(minutes=60), MOMENT)
    assert link is not None
    set_password(link.token, NEW)
    assert accounts.live_session(old, MOMENT, IDLE, LIFE) is None
    assert enter("canbo", NEW).account_id == account.id
    with pytest.raises(NotFound):
        set_password(link.token, NEW)


def ask_reset(login: str, moment: Moment = MOMENT) -> accounts.Invitation | None:
    return accounts.forgot_password(PUBLIC_ACTOR, login, timedelta(minutes=60), moment)


def test_a_password_link_dies_after_an_hour_and_when_a_newer_one_is_made(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    later = Moment(NOW + ON_ITS_WAY)
    first, second = ask_reset("canbo"), ask_reset("canbo", later)
    assert first is not None
    assert second is not None
    with pytest.raises(NotFound):
        accounts.usable_link(first.token, later)
    assert accounts.usable_link(second.token, Moment(later.instant + timedelta(minutes=59)))
    with pytest.raises(NotFound):
        accounts.usable_link(second.token, Moment(later.instant + timedelta(minutes=60)))


def test_asking_again_leaves_a_link_alone_whose_mail_may_be_on_its_way(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    first = ask_reset("canbo")
    assert first is not None
    just_before = Moment(NOW + ON_ITS_WAY - timedelta(microseconds=1))
    assert ask_reset("canbo", just_before) is None
    assert accounts.usable_link(first.token, just_before)
    account = str(accounts.usable_link(first.token, just_before).account_id)
    assert told(Deed.ACCOUNT_RESET_AGAIN) == [Told("accounts", account, None, {})]


@pytest.mark.parametrize("who", ["administrator", "shell"])
def test_a_reset_that_anybody_asks_for_leaves_one_alone_that_somebody_known_made(
    app: Flask, who: str
) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    administrator = actor_for(make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri"))
    known = administrator if who == "administrator" else system_actor()
    made = accounts.reset(known, "canbo", timedelta(hours=1), MOMENT)
    last = Moment(NOW + timedelta(hours=1) - timedelta(microseconds=1))
    assert ask_reset("canbo", last) is None
    assert accounts.usable_link(made.token or "", last)
    assert ask_reset("canbo", Moment(NOW + timedelta(hours=1))) is not None


def test_a_reset_that_anybody_asks_for_leaves_an_unused_invitation_alone(app: Flask) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    invitation = invite(account)
    mail(invitation)
    assert ask_reset("canbo") is not None
    assert accounts.usable_link(invitation.token, MOMENT)
    message = db.session.scalars(select(OutboxMessage)).one()
    assert message.body is not None
    assert invitation.token in message.body


def test_a_link_for_one_account_leaves_those_of_others_alone(app: Flask) -> None:
    here = Province()
    one = make_account(Role.UNIT_OFFICER, here.commune, login="mot")
    other = make_account(Role.UNIT_OFFICER, here.other_commune, login="hai")
    invitations = [invite(one), invite(other)]
    for invitation in invitations:
        mail(invitation)
    newer = invite(one)
    with pytest.raises(DeadLink):
        accounts.usable_link(invitations[0].token, MOMENT)
    assert accounts.usable_link(invitations[1].token, MOMENT).account is other
    bodies = {m.account_id: m.body for m in db.session.scalars(select(OutboxMessage))}
    assert bodies[one.id] is None
    assert invitations[1].token in (bodies[other.id] or "")
    set_password(newer.token, NEW)
    assert accounts.usable_link(invitations[1].token, MOMENT).account is other


def test_a_password_once_set_ends_every_other_link_of_the_account(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    invitation, reset = invite(account), ask_reset("canbo")
    assert reset is not None
    set_password(reset.token, NEW)
    with pytest.raises(DeadLink):
        set_password(invitation.token, NEW)
    rows = db.session.execute(select(PasswordLink.purpose, PasswordLink.end_reason))
    reasons = {row.purpose: row.end_reason for row in rows}
    assert reasons == {
        LinkPurpose.INVITATION: LinkEnd.SUPERSEDED,
        LinkPurpose.RESET: LinkEnd.USED,
    }


def test_a_link_sets_no_password_of_a_disabled_account_nor_one_that_confirms_an_address(
    app: Flask,
) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    assert account.person is not None
    account.person.email = "can-bo@vidu.invalid"
    confirming = confirmed_emails.ask(actor_for(account), MOMENT).token
    assert confirming is not None
    with pytest.raises(DeadLink):
        accounts.usable_link(confirming, MOMENT)
    token = invite(account).token
    assert token is not None
    accounts.disable(system_actor(), "canbo", MOMENT)
    with pytest.raises(DeadLink):
        accounts.usable_link(token, MOMENT)


def test_a_link_that_somebody_ends_while_it_is_being_used_sets_no_password(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    token = invite(account).token
    assert token is not None
    looked_at = accounts.usable_link(token, MOMENT)
    ended = update(PasswordLink).values(ended_at=NOW, end_reason=LinkEnd.EXPIRED)
    db.session.execute(ended, execution_options={"synchronize_session": False})
    assert accounts.usable_link(token, MOMENT) is looked_at
    with pytest.raises(DeadLink):
        accounts.set_password(PUBLIC_ACTOR, token, "a hash", None, MOMENT)
    assert enter("canbo").account_id == account.id


def test_the_audit_says_what_a_link_is_for_and_whether_it_waits(app: Flask) -> None:
    here = Province()
    officer = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    approver = make_account(Role.APPROVER, here.province, login="pheduyet")
    administrator = make_actor(Role.SYSTEM_ADMINISTRATOR, None)
    ask_reset("canbo")
    accounts.reset(administrator, "pheduyet", LIFE, MOMENT)
    invite(approver)
    assert told(Deed.ACCOUNT_INVITE) == [
        Told("accounts", str(officer.id), None, {"purpose": "reset", "is_held": False}),
        Told("accounts", str(approver.id), None, {"purpose": "reset", "is_held": True}),
        Told(
            "accounts",
            str(approver.id),
            None,
            {"purpose": "invitation", "is_held": False, "release": "shell"},
        ),
    ]


def test_a_mail_that_could_not_be_sent_is_sent_no_more_once_its_link_has_ended(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    mail(invite(account))
    message = db.session.scalars(select(OutboxMessage)).one()
    assert outbox.claim(system_actor(), message.id, MOMENT)
    newer = invite(account)
    outbox.give_back(system_actor(), message.id, "SMTPServerDisconnected", MOMENT)
    assert message.body is None
    assert outbox.claim(system_actor(), message.id, MOMENT) is None
    assert accounts.usable_link(newer.token or "", MOMENT)


def test_who_makes_a_link_closes_what_has_expired_of_the_account(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    ask_reset("canbo")
    invite(account, Moment(NOW + timedelta(minutes=60)))
    expired = db.session.scalars(
        select(PasswordLink).where(PasswordLink.purpose == LinkPurpose.RESET)
    ).one()
    db.session.refresh(expired)
    assert expired.end_reason is LinkEnd.EXPIRED


def test_the_mail_of_an_invitation_goes_to_the_address_it_is_posted_to(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    mail(invite(account))
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.recipient, message.account_id) == ("ai-do@vidu.invalid", account.id)


@pytest.mark.parametrize("clients", [16])
def test_sixteen_who_ask_at_once_leave_one_open_link_of_each_purpose(
    app: Flask, clients: int
) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    make_account(Role.UNIT_OFFICER, here.other_commune, login="khac")
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    account_id = account.id

    def work(number: int) -> object:
        kinds = (
            lambda: ask_reset("canbo"),
            lambda: accounts.reset(system_actor(), "canbo", LIFE, MOMENT),
            lambda: invite(db.session.get_one(Account, account_id)),
            lambda: ask_reset("khac"),
        )
        return kinds[number % 4]()

    raised = in_threads(app, [lambda n=n: work(n) for n in range(clients)])  # type: ignore[misc]
    assert raised == [None] * clients
    db.session.rollback()
    open_links = db.session.execute(
        select(PasswordLink.account_id, PasswordLink.purpose, func.count())
        .where(PasswordLink.ended_at.is_(None))
        .group_by(PasswordLink.account_id, PasswordLink.purpose)
    ).all()
    assert sorted((purpose.value, count) for _, purpose, count in open_links) == [
        ("invitation", 1),
        ("reset", 1),
        ("reset", 1),
    ]


def test_the_database_admits_one_open_link_of_a_purpose(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    invite(account)
    db.session.add(
        PasswordLink(
            token_hash="another",
            account_id=account.id,
            purpose=LinkPurpose.INVITATION,
            created_at=NOW,
            expires_at=NOW + LIFE,
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_sixteen_who_use_one_link_at_once_set_one_password(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    token = invite(account).token
    db.session.commit()
    words = [f"một mật khẩu hoàn toàn mới số {number}" for number in range(16)]
    raised = in_threads(
        app,
        [
            lambda w=w: set_password(token, w)  # type: ignore[misc]
            for w in words
        ],
    )
    assert [type(error) for error in raised if error is not None] == [DeadLink] * 15
    db.session.rollback()
    winner = words[raised.index(None)]
    assert enter("canbo", winner).account_id


@pytest.mark.parametrize("password", ["ngắn", "aaaaaaaaaaaaaaaaaaaa", "canbo canbo canbo"])
def test_a_weak_password_is_refused_with_what_to_do(app: Flask, password: str) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    link = accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(minutes=60), MOMENT)
    assert link is not None
    with pytest.raises(Invalid) as refusal:
        set_password(link.token, password)
    assert refusal.value.problems[0].field == "password"
    assert accounts.usable_link(link.token, MOMENT)


def test_only_an_administrator_creates_accounts(app: Flask) -> None:
    here = Province()
    command = accounts.CreateAccount(
        login="moi", role=Role.SYSTEM_ADMINISTRATOR, office_id=None, person_id=None
    )
    with pytest.raises(NotAllowed):
        accounts.create(make_actor(Role.REVIEWER, here.it_department), command, LIFE, MOMENT)
    administrator = make_actor(Role.SYSTEM_ADMINISTRATOR, None)
    assert accounts.create(administrator, command, LIFE, MOMENT).login == "moi"


def test_a_role_of_an_office_is_given_to_one_of_it_who_has_no_account(app: Flask) -> None:
    here = Province()
    administrator = make_actor(Role.SYSTEM_ADMINISTRATOR, None)
    held = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    free = make_member("Lê Chưa Có", here.commune)

    def fields(office_id: int | None, person_id: int | None) -> list[str]:
        command = accounts.CreateAccount(
            login="moi", role=Role.VIEWER, office_id=office_id, person_id=person_id
        )
        with pytest.raises(Invalid) as refusal:
            accounts.create(administrator, command, LIFE, MOMENT)
        return [problem.field for problem in refusal.value.problems]

    assert (
        fields(None, None) == fields(None, free.id) == fields(here.commune.id, None) == ["office"]
    )
    assert fields(here.commune.id, held.person_id) == ["person"]


def test_a_reset_lets_a_disabled_account_in_again_and_ends_what_is_open_of_it(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    token = make_session(account, NOW)
    accounts.reset(system_actor(), "canbo", LIFE, MOMENT)
    assert accounts.live_session(token, MOMENT, IDLE, LIFE) is None
    assert told(Deed.ACCOUNT_ENABLE) == []
    accounts.disable(system_actor(), "canbo", MOMENT)
    with pytest.raises(Invalid):
        enter("canbo")
    accounts.reset(system_actor(), "canbo", LIFE, MOMENT)
    assert enter("canbo").account_id == account.id
    assert told(Deed.ACCOUNT_ENABLE) == [Told("accounts", str(account.id), None, {})]
    with pytest.raises(NotFound, match="Không có tài khoản “khongco”"):
        accounts.reset(system_actor(), "khongco", LIFE, MOMENT)


def test_a_login_is_taken_once(app: Flask) -> None:
    administrator = make_actor(Role.SYSTEM_ADMINISTRATOR, None)
    command = accounts.CreateAccount(
        login="moi", role=Role.SYSTEM_ADMINISTRATOR, office_id=None, person_id=None
    )
    accounts.create(administrator, command, LIFE, MOMENT)
    with pytest.raises(Invalid):
        accounts.create(
            administrator,
            accounts.CreateAccount(
                login=" MOI", role=Role.SYSTEM_ADMINISTRATOR, office_id=None, person_id=None
            ),
            LIFE,
            MOMENT,
        )

"""Accounts: rights of the day, sessions, single-use links."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.clock import Moment
from registry.domain.errors import Invalid, NotAllowed, NotFound, RateLimited
from registry.domain.permissions import PUBLIC_ACTOR, Action, Role, system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.models.outbox import OutboxMessage
from registry.queries.accounts import session_by_hash
from registry.services import accounts
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import PASSWORD, actor_for, make_account, make_actor
from tests.factories.outbox import make_message
from tests.factories.people import make_member, make_membership
from tests.factories.units import Province, make_unit

IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=12)
NEW = "một mật khẩu hoàn toàn mới"


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
def test_no_mail_carries_the_password_link_of_who_reviews_or_approves(
    app: Flask, role: Role
) -> None:
    here = Province()
    office = {Role.REVIEWER: here.it_department, Role.VIEWER: here.committee}
    account = make_account(role, office.get(role, here.province))
    invitation = accounts.invite(system_actor(), account, timedelta(hours=1), MOMENT)
    accounts.post_invitation(
        invitation, "ai-do@vidu.invalid", "https://lien.ket", "Mật khẩu", MOMENT
    )
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
    token = accounts.sign_in(PUBLIC_ACTOR, " CanBo ", PASSWORD, MOMENT).token
    live = accounts.live_session(token, MOMENT, IDLE, LIFE)
    assert live is not None
    assert live.account is account
    accounts.sign_out(actor_for(account), token, MOMENT)
    db.session.flush()
    assert accounts.live_session(token, MOMENT, IDLE, LIFE) is None


def test_the_database_never_holds_a_session_token(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    token = accounts.sign_in(PUBLIC_ACTOR, "canbo", PASSWORD, MOMENT).token
    assert session_by_hash(token) is None
    assert session_by_hash(accounts.token_hash(token)) is not None


def test_an_idle_or_old_session_is_dead(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    token = accounts.sign_in(PUBLIC_ACTOR, "canbo", PASSWORD, MOMENT).token
    assert accounts.live_session(token, Moment(NOW + timedelta(minutes=31)), IDLE, LIFE) is None
    accounts.touch(token, Moment(NOW + timedelta(hours=12)))
    late = NOW + timedelta(hours=12, minutes=1)
    assert accounts.live_session(token, Moment(late), IDLE, LIFE) is None


def test_disabling_an_account_ends_its_session_at_once(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    administrator = make_actor(Role.SYSTEM_ADMINISTRATOR, None)
    token = accounts.sign_in(PUBLIC_ACTOR, "canbo", PASSWORD, MOMENT).token
    accounts.disable(administrator, "canbo", MOMENT)
    assert accounts.live_session(token, MOMENT, IDLE, LIFE) is None
    with pytest.raises(Invalid):
        accounts.sign_in(PUBLIC_ACTOR, "canbo", PASSWORD, MOMENT)


def test_an_unknown_login_and_a_wrong_password_read_the_same(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    with pytest.raises(Invalid) as unknown:
        accounts.sign_in(PUBLIC_ACTOR, "khongco", PASSWORD, MOMENT)
    with pytest.raises(Invalid) as wrong:
        accounts.sign_in(PUBLIC_ACTOR, "canbo", "sai mật khẩu rồi", MOMENT)
    assert unknown.value.problems == wrong.value.problems


def test_the_sixth_try_in_a_quarter_of_an_hour_is_refused_even_with_the_right_password(
    app: Flask,
) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    for _ in range(5):
        accounts.record_failure("canbo", MOMENT)
    with pytest.raises(RateLimited):
        accounts.sign_in(PUBLIC_ACTOR, "canbo", PASSWORD, MOMENT)
    assert accounts.sign_in(
        PUBLIC_ACTOR, "canbo", PASSWORD, Moment(NOW + timedelta(minutes=16))
    ).token


def test_a_password_link_works_once_and_ends_other_sessions(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    old = accounts.sign_in(PUBLIC_ACTOR, "canbo", PASSWORD, MOMENT).token
    link = accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(minutes=60), MOMENT)
    assert link is not None
    accounts.set_password(PUBLIC_ACTOR, link.token, NEW, NEW, MOMENT)
    assert accounts.live_session(old, MOMENT, IDLE, LIFE) is None
    assert accounts.sign_in(PUBLIC_ACTOR, "canbo", NEW, MOMENT).account_id == account.id
    with pytest.raises(NotFound):
        accounts.set_password(PUBLIC_ACTOR, link.token, NEW, NEW, MOMENT)


def test_a_password_link_dies_after_an_hour_and_when_a_newer_one_is_made(app: Flask) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    first = accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(minutes=60), MOMENT)
    second = accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(minutes=60), MOMENT)
    assert first is not None
    assert second is not None
    with pytest.raises(NotFound):
        accounts.usable_link(first.token, MOMENT)
    assert accounts.usable_link(second.token, Moment(NOW + timedelta(minutes=59)))
    with pytest.raises(NotFound):
        accounts.usable_link(second.token, Moment(NOW + timedelta(minutes=60)))


@pytest.mark.parametrize("password", ["ngắn", "aaaaaaaaaaaaaaaaaaaa", "canbo canbo canbo"])
def test_a_weak_password_is_refused_with_what_to_do(app: Flask, password: str) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    link = accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(minutes=60), MOMENT)
    assert link is not None
    with pytest.raises(Invalid) as refusal:
        accounts.set_password(PUBLIC_ACTOR, link.token, password, password, MOMENT)
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
    assert accounts.create(administrator, command, LIFE, MOMENT).token


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


def test_a_newer_link_empties_the_mail_with_the_older_one(app: Flask) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    old = make_message(account_id=account.id)
    of_another = make_message()
    accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(minutes=60), MOMENT)
    db.session.refresh(old)
    assert old.body is None
    assert of_another.body is not None

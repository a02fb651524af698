"""An address is confirmed by a link that was sent there, with the account itself signed in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from registry.domain.accounts import LinkEnd, LinkPurpose
from registry.domain.clock import Moment
from registry.domain.errors import DeadLink, Invalid, NotAllowed
from registry.domain.permissions import PUBLIC_ACTOR, Role, system_actor
from registry.models.accounts import Account, PasswordLink
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.queries.accounts import open_link
from registry.services import accounts, confirmed_emails
from tests.conftest import MOMENT, NOW
from tests.factories.accounts import actor_for, make_account, set_password
from tests.factories.units import Province

ADDRESS = "pheduyet@vidu.invalid"


@pytest.fixture
def approver(app: Flask) -> Account:
    here = Province()
    account = make_account(Role.APPROVER, here.province, login="pheduyet")
    assert account.person is not None
    account.person.email = ADDRESS
    make_account(Role.VIEWER, here.committee, login="khac")
    db.session.flush()
    return account


def ask(account: Account, moment: Moment = MOMENT) -> str:
    token = confirmed_emails.ask(actor_for(account), moment).token
    assert token is not None
    return token


def test_the_link_confirms_the_address_it_was_sent_to_and_dates_it(approver: Account) -> None:
    token = ask(approver)
    assert approver.person is not None
    approver.person.email = "doi-roi@vidu.invalid"
    later = Moment(NOW + timedelta(hours=3))
    assert confirmed_emails.confirm(actor_for(approver), token, later) == ADDRESS
    assert (approver.confirmed_email, approver.email_confirmed_at) == (ADDRESS, later.instant)
    with pytest.raises(DeadLink):
        confirmed_emails.confirm(actor_for(approver), token, later)


def test_confirming_the_same_address_again_does_not_begin_the_seven_days_anew(
    approver: Account,
) -> None:
    confirmed_emails.confirm(actor_for(approver), ask(approver), MOMENT)
    later = Moment(NOW + timedelta(days=3))
    confirmed_emails.confirm(actor_for(approver), ask(approver, later), later)
    assert approver.email_confirmed_at == NOW


def test_another_address_begins_the_seven_days_anew(approver: Account) -> None:
    confirmed_emails.confirm(actor_for(approver), ask(approver), MOMENT)
    assert approver.person is not None
    approver.person.email = "moi@vidu.invalid"
    later = Moment(NOW + timedelta(days=3))
    confirmed_emails.confirm(actor_for(approver), ask(approver, later), later)
    assert (approver.confirmed_email, approver.email_confirmed_at) == (
        "moi@vidu.invalid",
        later.instant,
    )


def test_nobody_else_confirms_it_and_it_sets_no_password(approver: Account) -> None:
    token = ask(approver)
    other = db.session.scalars(select(Account).where(Account.login == "khac")).one()
    with pytest.raises(DeadLink):
        confirmed_emails.confirm(actor_for(other), token, MOMENT)
    with pytest.raises(DeadLink):
        accounts.usable_link(token, MOMENT)


def test_a_link_to_set_a_password_and_one_nobody_made_confirm_nothing(approver: Account) -> None:
    made = accounts.invite(system_actor(), approver, LinkPurpose.RESET, timedelta(days=1), MOMENT)
    for token in (made.token, "a token of no link"):
        with pytest.raises(DeadLink):
            confirmed_emails.confirm(actor_for(approver), token or "", MOMENT)
    assert approver.confirmed_email is None


def test_a_link_that_somebody_ends_while_it_is_being_used_confirms_nothing(
    approver: Account,
) -> None:
    token = ask(approver)
    looked_at = confirmed_emails.usable_link(actor_for(approver), token, MOMENT)
    ended = update(PasswordLink).values(ended_at=NOW, end_reason=LinkEnd.EXPIRED)
    db.session.execute(ended, execution_options={"synchronize_session": False})
    assert confirmed_emails.usable_link(actor_for(approver), token, MOMENT) is looked_at
    with pytest.raises(DeadLink):
        confirmed_emails.confirm(actor_for(approver), token, MOMENT)
    assert approver.confirmed_email is None


def test_who_may_not_look_after_the_account_asks_for_no_link_and_uses_none(
    approver: Account,
) -> None:
    token, nothing = ask(approver), replace(actor_for(approver), scopes={})
    with pytest.raises(NotAllowed):
        confirmed_emails.ask(nothing, MOMENT)
    with pytest.raises(NotAllowed):
        confirmed_emails.confirm(nothing, token, MOMENT)
    assert confirmed_emails.confirm(actor_for(approver), token, MOMENT) == ADDRESS


def test_it_lives_for_a_day(approver: Account) -> None:
    token = ask(approver)
    actor = actor_for(approver)
    last = Moment(NOW + confirmed_emails.LIFE - timedelta(microseconds=1))
    assert confirmed_emails.usable_link(actor, token, last)
    with pytest.raises(DeadLink):
        confirmed_emails.usable_link(actor, token, Moment(NOW + confirmed_emails.LIFE))


def test_setting_a_password_leaves_it_open(approver: Account) -> None:
    account = make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    assert account.person is not None
    account.person.email = "canbo@vidu.invalid"
    ask(account)
    link = accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(hours=1), MOMENT)
    assert link is not None
    assert link.token is not None
    set_password(link.token, "một mật khẩu hoàn toàn mới")
    assert open_link(account.id, LinkPurpose.EMAIL) is not None


def test_its_mail_goes_to_the_address_and_is_shown_to_nobody(approver: Account) -> None:
    asked = confirmed_emails.ask(actor_for(approver), MOMENT)
    confirmed_emails.post(asked, "https://lien.ket/bi-mat", MOMENT)
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.recipient, message.is_sealed) == (ADDRESS, True)


def test_without_an_address_in_the_record_there_is_nothing_to_confirm(approver: Account) -> None:
    assert approver.person is not None
    approver.person.email = None
    with pytest.raises(Invalid):
        confirmed_emails.ask(actor_for(approver), MOMENT)

"""Wrong passwords: counted by login over all addresses, before they are looked at."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.domain.clock import Moment
from registry.domain.errors import Invalid, NotAllowed, TooSoon
from registry.domain.permissions import PUBLIC_ACTOR, Role
from registry.domain.sign_in_delays import FIRST, FORGOTTEN_AFTER, FREE_TRIES, LONGEST
from registry.models.accounts import KnownDevice, SignInTries
from registry.models.base import db
from registry.queries.accounts import account_by_login
from registry.services import accounts, sign_ins
from registry.services.passwords import token_hash
from registry.services.sessions import end_own
from registry.services.sign_ins import DEVICE_LIFE, DEVICES_KEPT
from tests.conftest import MOMENT, NOW
from tests.factories.accounts import PASSWORD, actor_for, enter, make_account, set_password
from tests.factories.at_once import in_threads
from tests.factories.units import Province

NEW = "một mật khẩu hoàn toàn mới"


@pytest.fixture
def here(app: Flask) -> Province:
    here = Province()
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    make_account(Role.UNIT_OFFICER, here.other_commune, login="khac")
    return here


def count(login: str = "canbo", at: datetime = NOW, device: str | None = None) -> None:
    sign_ins.count_try(PUBLIC_ACTOR, login, device, Moment(at))


def count_to_the_delay(login: str = "canbo", device: str | None = None) -> None:
    for _ in range(FREE_TRIES):
        count(login, device=device)


@pytest.mark.parametrize("login", ["canbo", "khongco"])
def test_after_five_tries_the_next_waits_whether_or_not_the_login_is_known(
    here: Province, login: str
) -> None:
    count_to_the_delay(login)
    with pytest.raises(TooSoon) as refusal:
        count(login)
    assert refusal.value.seconds == 5
    assert "Chờ 5 giây rồi thử lại" in refusal.value.message
    count("khac" if login == "canbo" else "canbo")  # others do not wait


def test_the_delay_ends_and_the_next_wrong_password_makes_it_longer(here: Province) -> None:
    count_to_the_delay()
    after = NOW + FIRST
    count(at=after)
    with pytest.raises(TooSoon) as refusal:
        count(at=after)
    assert refusal.value.seconds == 10


def test_a_try_refused_for_the_delay_makes_it_no_longer(here: Province) -> None:
    count_to_the_delay()
    for _ in range(20):
        with pytest.raises(TooSoon):
            count()
    count(at=NOW + FIRST)


def test_whatever_was_tried_nobody_is_kept_out_for_more_than_a_minute(here: Province) -> None:
    at = NOW
    for _ in range(40):
        count(at=at)
        at += LONGEST
    count(at=at)


def test_the_login_counts_however_it_is_written(here: Province) -> None:
    for written in ("canbo", "CANBO", " Can Bo ", "canbo", "\uff43anbo"):
        count(written)
    with pytest.raises(TooSoon):
        count("canbo")


def test_signing_in_forgets_the_tries_of_this_login_alone(here: Province) -> None:
    count_to_the_delay("khac")
    for _ in range(3):
        count_to_the_delay()
        enter("canbo")
    with pytest.raises(TooSoon):
        count("khac")


def test_tries_of_a_quarter_of_an_hour_ago_are_removed(here: Province) -> None:
    count("khac")
    count(at=NOW + FORGOTTEN_AFTER - timedelta(microseconds=1))
    assert db.session.scalar(select(func.count()).select_from(SignInTries)) == 2
    count(at=NOW + FORGOTTEN_AFTER)
    assert db.session.scalar(select(func.count()).select_from(SignInTries)) == 1


def test_neither_login_nor_token_stands_in_the_table(here: Province) -> None:
    device = enter("canbo").device
    count()
    count(device=device)
    hashes = db.session.scalars(select(SignInTries.key_hash)).all()
    assert len(set(hashes)) == 2
    assert all(len(found) == 64 for found in hashes)


def test_a_browser_its_holder_used_before_does_not_wait_for_the_wrong_passwords_of_others(
    here: Province,
) -> None:
    device = enter("canbo").device
    count_to_the_delay()
    with pytest.raises(TooSoon):
        count()
    count(device=device)
    assert enter("canbo", device=device).device == device


def test_a_browser_used_before_has_a_delay_of_its_own(here: Province) -> None:
    device = enter("canbo").device
    count_to_the_delay(device=device)
    with pytest.raises(TooSoon):
        count(device=device)
    count()


def test_a_browser_is_known_to_the_login_it_was_used_for_and_no_other(here: Province) -> None:
    foreign = enter("khac").device
    count_to_the_delay(device=foreign)
    with pytest.raises(TooSoon):
        count()
    with pytest.raises(TooSoon):
        count(device="đoán mò")


def test_signing_in_with_a_browser_used_before_forgets_its_tries_too(here: Province) -> None:
    device = enter("canbo").device
    for _ in range(3):
        count_to_the_delay(device=device)
        enter("canbo", device=device)


def test_what_a_stranger_put_into_a_browser_never_becomes_a_known_one(here: Province) -> None:
    foreign = enter("khac").device
    for placed in ("đoán mò", foreign):
        assert enter("canbo", device=placed).device != placed


def test_who_may_open_no_session_neither_tries_nor_learns_whether_a_password_is_right(
    here: Province,
) -> None:
    nobody = replace(PUBLIC_ACTOR, scopes={})
    with pytest.raises(NotAllowed):
        sign_ins.count_try(nobody, "canbo", None, MOMENT)
    with pytest.raises(NotAllowed):
        sign_ins.verified(nobody, "canbo", PASSWORD)


def test_a_browser_unused_for_half_a_year_is_a_stranger_again(here: Province) -> None:
    device = enter("canbo").device
    at = NOW + DEVICE_LIFE - timedelta(seconds=1)
    for _ in range(FREE_TRIES):
        count(at=at)
    count(at=at, device=device)
    with pytest.raises(TooSoon):
        count(at=NOW + DEVICE_LIFE, device=device)


def test_a_password_set_by_a_link_makes_strangers_of_all_browsers(here: Province) -> None:
    device = enter("canbo").device
    other = enter("khac").device
    link = accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(hours=1), MOMENT)
    assert link is not None
    set_password(link.token, NEW)
    count_to_the_delay()
    count_to_the_delay("khac")
    with pytest.raises(TooSoon):
        count(device=device)
    count("khac", device=other)


def test_leaving_all_devices_makes_strangers_of_them(here: Province) -> None:
    device, other = enter("canbo").device, enter("khac").device
    account = account_by_login("canbo")
    assert account is not None
    end_own(actor_for(account), MOMENT)
    count_to_the_delay()
    count_to_the_delay("khac")
    with pytest.raises(TooSoon):
        count(device=device)
    count("khac", device=other)


def test_who_signs_in_uses_the_own_browser_and_no_other(here: Province) -> None:
    account = account_by_login("canbo")
    assert account is not None
    own, other = (sign_ins.remember_device(account, None, MOMENT) for _ in range(2))
    later = Moment(NOW + timedelta(hours=1))
    assert sign_ins.remember_device(account, own, later) == own
    db.session.expire_all()
    seen = {device.token_hash: device.seen_at for device in db.session.scalars(select(KnownDevice))}
    assert seen == {token_hash(own): later.instant, token_hash(other): NOW}


def test_only_the_browsers_used_last_are_remembered_of_each_account(here: Province) -> None:
    other = enter("khac").device
    devices = [
        enter("canbo", moment=Moment(NOW + timedelta(seconds=number))).device
        for number in range(DEVICES_KEPT + 1)
    ]
    assert db.session.scalar(select(func.count()).select_from(KnownDevice)) == DEVICES_KEPT + 1
    count_to_the_delay()
    count(device=devices[1])
    with pytest.raises(TooSoon):
        count(device=devices[0])
    count("khac", device=other)


def test_who_was_disabled_or_changed_the_password_meanwhile_is_not_let_in(here: Province) -> None:
    who = sign_ins.verified(PUBLIC_ACTOR, "canbo", PASSWORD)
    link = accounts.forgot_password(PUBLIC_ACTOR, "canbo", timedelta(hours=1), MOMENT)
    assert link is not None
    set_password(link.token, NEW)
    with pytest.raises(Invalid):
        accounts.sign_in(PUBLIC_ACTOR, who, None, MOMENT)


def test_sixteen_at_once_do_not_get_past_the_delay(app: Flask, here: Province) -> None:
    db.session.commit()
    raised = in_threads(app, [count] * 16)
    assert [error is None for error in raised].count(True) == FREE_TRIES
    assert all(error is None or isinstance(error, TooSoon) for error in raised)
    later = in_threads(app, [lambda: count(at=NOW + FIRST)] * 16)
    assert [error is None for error in later].count(True) == 1


def test_sixteen_right_passwords_at_once_open_sixteen_sessions(app: Flask, here: Province) -> None:
    db.session.commit()
    assert in_threads(app, [lambda: enter("canbo")] * 16) == [None] * 16

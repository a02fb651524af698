"""What was done to accounts lately, as their holders and their offices are told."""

from datetime import date, timedelta

from flask import Flask

from registry.domain.accounts import LinkPurpose, LinkRelease
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import PUBLIC_ACTOR, Actor, Role, system_actor
from registry.models.accounts import Account, Grant
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.account_news import MOST_TOLD, News, news_of_office, news_of_own
from registry.services.audit import Event, record
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import actor_for, make_account
from tests.factories.units import START, Province

FORTNIGHT, SECOND = timedelta(days=14), timedelta(seconds=1)


def done(
    deed: Deed, account: Account, before: timedelta, by: Actor | None = None, **details: object
) -> None:
    """Write in the audit that something was done to an account so long ago."""
    event = Event(deed, "accounts", account.id, details=details)
    record(by or system_actor(), event, Moment(NOW - before))


def times(news: list[News]) -> list[timedelta]:
    """Return how long ago each was."""
    return [NOW - one.at for one in news]


def test_of_the_own_account_the_last_fortnight_is_told_and_no_sign_in_nor_another_s(
    app: Flask,
) -> None:
    here = Province()
    own, other = (make_account(Role.UNIT_OFFICER, here.commune, login=one) for one in ("a1", "b2"))
    done(Deed.ACCOUNT_DISABLE, own, FORTNIGHT + SECOND)
    done(Deed.ACCOUNT_ENABLE, own, FORTNIGHT)
    done(Deed.ACCOUNT_INVITE, other, 2 * SECOND)
    done(Deed.SESSION_OPEN, own, 2 * SECOND)
    record(system_actor(), Event(Deed.ACCOUNT_GRANT, "people", own.id), MOMENT)
    done(Deed.ACCOUNT_GRANT, own, SECOND)
    assert times(list(news_of_own(actor_for(own), MOMENT))) == [SECOND, FORTNIGHT]
    assert news_of_own(PUBLIC_ACTOR, MOMENT) == []


def test_who_stayed_away_is_told_of_all_since_the_sign_in_before_this_one(app: Flask) -> None:
    here = Province()
    own, other = (make_account(Role.UNIT_OFFICER, here.commune, login=one) for one in ("a1", "b2"))
    days = [timedelta(days=number) for number in (60, 50, 40, 30)]
    done(Deed.SESSION_OPEN, own, days[0] + 2 * SECOND)
    done(Deed.ACCOUNT_DISABLE, own, days[0] + SECOND)
    done(Deed.SESSION_OPEN, own, days[0])
    done(Deed.ACCOUNT_ENABLE, own, days[0])
    done(Deed.ACCOUNT_INVITE, own, days[1])
    assert times(list(news_of_own(actor_for(own), MOMENT))) == [
        days[1],
        days[0],
        days[0] + SECOND,
    ]
    done(Deed.SESSION_OPEN, own, days[2])
    assert times(list(news_of_own(actor_for(own), MOMENT))) == [days[1], days[0]]
    # No sign-in of another account, nor another deed, makes the one before.
    done(Deed.SESSION_OPEN, other, days[3])
    done(Deed.SESSION_CLOSE, own, days[3])
    record(actor_for(own), Event(Deed.SESSION_OPEN, "people", own.id), Moment(NOW - days[3]))
    assert times(list(news_of_own(actor_for(own), MOMENT))) == [days[1], days[0]]
    # After a sign-in lately the last fortnight is told all the same.
    done(Deed.SESSION_OPEN, own, 3 * SECOND)
    done(Deed.SESSION_OPEN, own, SECOND)
    assert times(list(news_of_own(actor_for(own), MOMENT))) == []


def test_at_most_ten_news_are_told_the_newest_first(app: Flask) -> None:
    here = Province()
    own = make_account(Role.UNIT_OFFICER, here.commune)
    for number in range(MOST_TOLD + 1):
        done(Deed.ACCOUNT_INVITE, own, timedelta(hours=20 - number))
    told = times(list(news_of_own(actor_for(own), MOMENT)))
    assert told == [timedelta(hours=hours) for hours in range(10, 20)]


def test_an_office_is_told_of_its_other_accounts_whose_role_lasts_today_or_begins_later(
    app: Flask,
) -> None:
    here = Province()
    reader = make_account(Role.UNIT_OFFICER, here.commune, login="reader")
    for login, office, since, until in (
        ("colleague", here.commune, START, None),
        ("last day", here.commune, START, TODAY + timedelta(days=1)),
        ("to come", here.commune, TODAY + timedelta(days=9), None),
        ("former", here.commune, START, TODAY),
        ("elsewhere", here.other_commune, START, None),
    ):
        account = make_account(Role.UNIT_OFFICER, office, login=login)
        account.grants[0].valid_from, account.grants[0].valid_to = since, until
        db.session.flush()
        done(Deed.ACCOUNT_INVITE, account, FORTNIGHT)
        done(Deed.ACCOUNT_INVITE, account, FORTNIGHT + SECOND)
        done(Deed.ACCOUNT_ASK_EMAIL, account, SECOND)
    administrators = [
        make_account(Role.SYSTEM_ADMINISTRATOR, None, login=login) for login in ("quantri", "khac")
    ]
    for account in (reader, *administrators):
        done(Deed.ACCOUNT_INVITE, account, SECOND)

    def told(account: Account) -> list[str]:
        return [one.login for one in news_of_office(actor_for(account), MOMENT)]

    assert told(reader) == ["to come", "last day", "colleague"]
    assert told(administrators[0]) == ["khac"]
    # Of two offices one is told of both.
    person = administrators[0].person
    assert person is None
    reader.grants.append(Grant(role=Role.SYSTEM_ADMINISTRATOR, valid_from=START))
    db.session.flush()
    assert told(reader) == ["khac", "quantri", "to come", "last day", "colleague"]
    assert news_of_office(PUBLIC_ACTOR, MOMENT) == []
    assert news_of_office(system_actor(), MOMENT) == []
    without = actor_for(make_account(Role.VERIFIER, here.other_district, login="none"))
    assert news_of_office(without, MOMENT) == []


def test_news_say_who_did_what_to_whom_and_what_the_words_leave_out(app: Flask) -> None:
    here = Province()

    def account(login: str, unit: Unit | None = None) -> Account:
        role = Role.UNIT_OFFICER if unit else Role.SYSTEM_ADMINISTRATOR
        made = make_account(role, unit, login=login)
        if made.person is not None:
            made.person.full_name = f"Lê {login.title()}"
        return made

    own, colleague = account("a1", here.commune), account("b2", here.commune)
    nameless = account("quantri")
    deed = Deed.ACCOUNT_GRANT
    done(deed, own, SECOND, actor_for(colleague), role=Role.VIEWER.value, purpose="x")
    done(deed, own, SECOND, actor_for(nameless), purpose=LinkPurpose.RESET.value, is_held=True)
    done(deed, own, SECOND, release=LinkRelease.CONFIRMED_ADDRESS.value, is_held=False)
    done(Deed.ACCOUNT_ENABLE, own, SECOND, PUBLIC_ACTOR, release=LinkRelease.SECOND_PERSON.value)
    told = news_of_own(actor_for(own, date(2024, 6, 30)), MOMENT)
    assert {(one.login, one.name) for one in told} == {("a1", "Lê A1")}
    assert [(one.who, one.words, one.note) for one in reversed(told)] == [
        ("Lê B2", "giao vai trò cho tài khoản", Role.VIEWER.label),
        (
            "quantri",
            "giao vai trò cho tài khoản",
            "đặt lại mật khẩu; chờ người khác của cơ quan cho phép",
        ),
        ("Lệnh trên máy chủ", "giao vai trò cho tài khoản", "gửi đến địa chỉ đã xác nhận"),
        ("Khách", "mở khóa tài khoản", ""),
    ]
    # What is not as events are written is told all the same, without a note.
    db.session.add(
        AuditEvent(
            sequence=99,
            at=NOW,
            origin="cli:system",
            action=deed.value,
            noun="accounts",
            object_id=str(own.id),
            details=[Role.VIEWER.value],
            previous_hash="",
            hash="99",
        )
    )
    db.session.flush()
    assert news_of_own(actor_for(own), MOMENT)[0] == News(
        at=NOW,
        who="Lệnh trên máy chủ",
        words="giao vai trò cho tài khoản",
        login="a1",
        name="Lê A1",
        note="",
    )

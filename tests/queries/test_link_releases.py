"""Which accounts are guarded, which links wait, and who may be the second person."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from registry.domain.accounts import LinkEnd, LinkPurpose, LinkRelease
from registry.domain.permissions import PUBLIC_ACTOR, Role, system_actor
from registry.models.accounts import Account, PasswordLink
from registry.models.base import db
from registry.models.decisions import StoredFile
from registry.models.units import Unit
from registry.queries.link_releases import (
    PendingLink,
    grant_with_paper,
    guarding_offices,
    has_unreleased_password,
    held_accounts,
    held_of_own,
    is_first_of_role,
    is_guarded,
    is_waiting_for,
    other_administrators,
    pending,
    possible_releasers,
)
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import (
    actor_for,
    give_role,
    make_account,
    make_held_link,
    make_session,
)
from tests.factories.people import make_membership
from tests.factories.units import START, Province

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def officer(login: str, office: Unit) -> Account:
    return make_account(Role.UNIT_OFFICER, office, login=login)


def used_link(
    account: Account,
    release: LinkRelease | None,
    *,
    purpose: LinkPurpose = LinkPurpose.RESET,
    end: LinkEnd = LinkEnd.USED,
) -> None:
    """Let a link of the account have come to an end."""
    db.session.add(
        PasswordLink(
            account_id=account.id,
            purpose=purpose,
            address="a@vidu.invalid" if purpose is LinkPurpose.EMAIL else None,
            created_at=NOW - DAY,
            expires_at=NOW,
            ended_at=NOW - DAY,
            end_reason=end,
            release=release,
            released_at=NOW - DAY if release else None,
        )
    )
    db.session.flush()


# --- who is guarded ----------------------------------------------------------------------


def test_guarded_is_who_shares_an_office_with_a_role_over_others_as_long_as_both_last(
    app: Flask,
) -> None:
    here = Province()
    plain, colleague = officer("plain", here.commune), officer("colleague", here.province)
    verifier = make_account(Role.VERIFIER, here.province, login="verifier")
    administrator = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    guarded = {one.login: is_guarded(one.id, TODAY) for one in (plain, colleague, administrator)}
    assert guarded == {"plain": False, "colleague": True, "quantri": True}
    assert guarding_offices(colleague.id, TODAY) == {here.province.id}
    assert guarding_offices(plain.id, TODAY) == guarding_offices(administrator.id, TODAY) == {None}
    # Of an office that is guarded and one that is not, only the former guards.
    give_role(colleague, Role.UNIT_OFFICER, here.commune)
    give_role(administrator, Role.UNIT_OFFICER, here.commune)
    assert guarding_offices(colleague.id, TODAY) == {here.province.id}
    assert guarding_offices(administrator.id, TODAY) == {None}

    def on(own: date | None, of_the_other: date | None) -> bool:
        colleague.grants[0].valid_to = own
        verifier.grants[0].valid_to = of_the_other
        db.session.flush()
        assert (guarding_offices(colleague.id, TODAY) == {None}) is not is_guarded(
            colleague.id, TODAY
        )
        return is_guarded(colleague.id, TODAY)

    days = (None, TODAY + DAY, TODAY)
    assert [on(day, None) for day in days] == [True, True, False]
    assert [on(None, day) for day in days] == [True, True, False]
    administrator.grants[0].valid_to = TODAY
    db.session.flush()
    assert not is_guarded(administrator.id, TODAY)


# --- which links wait --------------------------------------------------------------------


def test_a_link_waits_that_sets_the_password_of_a_guarded_account_and_is_open_and_unreleased(
    app: Flask,
) -> None:
    here = Province()
    make_account(Role.APPROVER, here.province)
    accounts = {
        name: officer(f"nguoi{number}", here.commune if name == "plain" else here.province)
        for number, name in enumerate(
            ("waits", "invited", "ended", "released", "mail", "over", "last", "plain")
        )
    }
    links = {name: make_held_link(account) for name, account in accounts.items()}
    links["invited"].purpose = LinkPurpose.INVITATION
    links["ended"].ended_at = NOW
    links["released"].release, links["released"].released_at = LinkRelease.SHELL, NOW
    links["mail"].purpose, links["mail"].address = LinkPurpose.EMAIL, "a@vidu.invalid"
    links["over"].expires_at = MOMENT.running
    links["last"].expires_at = MOMENT.running + SECOND
    db.session.flush()
    held = {accounts[name].id for name in ("waits", "invited", "last")}
    assert held_accounts(MOMENT) == held
    own = {name: held_of_own(actor_for(account), MOMENT) for name, account in accounts.items()}
    assert own == {
        name: links[name] if name in ("waits", "invited", "last") else None for name in links
    }
    # Of two that wait the holder is told of the latest.
    invitation = make_held_link(accounts["ended"])
    links["ended"].purpose, links["ended"].ended_at = LinkPurpose.INVITATION, None
    db.session.flush()
    assert held_of_own(actor_for(accounts["ended"]), MOMENT) is invitation


# --- the second person -------------------------------------------------------------------


class Office:
    """An office with a link that waits, and somebody of each kind who might release it."""

    def __init__(self) -> None:
        self.here = Province()
        self.approver = make_account(Role.APPROVER, self.here.province, login="approver")
        self.colleague = officer("colleague", self.here.province)
        self.administrator = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
        self.link = make_held_link(self.approver, self.administrator)

    def waits_for(self, account: Account) -> bool:
        return is_waiting_for(self.link.id, actor_for(account), MOMENT)


@pytest.fixture
def office(app: Flask) -> Office:
    return Office()


def test_a_link_waits_for_a_colleague_of_a_guarding_office_and_for_nobody_else(
    office: Office,
) -> None:
    here = office.here
    stranger = make_account(Role.REVIEWER, here.it_department, login="stranger")
    give_role(office.approver, Role.UNIT_OFFICER, here.commune)
    assert office.approver.person is not None
    make_membership(office.approver.person, here.commune, is_main=False)
    of_unguarded = officer("of_unguarded", here.commune)
    waits = {
        account.login: office.waits_for(account)
        for account in (
            office.colleague,
            office.approver,
            office.administrator,
            stranger,
            of_unguarded,
        )
    }
    assert waits == {
        "colleague": True,
        "approver": False,
        "quantri": False,
        "stranger": False,
        "of_unguarded": False,
    }
    assert not is_waiting_for(office.link.id, PUBLIC_ACTOR, MOMENT)
    assert not is_waiting_for(office.link.id, system_actor(), MOMENT)
    other = make_held_link(officer("other", here.commune), office.administrator)
    assert not is_waiting_for(other.id, actor_for(office.colleague), MOMENT)
    assert not is_waiting_for(office.link.id + 9, actor_for(office.colleague), MOMENT)
    # Nor is there anything to release where somebody has, or the link has ended.
    office.link.release, office.link.released_at = LinkRelease.SHELL, NOW
    db.session.flush()
    assert not office.waits_for(office.colleague)
    office.link.release, office.link.released_at, office.link.ended_at = None, None, NOW
    db.session.flush()
    assert not office.waits_for(office.colleague)


def test_of_an_administrator_of_no_guarding_office_another_administrator_is_the_second(
    office: Office,
) -> None:
    other = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="other")
    office.link.ended_at = NOW
    office.link = make_held_link(other, office.approver)
    assert office.waits_for(office.administrator)
    assert not office.waits_for(office.colleague)
    # Who is of a guarding office as well is released there.
    give_role(other, Role.UNIT_OFFICER, office.here.province)
    assert not office.waits_for(office.administrator)
    assert office.waits_for(office.colleague)


def test_who_asked_is_not_the_second_nor_who_reads_the_outbox_what_a_visitor_asked_for(
    office: Office,
) -> None:
    reader = officer("reader", office.here.province)
    give_role(reader, Role.SYSTEM_ADMINISTRATOR, None)

    def second() -> list[bool]:
        db.session.flush()
        return [office.waits_for(one) for one in (office.colleague, reader)]

    assert second() == [True, True]
    office.link.asked_by_id = office.colleague.id
    assert second() == [False, True]
    office.link.asked_by_id = reader.id
    assert second() == [True, False]
    office.link.asked_by_id = None
    assert second() == [True, False]


@pytest.mark.parametrize(
    ("links", "unreleased"),
    [
        ([], False),
        ([{"release": None}], True),
        ([{"release": LinkRelease.SECOND_PERSON}], False),
        ([{"release": None}, {"release": LinkRelease.SHELL}], False),
        ([{"release": LinkRelease.SHELL}, {"release": None}], True),
        ([{"release": None, "purpose": LinkPurpose.EMAIL}], False),
        ([{"release": None, "purpose": LinkPurpose.INVITATION}], True),
        ([{"release": None, "end": LinkEnd.SUPERSEDED}], False),
        ([{"release": None}, {"release": LinkRelease.SHELL, "end": LinkEnd.DECLINED}], True),
    ],
)
def test_nobody_is_second_whose_own_password_the_last_used_link_set_unreleased(
    office: Office, links: list[dict[str, object]], *, unreleased: bool
) -> None:
    used_link(office.approver, None)
    for link in links:
        used_link(office.colleague, **link)  # type: ignore[arg-type]
    used_link(office.approver, LinkRelease.SHELL)
    assert has_unreleased_password(office.colleague.id) is unreleased
    assert office.waits_for(office.colleague) is not unreleased


def test_a_second_person_sees_what_waits_the_oldest_first_with_who_asked_and_the_paper(
    office: Office,
) -> None:
    here = office.here
    assert office.approver.person is not None
    office.approver.person.full_name = "Lê Văn Duyệt"
    paper = StoredFile(
        storage_name="giay",
        original_name="giay.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        created_at=NOW,
    )
    db.session.add(paper)
    give_role(office.approver, Role.VIEWER, here.province, until=TODAY)
    with_paper = give_role(office.approver, Role.VERIFIER, here.district, until=TODAY + DAY)
    with_paper.paper = paper
    visitor = make_held_link(officer("another", here.province))
    by_person = make_held_link(officer("third", here.province), office.approver)
    make_held_link(officer("plain", here.commune), office.administrator)
    db.session.flush()
    found = pending(actor_for(office.colleague), MOMENT)
    assert [one.id for one in found] == [office.link.id, visitor.id, by_person.id]
    assert found[0] == PendingLink(
        id=office.link.id,
        account_id=office.approver.id,
        login="approver",
        person_name="Lê Văn Duyệt",
        grants=((Role.APPROVER, here.province.id), (Role.VERIFIER, here.district.id)),
        purpose=LinkPurpose.RESET,
        asked_by="quantri",
        asked_at=NOW,
        expires_at=office.link.expires_at,
        paper_of=with_paper.id,
    )
    assert [(one.asked_by, one.paper_of) for one in found[1:]] == [
        (None, None),
        ("Lê Văn Duyệt", None),
    ]
    assert [grant_with_paper(grant.id) for grant in office.approver.grants] == [
        None,
        None,
        with_paper,
    ]


def test_possible_seconds_have_signed_in_and_stand_by_login(office: Office) -> None:
    here = office.here
    zeta, disabled, asked, never = (
        officer(login, here.province) for login in ("zeta", "disabled", "asked", "never")
    )
    former = officer("former", here.province)
    former.grants[0].valid_to = TODAY
    alpha = officer("alpha", here.province)
    elsewhere = officer("elsewhere", here.commune)
    for account in (zeta, disabled, asked, former, alpha, elsewhere, office.approver):
        make_session(account, NOW)
    make_session(office.administrator, NOW)
    disabled.disabled_at = NOW
    office.link.asked_by_id = asked.id
    db.session.flush()
    assert possible_releasers(office.link, MOMENT) == ["alpha", "zeta"]
    assert never.login not in possible_releasers(office.link, MOMENT)
    other = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="other")
    of_other = make_held_link(other, zeta)
    assert possible_releasers(of_other, MOMENT) == ["quantri"]


def test_the_first_of_a_role_is_who_nobody_had_it_before_for_the_office(office: Office) -> None:
    here = office.here
    office.approver.grants[0].valid_to = START + DAY
    db.session.flush()
    assert not is_first_of_role(Role.APPROVER, here.province.id)
    assert is_first_of_role(Role.APPROVER, here.district.id)
    assert is_first_of_role(Role.VIEWER, here.province.id)
    assert not is_first_of_role(Role.SYSTEM_ADMINISTRATOR, None)


def test_another_administrator_is_one_with_the_role_today_who_can_sign_in(office: Office) -> None:
    first = office.administrator
    assert not other_administrators(first.id, TODAY)
    assert other_administrators(office.approver.id, TODAY)
    other = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="other")
    hashed = other.password_hash

    def is_there(
        since: date = TODAY,
        until: date | None = None,
        disabled_at: datetime | None = None,
        password_hash: str | None = hashed,
    ) -> bool:
        other.grants[0].valid_from, other.grants[0].valid_to = since, until
        other.disabled_at, other.password_hash = disabled_at, password_hash
        db.session.flush()
        return other_administrators(first.id, TODAY)

    assert is_there()
    assert is_there(until=TODAY + DAY)
    assert not is_there(since=TODAY + DAY)
    assert not is_there(since=START, until=TODAY)
    assert not is_there(disabled_at=NOW)
    assert not is_there(password_hash=None)

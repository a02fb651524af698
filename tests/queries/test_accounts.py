"""Questions about accounts: who signs in, what an account may do today, and where."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.accounts import LinkEnd, LinkPurpose
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import EVERYTHING, NOTHING, Action, Role, Scope
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account, KnownDevice, PasswordLink
from registry.models.base import db
from registry.models.offices import Office
from registry.models.units import Unit
from registry.queries.accounts import (
    AccountRow,
    account_by_login,
    account_of_person,
    actor_of,
    all_accounts,
    has_administrator,
    is_known_device,
    is_locked,
    lock_account,
    newest_devices,
    open_link,
    password_link_by_hash,
    session_by_hash,
    waits_for_password,
)
from registry.services.passwords import token_hash
from tests.conftest import NOW, TODAY
from tests.factories.accounts import give_role, make_account, make_session
from tests.factories.people import make_membership, make_person
from tests.factories.units import (
    START,
    MovingCommunes,
    Province,
    end_unit,
    make_office,
    make_succession,
    make_unit,
    move_unit,
)

DAY = timedelta(days=1)


def below(*units: Unit) -> frozenset[str]:
    """Return the paths of units right under the province, or of the province."""
    return frozenset(
        f"/{unit.periods[-1].parent_id}/{unit.id}/"
        if unit.periods[-1].parent_id
        else f"/{unit.id}/"
        for unit in units
    )


def reach(account: Account, action: Action, today: date = TODAY) -> Scope:
    return actor_of(account, today, "web:1").scope(action)


# --- found again -------------------------------------------------------------------------


def test_accounts_sessions_and_links_are_found_by_what_is_theirs_alone(app: Flask) -> None:
    here = Province()
    one, two = (make_account(Role.UNIT_OFFICER, here.commune, login=name) for name in ("a1", "b2"))
    tokens = {account: make_session(account, NOW) for account in (one, two)}
    links = {
        account: PasswordLink(
            account_id=account.id,
            token_hash=f"hash of {account.login}",
            purpose=LinkPurpose.RESET,
            created_at=NOW,
            expires_at=NOW,
            ended_at=NOW,
        )
        for account in (one, two)
    }
    db.session.add_all(links.values())
    db.session.flush()
    assert (account_by_login("b2"), account_by_login("B2")) == (two, None)
    assert (two.person_id, account_of_person(two.person_id or 0)) != (None, None)
    assert account_of_person(two.person_id or 0) is two
    assert account_of_person(make_person().id) is None
    session = session_by_hash(token_hash(tokens[two]))
    assert session is not None
    session.revoked_at = NOW
    db.session.flush()
    assert session.account_id == two.id
    assert session_by_hash(token_hash(tokens[two])) is session
    assert session_by_hash(tokens[two]) is None
    assert password_link_by_hash("hash of b2") is links[two]
    assert password_link_by_hash("hash of c3") is None


def test_the_open_link_of_an_account_is_that_of_the_purpose_though_it_expired(app: Flask) -> None:
    here = Province()
    one, two = (make_account(Role.UNIT_OFFICER, here.commune, login=name) for name in ("a1", "b2"))

    def link(account: Account, purpose: LinkPurpose, *, is_open: bool = True) -> PasswordLink:
        made = PasswordLink(
            account_id=account.id,
            purpose=purpose,
            created_at=NOW - 9 * DAY,
            expires_at=NOW - 8 * DAY,
            ended_at=None if is_open else NOW,
            end_reason=None if is_open else LinkEnd.USED,
        )
        db.session.add(made)
        db.session.flush()
        return made

    link(one, LinkPurpose.RESET, is_open=False)
    link(one, LinkPurpose.INVITATION, is_open=False)
    reset, invitation = link(one, LinkPurpose.RESET), link(two, LinkPurpose.INVITATION)
    assert open_link(one.id, LinkPurpose.RESET) is reset
    assert open_link(one.id, LinkPurpose.INVITATION) is None
    assert open_link(two.id, LinkPurpose.INVITATION) is invitation
    assert open_link(two.id, LinkPurpose.RESET) is None


def test_who_signs_in_locks_his_account_alone_and_only_against_who_changes_it(
    app: Flask,
) -> None:
    here = Province()
    one, two = (make_account(Role.UNIT_OFFICER, here.commune, login=name) for name in ("a1", "b2"))
    both = {one.id, two.id}
    db.session.commit()
    lock_account(one.id)
    ids = select(Account.id)
    with db.engine.connect() as another:
        to_change = ids.with_for_update(key_share=True, skip_locked=True)
        to_refer_to = ids.with_for_update(read=True, key_share=True, skip_locked=True)
        # SQLite, of which one writer locks the whole, leaves such words out.
        free = {two.id} if another.dialect.name == "postgresql" else both
        assert set(another.scalars(to_change)) == free
        assert set(another.scalars(to_refer_to)) == both


def test_a_browser_is_known_to_its_account_when_it_was_used_after_a_moment(app: Flask) -> None:
    here = Province()
    one, two = (make_account(Role.UNIT_OFFICER, here.commune, login=name) for name in ("a1", "b2"))
    seen = [
        KnownDevice(token_hash=str(number), account_id=account.id, seen_at=NOW - days * DAY)
        for number, (account, days) in enumerate(((one, 2), (one, 1), (two, 0), (one, 3), (one, 1)))
    ]
    db.session.add_all(seen)
    db.session.flush()
    since = NOW - 2 * DAY
    assert [number for number in range(6) if is_known_device(str(number), "a1", since)] == [1, 4]
    assert is_known_device("2", "b2", since)
    newest = [seen[number].id for number in (4, 1, 0, 3)]
    assert newest_devices(one.id, 9) == newest
    assert newest_devices(one.id, 3) == newest[:3]


# --- lists -------------------------------------------------------------------------------


def test_accounts_stand_by_login_with_the_roles_of_today(app: Flask) -> None:
    here = Province()
    officer = make_account(
        Role.UNIT_OFFICER, here.commune, login="zeta", person=make_person("Lê A")
    )
    give_role(officer, Role.VIEWER, here.commune, until=TODAY)
    give_role(officer, Role.VERIFIER, here.district, since=TODAY, until=TODAY + DAY)
    give_role(officer, Role.APPROVER, here.commune, since=TODAY + DAY)
    locked = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="alpha")
    locked.disabled_at, locked.password_hash = NOW, None
    waiting = make_account(Role.UNIT_OFFICER, here.commune, login="mu", person=make_person("Lê B"))
    waiting.password_hash = None
    db.session.flush()
    roles = ((Role.UNIT_OFFICER, here.commune.id), (Role.VERIFIER, here.district.id))
    expected = [
        AccountRow(
            locked.id,
            "alpha",
            None,
            enabled=False,
            has_password=False,
            grants=((Role.SYSTEM_ADMINISTRATOR, None),),
        ),
        AccountRow(
            waiting.id,
            "mu",
            "Lê B",
            enabled=True,
            has_password=False,
            grants=((Role.UNIT_OFFICER, here.commune.id),),
        ),
        AccountRow(officer.id, "zeta", "Lê A", enabled=True, has_password=True, grants=roles),
    ]
    assert all_accounts(TODAY) == expected
    assert all_accounts(TODAY, is_locked()) == expected[:1]
    assert all_accounts(TODAY, waits_for_password()) == expected[1:2]


def test_whether_anybody_ever_administered_the_system_outlives_the_role(app: Flask) -> None:
    here = Province()
    make_account(Role.APPROVER, here.province)
    assert not has_administrator()
    administrator = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    administrator.grants[0].valid_to = START + DAY
    db.session.flush()
    assert has_administrator()


# --- what an account may do --------------------------------------------------------------


def test_a_role_counts_from_its_first_day_until_the_day_it_ends(app: Flask) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.commune)
    account.grants[0].valid_from, account.grants[0].valid_to = TODAY, TODAY + 2 * DAY
    other = make_account(Role.APPROVER, here.province)
    db.session.flush()
    days = [TODAY + number * DAY for number in (-1, 0, 1, 2)]
    actors = [actor_of(account, day, "web:1") for day in days]
    own = frozenset({f"/{here.province.id}/{here.district.id}/{here.commune.id}/"})
    assert [actor.scope(Action.ROSTER_COMPOSE).prefixes for actor in actors] == [
        frozenset(),
        own,
        own,
        frozenset(),
    ]
    assert [sorted(actor.roles) for actor in actors] == [
        ["member"],
        ["member", "unit_officer"],
        ["member", "unit_officer"],
        ["member"],
    ]
    assert [actor.offices for actor in actors] == [
        frozenset(),
        {here.commune.id},
        {here.commune.id},
        frozenset(),
    ]
    assert not actors[1].may(Action.ROSTER_APPROVE)
    assert reach(other, Action.ROSTER_APPROVE).prefixes == below(here.province)


def test_a_disabled_account_and_one_of_nobody_may_do_nothing_by_their_roles(app: Flask) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.commune)
    account.disabled_at = NOW
    nobody = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    give_role(nobody, Role.UNIT_OFFICER, here.commune)
    actor = actor_of(account, TODAY, "web:1")
    assert (actor.roles, actor.offices) == ({Role.MEMBER}, frozenset())
    assert not actor.may(Action.ROSTER_COMPOSE)
    actor = actor_of(nobody, TODAY, "web:2")
    assert (actor.roles, actor.offices) == ({Role.SYSTEM_ADMINISTRATOR}, {None})
    assert not actor.may(Action.ROSTER_COMPOSE)
    assert actor.scope(Action.ACCOUNT_ADMINISTER) == EVERYTHING


@pytest.mark.parametrize("where", ["office", "section"])
def test_a_role_counts_while_its_person_belongs_to_the_office_or_to_a_section_of_it(
    app: Flask, where: str
) -> None:
    here = Province()
    unit = {"office": here.it_department, "section": here.section}[where]
    person = make_person()
    membership = make_membership(person, unit, since=TODAY, until=TODAY + 2 * DAY)
    account = make_account(Role.REVIEWER, here.it_department, person=person)
    # A colleague, who is there all the time, with a role of his own.
    make_account(Role.UNIT_OFFICER, here.it_department)
    days = [TODAY + number * DAY for number in (-1, 0, 1, 2)]
    assert [actor_of(account, day, "web:1").may(Action.ROSTER_REVIEW) for day in days] == [
        False,
        True,
        True,
        False,
    ]
    assert not any(actor_of(account, day, "web:1").may(Action.ROSTER_COMPOSE) for day in days)
    membership.unit_id = here.other_department.id
    db.session.flush()
    assert not actor_of(account, TODAY, "web:1").may(Action.ROSTER_REVIEW)


def test_neither_a_unit_below_that_is_no_section_nor_a_former_section_makes_one_of_the_office(
    app: Flask,
) -> None:
    here = Province()
    former, coming = (
        make_unit(name, UnitKind.SECTION, parent)
        for name, parent in (("Phòng 1", here.it_department), ("Phòng 2", here.other_department))
    )
    move_unit(former, here.other_department, TODAY)
    move_unit(coming, here.it_department, TODAY + DAY)
    for number, unit in enumerate((here.commune, former, coming)):
        office = here.district if unit is here.commune else here.it_department
        person = make_person()
        make_membership(person, unit)
        account = make_account(Role.UNIT_OFFICER, office, person=person, login=f"nguoi{number}")
        assert not actor_of(account, TODAY, "web:1").may(Action.ROSTER_COMPOSE)


def test_the_territory_of_a_role_is_that_of_its_function_for_its_office_today(app: Flask) -> None:
    here = Province()

    def office(
        function: OfficeFunction,
        territory: Unit,
        of: Unit,
        since: date = START,
        until: date | None = None,
    ) -> Office:
        row = make_office(function, territory, of, since=since)
        row.valid_to = until
        db.session.flush()
        return row

    verifier = make_account(Role.VERIFIER, here.district)
    verifying = OfficeFunction.VERIFYING
    office(verifying, here.it_department, here.district, since=TODAY, until=TODAY + DAY)
    office(verifying, here.other_department, here.district, until=TODAY)
    office(verifying, here.committee, here.district, since=TODAY + DAY)
    office(verifying, here.other_district, here.other_district)
    office(OfficeFunction.DECIDING, here.committee, here.district)
    assert reach(verifier, Action.ROSTER_VERIFY).prefixes == below(
        here.district, here.it_department
    )
    end_unit(here.it_department, TODAY)
    assert reach(verifier, Action.ROSTER_VERIFY).prefixes == below(here.district)


def test_without_a_territory_or_with_a_closed_office_a_role_does_not_count(app: Flask) -> None:
    here = Province()
    of_nowhere = make_account(Role.VERIFIER, here.other_district)
    actor = actor_of(of_nowhere, TODAY, "web:1")
    assert (actor.roles, actor.offices, actor.may(Action.ROSTER_VERIFY)) == (
        {Role.MEMBER},
        frozenset(),
        False,
    )
    officer = make_account(Role.UNIT_OFFICER, here.commune)
    end_unit(here.commune, TODAY)
    assert reach(officer, Action.ROSTER_COMPOSE, TODAY - DAY) != NOTHING
    assert not actor_of(officer, TODAY, "web:1").may(Action.ROSTER_COMPOSE)


def test_roles_add_up_and_reach_units_whose_successors_they_reach_today(app: Flask) -> None:
    here = MovingCommunes()
    old, older = (make_unit(name, UnitKind.COMMUNE, here.district) for name in ("Xã C", "Xã D"))
    end_unit(old, date(2024, 6, 25))
    make_succession(old, here.commune, date(2024, 6, 25))
    end_unit(older, date(2024, 6, 25))
    make_succession(older, here.far_commune, date(2024, 6, 25))
    account = make_account(Role.UNIT_OFFICER, here.commune)
    person = account.person
    assert person is not None
    make_membership(person, here.other_commune, is_main=False)
    give_role(account, Role.UNIT_OFFICER, here.other_commune)
    scope = reach(account, Action.ROSTER_COMPOSE)
    assert scope == Scope(
        prefixes=frozenset(
            {
                f"/{here.province.id}/{here.district.id}/{here.commune.id}/",
                f"/{here.province.id}/{here.other_district.id}/{here.other_commune.id}/",
            }
        ),
        closed_unit_ids=frozenset({old.id}),
    )
    # What concerns no unit nobody may but who administers everything.
    give_role(account, Role.SYSTEM_ADMINISTRATOR, None)
    actor = actor_of(account, TODAY, "web:1")
    assert actor.scope(Action.OUTBOX_SEE) == EVERYTHING
    assert actor.offices == {here.commune.id, here.other_commune.id, None}

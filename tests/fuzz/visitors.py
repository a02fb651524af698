"""Who sends generated requests, and the world they are sent into: the demo, and what it lacks."""

from collections.abc import Callable

from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.domain.rosters import RosterState
from registry.models.accounts import Grant
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.accounts import account_by_login
from registry.queries.cards import card_holders
from registry.queries.units.on_a_day import find_by_code
from tests.conftest import TODAY
from tests.factories.accounts import make_account
from tests.factories.people import make_decision, make_member, make_membership
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import START
from tests.factories.world import make_batch

PUBLIC = ""
# The demo's accounts, one for each role.
_ONE_ROLE = ("quantri", "pheduyet", "thamdinh", "caphuyen", "lanhdao", "canboxa", "thanhvien")
_COMMUNE, _DISTRICT, _DEPARTMENT, _PROVINCE, _COMMITTEE = (
    "20812",
    "513",
    "49-SBN-01",
    "49",
    "49-BCD",
)
# Those whose roles add up: for each role the office it is held for.
_ROLES_TOGETHER: dict[str, dict[Role, str | None]] = {
    "canbo-xem": {Role.UNIT_OFFICER: _COMMUNE, Role.VIEWER: _COMMITTEE},
    "thamdinh-duyet": {Role.REVIEWER: _DEPARTMENT, Role.APPROVER: _PROVINCE},
    "quantri-soan": {Role.SYSTEM_ADMINISTRATOR: None, Role.UNIT_OFFICER: _COMMUNE},
    "moi-vai": {
        Role.UNIT_OFFICER: _COMMUNE,
        Role.VERIFIER: _DISTRICT,
        Role.REVIEWER: _DEPARTMENT,
        Role.APPROVER: _PROVINCE,
        Role.SYSTEM_ADMINISTRATOR: None,
    },
}
VISITORS = (*_ONE_ROLE, *_ROLES_TOGETHER, PUBLIC)


def roles_of(login: str) -> frozenset[Role]:
    """Return the roles of a visitor; everybody signed in is a member."""
    account = account_by_login(login) if login else None
    if account is None:
        return frozenset({Role.PUBLIC})
    return frozenset({Role.PUBLIC, Role.MEMBER, *(grant.role for grant in account.grants)})


def fill(sign_in: Callable[[str], FlaskClient]) -> None:
    """Add to the demo the accounts whose roles add up, and a thing for each desk."""
    for login, roles in _ROLES_TOGETHER.items():
        _add_account(login, roles)
    commune = _unit(_COMMUNE)
    for number, state in enumerate(RosterState, start=10):
        if state is not RosterState.DECIDED:
            member = make_member(f"Người Danh Sách {number}", commune)
            make_roster(commune, [make_line(member)], state, number=number)
    make_batch(commune, make_decision(commune, "91/QĐ-UBND"))
    lines = [holder.line_id for holder in card_holders(commune.id, TODAY)]
    db.session.commit()
    printed = sign_in("thamdinh").post(f"/the/don-vi/{commune.id}", data={"line_ids": lines})
    assert printed.mimetype == "application/pdf"


def _add_account(login: str, roles: dict[Role, str | None]) -> None:
    offices = {role: _unit(code) if code else None for role, code in roles.items()}
    homes = [office for office in offices.values() if office is not None]
    person = make_member(f"Người {login.replace('-', ' ').title()}", homes[0])
    for office in homes[1:]:
        make_membership(person, office, is_main=False)
    (first, home), *others = offices.items()
    account = make_account(first, home, login=login, person=person)
    for role, office in others:
        office_id = office.id if office is not None else None
        account.grants.append(Grant(role=role, office_id=office_id, valid_from=START))
    db.session.flush()


def _unit(code: str) -> Unit:
    found = find_by_code(code, TODAY)
    assert found is not None, code
    return db.session.get_one(Unit, found.id)

"""The database itself refuses overlapping facts and any change of the audit."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from registry.domain.assignments import AbsenceKind, AssignmentRole, Duty
from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict
from registry.domain.memberships import MemberRole
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Role, system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account, Grant
from registry.models.assignments import Assignment, AssignmentAbsence
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import Model, db
from registry.models.coverage import CoverageRule
from registry.models.guards import NO_OVERLAPS
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.models.people import Person, PersonPeriod
from registry.models.refusals import refusal_of
from registry.models.units import Unit, UnitPath, UnitPeriod
from registry.services.audit import Event, record
from tests.conftest import MOMENT, NOW
from tests.factories.people import make_person
from tests.factories.units import make_unit

MAY, JUNE, JULY = date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)

# A function that makes a row for a period from the ids of two units, a person, an account.
Make = Callable[["Things", date, date | None], Model]


class Things:
    """What the facts are about: two units that overlap with nothing, two people, an account."""

    def __init__(self) -> None:
        self.unit = make_unit("Xã Một", UnitKind.COMMUNE, until=MAY.replace(year=2025))
        self.other = make_unit("Xã Hai", UnitKind.COMMUNE)
        self.fresh = Unit(registry_code="T-guards")
        self.person = make_person("Người Một")
        self.stranger = Person(full_name="Hai", search_key="hai", sort_key="hai", created_at=NOW)
        self.account = Account(login="mot", login_key="mot", created_at=NOW)
        db.session.add_all([self.fresh, self.stranger, self.account])
        db.session.flush()
        self.lines = iter(range(100))


def _unit_period(things: Things, since: date, until: date | None) -> Model:
    return UnitPeriod(
        unit_id=things.fresh.id,
        name="Xã Ba",
        kind=UnitKind.COMMUNE,
        takes_part=True,
        search_key="x",
        sort_key="x",
        valid_from=since,
        valid_to=until,
    )


def _unit_path(things: Things, since: date, until: date | None) -> Model:
    return UnitPath(unit_id=things.fresh.id, path=f"/{since}/", valid_from=since, valid_to=until)


def _membership(
    things: Things,
    since: date,
    until: date | None,
    *,
    unit: Unit | None = None,
    member: bool = False,
    line: str | None = None,
    main: bool = False,
) -> Model:
    return Membership(
        line_id=line or f"line-{next(things.lines)}",
        person_id=None if member else things.person.id,
        member_unit_id=things.other.id if member else None,
        unit_id=(unit or things.unit).id,
        role=MemberRole.MEMBER,
        is_main=main,
        valid_from=since,
        valid_to=until,
    )


def _main(things: Things, since: date, until: date | None) -> Model:
    unit = things.unit if since == JUNE else things.other
    return _membership(things, since, until, unit=unit, main=True)


def _member_unit(things: Things, since: date, until: date | None) -> Model:
    return _membership(things, since, until, member=True)


def _line(things: Things, since: date, until: date | None) -> Model:
    return _membership(things, since, until, line="same", member=since == JUNE)


def _assignment(things: Things, since: date, until: date | None, *, section: bool = False) -> Model:
    return Assignment(
        line_id=f"line-{next(things.lines)}",
        person_id=None if section else things.person.id,
        section_id=things.other.id if section else None,
        unit_id=things.unit.id,
        role=AssignmentRole.FOCAL_POINT,
        duty=Duty.CONCURRENT,
        valid_from=since,
        valid_to=until,
    )


def _section(things: Things, since: date, until: date | None) -> Model:
    return _assignment(things, since, until, section=True)


def _absence(_things: Things, since: date, until: date | None) -> AssignmentAbsence:
    return AssignmentAbsence(
        line_id="a line", kind=AbsenceKind.OTHER, valid_from=since, valid_to=until
    )


def _office(things: Things, since: date, until: date | None) -> Model:
    return Office(
        function=OfficeFunction.REVIEWING,
        territory_id=things.unit.id,
        office_id=(things.unit if since == JUNE else things.other).id,
        valid_from=since,
        valid_to=until,
    )


def _rule(_things: Things, since: date, until: date | None) -> Model:
    return CoverageRule(
        kind=UnitKind.COMMUNE,
        role=AssignmentRole.FOCAL_POINT,
        minimum=1,
        grace_days=0,
        headline=True,
        valid_from=since,
        valid_to=until,
    )


def _grant(things: Things, since: date, until: date | None) -> Model:
    return Grant(
        account_id=things.account.id,
        role=Role.UNIT_OFFICER,
        office_id=things.unit.id,
        valid_from=since,
        valid_to=until,
    )


def _person_period(things: Things, since: date, until: date | None) -> Model:
    return PersonPeriod(person_id=things.stranger.id, valid_from=since, valid_to=until)


MAKERS: dict[str, Make] = {
    "unit_periods_of_a_unit": _unit_period,
    "unit_paths_of_a_unit": _unit_path,
    "periods_of_a_person": _person_period,
    "main_membership_of_a_person": _main,
    "membership_of_a_person_in_a_unit": _membership,
    "membership_of_a_unit_in_a_unit": _member_unit,
    "membership_line": _line,
    "role_of_a_person_in_a_unit": _assignment,
    "role_of_a_section_in_a_unit": _section,
    "absence_of_a_holder": _absence,
    "office_of_a_function": _office,
    "coverage_rule_of_a_kind": _rule,
    "grant_of_an_account": _grant,
}


def write(*rows: Model) -> None:
    for row in rows:
        db.session.add(row)
        db.session.flush()
    # PostgreSQL looks at the end of the transaction, so that a period can be moved in two steps.
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_every_guard_against_overlaps_is_tried_here() -> None:
    assert set(MAKERS) == {rule.name for rule in NO_OVERLAPS}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_two_facts_of_one_day_are_refused(app: Flask, name: str) -> None:
    things, make = Things(), MAKERS[name]
    with pytest.raises(DBAPIError, match=f"no_overlap_{name}"):
        write(make(things, JUNE, None), make(things, JULY, None))


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_refusal_of_the_database_is_known_by_the_rule_it_names(app: Flask, name: str) -> None:
    things, make = Things(), MAKERS[name]
    with pytest.raises(DBAPIError) as refused:
        write(make(things, JUNE, None), make(things, JULY, None))
    # The name alone, without what else the database says, leads to the same words.
    named = IntegrityError("INSERT", None, RuntimeError(f"no_overlap_{name}"))
    assert str(refusal_of(refused.value)) == str(refusal_of(named))
    assert isinstance(refusal_of(named), Conflict)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_two_facts_one_after_the_other_are_accepted(app: Flask, name: str) -> None:
    things, make = Things(), MAKERS[name]
    write(make(things, JULY, None), make(things, JUNE, JULY))


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_fact_that_grows_over_another_is_refused(app: Flask, name: str) -> None:
    things, make = Things(), MAKERS[name]
    later, earlier = make(things, JULY, None), make(things, JUNE, JULY)
    write(later, earlier)
    table = type(earlier).__table__
    grown = update(table).where(table.c.id == earlier.id).values(valid_to=None)  # type: ignore[attr-defined]
    with pytest.raises(DBAPIError, match=f"no_overlap_{name}"):
        db.session.execute(grown)


def test_members_of_one_unit_are_not_compared_by_what_they_are_not(app: Flask) -> None:
    things = Things()
    another = make_person("Người Hai")
    first, second = _membership(things, JUNE, None), _membership(things, JUNE, None)
    second.person_id = another.id  # type: ignore[attr-defined]
    write(first, second, _member_unit(things, JUNE, None))


def test_two_administrators_without_an_office_are_accepted(app: Flask) -> None:
    things = Things()
    second = Account(login="hai", login_key="hai", created_at=NOW)
    db.session.add(second)
    db.session.flush()
    role = Role.SYSTEM_ADMINISTRATOR
    write(
        Grant(account_id=things.account.id, role=role, valid_from=JUNE),
        Grant(account_id=second.id, role=role, valid_from=JUNE),
    )


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "UPDATE audit_personal SET salt = 'x'",
        "UPDATE audit_personal SET person_id = 99",
        """UPDATE audit_personal SET content = '{"phone": "0"}'""",
        "DELETE FROM audit_personal",
    ],
)
def test_the_audit_can_neither_be_changed_nor_removed(app: Flask, attack: str) -> None:
    event = Event(Deed.PERSON_EDIT, "people", 1, personal={"phone": "1"}, person_id=1)
    record(system_actor(), event, MOMENT)
    with pytest.raises(DBAPIError, match="append_only"):
        db.session.execute(text(attack))


def _event(**others: str) -> str:
    """Return what puts a row of the audit once more, with other values in some columns."""
    names = [column.name for column in AuditEvent.__table__.columns]
    return f"({', '.join(names)}) SELECT {', '.join(others.get(name, name) for name in names)}"


@pytest.mark.parametrize(
    "attack",
    [
        "REPLACE INTO audit_events {} FROM audit_events".format(_event(origin="'x'", hash="'x'")),
        "REPLACE INTO audit_events {} FROM audit_events".format(_event(sequence="2", origin="'x'")),
        "REPLACE INTO audit_personal SELECT sequence, 2, salt, content FROM audit_personal",
    ],
)
def test_no_row_of_the_audit_takes_the_place_of_another(app: Flask, attack: str) -> None:
    if db.session.get_bind().dialect.name == "postgresql":
        attack = attack.replace("REPLACE", "INSERT")  # PostgreSQL has no REPLACE: the key refuses
    event = Event(Deed.PERSON_EDIT, "people", 1, personal={"phone": "1"}, person_id=1)
    record(system_actor(), event, MOMENT)
    with pytest.raises(DBAPIError, match=r"append_only|unique"):
        db.session.execute(text(attack))


def test_a_table_of_the_audit_cannot_be_emptied_at_once(app: Flask) -> None:
    record(system_actor(), Event(Deed.PERSON_EDIT, "people", 1), MOMENT)
    statement = (
        "TRUNCATE audit_events CASCADE"
        if db.session.get_bind().dialect.name == "postgresql"
        else "DELETE FROM audit_events WHERE 1"
    )
    with pytest.raises(DBAPIError, match="append_only"):
        db.session.execute(text(statement))


def test_personal_values_beside_the_audit_can_be_erased(app: Flask) -> None:
    event = Event(Deed.PERSON_EDIT, "people", 1, personal={"phone": "1"}, person_id=1)
    record(system_actor(), event, MOMENT)
    db.session.execute(update(AuditPersonal).values(content=None))
    db.session.expire_all()
    erased = db.session.get(AuditPersonal, 1)
    assert erased is not None
    assert erased.content is None

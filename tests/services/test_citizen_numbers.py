"""Citizen numbers: what is told of one that is known, to whom, and what becomes of it."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.errors import Invalid
from registry.domain.keyring import VersionedKey
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Actor, Role
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.people import Person
from registry.models.units import Unit
from registry.services import citizen_numbers, people
from registry.services.people import EditPerson, PersonDetails, RegisterPerson
from registry.services.personal_data import PersonalKeys, citizen_id_index
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.statements import statements_counted
from tests.factories.units import Province

KEYS = PersonalKeys(
    encryption=VersionedKey("k1", {"k1": b"a" * 32}), index=VersionedKey("k1", {"k1": b"i" * 32})
)
NUMBER, OTHER_NUMBER = "049090123456", "049090123457"
DETAILS = PersonDetails(full_name="Nguyễn Văn Thử", phone=None, birth_year=1990, citizen_id=NUMBER)


class Two:
    """Two communes, an officer of each, and the reviewer of both."""

    def __init__(self) -> None:
        self.here = Province()
        self.officer = make_actor(Role.UNIT_OFFICER, self.here.commune)
        self.other_officer = make_actor(Role.UNIT_OFFICER, self.here.far_commune)
        self.reviewer = make_actor(Role.REVIEWER, self.here.it_department)

    def register(self, actor: Actor, unit: Unit, name: str, number: str = NUMBER) -> Person:
        command = RegisterPerson(
            unit_id=unit.id,
            details=replace(DETAILS, full_name=name, citizen_id=number),
            role=MemberRole.MEMBER,
            organisation=None,
            valid_from=TODAY,
        )
        return people.register(actor, command, KEYS, MOMENT)

    def both(self) -> tuple[Person, Person]:
        """Return two people of one number; who entered the second may not know of the first."""
        return (
            self.register(self.officer, self.here.commune, "Nguyễn Văn Thử"),
            self.register(self.other_officer, self.here.far_commune, "Lê Văn Khác"),
        )


def edit(actor: Actor, person: Person, number: str | None, *, forget: bool = False) -> None:
    details = PersonDetails(
        full_name=person.full_name, phone=None, birth_year=person.birth_year, citizen_id=number
    )
    command = EditPerson(
        person_id=person.id, version=person.version, details=details, forget_citizen_id=forget
    )
    people.edit(actor, command, KEYS, MOMENT)


def test_an_officer_outside_its_scope_is_not_told_that_a_number_is_known(app: Flask) -> None:
    two = Two()
    known, entered = two.both()
    assert entered.citizen_id_encrypted is not None
    assert entered.citizen_id_index is None
    assert known.citizen_id_index == citizen_id_index(NUMBER, KEYS)
    assert people.reveal_citizen_id(two.other_officer, entered.id, KEYS, MOMENT) == NUMBER
    first, second = db.session.scalars(
        select(AuditEvent.details).where(AuditEvent.action == "person.create")
    )
    assert first == second == {"citizen_id": True}


def test_whose_scope_reaches_both_is_told_and_nobody_else(app: Flask) -> None:
    two = Two()
    known, entered = two.both()
    assert citizen_numbers.other_bearer(two.reviewer, entered, KEYS, TODAY) is known
    for actor in (two.officer, two.other_officer, make_actor(Role.VIEWER, two.here.committee)):
        assert citizen_numbers.other_bearer(actor, entered, KEYS, TODAY) is None
        assert citizen_numbers.with_another_bearer(actor, [known, entered], KEYS, TODAY) == set()
    found = citizen_numbers.with_another_bearer(two.reviewer, [known, entered], KEYS, TODAY)
    assert found == {entered.id}


def test_of_people_without_a_number_the_database_is_asked_nothing(app: Flask) -> None:
    two = Two()
    known, entered = two.both()
    for person in (known, entered):
        citizen_numbers.forget(person, None)
    with statements_counted() as sent:
        found = citizen_numbers.with_another_bearer(two.officer, [known, entered], KEYS, TODAY)
    assert (found, sent()) == (set(), 0)


def test_who_may_know_the_bearer_is_told_in_words_and_nothing_is_written(app: Flask) -> None:
    two = Two()
    two.register(two.officer, two.here.commune, "Nguyễn Văn Thử")
    for actor, unit in ((two.officer, two.here.commune), (two.reviewer, two.here.far_commune)):
        with pytest.raises(Invalid) as refusal:
            two.register(actor, unit, "Lê Văn Khác")
        assert refusal.value.problems[0].field == "citizen_id"
        assert refusal.value.message == citizen_numbers.CITIZEN_ID_TAKEN


def test_a_number_let_go_of_finds_who_entered_it_as_well(app: Flask) -> None:
    two = Two()
    known, entered = two.both()
    edit(two.officer, known, None, forget=True)
    assert known.citizen_id_encrypted is None
    assert entered.citizen_id_index == citizen_id_index(NUMBER, KEYS)


def test_a_number_put_right_finds_who_entered_the_wrong_one_as_well(app: Flask) -> None:
    two = Two()
    known, entered = two.both()
    edit(two.officer, known, OTHER_NUMBER)
    assert known.citizen_id_index == citizen_id_index(OTHER_NUMBER, KEYS)
    assert entered.citizen_id_index == citizen_id_index(NUMBER, KEYS)


def test_the_number_entered_again_changes_nothing_and_tells_nothing(app: Flask) -> None:
    two = Two()
    _, entered = two.both()
    sealed = entered.citizen_id_encrypted
    edit(two.other_officer, entered, NUMBER)
    assert entered.citizen_id_encrypted == sealed
    assert entered.citizen_id_index is None
    with pytest.raises(Invalid):
        edit(two.reviewer, entered, NUMBER)
    edit(two.other_officer, entered, OTHER_NUMBER)
    assert entered.citizen_id_index == citizen_id_index(OTHER_NUMBER, KEYS)


def test_who_enters_a_number_that_another_one_bears_is_not_found_by_the_one_before(
    app: Flask,
) -> None:
    two = Two()
    two.both()
    other = two.register(two.other_officer, two.here.far_commune, "Phạm Văn Ba")
    edit(two.other_officer, other, OTHER_NUMBER)
    assert other.citizen_id_index == citizen_id_index(OTHER_NUMBER, KEYS)
    edit(two.other_officer, other, NUMBER)
    assert other.citizen_id_index is None
    assert people.reveal_citizen_id(two.other_officer, other.id, KEYS, MOMENT) == NUMBER


def test_a_number_let_go_of_finds_nobody_who_entered_another(app: Flask) -> None:
    two = Two()
    two.both()
    known = two.register(two.officer, two.here.commune, "Đỗ Thị Tư", OTHER_NUMBER)
    waiting = two.register(two.other_officer, two.here.far_commune, "Bùi Văn Năm", OTHER_NUMBER)
    unreadable = two.register(two.other_officer, two.here.far_commune, "Vũ Văn Sáu")
    unreadable.citizen_id_encrypted = f"k1:{'A' * 60}"
    db.session.flush()
    edit(two.officer, known, None, forget=True)
    assert waiting.citizen_id_index == citizen_id_index(OTHER_NUMBER, KEYS)
    found = select(Person.full_name).where(Person.citizen_id_index.is_not(None))
    assert set(db.session.scalars(found)) == {"Nguyễn Văn Thử", "Bùi Văn Năm"}

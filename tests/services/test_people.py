"""People: what is written, who may, and what a citizen number's life is."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, select

from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.keyring import VersionedKey
from registry.domain.memberships import MemberRole
from registry.domain.people import NOTHING_KNOWN, ContractType, PersonFacts
from registry.domain.permissions import Action, Actor, Role, system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Grant
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.memberships import main_unit_id
from registry.queries.people import (
    MOST_SIMILAR,
    is_within_reach,
    look_alikes,
    person_in_scope,
)
from registry.queries.person_periods import periods_of
from registry.services import citizen_numbers, people
from registry.services.people import (
    AddKnownPerson,
    EditPerson,
    NewPerson,
    PersonDetails,
    RegisterPerson,
    add_known,
)
from registry.services.personal_data import PersonalKeys
from registry.services.units.paths import rebuild_paths
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.coverage import make_home
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.units import START, Province, make_unit

KEYS = PersonalKeys(
    encryption=VersionedKey("k1", {"k1": b"a" * 32}), index=VersionedKey("k1", {"k1": b"i" * 32})
)
NUMBER = "049090123456"
DETAILS = PersonDetails(full_name="Nguyễn Văn Thử", phone="0905 123 456", birth_year=1990)


def written(details: PersonDetails = DETAILS, facts: PersonFacts = NOTHING_KNOWN) -> Person:
    """Write a person for any unit."""
    here = Province()
    new = NewPerson(details=details, facts=facts, since=TODAY)
    return people.write_person(system_actor(), new, here.commune.id, MOMENT, KEYS)


def problems_of(details: PersonDetails, facts: PersonFacts = NOTHING_KNOWN) -> dict[str, str]:
    """Return the refusal of `details` and `facts`, by field."""
    with pytest.raises(Invalid) as refusal:
        written(details, facts)
    return {problem.field: problem.message for problem in refusal.value.problems}


def order(unit_id: int, **changes: object) -> RegisterPerson:
    """Return an order to register a person in a unit."""
    return replace(
        RegisterPerson(
            unit_id=unit_id,
            details=DETAILS,
            role=MemberRole.MEMBER,
            organisation=None,
            valid_from=TODAY,
        ),
        **changes,  # type: ignore[arg-type]
    )


def joining(known: Person, unit: Unit) -> AddKnownPerson:
    """Return the command by which somebody known joins a unit today, as a member."""
    return AddKnownPerson(
        person_id=known.id,
        unit_id=unit.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=TODAY,
    )


def events(action: str) -> list[AuditEvent]:
    """Return the audit events of an action."""
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_a_person_is_stored_clean_with_keys_to_search_and_sort_by(app: Flask) -> None:
    person = written(replace(DETAILS, full_name="  Nguye\u0302\u0303n  Văn Ðông "))
    assert person.full_name == "Nguyễn Văn Đông"
    assert person.search_key == "nguyen van dong"
    assert person.sort_key.startswith("d~o~ng")
    assert person.phone == "+84905123456"


def test_a_person_needs_neither_phone_nor_mail(app: Flask) -> None:
    person = written(PersonDetails(full_name="A Viết", phone=None))
    assert (person.phone, person.email) == (None, None)


def test_every_fault_is_named_at_once(app: Flask) -> None:
    found = problems_of(
        PersonDetails(
            full_name="x1",
            phone="12",
            email="khong-phai-thu",
            birth_year=2020,
            citizen_id="123456789",
        ),
        PersonFacts(job_title="x" * 201),
    )
    assert set(found) == {"full_name", "phone", "email", "birth_year", "citizen_id", "job_title"}


def test_a_title_alone_keeps_a_person_from_being_recorded(app: Flask) -> None:
    assert set(problems_of(DETAILS, PersonFacts(job_title="x" * 201))) == {"job_title"}


@pytest.mark.parametrize(("year", "accepted"), [(1923, 0), (1924, 1), (2009, 1), (2010, 0)])
def test_a_person_is_fifteen_at_least_and_a_hundred_at_most(
    app: Flask, year: int, accepted: int
) -> None:
    details = replace(DETAILS, birth_year=year)
    if accepted:
        assert written(details).birth_year == year
    else:
        assert problems_of(details) == {"birth_year": "Năm sinh phải từ 1924 đến 2009."}


def test_a_citizen_number_is_written_by_nobody_without_the_keys(app: Flask) -> None:
    new = NewPerson(details=replace(DETAILS, citizen_id=NUMBER), since=TODAY)
    unit = Province().commune
    with pytest.raises(ValueError, match="needs the keys"):
        people.write_person(system_actor(), new, unit.id, MOMENT, None)


def test_a_year_of_birth_that_contradicts_the_day_is_refused(app: Flask) -> None:
    found = problems_of(replace(DETAILS, birth_date=date(1991, 2, 3)))
    assert set(found) == {"birth_year"}


def test_the_year_of_birth_follows_from_the_day(app: Flask) -> None:
    person = written(replace(DETAILS, birth_year=None, birth_date=date(1991, 2, 3)))
    assert person.birth_year == 1991


def test_the_audit_keeps_personal_values_beside_the_chain_and_the_number_nowhere(
    app: Flask,
) -> None:
    written(replace(DETAILS, citizen_id=NUMBER))
    event = events("person.create")[0]
    personal = db.session.get_one(AuditPersonal, event.sequence)
    assert "Thử" not in str(event.details)
    assert "Nguyễn Văn Thử" in str(personal.content)
    assert NUMBER not in str(event.details) + str(personal.content)


def test_a_citizen_number_belongs_to_one_person(app: Flask) -> None:
    here = Province()
    for_unit = (here.commune.id, MOMENT, KEYS)
    new = NewPerson(details=replace(DETAILS, citizen_id=NUMBER), since=TODAY)
    people.write_person(system_actor(), new, *for_unit)
    typed_otherwise = PersonDetails(
        full_name="Lê Khác", phone="0905 654 321", citizen_id="049 090 123.456"
    )
    with pytest.raises(Invalid) as refusal:
        people.write_person(
            system_actor(), NewPerson(details=typed_otherwise, since=TODAY), *for_unit
        )
    assert [problem.field for problem in refusal.value.problems] == ["citizen_id"]


def test_a_number_two_requests_write_at_once_is_refused_in_words(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Province()
    for_unit = (here.commune.id, MOMENT, KEYS)
    new = NewPerson(details=replace(DETAILS, citizen_id=NUMBER), since=TODAY)
    people.write_person(system_actor(), new, *for_unit)
    # The other one's row is not seen yet when the service looks; only the index knows.
    answers = iter([None])
    look = citizen_numbers.person_by_citizen_id_index
    monkeypatch.setattr(
        citizen_numbers, "person_by_citizen_id_index", lambda index: next(answers, look(index))
    )
    other = PersonDetails(full_name="Lê Khác", phone=None, citizen_id=NUMBER)
    with pytest.raises(Invalid) as refusal:
        people.write_person(system_actor(), NewPerson(details=other, since=TODAY), *for_unit)
    assert refusal.value.problems[0].field == "citizen_id"


def test_a_unit_officer_registers_a_person_of_the_unit_in_one_go(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    person = people.register(actor, order(here.commune.id), KEYS, MOMENT)
    assert main_unit_id(person.id, TODAY) == here.commune.id


def test_the_facts_of_somebody_registered_hold_since_the_first_membership(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    facts = PersonFacts(job_title="Công chức", contract_type=ContractType.CONTRACT, it_major=True)
    joined = date(2024, 6, 10)
    command = order(here.commune.id, facts=facts, valid_from=joined)
    (period,) = periods_of(people.register(actor, command, KEYS, MOMENT).id)
    assert (period.valid_from, period.valid_to, period.facts) == (joined, None, facts)
    assert [event.action for event in events("person.create") + events("person.correct")] == [
        "person.create"
    ]


def test_nobody_registers_people_in_a_unit_out_of_scope(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    with pytest.raises(NotFound):
        people.register(actor, order(here.other_commune.id), KEYS, MOMENT)


@pytest.mark.parametrize("missing", [Action.PERSON_EDIT, Action.MEMBERSHIP_EDIT])
def test_registering_needs_the_right_to_both_the_person_and_the_membership(
    app: Flask, missing: Action
) -> None:
    here = Province()
    full = make_actor(Role.UNIT_OFFICER, here.commune)
    scopes = {action: scope for action, scope in full.scopes.items() if action is not missing}
    with pytest.raises(NotAllowed):
        people.register(replace(full, scopes=scopes), order(here.commune.id), KEYS, MOMENT)


@pytest.mark.parametrize("missing", [Action.PERSON_EDIT, Action.MEMBERSHIP_EDIT])
def test_both_rights_are_needed_in_the_unit_that_takes_somebody_in(
    app: Flask, missing: Action
) -> None:
    here = Province()
    known = make_member("Lê Thị Quen", here.other_commune)
    at_home = make_actor(Role.UNIT_OFFICER, here.other_commune)
    full = make_actor(Role.UNIT_OFFICER, here.district)
    scopes = full.scopes | {missing: at_home.scope(missing)}
    actor = replace(full, scopes=scopes)
    with pytest.raises(NotFound):
        people.register(actor, order(here.commune.id), KEYS, MOMENT)
    command = joining(known, here.commune)
    with pytest.raises(NotFound):
        add_known(actor, command, MOMENT)
    assert not add_known(full, command, MOMENT).is_main


@pytest.mark.parametrize("role", [Role.VIEWER, Role.APPROVER, Role.VERIFIER])
def test_who_only_looks_registers_nobody(app: Flask, role: Role) -> None:
    here = Province()
    offices = {
        Role.VIEWER: here.committee,
        Role.APPROVER: here.province,
        Role.VERIFIER: here.district,
    }
    with pytest.raises(NotAllowed):
        people.register(make_actor(role, offices[role]), order(here.commune.id), KEYS, MOMENT)


def test_a_refused_membership_leaves_the_reason_at_its_field(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    with pytest.raises(Invalid) as refusal:
        people.register(actor, order(here.commune.id, valid_from=date(2020, 1, 1)), KEYS, MOMENT)
    assert refusal.value.problems[0].field == "valid_from"


def test_somebody_alike_is_named_before_a_second_record_is_made(app: Flask) -> None:
    here = Province()
    known = make_member("Nguyễn Văn Thứ", here.commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    with pytest.raises(Invalid) as refusal:
        people.register(actor, order(here.commune.id), KEYS, MOMENT)
    assert refusal.value.problems[0].field == "despite_likeness"
    found = people.known_already(actor, DETAILS, TODAY)
    assert [one.person for one in found] == [known]
    confirmed = order(here.commune.id, despite_likeness=True)
    assert people.register(actor, confirmed, KEYS, MOMENT).id != known.id


@pytest.mark.parametrize(
    ("known", "typed", "why"),
    [
        ("Nguyễn Thị Hoa", "Nguyễn Hoa", "một bên thiếu tên đệm"),
        ("Nguyễn Hoa", "Nguyễn Thị Hoa", "một bên thiếu tên đệm"),
        ("Nguyễn Thị Hoa", "Nguyễn T. Hoa", "một bên viết tắt họ hoặc tên đệm"),
        ("Đoàn Quý Thức", "Đ. Quý Thức", "một bên viết tắt họ hoặc tên đệm"),
        ("Đ. Quý Thức", "Đoàn Quý Thức", "một bên viết tắt họ hoặc tên đệm"),
        ("Nguyễn Văn An", "N.V. An", "một bên viết tắt họ hoặc tên đệm"),
        ("Nguyễn Thị Hoa", "Hoa Nguyễn Thị", "cùng các từ, khác thứ tự"),
        ("Trần Mỹ Lý", "Trần Mĩ Lí", "chỉ khác i và y"),
        ("Mĩ Lí", "Mỹ Lý", "chỉ khác i và y"),
        ("Zơrâm Nhớ", "Nhớ Zơrâm", "cùng các từ, khác thứ tự"),
    ],
)
def test_a_name_that_may_be_the_same_is_told_with_the_reason(
    app: Flask, known: str, typed: str, why: str
) -> None:
    here = Province()
    person = make_member(known, here.commune)
    make_member("Lê Văn Khác", here.commune)
    make_member("Nguyễn Văn Hoa", here.far_commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    details = PersonDetails(full_name=typed, phone=None)
    found = people.known_already(actor, details, TODAY)
    assert [(one.person, one.similar) for one in found] == [(person, why)]


def test_the_same_telephone_then_the_same_name_then_ten_similar_ones_are_told(app: Flask) -> None:
    here = Province()
    for middle in ("Văn", "Thị", "Đức", "Hữu", "Kim", "Minh", "Ngọc", "Phú", "Quý", "Sơn", "Tấn"):
        make_member(f"Nguyễn {middle} An", here.commune)
    same = make_member("Nguyễn An", here.commune)
    phone = make_person("Trần Thị Lan", phone="+84905123456")
    make_membership(phone, here.commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    details = PersonDetails(full_name="Nguyễn An", phone="0905123456")
    found = people.known_already(actor, details, TODAY)
    assert [one.person for one in found[:2]] == [phone, same]
    assert [bool(one.similar) for one in found] == [False, False, *[True] * MOST_SIMILAR]


def test_looking_for_the_same_person_asks_as_often_however_many_are_alike(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    def questions() -> int:
        asked.clear()
        people.known_already(actor, DETAILS, TODAY)
        return len(asked)

    event.listen(db.engine, "before_cursor_execute", note)
    alone = questions()
    for number in range(30):
        person = make_person(("Nguyễn Văn Thử", "Nguyễn Thử", "Nguyễn V. Thử")[number % 3])
        make_membership(person, here.commune)
    db.session.flush()
    with_many = questions()
    event.remove(db.engine, "before_cursor_execute", note)
    assert alone == with_many <= 2


@pytest.mark.parametrize("name", ["Đ/c Nguyễn Văn Thử", "Ông Nguyễn Văn Thử"])
def test_a_form_of_address_is_no_part_of_a_record(app: Flask, name: str) -> None:
    assert written(replace(DETAILS, full_name=name)).full_name == "Nguyễn Văn Thử"


def test_an_address_is_kept_in_small_letters(app: Flask) -> None:
    assert written(replace(DETAILS, email="An.Le@VIDU.invalid")).email == "an.le@vidu.invalid"


def test_who_left_and_belongs_nowhere_now_is_offered_to_come_back(app: Flask) -> None:
    here = Province()
    gone = make_member("Lê Thị Thử", here.commune, until=date(2024, 6, 20))
    moved = make_member("Lê Thị Thử", here.commune, until=date(2024, 6, 20))
    make_membership(moved, here.far_commune, since=date(2024, 6, 20))
    elsewhere = make_member("Lê Thị Thử", here.far_commune, until=date(2024, 6, 20))
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    scope = actor.scope(Action.PERSON_SEE)
    found = look_alikes("Lê Thị Thử", None, None, scope, TODAY)
    assert [one.person for one in found] == [gone]
    assert found[0].unit_name == "Xã Bình Minh (đã thôi tham gia)"
    back = joining(gone, here.commune)
    with pytest.raises(Invalid, match="thôi tham gia đơn vị chính từ ngày 20/06/2024"):
        add_known(actor, replace(back, valid_from=date(2024, 6, 15)), MOMENT)
    assert add_known(actor, replace(back, valid_from=date(2024, 6, 20)), MOMENT).is_main
    assert person_in_scope(gone.id, scope, TODAY, TODAY) is not None
    later = make_member("Lê Thị Thử", here.commune, until=date(2024, 6, 5))
    make_membership(later, here.far_commune, since=date(2024, 6, 5), until=date(2024, 6, 20))
    for other in (moved, elsewhere, later):
        assert not is_within_reach(other.id, scope, TODAY)
        with pytest.raises(NotFound):
            add_known(actor, replace(back, person_id=other.id), MOMENT)


def test_whoever_would_become_staff_of_an_enterprise_by_it_leaves_no_unit_alone_in_silence(
    app: Flask,
) -> None:
    here = Province()
    make_home(here.province)
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, here.province)
    rebuild_paths()
    person = make_person("Lê Thị Thử")
    make_membership(person, team, is_main=False)
    make_assignment(person, here.commune, make_decision(here.commune))
    command = joining(person, enterprise)
    with pytest.raises(Invalid, match="đầu mối CĐS duy nhất được tính"):
        add_known(system_actor(), command, MOMENT)


def test_the_address_of_a_system_administrator_is_not_an_officers_to_change(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Thị Thử", here.commune)
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quan-tri", person=person)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    details = PersonDetails(full_name=person.full_name, phone=person.phone, email="khac@vidu.vn")
    command = EditPerson(person_id=person.id, version=person.version, details=details)
    with pytest.raises(Invalid) as refusal:
        people.edit(actor, command, None, MOMENT)
    assert refusal.value.problems[0].field == "email"


def test_nothing_is_told_of_a_person_out_of_scope_not_even_that_there_is_one(app: Flask) -> None:
    here = Province()
    elsewhere = make_person("Trần Ở Xa", phone="+84905123456")
    make_membership(elsewhere, here.far_commune)
    make_member("Nguyễn Văn Thử", here.far_commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    assert people.known_already(actor, DETAILS, TODAY) == []
    assert people.register(actor, order(here.commune.id), KEYS, MOMENT).phone == elsewhere.phone


def test_the_same_name_with_another_year_of_birth_is_somebody_else(app: Flask) -> None:
    here = Province()
    make_membership(make_person("Nguyễn Văn Thử", birth_year=1971), here.commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    assert people.known_already(actor, DETAILS, TODAY) == []


def test_a_known_person_joins_one_more_unit_and_keeps_the_main_one(app: Flask) -> None:
    here = Province()
    known = make_member("Lê Thị Quen", here.commune)
    actor = make_actor(Role.UNIT_OFFICER, here.district)
    command = people.AddKnownPerson(
        person_id=known.id,
        unit_id=here.other_commune.id,
        role=MemberRole.CORE,
        organisation="Đoàn Thanh niên",
        valid_from=TODAY,
    )
    membership = people.add_known(actor, command, MOMENT)
    assert not membership.is_main
    assert main_unit_id(known.id, TODAY) == here.commune.id


def test_nobody_adds_a_person_he_may_not_see(app: Flask) -> None:
    here = Province()
    stranger = make_member("Người Xa Lạ", here.far_commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    command = joining(stranger, here.commune)
    with pytest.raises(NotFound):
        people.add_known(actor, command, MOMENT)


def with_both(one: tuple[Role, Unit], other: tuple[Role, Unit]) -> Actor:
    """Return an actor of one account with two roles, its person a member of both offices."""
    account = make_account(one[0], one[1], login="hai-vai-tro")
    assert account.person is not None
    make_membership(account.person, other[1], is_main=False)
    account.grants.append(Grant(role=other[0], office_id=other[1].id, valid_from=START))
    db.session.flush()
    return actor_for(account)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.VERIFIER, Role.APPROVER])
def test_a_right_to_see_beside_another_role_takes_nobody_up(app: Flask, role: Role) -> None:
    here = Province()
    stranger = make_person("Nguyễn Văn Thử", phone="+84905123456")
    make_membership(stranger, here.other_commune)
    offices = {Role.VIEWER: here.committee, Role.VERIFIER: here.district}
    office = offices.get(role, here.province)
    actor = with_both((Role.UNIT_OFFICER, here.commune), (role, office))
    assert person_in_scope(stranger.id, actor.scope(Action.PERSON_SEE), TODAY, TODAY)
    assert people.known_already(actor, DETAILS, TODAY) == []
    command = joining(stranger, here.commune)
    with pytest.raises(NotFound):
        add_known(actor, command, MOMENT)
    for forbidden in (
        lambda: edited(actor, stranger, phone="0905 999 999"),
        lambda: people.reveal_citizen_id(actor, stranger.id, KEYS, MOMENT),
    ):
        with pytest.raises(NotFound):
            forbidden()


def edited(actor: Actor, person: Person, **changes: object) -> Person:
    """Edit a person, all other details as they are."""
    details = PersonDetails(
        full_name=person.full_name,
        phone=person.phone,
        birth_year=person.birth_year,
    )
    command = EditPerson(
        person_id=person.id, version=person.version, details=replace(details, **changes)
    )  # type: ignore[arg-type]
    return people.edit(actor, command, KEYS, MOMENT)


def test_an_edit_is_audited_with_before_and_after_of_what_changed(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Thị Sửa", here.commune)
    edited(make_actor(Role.UNIT_OFFICER, here.commune), person, full_name="Lê Thị Sửa Đổi")
    event = events("person.edit")[0]
    assert event.details == {"fields": ["full_name"]}
    content = db.session.get_one(AuditPersonal, event.sequence).content
    assert content == {
        "before": {"full_name": "Lê Thị Sửa"},
        "after": {"full_name": "Lê Thị Sửa Đổi"},
    }


def test_an_edit_that_changes_nothing_is_not_audited(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Thị Sửa", here.commune)
    edited(make_actor(Role.UNIT_OFFICER, here.commune), person)
    assert events("person.edit") == []


def test_the_second_of_two_who_edit_is_told(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Thị Sửa", here.commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    shown = EditPerson(person_id=person.id, version=person.version, details=DETAILS)
    edited(actor, person, full_name="Lê Thị Khác")
    with pytest.raises(Conflict):
        people.edit(actor, shown, KEYS, MOMENT)


def test_a_person_who_left_is_edited_by_the_old_unit_no_more(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đã Đi", here.commune, until=date(2024, 6, 15))
    with pytest.raises(NotFound):
        edited(make_actor(Role.UNIT_OFFICER, here.commune), person)


def test_the_address_of_an_officer_elsewhere_is_not_turned_to_get_his_password_link(
    app: Flask,
) -> None:
    here = Province()
    victim = make_account(Role.UNIT_OFFICER, here.district).person
    assert victim is not None
    make_membership(victim, here.commune, is_main=False)
    attacker = make_actor(Role.UNIT_OFFICER, here.commune)
    with pytest.raises(Invalid) as refusal:
        edited(attacker, victim, email="ke-xau@vidu.invalid")
    assert [problem.field for problem in refusal.value.problems] == ["email"]
    db.session.expire(victim)
    assert edited(attacker, victim, birth_year=1985).birth_year == 1985
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    assert edited(reviewer, victim, email="moi@vidu.invalid").email == "moi@vidu.invalid"


def test_an_empty_number_keeps_the_stored_one_and_forgetting_removes_it(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Có Số", here.commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    edited(actor, person, citizen_id=NUMBER)
    (event,) = events("person.edit")
    assert event.details == {"fields": ["citizen_id"]}
    assert db.session.get_one(AuditPersonal, event.sequence).content == {"before": {}, "after": {}}
    edited(actor, person, citizen_id=None)
    assert people.reveal_citizen_id(actor, person.id, KEYS, MOMENT) == NUMBER
    command = EditPerson(
        person_id=person.id, version=person.version, details=DETAILS, forget_citizen_id=True
    )
    people.edit(actor, command, KEYS, MOMENT)
    assert (person.citizen_id_encrypted, person.citizen_id_index) == (None, None)


def test_seeing_a_number_is_audited_and_allowed_in_scope_only(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Có Số", here.commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    edited(actor, person, citizen_id=NUMBER)
    with pytest.raises(NotFound):
        people.reveal_citizen_id(
            make_actor(Role.UNIT_OFFICER, here.far_commune), person.id, KEYS, MOMENT
        )
    with pytest.raises(NotAllowed):
        people.reveal_citizen_id(make_actor(Role.VIEWER, here.committee), person.id, KEYS, MOMENT)
    assert events("citizen_id.reveal") == []
    people.reveal_citizen_id(actor, person.id, KEYS, MOMENT)
    assert [event.account_id for event in events("citizen_id.reveal")] == [actor.account_id]


def test_where_no_number_is_stored_none_is_shown_or_audited(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Không Số", here.commune)
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    with pytest.raises(Conflict):
        people.reveal_citizen_id(actor, person.id, KEYS, MOMENT)
    assert events("citizen_id.reveal") == []

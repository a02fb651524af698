"""Self-registration: requests grant nothing; accepting writes everything or nothing, once."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from registry.domain.assignments import CountingSetting
from registry.domain.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.permissions import PUBLIC_ACTOR, Action, Actor, Role
from registry.domain.signups import SignupState, notice_on
from registry.models.accounts import Account
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import Model, db
from registry.models.engine import WRITES
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.signups import Signup
from registry.queries.person_periods import periods_of
from registry.services import accounts as account_service
from registry.services.signups import accepting, deciding, sending
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.at_once import in_threads
from tests.factories.coverage import make_home, make_rules, set_counting
from tests.factories.people import (
    make_assignment,
    make_member,
    make_membership,
    make_person,
    title_of,
)
from tests.factories.signups import make_signup
from tests.factories.units import Province

LIFE = timedelta(days=7)
TYPED = sending.Applicant(
    full_name="Nguyễn Văn Thử",
    job_title="Công chức Văn phòng – Thống kê",
    phone="0905 123 456",
    email="Thu@Vidu.Invalid",
)


def _count(table: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def _submit(unit_id: int, applicant: sending.Applicant = TYPED, key: str = "key-1") -> Signup:
    return sending.submit(
        PUBLIC_ACTOR,
        sending.SubmitSignup(unit_id=unit_id, applicant=applicant, submit_key=key),
        MOMENT,
    )


def _accepting(signup: Signup, **choices: object) -> accepting.AcceptSignup:
    plain = accepting.AcceptSignup(
        signup_id=signup.id,
        version=signup.version,
        person_id=None,
        role=Role.MEMBER,
        member_role=MemberRole.MEMBER,
        valid_from=TODAY,
    )
    return replace(plain, **choices)


def _accept(actor: Actor, signup: Signup, **choices: object) -> accepting.Accepted:
    return accepting.accept(actor, _accepting(signup, **choices), LIFE, MOMENT)


def _memberships_of(person: Person) -> list[Membership]:
    return list(db.session.scalars(select(Membership).where(Membership.person_id == person.id)))


def _events(action: str) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


# --- sending ------------------------------------------------------------------------------------


def test_a_request_is_kept_clean_and_waits(app: Flask) -> None:
    here = Province()
    signup = _submit(here.commune.id)
    assert (signup.full_name, signup.phone, signup.email) == (
        "Nguyễn Văn Thử",
        "+84905123456",
        "thu@vidu.invalid",
    )
    assert signup.state is SignupState.RECEIVED
    assert signup.notice_version == notice_on(TODAY).version


def test_a_request_grants_nothing(app: Flask) -> None:
    here = Province()
    before = [_count(table) for table in (Person, Membership, Account)]
    _submit(here.commune.id)
    assert [_count(table) for table in (Person, Membership, Account)] == before


def test_a_form_sent_twice_makes_one_request(app: Flask) -> None:
    here = Province()
    first = _submit(here.commune.id)
    assert _submit(here.commune.id).reference_code == first.reference_code
    assert _count(Signup) == 1
    assert _submit(here.commune.id, key="key-2").reference_code != first.reference_code


def test_a_form_sent_four_times_at_once_makes_one_request(app: Flask) -> None:
    unit_id = Province().commune.id
    db.session.commit()
    codes: list[str] = []
    start = threading.Barrier(4)

    def write_one() -> str:
        db.session.connection(execution_options={WRITES: True})
        code = _submit(unit_id).reference_code
        db.session.commit()
        return code

    def click() -> None:
        with app.app_context():
            start.wait()
            try:
                codes.append(write_one())
            except IntegrityError:  # PostgreSQL lets two look before one writes; the edge retries
                db.session.rollback()
                codes.append(write_one())
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 4
    assert codes == [db.session.scalars(select(Signup.reference_code)).one()] * 4
    assert len(_events("signup.submit")) == 1


def test_what_was_typed_is_not_in_the_audit(app: Flask) -> None:
    here = Province()
    _submit(here.commune.id)
    (event,) = _events("signup.submit")
    assert event.unit_id == here.commune.id
    assert "Thử" not in str(event.details)
    assert "905123456" not in str(event.details)
    assert _count(AuditPersonal) == 0


def test_every_problem_is_named_at_once(app: Flask) -> None:
    here = Province()
    with pytest.raises(Invalid) as refusal:
        _submit(
            here.commune.id,
            sending.Applicant(
                full_name="", job_title=" ", phone="01689123456", email="không phải thư"
            ),
        )
    problems = {problem.field: problem.message for problem in refusal.value.problems}
    assert set(problems) == {"full_name", "job_title", "phone", "email"}
    assert "0389 123 456" in problems["phone"]
    assert _count(Signup) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": "Nguуễn Văn Thử"}, "full_name"),  # noqa: RUF001 - Cyrillic
        ({"full_name": "Nguyễn Văn 7"}, "full_name"),
        ({"full_name": "N" * 101}, "full_name"),
        ({"job_title": "x" * 201}, "job_title"),
        ({"phone": "0905"}, "phone"),
        ({"email": "a@" + "b" * 250 + ".vn"}, "email"),
    ],
)
def test_lookalikes_and_what_is_too_long_are_refused(
    app: Flask, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        sending.check_applicant(replace(TYPED, **changes))
    assert [problem.field for problem in refusal.value.problems] == [field]


@pytest.mark.parametrize(
    ("job_title", "section", "refused"),
    [
        ("x" * 200, None, False),
        ("x" * 197, "Vụ", False),
        ("x" * 198, "Vụ", True),
        ("x" * 200, "Vụ", True),
    ],
)
def test_a_title_has_two_hundred_signs_at_most_with_its_section(
    job_title: str, section: str | None, *, refused: bool
) -> None:
    typed = replace(TYPED, job_title=job_title, section=section)
    if not refused:
        assert sending.check_applicant(typed).section == section
        return
    with pytest.raises(Invalid) as refusal:
        sending.check_applicant(typed)
    assert [problem.field for problem in refusal.value.problems] == ["section"]


def test_who_may_send_no_request_sends_none_and_sees_none(app: Flask) -> None:
    here = Province()
    signup = _submit(here.commune.id)
    nobody = replace(PUBLIC_ACTOR, scopes={})
    command = sending.SubmitSignup(unit_id=here.commune.id, applicant=TYPED, submit_key="key-2")
    with pytest.raises(NotAllowed):
        sending.submit(nobody, command, MOMENT)
    with pytest.raises(NotAllowed):
        sending.own_signup(nobody, signup.reference_code)


def test_decomposed_letters_and_stray_spaces_give_the_same_person(app: Flask) -> None:
    typed = replace(TYPED, full_name="  Nguyê\u0303n\u00a0Va\u0306n Thu\u031b\u0309 ")
    assert sending.check_applicant(typed).full_name == "Nguyễn Văn Thử"


def test_a_unit_that_takes_no_members_is_not_found(app: Flask) -> None:
    here = Province()
    for unit_id in (here.committee.id, here.province.id, 999_999):
        with pytest.raises(NotFound):
            _submit(unit_id)


def test_a_known_telephone_changes_nothing_for_the_sender(app: Flask) -> None:
    here = Province()
    person = make_person("Nguyễn Văn Thử", phone="+84905123456", email="thu@vidu.invalid")
    make_membership(person, here.commune)
    signup = _submit(here.commune.id)
    assert signup.state is SignupState.RECEIVED
    assert signup.person_id is None


# --- the sender's page --------------------------------------------------------------------------


def test_a_request_is_found_by_its_code_however_it_is_typed(app: Flask) -> None:
    signup = _submit(Province().commune.id)
    typed = signup.reference_code.lower().replace("-", " ")
    assert sending.own_signup(PUBLIC_ACTOR, typed) is signup


def test_an_unknown_code_and_no_code_at_all_read_the_same(app: Flask) -> None:
    with pytest.raises(NotFound) as unknown:
        sending.own_signup(PUBLIC_ACTOR, "7K2M-94QX-00AB-CDEF")
    with pytest.raises(NotFound) as malformed:
        sending.own_signup(PUBLIC_ACTOR, "khong phai ma")
    assert unknown.value.message == malformed.value.message


def test_completing_brings_the_request_back_to_the_queue(app: Flask) -> None:
    here = Province()
    signup = make_signup(
        here.commune, state=SignupState.COMPLETION_ASKED, reason="Ghi rõ chức danh."
    )
    sending.complete(PUBLIC_ACTOR, signup.reference_code, TYPED, MOMENT)
    assert signup.state is SignupState.RECEIVED
    assert signup.reason is None
    assert signup.full_name == TYPED.full_name
    assert len(_events("signup.complete")) == 1


@pytest.mark.parametrize(
    "state", [SignupState.RECEIVED, SignupState.ACCEPTED, SignupState.DECLINED]
)
def test_a_request_nobody_sent_back_cannot_be_rewritten(app: Flask, state: SignupState) -> None:
    signup = make_signup(Province().commune, "Lê Thử Giữ", state=state)
    with pytest.raises(Conflict):
        sending.complete(PUBLIC_ACTOR, signup.reference_code, TYPED, MOMENT)
    assert signup.full_name == "Lê Thử Giữ"


# --- answers with a reason ----------------------------------------------------------------------


def test_asking_for_completion_and_declining_keep_the_reason(app: Flask) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    signup = make_signup(here.commune)
    asked = deciding.RefuseSignup(
        signup_id=signup.id, version=signup.version, reason="  Ghi rõ chức danh. "
    )
    deciding.ask_completion(reviewer, asked, MOMENT)
    assert (signup.state, signup.reason) == (SignupState.COMPLETION_ASKED, "Ghi rõ chức danh.")
    declined = deciding.RefuseSignup(
        signup_id=signup.id, version=signup.version, reason="Không công tác tại xã."
    )
    deciding.decline(reviewer, declined, MOMENT)
    assert (signup.state, signup.reason) == (SignupState.DECLINED, "Không công tác tại xã.")
    assert signup.decided_by_id == reviewer.account_id
    assert len(_events("signup.ask_completion")) == len(_events("signup.decline")) == 1


def test_a_reason_may_have_five_hundred_signs(app: Flask) -> None:
    here = Province()
    signup = make_signup(here.commune)
    reason = deciding.RefuseSignup(signup_id=signup.id, version=signup.version, reason="x" * 500)
    deciding.decline(make_actor(Role.REVIEWER, here.it_department), reason, MOMENT)
    assert signup.reason == "x" * 500


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_missing_or_endless_reason_is_refused(app: Flask, reason: str) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    signup = make_signup(here.commune)
    with pytest.raises(Invalid):
        deciding.decline(
            reviewer,
            deciding.RefuseSignup(signup_id=signup.id, version=signup.version, reason=reason),
            MOMENT,
        )
    assert signup.state is SignupState.RECEIVED


# --- accepting ----------------------------------------------------------------------------------


def test_accepting_writes_person_membership_and_account_and_no_more_rights_than_chosen(
    app: Flask,
) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    signup = make_signup(here.commune, "Nguyễn Văn Thử", phone="+84905123456")
    accepted = _accept(reviewer, signup, member_role=MemberRole.CORE)
    (membership,) = _memberships_of(accepted.person)
    assert (membership.unit_id, membership.role, membership.valid_from, membership.is_main) == (
        here.commune.id,
        MemberRole.CORE,
        TODAY,
        True,
    )
    assert accepted.account.login == "0905123456"
    assert accepted.account.person_id == accepted.person.id
    assert accepted.account.grants == []
    assert actor_for(accepted.account).roles == {Role.MEMBER}
    assert (signup.state, signup.person_id) == (SignupState.ACCEPTED, accepted.person.id)
    assert (signup.decided_by_id, signup.decided_at) == (reviewer.account_id, NOW)
    assert accepted.was_member is False
    (event,) = _events("signup.accept")
    assert event.details["attached"] is False


def test_the_invitation_sets_a_password_once(app: Flask) -> None:
    here = Province()
    signup = make_signup(here.commune)
    accepted = _accept(make_actor(Role.REVIEWER, here.it_department), signup)
    assert accepted.invitation is not None
    assert accepted.invitation.expires_at == NOW + LIFE
    password = "một mật khẩu mới toanh"
    account_service.set_password(
        PUBLIC_ACTOR, accepted.invitation.token, password, password, MOMENT
    )
    with pytest.raises(NotFound):
        account_service.usable_link(accepted.invitation.token, MOMENT)


def test_an_officer_accepted_reaches_the_unit_and_no_other(app: Flask) -> None:
    here = Province()
    signup = make_signup(here.commune)
    accepted = _accept(
        make_actor(Role.REVIEWER, here.it_department), signup, role=Role.UNIT_OFFICER
    )
    scope = actor_for(accepted.account).scope(Action.PERSON_EDIT)
    assert scope.covers(f"/{here.province.id}/{here.district.id}/{here.commune.id}/")
    assert not scope.covers(f"/{here.province.id}/{here.district.id}/{here.other_commune.id}/")


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SYSTEM_ADMINISTRATOR, Role.APPROVER])
def test_no_other_role_can_be_slipped_in(app: Flask, role: Role) -> None:
    here = Province()
    signup = make_signup(here.commune)
    with pytest.raises(Invalid):
        _accept(make_actor(Role.REVIEWER, here.it_department), signup, role=role)
    assert signup.state is SignupState.RECEIVED


def test_attaching_leaves_the_record_as_it_is_unless_told_otherwise(app: Flask) -> None:
    here = Province()
    person = make_person("Nguyễn Văn Khải", phone="+84905000111", email="cu@vidu.invalid")
    make_membership(person, here.other_commune)
    signup = make_signup(here.commune, "Nguyen Van Khai", phone="+84905123456", email=None)
    accepted = _accept(make_actor(Role.REVIEWER, here.it_department), signup, person_id=person.id)
    assert accepted.person is person
    assert (person.full_name, person.phone, person.email) == (
        "Nguyễn Văn Khải",
        "+84905000111",
        "cu@vidu.invalid",
    )
    assert title_of(person, TODAY) == "Công chức Văn phòng - Thống kê"
    assert accepted.account.login == "0905000111"
    units = {membership.unit_id: membership.is_main for membership in _memberships_of(person)}
    assert units == {here.other_commune.id: True, here.commune.id: False}
    assert _events("person.edit") == []


def test_a_title_taken_over_holds_from_the_day_of_accepting_on(app: Flask) -> None:
    here = Province()
    person = make_person("Nguyễn Văn Khải", phone="+84905000111")
    make_membership(person, here.other_commune)
    signup = make_signup(here.commune, "Nguyen Van Khai", phone="+84905123456")
    signup.job_title = "Chủ tịch UBND xã"
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    _accept(reviewer, signup, person_id=person.id, take_over=frozenset({"job_title"}))
    assert title_of(person, TODAY) == "Chủ tịch UBND xã"
    assert title_of(person, TODAY - timedelta(days=1)) == "Công chức Văn phòng - Thống kê"
    assert len(_events("person.change")) == 1


def test_a_title_that_is_the_same_is_not_taken_over(app: Flask) -> None:
    here = Province()
    person = make_person("Nguyễn Văn Khải", phone="+84905000111")
    make_membership(person, here.other_commune)
    signup = make_signup(here.commune, "Nguyen Van Khai", phone="+84905123456")
    signup.job_title = title_of(person, TODAY) or ""
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    _accept(reviewer, signup, person_id=person.id, take_over=frozenset({"job_title"}))
    assert _events("person.change") == []
    assert len(periods_of(person.id)) == 1


def test_who_becomes_a_member_tomorrow_is_none_today(app: Flask) -> None:
    here = Province()
    person = make_member("Nguyễn Văn Khải", here.commune, since=TODAY + timedelta(days=1))
    make_membership(person, here.other_commune, is_main=False)
    signup = make_signup(here.commune)
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    with pytest.raises(Invalid, match="đã là thành viên của đơn vị từ ngày 01/07/2024"):
        _accept(reviewer, signup, person_id=person.id)


@pytest.mark.parametrize(
    ("unit", "until", "offices"),
    [
        ("other_commune", None, ["other_commune", "commune"]),
        ("commune", TODAY, ["commune", "commune"]),
        ("commune", TODAY + timedelta(days=1), ["commune"]),
    ],
)
def test_an_officer_accepted_gets_the_role_where_none_of_this_unit_is_in_force(
    app: Flask, unit: str, until: date | None, offices: list[str]
) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, getattr(here, unit))
    account.grants[0].valid_to = until
    db.session.flush()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    signup = make_signup(here.commune)
    _accept(reviewer, signup, person_id=account.person_id, role=Role.UNIT_OFFICER)
    assert [grant.office_id for grant in account.grants] == [
        getattr(here, office).id for office in offices
    ]


def test_a_request_that_waits_has_no_invitation_to_renew(app: Flask) -> None:
    here = Province()
    signup = make_signup(here.commune)
    signup.person_id = make_account(Role.UNIT_OFFICER, here.commune).person_id
    db.session.flush()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    with pytest.raises(Conflict, match="chưa được chấp nhận"):
        accepting.renew_invitation(reviewer, signup.id, LIFE, MOMENT)


def test_a_title_by_which_somebody_covers_a_unit_is_not_taken_over(app: Flask) -> None:
    here = Province()
    make_home(here.province)
    make_rules()
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    person = make_person("Nguyễn Văn Khải", phone="+84905000111")
    make_membership(person, here.other_commune)
    make_assignment(person, here.other_commune, None)
    signup = make_signup(here.commune, "Nguyen Van Khai", phone="+84905123456")
    signup.job_title = "Chủ tịch UBND xã"
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    with pytest.raises(Invalid) as refusal:
        _accept(reviewer, signup, person_id=person.id, take_over=frozenset({"job_title"}))
    assert refusal.value.problems[0].field == "take_over"
    db.session.rollback()


def test_the_title_of_somebody_new_holds_since_the_first_membership(app: Flask) -> None:
    here = Province()
    signup = make_signup(here.commune)
    joined = date(2024, 6, 12)
    accepted = _accept(make_actor(Role.REVIEWER, here.it_department), signup, valid_from=joined)
    (period,) = periods_of(accepted.person.id)
    assert (period.valid_from, period.job_title) == (joined, signup.job_title)


def test_ticked_fields_are_taken_over_and_audited_and_empty_ones_never_erase(app: Flask) -> None:
    here = Province()
    person = make_person("Nguyễn Văn Khải", phone="+84905000111", email="cu@vidu.invalid")
    make_membership(person, here.commune)
    signup = make_signup(here.commune, "Nguyễn Văn Khai", phone="+84905123456", email=None)
    _accept(
        make_actor(Role.REVIEWER, here.it_department),
        signup,
        person_id=person.id,
        take_over=frozenset({"phone", "email", "full_name"}),
    )
    assert (person.phone, person.email, person.full_name) == (
        "+84905123456",
        "cu@vidu.invalid",
        "Nguyễn Văn Khải",
    )
    (event,) = _events("person.edit")
    assert event.details["fields"] == ["phone"]


def test_a_person_outside_the_reviewers_scope_cannot_be_attached_to(app: Flask) -> None:
    here = Province()
    outsider = make_person("Người Tỉnh Khác")
    signup = make_signup(here.commune)
    with pytest.raises(NotFound):
        _accept(make_actor(Role.REVIEWER, here.it_department), signup, person_id=outsider.id)


def test_nobody_accepts_his_own_request(app: Flask) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    signup = make_signup(here.commune)
    with pytest.raises(NotAllowed):
        _accept(reviewer, signup, person_id=reviewer.person_id, role=Role.UNIT_OFFICER)


def test_a_member_of_the_unit_stays_one_and_keeps_account_and_password(app: Flask) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.commune)
    assert account.person is not None
    signup = make_signup(here.commune)
    accepted = _accept(
        make_actor(Role.REVIEWER, here.it_department),
        signup,
        person_id=account.person.id,
        role=Role.UNIT_OFFICER,
    )
    assert accepted.was_member
    assert accepted.account is account
    assert accepted.invitation is None
    assert len(_memberships_of(account.person)) == 1
    assert len(account.grants) == 1


def test_a_telephone_that_is_anothers_login_is_said_clearly(app: Flask) -> None:
    here = Province()
    make_account(Role.UNIT_OFFICER, here.other_commune, login="0905123456")
    signup = make_signup(here.commune, phone="+84905123456")
    with pytest.raises(Invalid) as refusal:
        _accept(make_actor(Role.REVIEWER, here.it_department), signup)
    assert refusal.value.problems[0].field == "attach"
    assert "0905123456" in refusal.value.message


def test_a_record_without_telephone_asks_for_the_one_of_the_request(app: Flask) -> None:
    here = Province()
    person = make_member("Nguyễn Văn Khải", here.commune)
    person.phone = None
    signup = make_signup(here.commune, phone="+84905123456")
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    command = _accepting(signup, person_id=person.id)
    with pytest.raises(Invalid) as refusal, db.session.begin_nested():
        accepting.accept(reviewer, command, LIFE, MOMENT)
    assert refusal.value.problems[0].field == "take_over"
    accepted = _accept(reviewer, signup, person_id=person.id, take_over=frozenset({"phone"}))
    assert accepted.account.login == "0905123456"


def test_a_membership_before_the_unit_existed_is_refused_and_nothing_stays(app: Flask) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    signup = make_signup(here.commune, "Trần Không Còn")
    db.session.commit()
    with pytest.raises(Invalid) as refusal:
        _accept(reviewer, signup, valid_from=date(2020, 1, 1))
    assert refusal.value.problems[0].field == "valid_from"
    db.session.rollback()
    assert signup.state is SignupState.RECEIVED
    names = db.session.scalars(select(Person.full_name)).all()
    assert "Trần Không Còn" not in names


# --- who may, and only once ---------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.UNIT_OFFICER, Role.VIEWER, Role.APPROVER])
def test_only_a_reviewer_decides(app: Flask, role: Role) -> None:
    here = Province()
    office = {Role.VIEWER: here.committee, Role.APPROVER: here.province}.get(role, here.commune)
    signup = make_signup(here.commune)
    actor = make_actor(role, office)
    with pytest.raises(NotAllowed):
        _accept(actor, signup)
    with pytest.raises(NotAllowed):
        deciding.decline(
            actor, deciding.RefuseSignup(signup_id=signup.id, version=1, reason="Lý do"), MOMENT
        )


def test_a_request_outside_the_reviewers_territory_is_not_found(app: Flask) -> None:
    here, there = Province(), Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    signup = make_signup(there.commune)
    with pytest.raises(NotFound):
        _accept(reviewer, signup)
    with pytest.raises(NotFound):
        deciding.ask_completion(
            reviewer,
            deciding.RefuseSignup(signup_id=signup.id, version=signup.version, reason="Lý do"),
            MOMENT,
        )
    with pytest.raises(NotFound):
        accepting.renew_invitation(reviewer, signup.id, LIFE, MOMENT)


def test_a_decided_request_is_not_decided_again(app: Flask) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    accepted, declined = make_signup(here.commune), make_signup(here.commune)
    _accept(reviewer, accepted)
    deciding.decline(
        reviewer,
        deciding.RefuseSignup(signup_id=declined.id, version=declined.version, reason="Lý do"),
        MOMENT,
    )
    for signup in (accepted, declined):
        with pytest.raises(Conflict):
            _accept(reviewer, signup)
        with pytest.raises(Conflict):
            deciding.decline(
                reviewer,
                deciding.RefuseSignup(signup_id=signup.id, version=signup.version, reason="Lý do"),
                MOMENT,
            )


def test_a_request_completed_meanwhile_is_not_decided_unseen(app: Flask) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    signup = make_signup(here.commune, state=SignupState.COMPLETION_ASKED)
    shown = _accepting(signup)
    sending.complete(PUBLIC_ACTOR, signup.reference_code, TYPED, MOMENT)
    with pytest.raises(Conflict):
        accepting.accept(reviewer, shown, LIFE, MOMENT)


def test_of_several_reviewers_at_once_exactly_one_wins(app: Flask) -> None:
    here = Province()
    reviewers = [
        actor_for(make_account(Role.REVIEWER, here.it_department, login=f"thamdinh{number}"))
        for number in range(4)
    ]
    signup = make_signup(here.commune, "Trần Một Lần")
    command = _accepting(signup)
    db.session.commit()
    raised = in_threads(
        app,
        [partial(accepting.accept, reviewer, command, LIFE, MOMENT) for reviewer in reviewers],
    )
    too_late = [isinstance(error, (Conflict, StaleDataError)) for error in raised if error]
    assert too_late == [True, True, True]
    named = select(func.count()).select_from(Person).where(Person.full_name == "Trần Một Lần")
    assert db.session.scalar(named) == 1
    assert len(_events("signup.accept")) == 1


# --- a lost link --------------------------------------------------------------------------------


def test_a_new_link_kills_the_one_before(app: Flask) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    signup = make_signup(here.commune)
    first = _accept(reviewer, signup).invitation
    assert first is not None
    second = accepting.renew_invitation(reviewer, signup.id, LIFE, MOMENT)
    with pytest.raises(NotFound):
        account_service.usable_link(first.token, MOMENT)
    assert account_service.usable_link(second.token, MOMENT)


def test_no_link_is_made_for_a_request_not_accepted_or_a_password_already_set(app: Flask) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    waiting = make_signup(here.commune)
    account = make_account(Role.UNIT_OFFICER, here.commune)
    assert account.person is not None
    attached = make_signup(here.commune)
    _accept(reviewer, attached, person_id=account.person.id)
    for signup in (waiting, attached):
        with pytest.raises(DomainError) as refusal:
            accepting.renew_invitation(reviewer, signup.id, LIFE, MOMENT)
        assert isinstance(refusal.value, Conflict)


def test_a_reviewer_gets_no_link_to_an_account_that_can_do_more_than_he_may_grant(
    app: Flask,
) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    approver = make_account(Role.APPROVER, here.province)
    approver.password_hash = None
    signup = make_signup(here.commune)
    assert approver.person_id is not None
    accepted = _accept(reviewer, signup, person_id=approver.person_id)
    assert accepted.account is approver
    assert accepted.invitation is None
    with pytest.raises(Conflict):
        accepting.renew_invitation(reviewer, signup.id, LIFE, MOMENT)


@pytest.mark.parametrize(
    ("job_title", "section", "title"),
    [
        ("Chuyên viên", "Phòng Văn hóa – Xã hội", "Chuyên viên Phòng Văn hóa – Xã hội"),
        ("Chuyên viên Phòng Văn hóa - Xã hội", "Phòng Văn hóa – Xã hội", None),
        ("Chuyên viên", None, None),
    ],
)
def test_the_section_stands_in_the_title_of_the_person_once(
    app: Flask, job_title: str, section: str | None, title: str | None
) -> None:
    here = Province()
    applicant = replace(TYPED, job_title=job_title, section=section)
    signup = _submit(here.commune.id, applicant)
    accepted = _accept(make_actor(Role.REVIEWER, here.it_department), signup)
    assert title_of(accepted.person, TODAY) == (title or job_title)


def test_title_and_section_together_fit_the_record(app: Flask) -> None:
    here = Province()
    applicant = replace(TYPED, job_title="x" * 150, section="y" * 60)
    with pytest.raises(Invalid) as refusal:
        _submit(here.commune.id, applicant)
    assert [problem.field for problem in refusal.value.problems] == ["section"]


@pytest.mark.parametrize("day", [TODAY + timedelta(days=367), date.max])
def test_nobody_is_accepted_from_a_day_that_is_rather_a_mistyped_year(
    app: Flask, day: date
) -> None:
    here = Province()
    signup = _submit(here.commune.id)
    with pytest.raises(Invalid) as refusal:
        _accept(make_actor(Role.REVIEWER, here.it_department), signup, valid_from=day)
    assert [problem.field for problem in refusal.value.problems] == ["valid_from"]

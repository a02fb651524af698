"""Every service that writes, ready to be raced: many press at once, each in his own transaction."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from registry.domain.accounts import LinkPurpose
from registry.domain.assignments import AbsenceKind, AssignmentRole, CountingSetting, Duty
from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.keyring import VersionedKey
from registry.domain.memberships import MemberRole
from registry.domain.people import PersonFacts
from registry.domain.periods import Period
from registry.domain.permissions import Actor, Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.annex_columns import AnnexColumn, GuessedAnnex
from registry.domain.reorganisations.corrections import UnitSaid
from registry.domain.reorganisations.questions import AskedNoun, Item
from registry.domain.rosters import Party, RosterState, Step
from registry.domain.signups import SignupState
from registry.domain.trainings import TrainingMode, TrainingResult
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.models.reorganisations import Reorganisation
from registry.models.rosters import Roster
from registry.models.signups import Signup
from registry.models.trainings import Attendance
from registry.models.units import Unit
from registry.queries.accounts import account_by_login
from registry.queries.assignments.holders import Holder
from registry.queries.memberships import overlapping
from registry.queries.reorganisations.waiting import waiting_for_a_plan
from registry.queries.units.on_a_day import unit_on
from registry.services import (
    accounts,
    cards,
    confirmed_emails,
    counting_settings,
    decisions,
    files,
    legal_bases,
    link_releases,
    mistaken_papers,
    outbox,
    paper_checks,
    paper_ends,
    people,
    person_periods,
    sessions,
    trainings,
    vacancy_reports,
)
from registry.services.assignments import absences
from registry.services.assignments import changes as assignments
from registry.services.assignments import taking_back as mistaken_assignments
from registry.services.assignments.commands import (
    AssignmentDetails,
    ChangeAssignment,
    CorrectAssignment,
    EndAssignment,
    RecordAssignment,
    SetAbsence,
)
from registry.services.memberships import changes as memberships
from registry.services.memberships import taking_back as mistaken_memberships
from registry.services.personal_data import PersonalKeys, encrypt_citizen_id
from registry.services.reorganisations import (
    annexes,
    answering,
    applying,
    composing,
    corrections,
    effective_days,
    everyday,
    placing,
    undoing,
)
from registry.services.reorganisations import taking_back as mistaken_changes
from registry.services.rosters import deciding, drafts
from registry.services.rosters.turns import RosterVersion
from registry.services.signups import accepting, sending
from registry.services.signups import deciding as signups_deciding
from registry.services.units import checks, contacts, known_days
from tests.conftest import MOMENT
from tests.factories.accounts import actor_for, make_account, make_held_link, make_session
from tests.factories.approvals import approve_memberships
from tests.factories.coverage import RuledProvince, set_counting
from tests.factories.decisions import pdf, typed_decision
from tests.factories.outbox import make_message
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.units import START, make_unit
from tests.factories.world import make_place

# A client's press of a button: the service with its command.
Press = Callable[[], object]

JUNE_20 = date(2024, 6, 20)
DAY = timedelta(days=1)
KEYS = PersonalKeys(
    encryption=VersionedKey("k1", {"k1": b"a" * 32}), index=VersionedKey("k1", {"k1": b"i" * 32})
)
CITIZEN_ID = "049090000123"
DOER = system_actor()
LIVES = link_releases.Lives(invitation=DAY, reset=DAY)


class Ground:
    """A province with room for any number of communes, each with one of everything."""

    def __init__(self, files: Path) -> None:
        self.home = RuledProvince()
        self.store = decisions.ScanStore(files, 1024**2)
        self._numbers = itertools.count(1)

    def place(self) -> "Spot":
        """Make a commune of its own for a race."""
        number = next(self._numbers)
        unit = make_unit(
            f"Xã Đua Thứ {number}", UnitKind.COMMUNE, self.home.district, code=f"{91000 + number}"
        )
        return Spot(self, unit, make_place(unit, f"Đua{number}", self.store.folder).ids)


class Spot:
    """A commune with one of everything, and what a race may want besides."""

    def __init__(self, ground: Ground, unit: Unit, ids: dict[str, int]) -> None:
        self.home = ground.home
        self.store = ground.store
        self.unit = unit
        self.ids = ids

    @property
    def membership(self) -> Membership:
        return db.session.get_one(Membership, self.ids["membership_id"])

    @property
    def assignment(self) -> Assignment:
        return db.session.get_one(Assignment, self.ids["assignment_id"])

    @property
    def decision(self) -> Decision:
        return db.session.get_one(Decision, self.ids["decision_id"])

    @property
    def person(self) -> Person:
        return db.session.get_one(Person, self.ids["person_id"])

    @property
    def period(self) -> PersonPeriod:
        return db.session.get_one(PersonPeriod, self.ids["period_id"])

    @property
    def signup(self) -> Signup:
        return db.session.get_one(Signup, self.ids["signup_id"])

    @property
    def draft(self) -> Roster:
        return db.session.get_one(Roster, self.ids["roster_id"])

    @property
    def batch(self) -> Reorganisation:
        return db.session.get_one(Reorganisation, self.ids["batch_id"])

    @property
    def attendance(self) -> Attendance:
        return db.session.get_one(Attendance, self.ids["attendance_id"])

    @property
    def waiting(self) -> Person:
        """Return the member whom the draft would let a list approve."""
        return db.session.get_one(Person, self.draft.lines[0].person_id)

    @property
    def unit_name(self) -> str:
        row = unit_on(self.unit.id, JUNE_20)
        assert row is not None
        return row.name

    def colleague(self, name: str = "Trần Đồng Nghiệp") -> Person:
        return make_member(name, self.unit)

    def details(self, person: Person, **changes: object) -> AssignmentDetails:
        values: dict[str, object] = {
            "holder": Holder(person.id, None),
            "role": AssignmentRole.SUPPORTING,
            "duty": Duty.CONCURRENT,
            "decision_id": self.decision.id,
        }
        return AssignmentDetails(**(values | changes))  # type: ignore[arg-type]

    def list_in(self, state: RosterState) -> Roster:
        """Put the waiting member on a list at a desk; the draft is gone."""
        waiting = self.waiting
        db.session.delete(self.draft)
        db.session.flush()
        return make_roster(self.unit, [make_line(waiting)], state, number=2)

    def later_paper(self) -> Decision:
        return make_decision(self.unit, "30/QĐ-UBND", issued_on=JUNE_20)


@dataclass(frozen=True, slots=True)
class Race:
    """A service, and what makes it ready to be pressed on a spot of its own."""

    service: Callable[..., object]
    ready: Callable[[Spot], Press]


def _account(at: Spot) -> Account:
    """Return the account of the commune's officer, made when it is first asked for."""
    login = f"can-bo-xa-{at.unit.id}"
    return account_by_login(login) or make_account(Role.UNIT_OFFICER, at.unit, login=login)


def _sign_out(at: Spot) -> Press:
    token = make_session(_account(at), MOMENT.instant)
    return lambda: accounts.sign_out(DOER, token, MOMENT)


def _end_own_sessions(at: Spot) -> Press:
    account = _account(at)
    for _ in range(2):
        make_session(account, MOMENT.instant)
    actor = actor_for(account)
    return lambda: sessions.end_own(actor, MOMENT)


def _invitation(at: Spot) -> accounts.Invitation:
    account = _account(at)
    return accounts.invite(DOER, account, LinkPurpose.INVITATION, DAY, MOMENT)


def _post_invitation(at: Spot) -> Press:
    made = _invitation(at)
    return lambda: accounts.post_invitation(made, "a@vidu.invalid", "https://x", "Mời", MOMENT)


def _forgot_password(at: Spot) -> Press:
    login = _account(at).login
    return lambda: accounts.forgot_password(DOER, login, DAY, MOMENT)


def _set_password(at: Spot) -> Press:
    token = _invitation(at).token
    assert token is not None
    return lambda: accounts.set_password(DOER, token, "a hash", None, MOMENT)


def _guarded(at: Spot) -> Account:
    """Return an account of the commune whose links wait for a second person."""
    login = f"lanh-dao-xa-{at.unit.id}"
    return account_by_login(login) or make_account(Role.VIEWER, at.unit, login=login)


def _release_link(at: Spot) -> Press:
    link_id, colleague = make_held_link(_guarded(at)).id, actor_for(_account(at))
    return lambda: link_releases.release(colleague, link_id, LIVES, MOMENT)


def _decline_link(at: Spot) -> Press:
    link_id, colleague = make_held_link(_guarded(at)).id, actor_for(_account(at))
    return lambda: link_releases.decline(colleague, link_id, MOMENT)


def _release_at_shell(at: Spot) -> Press:
    make_held_link(_guarded(at))
    login = _guarded(at).login
    return lambda: link_releases.release_at_shell(DOER, login, LIVES, MOMENT)


def _holder(at: Spot) -> Actor:
    """Return the officer of the commune, of whom an address is known."""
    account = _account(at)
    assert account.person is not None
    account.person.email = "can-bo@vidu.invalid"
    db.session.flush()
    return actor_for(account)


def _ask_confirmation(at: Spot) -> Press:
    holder = _holder(at)
    return lambda: confirmed_emails.ask(holder, MOMENT)


def _post_confirmation(at: Spot) -> Press:
    asked = confirmed_emails.ask(_holder(at), MOMENT)
    return lambda: confirmed_emails.post(asked, "https://x", MOMENT)


def _confirm(at: Spot) -> Press:
    holder = _holder(at)
    token = confirmed_emails.ask(holder, MOMENT).token
    assert token is not None
    return lambda: confirmed_emails.confirm(holder, token, MOMENT)


def _create_account(at: Spot) -> Press:
    command = accounts.CreateAccount(
        login=f"can-bo-{at.unit.id}",
        role=Role.UNIT_OFFICER,
        office_id=at.unit.id,
        person_id=at.person.id,
    )
    return lambda: accounts.create(DOER, command, DAY, MOMENT)


def _disable(at: Spot) -> Press:
    login = _account(at).login
    return lambda: accounts.disable(DOER, login, MOMENT)


def _reset(at: Spot) -> Press:
    login = _account(at).login
    return lambda: accounts.reset(DOER, login, DAY, MOMENT)


def _set_absence(at: Spot) -> Press:
    command = SetAbsence(
        assignment_id=at.assignment.id,
        version=0,
        kind=AbsenceKind.STUDY,
        valid_from=JUNE_20,
        valid_to=None,
        accept_gap=True,
    )
    return lambda: absences.set_absence(DOER, command, MOMENT)


def _record_assignment(at: Spot) -> Press:
    command = RecordAssignment(
        unit_id=at.unit.id, details=at.details(at.colleague()), valid_from=JUNE_20
    )
    return lambda: assignments.record_assignment(DOER, command, MOMENT, at.store)


def _correct_assignment(at: Spot) -> Press:
    command = CorrectAssignment(
        assignment_id=at.assignment.id,
        version=at.assignment.version,
        details=at.details(at.person, role=AssignmentRole.FOCAL_POINT),
        valid_from=JUNE_20,
        valid_to=None,
        accept_gap=True,
    )
    return lambda: assignments.correct_assignment(DOER, command, MOMENT, at.store)


def _change_assignment(at: Spot) -> Press:
    command = ChangeAssignment(
        assignment_id=at.assignment.id,
        version=at.assignment.version,
        details=at.details(at.person),
        change_from=JUNE_20,
        accept_gap=True,
    )
    return lambda: assignments.change_assignment(DOER, command, MOMENT, at.store)


def _end_assignment(at: Spot) -> Press:
    command = EndAssignment(
        assignment_id=at.assignment.id,
        version=at.assignment.version,
        ends_on=JUNE_20,
        reason="Nghỉ hưu",
        accept_gap=True,
    )
    return lambda: assignments.end_assignment(DOER, command, MOMENT)


def _confirm_assignment(at: Spot) -> Press:
    back = make_member("Lê Trở Lại", at.unit, until=date(2024, 6, 10))
    make_membership(back, at.unit, since=JUNE_20)
    assignment_id = make_assignment(back, at.unit, at.decision).id
    return lambda: assignments.confirm_assignment(DOER, assignment_id, MOMENT)


def _take_back_assignment(at: Spot) -> Press:
    record = RecordAssignment(
        unit_id=at.unit.id, details=at.details(at.colleague()), valid_from=JUNE_20
    )
    found = assignments.record_assignment(DOER, record, MOMENT, at.store)
    command = mistaken_assignments.TakeBackAssignment(
        assignment_id=found.id, version=found.version, accept_gap=True
    )
    return lambda: mistaken_assignments.take_back_assignment(DOER, command, MOMENT)


def _print_cards(at: Spot) -> Press:
    colleagues = [at.membership]
    for number in range(2):
        person = make_person(f"Lê Cầm Thẻ {number}")
        colleagues.append(make_membership(person, at.unit))
    approve_memberships(at.unit, *colleagues[1:])
    lines = [membership.line_id for membership in colleagues]
    command = cards.PrintCards(unit_id=at.unit.id, line_ids=lines, base_url="http://x")
    return lambda: cards.print_cards(DOER, command, VersionedKey("k1", {"k1": b"k" * 32}), MOMENT)


def _revoke_card(at: Spot) -> Press:
    return lambda: cards.revoke(DOER, at.ids["card_id"], "Mất thẻ", MOMENT)


def _set_counting(at: Spot) -> Press:
    command = counting_settings.SetCounting(
        setting=CountingSetting.GRACE_DAYS, since=JUNE_20 + at.unit.id * DAY, value=30, version=0
    )
    return lambda: counting_settings.set_counting(DOER, command, MOMENT)


def _take_back_counting(at: Spot) -> Press:
    since = START + DAY
    set_counting(CountingSetting.OTHER_PAPERS, 1, since)
    return lambda: counting_settings.take_back(DOER, CountingSetting.OTHER_PAPERS, since, MOMENT)


def _set_complete_from(at: Spot) -> Press:
    province_id = make_unit("Tỉnh Đua", UnitKind.PROVINCE, code="97").id
    return lambda: counting_settings.set_complete_from(DOER, province_id, JUNE_20, MOMENT, 0)


def _record_decision(at: Spot) -> Press:
    command = typed_decision(at.unit, "77/QĐ-UBND")
    return lambda: decisions.record_decision(DOER, command, MOMENT, at.store)


def _correct_decision(at: Spot) -> Press:
    command = decisions.CorrectDecision(
        decision_id=at.decision.id,
        version=at.decision.version,
        number="78/QĐ-UBND",
        kind=DecisionKind.DECISION,
        issued_on=START,
        issuer="UBND xã",
        signer="Người Ký Thử",
        signer_form=None,
        effective_from=None,
        accept_gap=True,
    )
    return lambda: decisions.correct_decision(DOER, command, MOMENT)


def _attach_scan(at: Spot) -> Press:
    attachment = decisions.AttachScan(
        decision_id=at.decision.id,
        version=at.decision.version,
        scan=decisions.Scan(name="quyet-dinh.pdf", content=pdf(5000)),
    )
    return lambda: decisions.attach_scan(DOER, attachment, MOMENT, at.store)


def _remove_replaced(at: Spot) -> Press:
    stored = files.store_file(pdf(), "cu.pdf", "application/pdf", at.store.folder, MOMENT)
    stored.replaced_at = MOMENT.instant - 9 * DAY
    db.session.flush()
    return lambda: files.remove_replaced(DOER, 8, at.store.folder, MOMENT)


def _reread_issuers(at: Spot) -> Press:
    at.decision.issuer = "Giám đốc Sở Nội vụ"
    return lambda: decisions.reread_issuers(DOER, MOMENT)


def _record_basis(at: Spot) -> Press:
    command = legal_bases.RecordBasis(
        territory_id=at.home.province.id, citation="Kế hoạch số 1", valid_from=JUNE_20
    )
    return lambda: legal_bases.record_basis(DOER, command, MOMENT)


def _end_basis(at: Spot) -> Press:
    command = legal_bases.RecordBasis(
        territory_id=at.home.province.id, citation="Kế hoạch số 2", valid_from=START
    )
    basis_id = legal_bases.record_basis(DOER, command, MOMENT).id
    return lambda: legal_bases.end_basis(DOER, basis_id, JUNE_20, MOMENT)


def _end_membership(at: Spot) -> Press:
    command = memberships.EndMembership(
        membership_id=at.membership.id,
        version=at.membership.version,
        valid_to=JUNE_20,
        reason="Nghỉ hưu",
        accept_gap=True,
    )
    return lambda: memberships.end(DOER, command, MOMENT)


def _correct_membership(at: Spot) -> Press:
    found = make_membership(make_person("Trần Chưa Duyệt"), at.unit)
    command = memberships.CorrectMembership(
        membership_id=found.id,
        version=found.version,
        role=MemberRole.DEPUTY,
        organisation=None,
        is_main=True,
        valid_from=START,
        valid_to=None,
    )
    return lambda: memberships.correct(DOER, command, MOMENT)


def _change_membership(at: Spot) -> Press:
    found = make_membership(make_person("Trần Chưa Duyệt"), at.unit)
    command = memberships.ChangeMembership(
        membership_id=found.id,
        version=found.version,
        role=MemberRole.DEPUTY,
        organisation=None,
        is_main=True,
        day=JUNE_20,
    )
    return lambda: memberships.change_from(DOER, command, MOMENT)


def _transfer(at: Spot, *, is_secondment: bool = False) -> Press:
    command = memberships.TransferMember(
        membership_id=at.membership.id,
        version=at.membership.version,
        unit_id=at.home.other_commune.id,
        role=MemberRole.MEMBER,
        day=JUNE_20,
        is_secondment=is_secondment,
        reason="Biệt phái",
        accept_gap=True,
    )
    return lambda: memberships.transfer(DOER, command, MOMENT)


def _second(at: Spot) -> Press:
    return _transfer(at, is_secondment=True)


def _claim(at: Spot) -> Press:
    message_id = make_message().id
    return lambda: outbox.claim(DOER, message_id, MOMENT)


def _claimed(at: Spot) -> int:
    message = make_message()
    message.sent_at = MOMENT.instant
    return message.id


def _finish(at: Spot) -> Press:
    message_id = _claimed(at)
    return lambda: outbox.finish(DOER, message_id, MOMENT)


def _give_back(at: Spot) -> Press:
    message_id = _claimed(at)
    return lambda: outbox.give_back(DOER, message_id, "SMTPServerDisconnected", MOMENT)


def _empty_expired(at: Spot) -> Press:
    make_message(life=timedelta(minutes=1))
    return lambda: outbox.empty_expired(DOER, MOMENT)


def _mark_passed_on(at: Spot) -> Press:
    message_id = make_message().id
    return lambda: outbox.mark_passed_on(DOER, message_id, MOMENT)


def _checked_line(at: Spot) -> list[paper_checks.ShownLine]:
    return [paper_checks.ShownLine(at.assignment.id, at.assignment.version, at.decision.version)]


def _check_against_paper(at: Spot) -> Press:
    lines = _checked_line(at)
    return lambda: paper_checks.check_against_paper(DOER, lines, MOMENT)


def _take_back_check(at: Spot) -> Press:
    paper_checks.check_against_paper(DOER, _checked_line(at), MOMENT)
    return lambda: paper_checks.take_back(DOER, at.ids["assignment_id"], MOMENT)


def _end_paper(at: Spot) -> Press:
    command = paper_ends.EndPaper(
        decision_id=at.decision.id,
        by_id=at.later_paper().id,
        kind=EndKind.REVOKED,
        accept_gap=True,
    )
    return lambda: paper_ends.end_paper(DOER, command, MOMENT)


def _take_back_end(at: Spot) -> Press:
    return lambda: paper_ends.take_back_end(DOER, at.ids["decision_id"], at.ids["end_id"], MOMENT)


def _register(at: Spot) -> Press:
    command = people.RegisterPerson(
        unit_id=at.unit.id,
        details=people.PersonDetails(
            full_name="Nguyễn Văn Một Lần", phone="0905111222", birth_year=1990
        ),
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=JUNE_20,
    )
    return lambda: people.register(DOER, command, KEYS, MOMENT)


def _take_back_membership(at: Spot) -> Press:
    command = people.RegisterPerson(
        unit_id=at.unit.id,
        details=people.PersonDetails(
            full_name="Nguyễn Văn Ghi Nhầm", phone=f"09051{at.unit.id:05}"
        ),
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=JUNE_20,
        despite_likeness=True,
    )
    person = people.register(DOER, command, None, MOMENT)
    (found,) = overlapping(person.id, None, Period(JUNE_20))
    taken = mistaken_memberships.TakeBackMembership(membership_id=found.id, version=found.version)
    return lambda: mistaken_memberships.take_back_membership(DOER, taken, MOMENT)


def _add_known(at: Spot) -> Press:
    command = people.AddKnownPerson(
        person_id=make_member("Người Xã Bên", at.home.other_commune).id,
        unit_id=at.unit.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=JUNE_20,
    )
    return lambda: people.add_known(DOER, command, MOMENT)


def _edit_person(at: Spot, phone: str = "0905333444") -> Press:
    command = people.EditPerson(
        person_id=at.person.id,
        version=at.person.version,
        details=people.PersonDetails(full_name="Lê Văn Tên Mới", phone=phone, birth_year=1991),
    )
    return lambda: people.edit(DOER, command, KEYS, MOMENT)


def _reveal(at: Spot) -> Press:
    at.person.citizen_id_encrypted = encrypt_citizen_id(CITIZEN_ID, at.person.id, KEYS)
    return lambda: people.reveal_citizen_id(DOER, at.ids["person_id"], KEYS, MOMENT)


def _correct_facts(at: Spot) -> Press:
    command = person_periods.CorrectFacts(
        period_id=at.period.id,
        version=at.period.version,
        facts=PersonFacts(job_title="Phó Chủ tịch"),
        valid_from=at.period.valid_from,
        accept_gap=True,
    )
    return lambda: person_periods.correct(DOER, command, MOMENT)


def _change_facts(at: Spot) -> Press:
    command = person_periods.ChangeFacts(
        period_id=at.period.id,
        version=at.period.version,
        facts=PersonFacts(job_title="Chủ tịch"),
        day=JUNE_20,
        accept_gap=True,
    )
    return lambda: person_periods.change_from(DOER, command, MOMENT)


def _answer(at: Spot) -> Press:
    answers = {Item(AskedNoun.UNIT, "90101"): at.unit_name}
    return lambda: answering.answer(DOER, at.ids["batch_id"], answers, MOMENT)


def _try_out(at: Spot) -> Press:
    return lambda: applying.try_out(DOER, at.ids["batch_id"], MOMENT)


def _apply(at: Spot) -> Press:
    version = at.batch.version
    return lambda: applying.apply(DOER, at.ids["batch_id"], MOMENT, version)


def _place(at: Spot) -> Press:
    """Split the commune from tomorrow; somebody joined it whose part nobody named."""
    rows = [
        AnnexRow(
            number, "x", old_id=at.unit.id, new_name=f"Xã {at.unit.id} {number}", new_kind="xã",
            new_code=f"{at.unit.id}{number}", new_parent_id=at.home.district.id, part=Part.PART,
            how=How.DIVIDE,
        )
        for number in (1, 2)
    ]  # fmt: skip
    order = composing.ComposeBatch(
        effective_on=MOMENT.day + DAY, decision_number=f"{at.unit.id}/NQ-HĐND", rows=rows
    )
    batch = composing.compose(DOER, order, MOMENT)
    assert applying.apply(DOER, batch.id, MOMENT).problems == ()
    command = people.AddKnownPerson(
        person_id=make_member("Người Chưa Phân", at.home.other_commune).id,
        unit_id=at.unit.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=JUNE_20,
    )
    people.add_known(DOER, command, MOMENT)
    (question,) = [
        one.question for one in waiting_for_a_plan(batch) if "Người Chưa Phân" in one.question.label
    ]
    batch_id, places = batch.id, {question.item: int(question.choices[0][0])}
    return lambda: placing.place(DOER, batch_id, places, MOMENT)


def _undo(at: Spot) -> Press:
    outcome = applying.apply(DOER, at.batch.id, MOMENT)
    assert outcome.problems == ()
    return lambda: undoing.undo(DOER, at.ids["batch_id"], MOMENT)


def _row(at: Spot) -> AnnexRow:
    return AnnexRow(2, "", old_id=at.unit.id, new_name="Xã Khác Nữa", how=How.RENAME)


def _compose(at: Spot) -> Press:
    order = composing.ComposeBatch(
        effective_on=JUNE_20, decision_number="9/NQ-HĐND", rows=[_row(at)]
    )
    return lambda: composing.compose(DOER, order, MOMENT)


def _add_row(at: Spot) -> Press:
    row = AnnexRow(2, "", old_id=at.home.other_commune.id, new_name="Xã Thêm", how=How.RENAME)
    return lambda: composing.add_row(DOER, at.ids["batch_id"], row, MOMENT)


def _remove_row(at: Spot) -> Press:
    row_id = at.batch.rows[0].id
    return lambda: composing.remove_row(DOER, at.ids["batch_id"], row_id, MOMENT)


_GUESSED = GuessedAnnex(
    "a.xlsx", 2, (AnnexColumn(0, "A", "Tên cũ", ("Xã A",), "old_name", is_sure=True),), [["Tên cũ"]]
)


def _waiting_annex(at: Spot) -> int:
    """Return an annex of the batch whose columns nobody has confirmed."""
    batch, annex = at.batch, composing.kept_annex(_GUESSED)
    batch.annexes.append(annex)
    db.session.flush()
    return annex.id


def _add_annexes(at: Spot) -> Press:
    batch_id, rows = at.ids["batch_id"], [_row(at)]
    return lambda: annexes.add_annexes(DOER, batch_id, rows, [_GUESSED], MOMENT)


def _confirm_columns(at: Spot) -> Press:
    command = annexes.ConfirmColumns(
        batch_id=at.ids["batch_id"],
        annex_id=_waiting_annex(at),
        fields={0: "new_name"},
        rows=[_row(at)],
    )
    return lambda: annexes.confirm_columns(DOER, command, MOMENT)


def _remove_annex(at: Spot) -> Press:
    annex_id = _waiting_annex(at)
    return lambda: annexes.remove_annex(DOER, at.ids["batch_id"], annex_id, MOMENT)


def _discard(at: Spot) -> Press:
    return lambda: composing.discard(DOER, at.ids["batch_id"], MOMENT)


_PAPER = everyday.Paper(effective_on=JUNE_20, number="5/QĐ-UBND", issued_on=START)


def _change_unit(at: Spot) -> Press:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, at.unit)
    command = everyday.ChangeUnit(unit_id=team.id, change=everyday.Change.CLOSE, paper=_PAPER)
    return lambda: everyday.change_unit(DOER, command, MOMENT)


def _found_unit(at: Spot) -> Press:
    command = everyday.FoundUnit(
        parent_id=at.unit.id, kind=UnitKind.COMMUNITY_TEAM, name="Tổ thôn Hai", paper=_PAPER
    )
    return lambda: everyday.found_unit(DOER, command, MOMENT)


def _take_back_change(at: Spot) -> Press:
    founding = everyday.FoundUnit(
        parent_id=at.unit.id, kind=UnitKind.COMMUNITY_TEAM, name="Tổ thôn Nhầm", paper=_PAPER
    )
    batch = everyday.found_unit(DOER, founding, MOMENT)
    command = mistaken_changes.TakeBackChange(batch_id=batch.id)
    return lambda: mistaken_changes.take_back_change(DOER, command, MOMENT)


def _correct_day(at: Spot) -> Press:
    founding = everyday.FoundUnit(
        parent_id=at.unit.id, kind=UnitKind.COMMUNITY_TEAM, name="Tổ thôn Sớm", paper=_PAPER
    )
    batch = everyday.found_unit(DOER, founding, MOMENT)
    command = effective_days.CorrectDay(
        batch_id=batch.id, wrong=JUNE_20, effective_on=JUNE_20 - DAY
    )
    return lambda: effective_days.correct_day(DOER, command, MOMENT)


def _take_back_decision(at: Spot) -> Press:
    typed = typed_decision(at.unit, "99/QĐ-UBND")
    found = decisions.record_decision(DOER, typed, MOMENT, at.store)
    shown = found.id, found.version
    return lambda: mistaken_papers.take_back_decision(DOER, *shown, MOMENT)


def _submit_list(at: Spot) -> Press:
    command = RosterVersion(roster_id=at.draft.id, version=at.draft.version)
    return lambda: deciding.submit(DOER, command, MOMENT)


def _verify_list(at: Spot) -> Press:
    roster = at.list_in(RosterState.SUBMITTED)
    command = RosterVersion(roster_id=roster.id, version=roster.version)
    return lambda: deciding.verify(DOER, command, MOMENT)


def _review_list(at: Spot) -> Press:
    roster = at.list_in(RosterState.VERIFIED)
    command = deciding.Review(roster_id=roster.id, version=roster.version)
    return lambda: deciding.review(DOER, command, MOMENT)


def _send_back(at: Spot, roster: Roster | None = None) -> Press:
    roster = roster or at.list_in(RosterState.REVIEWED)
    command = deciding.SendBack(
        roster_id=roster.id, version=roster.version, desk=Step.DECIDE, reason="Thiếu chữ ký"
    )
    return lambda: deciding.send_back(DOER, command, MOMENT)


def _approve(at: Spot, roster: Roster | None = None) -> Press:
    roster = roster or at.list_in(RosterState.REVIEWED)
    command = deciding.Approve(
        roster_id=roster.id,
        version=roster.version,
        content_hash=roster.content_hash or "",
        approved=frozenset(line.id for line in roster.lines),
        returned={},
        reason="",
        decision_id=None,
        new_decision=typed_decision(
            at.home.province, f"{at.unit.id}/QĐ-UBND", issuer="UBND tỉnh", issued_on=JUNE_20
        ),
        accept_gap=True,
    )
    return lambda: deciding.approve(DOER, command, MOMENT, at.store)


def _start_list(at: Spot) -> Press:
    db.session.delete(at.draft)
    command = drafts.StartRoster(unit_id=at.unit.id, effective_from=JUNE_20)
    return lambda: drafts.start(DOER, command, MOMENT)


def _save_lines(at: Spot) -> Press:
    line = at.draft.lines[0]
    edit = drafts.LineEdit(
        line_id=line.id, role=MemberRole.DEPUTY, organisation=None, effective_from=JUNE_20
    )
    command = drafts.SaveLines(roster_id=at.draft.id, version=at.draft.version, lines=(edit,))
    return lambda: drafts.save_lines(DOER, command, MOMENT)


def _add_lines(at: Spot) -> Press:
    person = at.colleague()
    command = drafts.AddLines(
        roster_id=at.draft.id,
        version=at.draft.version,
        add=(Party(person.id),),
        change=(),
        end=(),
        effective_from=JUNE_20,
    )
    return lambda: drafts.add_lines(DOER, command, MOMENT)


def _delete_list(at: Spot) -> Press:
    command = RosterVersion(roster_id=at.draft.id, version=at.draft.version)
    return lambda: drafts.delete(DOER, command, MOMENT)


def _accept(at: Spot) -> Press:
    command = accepting.AcceptSignup(
        signup_id=at.signup.id,
        version=at.signup.version,
        person_id=None,
        role=Role.UNIT_OFFICER,
        member_role=MemberRole.MEMBER,
        valid_from=JUNE_20,
    )
    return lambda: accepting.accept(DOER, command, DAY, MOMENT)


def _renew_invitation(at: Spot) -> Press:
    _accept(at)()
    return lambda: accepting.renew_invitation(DOER, at.ids["signup_id"], DAY, MOMENT)


def _refusal_of(at: Spot) -> signups_deciding.RefuseSignup:
    return signups_deciding.RefuseSignup(
        signup_id=at.signup.id, version=at.signup.version, reason="Thiếu chức vụ"
    )


def _ask_completion(at: Spot) -> Press:
    command = _refusal_of(at)
    return lambda: signups_deciding.ask_completion(DOER, command, MOMENT)


def _decline(at: Spot) -> Press:
    command = _refusal_of(at)
    return lambda: signups_deciding.decline(DOER, command, MOMENT)


_APPLICANT = sending.Applicant(
    full_name="Phan Thị Gửi Đơn", job_title="Công chức", phone="0905777888"
)


def _send_signup(at: Spot) -> Press:
    command = sending.SubmitSignup(
        unit_id=at.unit.id, applicant=_APPLICANT, submit_key=f"khoa-cua-don-{at.unit.id:08d}"
    )
    return lambda: sending.submit(DOER, command, MOMENT)


def _complete_signup(at: Spot) -> Press:
    code = make_signup(at.unit, state=SignupState.COMPLETION_ASKED, reason="Thiếu").reference_code
    return lambda: sending.complete(DOER, code, _APPLICANT, MOMENT)


def _record_class(at: Spot) -> Press:
    command = trainings.RecordClass(
        course=f"Khóa mới {at.unit.id}",
        topic_codes=(),
        name="Lớp 02",
        starts_on=JUNE_20,
        ends_on=JUNE_20,
        place=None,
        mode=TrainingMode.ONLINE,
        organiser_id=at.unit.id,
    )
    return lambda: trainings.record_class(DOER, command, MOMENT)


def _record_attendances(at: Spot) -> Press:
    command = trainings.RecordAttendances(
        class_id=at.ids["class_id"],
        person_ids=[at.colleague("Trần Một").id, at.colleague("Trần Hai").id],
        hours=Decimal(4),
        result=TrainingResult.COMPLETED,
    )
    return lambda: trainings.record_attendances(DOER, command, MOMENT)


def _correct_attendance(at: Spot) -> Press:
    command = trainings.CorrectAttendance(
        class_id=at.ids["class_id"],
        attendance_id=at.attendance.id,
        version=at.attendance.version,
        hours=Decimal(8),
        score=None,
        result=TrainingResult.COMPLETED,
    )
    return lambda: trainings.correct_attendance(DOER, command, MOMENT)


def _remove_attendance(at: Spot) -> Press:
    class_id, attendance_id = at.ids["class_id"], at.ids["attendance_id"]
    return lambda: trainings.remove_attendance(DOER, class_id, attendance_id, MOMENT)


def _rebuild(at: Spot) -> Press:
    return lambda: checks.rebuild(DOER, MOMENT)


def _edit_contact(at: Spot) -> Press:
    command = contacts.EditContact(
        unit_id=at.unit.id,
        version=contacts.NO_CONTACT_YET,
        phone="02353000009",
        email=None,
        address="Thôn Một",
        head_title=None,
    )
    return lambda: contacts.edit_contact(DOER, command, MOMENT)


def _correct_unit(at: Spot) -> Press:
    command = corrections.CorrectUnit(
        unit_id=at.unit.id,
        day=JUNE_20,
        wrong=UnitSaid(at.unit_name),
        right=UnitSaid("Phường Đúng Tên"),
    )
    return lambda: corrections.correct_unit(DOER, command, MOMENT)


def _set_last_known_day(at: Spot) -> Press:
    return lambda: known_days.set_last_known_day(DOER, JUNE_20 + DAY, MOMENT)


def _report_vacancy(at: Spot) -> Press:
    unit_id = at.home.far_commune.id
    return lambda: vacancy_reports.report_vacancy(DOER, unit_id, JUNE_20, MOMENT)


def _withdraw_report(at: Spot) -> Press:
    unit_id = at.home.far_commune.id
    vacancy_reports.report_vacancy(DOER, unit_id, JUNE_20 + DAY, MOMENT)
    return lambda: vacancy_reports.withdraw_report(DOER, unit_id, JUNE_20 + DAY, MOMENT)


RACES = (
    Race(accounts.sign_out, _sign_out),
    Race(accounts.post_invitation, _post_invitation),
    Race(accounts.forgot_password, _forgot_password),
    Race(accounts.set_password, _set_password),
    Race(accounts.create, _create_account),
    Race(accounts.disable, _disable),
    Race(accounts.reset, _reset),
    Race(sessions.end_own, _end_own_sessions),
    Race(absences.set_absence, _set_absence),
    Race(assignments.record_assignment, _record_assignment),
    Race(assignments.correct_assignment, _correct_assignment),
    Race(assignments.change_assignment, _change_assignment),
    Race(assignments.end_assignment, _end_assignment),
    Race(assignments.confirm_assignment, _confirm_assignment),
    Race(mistaken_assignments.take_back_assignment, _take_back_assignment),
    Race(cards.print_cards, _print_cards),
    Race(cards.revoke, _revoke_card),
    Race(counting_settings.set_counting, _set_counting),
    Race(counting_settings.take_back, _take_back_counting),
    Race(counting_settings.set_complete_from, _set_complete_from),
    Race(decisions.record_decision, _record_decision),
    Race(mistaken_papers.take_back_decision, _take_back_decision),
    Race(decisions.correct_decision, _correct_decision),
    Race(decisions.attach_scan, _attach_scan),
    Race(decisions.reread_issuers, _reread_issuers),
    Race(files.remove_replaced, _remove_replaced),
    Race(legal_bases.record_basis, _record_basis),
    Race(legal_bases.end_basis, _end_basis),
    Race(memberships.end, _end_membership),
    Race(memberships.correct, _correct_membership),
    Race(memberships.change_from, _change_membership),
    Race(mistaken_memberships.take_back_membership, _take_back_membership),
    Race(memberships.transfer, _transfer),
    Race(memberships.transfer, _second),
    Race(confirmed_emails.ask, _ask_confirmation),
    Race(confirmed_emails.confirm, _confirm),
    Race(confirmed_emails.post, _post_confirmation),
    Race(link_releases.decline, _decline_link),
    Race(link_releases.release, _release_link),
    Race(link_releases.release_at_shell, _release_at_shell),
    Race(outbox.claim, _claim),
    Race(outbox.finish, _finish),
    Race(outbox.give_back, _give_back),
    Race(outbox.empty_expired, _empty_expired),
    Race(outbox.mark_passed_on, _mark_passed_on),
    Race(paper_checks.check_against_paper, _check_against_paper),
    Race(paper_checks.take_back, _take_back_check),
    Race(paper_ends.end_paper, _end_paper),
    Race(paper_ends.take_back_end, _take_back_end),
    Race(people.register, _register),
    Race(people.add_known, _add_known),
    Race(people.edit, _edit_person),
    Race(people.reveal_citizen_id, _reveal),
    Race(person_periods.correct, _correct_facts),
    Race(person_periods.change_from, _change_facts),
    Race(answering.answer, _answer),
    Race(applying.try_out, _try_out),
    Race(applying.apply, _apply),
    Race(placing.place, _place),
    Race(undoing.undo, _undo),
    Race(composing.compose, _compose),
    Race(composing.add_row, _add_row),
    Race(composing.remove_row, _remove_row),
    Race(annexes.add_annexes, _add_annexes),
    Race(annexes.confirm_columns, _confirm_columns),
    Race(annexes.remove_annex, _remove_annex),
    Race(composing.discard, _discard),
    Race(everyday.change_unit, _change_unit),
    Race(everyday.found_unit, _found_unit),
    Race(mistaken_changes.take_back_change, _take_back_change),
    Race(effective_days.correct_day, _correct_day),
    Race(deciding.submit, _submit_list),
    Race(deciding.verify, _verify_list),
    Race(deciding.review, _review_list),
    Race(deciding.send_back, _send_back),
    Race(deciding.approve, _approve),
    Race(drafts.start, _start_list),
    Race(drafts.save_lines, _save_lines),
    Race(drafts.add_lines, _add_lines),
    Race(drafts.delete, _delete_list),
    Race(accepting.accept, _accept),
    Race(accepting.renew_invitation, _renew_invitation),
    Race(signups_deciding.ask_completion, _ask_completion),
    Race(signups_deciding.decline, _decline),
    Race(sending.submit, _send_signup),
    Race(sending.complete, _complete_signup),
    Race(trainings.record_class, _record_class),
    Race(trainings.record_attendances, _record_attendances),
    Race(trainings.correct_attendance, _correct_attendance),
    Race(trainings.remove_attendance, _remove_attendance),
    Race(checks.rebuild, _rebuild),
    Race(contacts.edit_contact, _edit_contact),
    Race(corrections.correct_unit, _correct_unit),
    Race(known_days.set_last_known_day, _set_last_known_day),
    Race(vacancy_reports.report_vacancy, _report_vacancy),
    Race(vacancy_reports.withdraw_report, _withdraw_report),
)
"""Every service that writes, each at least once."""

WITHOUT_A_RACE = {
    "accounts.sign_in": "opens a session for each, and hashes a password, which takes long",
    "accounts.touch": "one UPDATE, and the last one is right",
    "audit.record": "extends the chain under the chain's own lock",
    "backup.note_backup": "an event and no more",
    "key_rotation.move_some": "one command, whose rows say which were moved; a second finds none",
    "key_rotation.note_moved": "an event and no more",
    "key_rotation.note_rotation": "notes what is not noted yet, in its turn",
    "key_rotation.settle": "notes what is not noted yet, in its turn",
    "restore.fill": "fills a registry that is empty",
    "restore.prove": "belongs to filling one",
    "rosters.deciding.check_approval": "only looks; approving looks again, in its turn",
    "seeds.demo.seed_demo": "begins by looking whether it was done, in its turn",
    "seeds.demo_reorganisations.reorganise_demo": "begins by looking whether it was done",
    "seeds.reference.seed_reference": "adds what is missing, in its turn",
    "sign_ins.count_try": "locks the row that counts the tries of its login",
    "submissions.finish": "follows `claim`, which a unique key makes others wait for",
    "submissions.forget_old": "one DELETE of what nobody sends any more",
    "units.checks.look_at_units": "only looks, in a command that writes nothing",
    "sessions.close_expired": "one UPDATE of each table; who comes second finds nothing to close",
    "settled_duplicates.tell_settled": "takes each note away by one DELETE ... RETURNING",
}
"""What edges call and writes without being raced here, and why that is right."""


def _two_lean(at: Spot) -> list[Press]:
    """Two focal points go away, each because the other stays."""
    other = make_assignment(at.colleague(), at.unit, at.decision)
    return [_goes_away(at.assignment), _goes_away(other)]


def _goes_away(assignment: Assignment) -> Press:
    command = SetAbsence(
        assignment_id=assignment.id,
        version=0,
        kind=AbsenceKind.STUDY,
        valid_from=JUNE_20,
        valid_to=None,
    )
    return lambda: absences.set_absence(DOER, command, MOMENT)


def _away_and_ended(at: Spot) -> list[Press]:
    other = make_assignment(at.colleague(), at.unit, at.decision)
    command = EndAssignment(
        assignment_id=other.id, version=other.version, ends_on=JUNE_20, reason="Nghỉ hưu"
    )
    return [
        _goes_away(at.assignment),
        lambda: assignments.end_assignment(DOER, command, MOMENT),
    ]


def _approved_and_returned(at: Spot) -> list[Press]:
    roster = at.list_in(RosterState.REVIEWED)
    return [_approve(at, roster), _send_back(at, roster)]


def _applied_and_changed(at: Spot) -> list[Press]:
    return [_apply(at), _remove_row(at)]


def _undone_and_named(at: Spot) -> list[Press]:
    undo = _undo(at)
    command = corrections.CorrectUnit(
        unit_id=at.unit.id,
        day=JUNE_20,
        wrong=UnitSaid(at.batch.rows[0].content.new_name or ""),
        right=UnitSaid("Xã Đúng Tên"),
    )
    return [undo, lambda: corrections.correct_unit(DOER, command, MOMENT)]


def _added_and_moved(at: Spot) -> list[Press]:
    command = people.AddKnownPerson(
        person_id=at.person.id,
        unit_id=at.home.other_commune.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=JUNE_20,
    )
    return [lambda: people.add_known(DOER, command, MOMENT), _transfer(at)]


def _taken_and_passed_on(at: Spot) -> list[Press]:
    message_id = make_message().id
    return [
        lambda: outbox.claim(DOER, message_id, MOMENT),
        lambda: outbox.mark_passed_on(DOER, message_id, MOMENT),
    ]


def _met_by_number(at: Spot) -> list[Press]:
    """Two different people are given one citizen number."""
    other = at.colleague()
    return [
        _with_number(at.person),
        _with_number(other),
    ]


def _with_number(person: Person) -> Press:
    command = people.EditPerson(
        person_id=person.id,
        version=person.version,
        details=people.PersonDetails(
            full_name=person.full_name, phone=person.phone, birth_year=1990, citizen_id=CITIZEN_ID
        ),
    )
    return lambda: people.edit(DOER, command, KEYS, MOMENT)


PAIRS: dict[str, Callable[[Spot], list[Press]]] = {
    "a list is sent and its lines are edited": lambda at: [_submit_list(at), _save_lines(at)],
    "a list is sent and deleted": lambda at: [_submit_list(at), _delete_list(at)],
    "a list is approved and returned": _approved_and_returned,
    "two focal points go away, each because the other stays": _two_lean,
    "one focal point goes away, the other ends": _away_and_ended,
    "an assignment ends and its holder is away": lambda at: [
        _end_assignment(at),
        _set_absence(at),
    ],
    "an assignment ends and its member leaves": lambda at: [
        _end_assignment(at),
        _end_membership(at),
    ],
    "a batch is carried out and a row of it removed": _applied_and_changed,
    "a batch is carried out and discarded": lambda at: [_apply(at), _discard(at)],
    "a batch is undone and a name of it put right": _undone_and_named,
    "a paper ends and is corrected": lambda at: [_end_paper(at), _correct_decision(at)],
    "a paper is compared and corrected": lambda at: [
        _check_against_paper(at),
        _correct_decision(at),
    ],
    "a member is moved and added where he goes": _added_and_moved,
    "a member is moved and leaves": lambda at: [_transfer(at), _end_membership(at)],
    "a member is moved and seconded": lambda at: [_transfer(at), _second(at)],
    "a card is printed and revoked": lambda at: [_print_cards(at), _revoke_card(at)],
    "a card is printed and its member leaves": lambda at: [
        _print_cards(at),
        _end_membership(at),
    ],
    "a request is accepted and declined": lambda at: [_accept(at), _decline(at)],
    "a mail is taken and passed on by hand": _taken_and_passed_on,
    "two people are given one number": _met_by_number,
    "a password is set and its account disabled": lambda at: [_set_password(at), _disable(at)],
}
"""Different commands that meet on one thing."""

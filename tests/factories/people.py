"""Makers of people, memberships, decisions and assignments. All names are invented."""

import itertools
import uuid
from datetime import UTC, date, datetime

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.memberships import MemberRole
from registry.domain.people import ContractType, PersonFacts
from registry.domain.rosters import LineAction, LineOutcome, RosterState
from registry.domain.vietnamese.names import name_sort_key, search_key
from registry.models.assignments import Assignment, PaperCheck
from registry.models.base import continued, db
from registry.models.decisions import Decision, DecisionEnd
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.models.rosters import Roster, RosterLine
from registry.models.units import Unit
from registry.queries.person_periods import facts_of, periods_of
from registry.services.person_periods import begin
from tests.factories.units import START

CREATED = datetime(2024, 6, 1, 1, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def make_person(
    full_name: str = "Trần Thử Nghiệm",
    *,
    phone: str | None = None,
    email: str | None = None,
    job_title: str = "Công chức Văn phòng - Thống kê",
    birth_year: int | None = 1990,
    contract_type: ContractType = ContractType.PERMANENT,
) -> Person:
    """Make a person with a phone of his own; the facts hold since the first day of the tests."""
    person = Person(
        full_name=full_name,
        search_key=search_key(full_name),
        sort_key=name_sort_key(full_name),
        phone=phone or f"+8490500{next(_numbers):04d}",
        email=email,
        birth_year=birth_year,
        created_at=CREATED,
    )
    db.session.add(person)
    db.session.flush()
    facts = PersonFacts(job_title=job_title, contract_type=contract_type)
    begin(person.id, facts, START)
    return person


def facts_from(person: Person, day: date, **changes: object) -> PersonPeriod:
    """Let some of a person's facts be otherwise from a day on, after all that is known so far."""
    last = periods_of(person.id)[-1]
    following = continued(last, valid_from=day, **changes)
    last.valid_to = day
    db.session.flush()
    db.session.add(following)
    db.session.flush()
    return following


def title_of(person: Person, day: date) -> str | None:
    """Return a person's title on a day."""
    return facts_of(person.id, day).job_title


def make_membership(
    person: Person,
    unit: Unit,
    *,
    role: MemberRole = MemberRole.MEMBER,
    since: date = START,
    until: date | None = None,
    is_main: bool = True,
) -> Membership:
    """Make a person a member of a unit; facts are known since the first day of it."""
    first = periods_of(person.id)[0]
    first.valid_from = min(first.valid_from, since)
    membership = Membership(
        line_id=uuid.uuid4().hex,
        person_id=person.id,
        unit_id=unit.id,
        role=role,
        is_main=is_main,
        valid_from=since,
        valid_to=until,
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def make_member_unit(
    member: Unit, unit: Unit, *, since: date = START, until: date | None = None
) -> Membership:
    """Make a unit a member of another one."""
    membership = Membership(
        line_id=uuid.uuid4().hex,
        member_unit_id=member.id,
        unit_id=unit.id,
        role=MemberRole.MEMBER,
        valid_from=since,
        valid_to=until,
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def make_member(
    full_name: str, unit: Unit, *, since: date = START, until: date | None = None
) -> Person:
    """Make a person whose main unit is `unit`."""
    person = make_person(full_name)
    make_membership(person, unit, since=since, until=until)
    return person


def make_decision(
    unit: Unit, number: str = "15/QĐ-UBND", *, issued_on: date | None = START
) -> Decision:
    """Make a decision recorded by a unit."""
    decision = Decision(
        unit_id=unit.id,
        number=number,
        kind=DecisionKind.DECISION,
        issued_on=issued_on,
        effective_from=issued_on,
        issuer="UBND",
        signer="Người Ký Thử",
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def make_paper_end(decision: Decision) -> DecisionEnd:
    """Let a paper of the same unit, from 1 January 2030 on, take a decision out of force."""
    later = Decision(
        unit_id=decision.unit_id,
        number="99/QĐ-UBND",
        kind=DecisionKind.DECISION,
        issued_on=date(2030, 1, 1),
    )
    db.session.add(later)
    db.session.flush()
    end = DecisionEnd(
        decision_id=decision.id, by_id=later.id, kind=EndKind.REPLACED, created_at=CREATED
    )
    db.session.add(end)
    db.session.flush()
    return end


def make_assignment(
    holder: Person | Unit,
    unit: Unit,
    decision: Decision | None,
    *,
    role: AssignmentRole = AssignmentRole.FOCAL_POINT,
    duty: Duty = Duty.CONCURRENT,
    since: date = START,
    until: date | None = None,
) -> Assignment:
    """Assign a person or a section to a role for a unit."""
    assignment = Assignment(
        line_id=uuid.uuid4().hex,
        person_id=holder.id if isinstance(holder, Person) else None,
        section_id=holder.id if isinstance(holder, Unit) else None,
        unit_id=unit.id,
        role=role,
        duty=duty,
        decision_id=decision.id if decision else None,
        valid_from=since,
        valid_to=until,
    )
    db.session.add(assignment)
    db.session.flush()
    return assignment


def make_paper_check(assignment: Assignment, *, version: int | None = None) -> PaperCheck:
    """Compare an assignment with its paper, or with an earlier version of it."""
    assert assignment.decision
    row = PaperCheck(
        line_id=assignment.line_id,
        decision_id=assignment.decision_id,
        decision_version=version or assignment.decision.version,
        person_id=assignment.person_id,
        role=assignment.role,
        duty=assignment.duty,
        checked_on=date(2024, 6, 30),
        created_at=CREATED,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_approval(
    membership: Membership, *, issued_on: date = START, effective_from: date = START
) -> Roster:
    """Approve a membership by a member list decided on `issued_on`."""
    unit = db.session.get_one(Unit, membership.unit_id)
    number = next(_numbers)
    roster = Roster(
        unit_id=unit.id,
        number=number,
        state=RosterState.DECIDED,
        created_at=CREATED,
        content_hash="0" * 64,
        decision_id=make_decision(unit, f"{number}/QĐ-UBND", issued_on=issued_on).id,
    )
    roster.lines.append(
        RosterLine(
            position=1,
            action=LineAction.ADD,
            person_id=membership.person_id,
            member_unit_id=membership.member_unit_id,
            membership_line_id=membership.line_id,
            role=membership.role,
            effective_from=effective_from,
            outcome=LineOutcome.APPROVED,
        )
    )
    db.session.add(roster)
    db.session.flush()
    return roster

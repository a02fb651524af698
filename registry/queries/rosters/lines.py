"""Questions about the lines of a member list: what is known of each, and who may still join."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import aliased

from registry.domain.memberships import MemberRole, role_title
from registry.domain.people import NOTHING_KNOWN, PersonFacts
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.rosters import (
    GOES_ON,
    Joined,
    LineAction,
    LineFacts,
    LineOutcome,
    LineSigns,
    Party,
)
from registry.domain.units.kinds import KINDS_WITHOUT_MEMBERS, UnitKind
from registry.domain.vietnamese.names import query_words
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.models.rosters import Roster, RosterLine
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.memberships import (
    MemberRow,
    approved_line_ids,
    approved_lines,
    members_of,
)
from registry.queries.people import within_reach
from registry.queries.person_periods import facts_on, said_of
from registry.queries.reorganisations.ahead import written_ends
from registry.queries.units.names import (
    kind_as_last_known,
    last_listed_name,
    listed_name,
)
from registry.queries.units.on_a_day import in_force, path_on, under

# With this day "approved on" means: approved by any list, also one whose effect is still to come.
EVER = date.max


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line for showing: frozen values once submitted, those of today before.

    `before` is the role and organisation a change replaces. `came_along`: the unit took the member
    over when it took another's place.

    `kind` is that of the list's unit.
    """

    id: int
    party: Party
    action: LineAction
    name: str
    birth_year: int | None
    job_title: str | None
    role: MemberRole
    kind: UnitKind
    organisation: str | None
    effective_from: date
    outcome: LineOutcome | None
    remark: str | None
    membership_line_id: str | None
    before: tuple[MemberRole, str | None] | None
    came_along: bool

    @property
    def asks_for(self) -> str:
        """What the line asks for, in words."""
        if self.action is LineAction.ADD and self.came_along:
            return GOES_ON
        return self.action.label

    @property
    def title(self) -> str:
        """What bearing the role is called in the unit."""
        return role_title(self.role, self.kind)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person, or a unit, that could be added to a list, as today; `belongs_to` says where."""

    party: Party
    name: str
    birth_year: int | None
    job_title: str | None
    belongs_to: str


def party_of(line: RosterLine) -> Party:
    """Return who a line is about."""
    return Party(line.person_id, line.member_unit_id)


def _people(roster_id: int) -> Select[int | None]:
    return select(RosterLine.person_id).where(RosterLine.roster_id == roster_id)


def _member_units(roster_id: int) -> Select[int | None]:
    return select(RosterLine.member_unit_id).where(RosterLine.roster_id == roster_id)


def people_on(roster_id: int) -> dict[int, Person]:
    """Return the people the list's lines are about, by id."""
    return {
        person.id: person
        for person in db.session.scalars(select(Person).where(Person.id.in_(_people(roster_id))))
    }


def member_unit_names(roster: Roster, today: date) -> dict[int, tuple[str, str]]:
    """Return name and sort key of the units that are members on the list, of today or last."""
    rows = db.session.execute(
        select(
            UnitPeriod.unit_id,
            last_listed_name(UnitPeriod, today, within=roster.unit_id),
            UnitPeriod.sort_key,
        )
        .where(UnitPeriod.unit_id.in_(_member_units(roster.id)), UnitPeriod.valid_from <= today)
        .order_by(UnitPeriod.valid_from)
    )
    return {unit_id: (name, sort_key) for unit_id, name, sort_key in rows}


def line_rows(
    roster: Roster, facts: dict[int, LineFacts], today: date, scope: Scope = EVERYTHING
) -> list[LineRow]:
    """Return the list's lines in their order (before submission: people by given name, then units).

    `facts` (see `line_facts`) give what a change replaces; without them the rows say nothing of it.
    Of who is out of reach of `scope` today nothing is said beside the name, unless it is frozen.
    """
    people = people_on(roster.id)
    reached = _reached(roster.id, scope, today)
    kind = kind_as_last_known(roster.unit_id, today)
    said = facts_on(people, today)
    units = member_unit_names(roster, today)
    along = _came_along(roster)
    rows: list[tuple[tuple[bool, str, int], LineRow]] = []
    for line in roster.lines:
        person = people.get(line.person_id or 0)
        unit_name, unit_key = units.get(line.member_unit_id or 0, ("", ""))
        live_name = person.full_name if person else unit_name
        key = person.sort_key if person else unit_key
        frozen = line.name is not None
        known = person if person is not None and person.id in reached else None
        fact = facts.get(line.id)
        row = LineRow(
            id=line.id,
            party=party_of(line),
            action=line.action,
            name=line.name or live_name,
            birth_year=line.birth_year if frozen or known is None else known.birth_year,
            job_title=line.job_title if frozen or known is None else _title(said, known),
            role=line.role,
            kind=kind,
            organisation=line.organisation,
            effective_from=line.effective_from,
            outcome=line.outcome,
            remark=line.remark,
            membership_line_id=line.membership_line_id,
            before=_before(fact),
            came_along=line.membership_line_id in along
            or bool(fact and fact.joined and fact.joined.came_along),
        )
        rows.append(((person is None, key, line.id), row))
    if roster.submitted_at is None:
        rows.sort(key=lambda pair: pair[0])
    return [row for _, row in rows]


def _reached(roster_id: int, scope: Scope, today: date) -> set[int]:
    """Return the people on a list who are in reach of `scope`."""
    wanted = Person.id.in_(_people(roster_id)), within_reach(Person, scope, today)
    return set(db.session.scalars(select(Person.id).where(*wanted)))


def _came_along(roster: Roster) -> set[str | None]:
    """Return the membership lines of a decided list that lists of other units approved before."""
    if roster.decided_at is None:
        return set()
    earlier = aliased(Roster)
    lines = [line.membership_line_id for line in roster.lines if line.membership_line_id]
    return {
        line_id
        for block in blocks(lines)
        for line_id in db.session.scalars(
            select(RosterLine.membership_line_id)
            .join(earlier, earlier.id == RosterLine.roster_id)
            .where(
                RosterLine.membership_line_id.in_(block),
                RosterLine.outcome == LineOutcome.APPROVED,
                earlier.unit_id != roster.unit_id,
                earlier.decided_at < roster.decided_at,
            )
        )
    }


def _title(said: Mapping[int, PersonFacts], person: Person) -> str | None:
    return said.get(person.id, NOTHING_KNOWN).job_title


def _before(fact: LineFacts | None) -> tuple[MemberRole, str | None] | None:
    if fact is None or fact.joined is None or fact.action is LineAction.END:
        return None
    if (fact.role, fact.organisation) == (fact.joined.role, fact.joined.organisation):
        return None
    return fact.joined.role, fact.joined.organisation


def line_facts(roster: Roster, today: date) -> dict[int, LineFacts]:
    """Return what is known of each line as things are now, by line id, in a few statements."""
    memberships = _memberships(roster)
    ends = written_ends(
        Membership, {one.id: one.valid_to for found in memberships.values() for one in found}, today
    )
    approvals = _approvals(
        {membership.line_id for found in memberships.values() for membership in found}
    )
    present: dict[date, set[Party]] = {}
    prefixes: dict[date, str | None] = {}
    facts: dict[int, LineFacts] = {}
    for line in roster.lines:
        day = max(line.effective_from, today)
        for needed in (day, line.effective_from):
            if needed not in prefixes:
                prefixes[needed] = path_on(roster.unit_id, needed)
        if day not in present:
            present[day] = _present(roster.id, prefixes[day], day)
        facts[line.id] = LineFacts(
            action=line.action,
            role=line.role,
            organisation=line.organisation,
            effective_from=line.effective_from,
            joined=_joined(
                memberships.get(party_of(line), []), line.effective_from, approvals, ends
            ),
            belongs=party_of(line) in present[day],
            unit_exists=prefixes[line.effective_from] is not None,
        )
    return facts


def _memberships(roster: Roster) -> dict[Party, list[Membership]]:
    """Return the memberships of the list's parties in its unit, oldest first."""
    found: dict[Party, list[Membership]] = {}
    for membership in db.session.scalars(
        select(Membership)
        .where(
            Membership.unit_id == roster.unit_id,
            or_(
                Membership.person_id.in_(_people(roster.id)),
                Membership.member_unit_id.in_(_member_units(roster.id)),
            ),
        )
        .order_by(Membership.valid_from, Membership.id)
    ):
        party = Party(membership.person_id, membership.member_unit_id)
        found.setdefault(party, []).append(membership)
    return found


def _approvals(line_ids: Iterable[str]) -> dict[str, set[int]]:
    """Return, for each approved membership line, the units whose lists admitted it."""
    found: dict[str, set[int]] = {}
    for block in blocks(line_ids):
        rows = db.session.execute(
            approved_lines(EVER)
            .add_columns(Roster.unit_id)
            .where(RosterLine.membership_line_id.in_(block))
        )
        for line_id, unit_id in rows:
            found.setdefault(line_id, set()).add(unit_id)
    return found


def _joined(
    memberships: Sequence[Membership],
    day: date,
    approvals: Mapping[str, set[int]],
    ends: Mapping[int, date | None],
) -> Joined | None:
    for membership in memberships:
        if membership.valid_to is None or membership.valid_to > day:
            return Joined(
                membership_id=membership.id,
                line_id=membership.line_id,
                role=membership.role,
                organisation=membership.organisation,
                valid_from=membership.valid_from,
                valid_to=ends[membership.id],
                approved=membership.line_id in approvals,
                is_carried_over=membership.unit_id
                not in approvals.get(membership.line_id, {membership.unit_id}),
                came_along=bool(approvals.get(membership.line_id, set()) - {membership.unit_id}),
            )
    return None


def _present(roster_id: int, prefix: str | None, day: date) -> set[Party]:
    """Return the list's parties that on `day` are members under `prefix`, or stand there."""
    if prefix is None:
        return set()
    people = db.session.scalars(
        select(Membership.person_id)
        .join(UnitPath, UnitPath.unit_id == Membership.unit_id)
        .where(
            Membership.person_id.in_(_people(roster_id)),
            in_force(Membership, day),
            in_force(UnitPath, day),
            under(UnitPath.path, prefix),
        )
        .distinct()
    )
    units = db.session.scalars(
        select(UnitPath.unit_id).where(
            UnitPath.unit_id.in_(_member_units(roster_id)),
            in_force(UnitPath, day),
            under(UnitPath.path, prefix),
            UnitPath.path != prefix,
        )
    )
    return {Party(person_id) for person_id in people} | {Party(None, unit_id) for unit_id in units}


def line_signs(
    roster: Roster,
    facts: dict[int, LineFacts],
    today: date,
    scope: Scope = EVERYTHING,
    sharing_number: Collection[int] = (),
) -> dict[int, LineSigns]:
    """Return what a reviewer should look at, by line id; nothing for lines about units.

    What was submitted is compared with what the registry says `today`, and with people in reach of
    `scope` only: of others nobody is told that they are there. `sharing_number` are the people who
    bear the citizen number of another one.
    """
    people = people_on(roster.id)
    said = facts_on(people, today)
    phones = _phones_of_others(roster.id, scope, today)
    namesakes = _people_with_namesake(roster.id, scope, today)
    reached = _reached(roster.id, scope, today)
    signs: dict[int, LineSigns] = {}
    for line in roster.lines:
        person = people.get(line.person_id or 0)
        if person is None:
            continue
        fact = facts[line.id]
        shown = (line.name, line.birth_year, line.job_title)
        signs[line.id] = LineSigns(
            without_birth_year=person.birth_year is None and line.birth_year is None,
            shares_phone=bool(phones.get(person.phone or "", set()) - {person.id}),
            shares_number=person.id in sharing_number,
            has_namesake=person.id in namesakes,
            joins_by_approval=line.action is LineAction.ADD and fact.joined is None,
            otherwise_now=line.name is not None
            and person.id in reached
            and shown != (person.full_name, person.birth_year, _title(said, person)),
        )
    return signs


def _phones_of_others(roster_id: int, scope: Scope, today: date) -> dict[str, set[int]]:
    """Return who in reach has the telephones of the people on a list, by telephone."""
    on_list = select(Person.phone).where(Person.id.in_(_people(roster_id)))
    found: dict[str, set[int]] = {}
    for phone, person_id in db.session.execute(
        select(Person.phone, Person.id).where(
            Person.phone.in_(on_list), within_reach(Person, scope, today)
        )
    ):
        found.setdefault(phone or "", set()).add(person_id)
    return found


def _people_with_namesake(roster_id: int, scope: Scope, today: date) -> set[int]:
    other = aliased(Person)
    return set(
        db.session.scalars(
            select(Person.id)
            .join(
                other,
                and_(
                    other.search_key == Person.search_key,
                    other.birth_year == Person.birth_year,
                    other.id != Person.id,
                ),
            )
            .where(Person.id.in_(_people(roster_id)), within_reach(other, scope, today))
            .distinct()
        )
    )


def unapproved_members(unit_id: int, today: date) -> list[MemberRow]:
    """Return the unit's members of today whom no list has approved: what a new list begins with."""
    rows = members_of(unit_id, today)
    approved = approved_line_ids((row.line_id for row in rows), EVER)
    return [row for row in rows if row.line_id not in approved]


def approved_members(unit_id: int, today: date) -> list[MemberRow]:
    """Return the unit's members of today whom a list has approved: those one can change or end."""
    rows = members_of(unit_id, today)
    approved = approved_line_ids((row.line_id for row in rows), EVER)
    return [row for row in rows if row.line_id in approved]


def people_to_add(
    roster: Roster, words: str, today: date, limit: int
) -> tuple[list[Candidate], int]:
    """Return people of the unit and those below it who are neither on the list nor approved here.

    By given name; at most `limit` of them, and how many there are.
    """
    prefix = path_on(roster.unit_id, today)
    if prefix is None:
        return [], 0
    taken = {line.person_id for line in roster.lines} | {
        row.person_id for row in approved_members(roster.unit_id, today)
    }
    statement = (
        select(
            Person,
            PersonPeriod.job_title,
            listed_name(UnitPeriod, today, within=roster.unit_id),
        )
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(PersonPeriod, said_of(Person.id, today))
        .join(UnitPath, UnitPath.unit_id == Membership.unit_id)
        .join(UnitPeriod, UnitPeriod.unit_id == Membership.unit_id)
        .where(
            in_force(Membership, today),
            in_force(UnitPath, today),
            in_force(UnitPeriod, today),
            under(UnitPath.path, prefix),
            *_named(Person.search_key, words),
        )
        .order_by(Person.sort_key, Person.id, func.length(UnitPath.path), UnitPath.unit_id)
    )
    found: dict[int, Candidate] = {}
    for person, job_title, unit_name in db.session.execute(statement):
        if person.id in taken or person.id in found:
            continue
        found[person.id] = Candidate(
            Party(person.id), person.full_name, person.birth_year, job_title, unit_name
        )
    return list(found.values())[:limit], len(found)


def units_to_add(
    roster: Roster, words: str, today: date, limit: int
) -> tuple[list[Candidate], int]:
    """Return units below the list's unit that are neither on the list nor approved members."""
    prefix = path_on(roster.unit_id, today)
    if prefix is None:
        return [], 0
    taken = {line.member_unit_id for line in roster.lines} | {
        row.member_unit_id for row in approved_members(roster.unit_id, today)
    }
    parent = aliased(UnitPeriod)
    statement = (
        select(
            UnitPeriod.unit_id,
            listed_name(UnitPeriod, today, within=roster.unit_id),
            func.coalesce(parent.short_name, parent.name),
        )
        .join(UnitPath, UnitPath.unit_id == UnitPeriod.unit_id)
        .outerjoin(parent, and_(parent.unit_id == UnitPeriod.parent_id, in_force(parent, today)))
        .where(
            in_force(UnitPeriod, today),
            in_force(UnitPath, today),
            under(UnitPath.path, prefix),
            UnitPath.path != prefix,
            UnitPeriod.kind.not_in(KINDS_WITHOUT_MEMBERS),
            *_named(UnitPeriod.search_key, words),
        )
        .order_by(UnitPeriod.sort_key, UnitPeriod.unit_id)
    )
    found = [
        Candidate(Party(None, unit_id), name, None, None, above)
        for unit_id, name, above in db.session.execute(statement)
        if unit_id not in taken
    ]
    return found[:limit], len(found)


def _named(search_key: SQLColumnExpression[str], words: str) -> list[ColumnElement[bool]]:
    """Return the conditions that each word typed begins a word of the key."""
    padded = " " + search_key
    return [padded.contains(f" {word}") for word in query_words(words)]

"""Which papers take which others out of force, and who is named by a paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from registry.domain.decisions import EndKind, may_end
from registry.domain.permissions import EVERYTHING, Scope
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision, DecisionEnd
from registry.models.people import Person
from registry.models.units import UnitPeriod
from registry.queries.units.on_a_day import in_scope_of

NOBODY: tuple[int | None, int | None] = (None, None)  # nobody in particular: for all
ANOTHER = "người, bộ phận khác"
NO_MORE = "người, bộ phận không còn phân công theo văn bản này"


@dataclass(frozen=True, slots=True)
class NamedHolder:
    """A person or a section an assignment on a paper names."""

    person_id: int | None
    section_id: int | None
    name: str

    @property
    def key(self) -> str:
        """How a form names the holder."""
        return f"p{self.person_id}" if self.person_id is not None else f"s{self.section_id}"


@dataclass(frozen=True, slots=True)
class PaperEnd:
    """A later paper `by` takes `decision` out of force; `holder` None: for all it names.

    Who lies outside the reader's scope is not named; `is_of_others` where it is about somebody
    there, alone or among all: then it is not the reader's to take back.
    """

    id: int
    decision: Decision
    by: Decision
    kind: EndKind
    holder: str | None
    is_of_others: bool


def end_said(end: DecisionEnd) -> int | None:
    """Return the number of the row that says the same of the same papers and holder, if any."""
    return db.session.scalar(
        select(DecisionEnd.id).where(
            DecisionEnd.decision_id == end.decision_id,
            DecisionEnd.by_id == end.by_id,
            DecisionEnd.person_id.is_not_distinct_from(end.person_id),
            DecisionEnd.section_id.is_not_distinct_from(end.section_id),
        )
    )


def holders_on(decision_id: int, scope: Scope, today: date) -> list[NamedHolder]:
    """Return whom the assignments on a paper name, each once, in the order of names.

    Of units in `scope` today; what a paper says of others is not the reader's.
    """
    rows = db.session.execute(
        select(Assignment.person_id, Assignment.section_id, Person.full_name, Person.sort_key)
        .outerjoin(Person, Person.id == Assignment.person_id)
        .where(Assignment.decision_id == decision_id, in_scope_of(scope, Assignment.unit_id, today))
        .distinct()
    ).all()
    names = _section_names(section for _, section, _, _ in rows if section is not None)
    found = [
        (sort_key or "", NamedHolder(person, section, name or names.get(section or 0, "")))
        for person, section, name, sort_key in rows
    ]
    return [holder for _, holder in sorted(found, key=lambda pair: (pair[0], pair[1].name))]


def ends_of(decision_id: int, scope: Scope, today: date) -> list[PaperEnd]:
    """Return what takes a paper out of force, and what it takes out of force itself."""
    ended, by = aliased(Decision), aliased(Decision)
    rows = db.session.execute(
        select(DecisionEnd, ended, by)
        .join(ended, ended.id == DecisionEnd.decision_id)
        .join(by, by.id == DecisionEnd.by_id)
        .where(or_(DecisionEnd.decision_id == decision_id, DecisionEnd.by_id == decision_id))
        .order_by(DecisionEnd.id)
    ).all()
    papers = {old.id: old for _, old, _ in rows}.values()
    seen = {old.id: _names(holders_on(old.id, scope, today)) for old in papers}
    named = {old.id: _names(holders_on(old.id, EVERYTHING, today)) for old in papers}
    return [
        PaperEnd(
            end.id,
            old,
            new,
            end.kind,
            _holder_of(end, seen[old.id], named[old.id]),
            is_of_others=_is_of_others(end, seen[old.id], named[old.id]),
        )
        for end, old, new in rows
    ]


_Names = Mapping[tuple[int | None, int | None], str]


def _names(holders: Iterable[NamedHolder]) -> _Names:
    return {(holder.person_id, holder.section_id): holder.name for holder in holders}


def _holder_of(end: DecisionEnd, seen: _Names, named: _Names) -> str | None:
    """Return whom an end is about: nobody in particular, somebody seen, "another", or one gone."""
    holder = (end.person_id, end.section_id)
    if holder == NOBODY:
        return None
    return seen.get(holder) or (ANOTHER if holder in named else NO_MORE)


def _is_of_others(end: DecisionEnd, seen: _Names, named: _Names) -> bool:
    holder = (end.person_id, end.section_id)
    return named.keys() > seen.keys() if holder == NOBODY else holder in named.keys() - seen.keys()


def papers_that_may_end(decision: Decision, scope: Scope, today: date) -> list[Decision]:
    """Return the papers in `scope` that may stand in the place of one, the newest first.

    Those of its own unit, and of the units which its assignments serve, also by way of a
    reorganisation.
    """
    lines = select(Assignment.line_id).where(Assignment.decision_id == decision.id)
    served = select(Assignment.unit_id).where(Assignment.line_id.in_(lines))
    rows = db.session.scalars(
        select(Decision).where(
            Decision.id != decision.id,
            or_(Decision.unit_id == decision.unit_id, Decision.unit_id.in_(served)),
            in_scope_of(scope, Decision.unit_id, today),
        )
    ).all()
    able = (row for row in rows if may_end(row.kind, decision.kind))
    return sorted(able, key=lambda row: (row.issued_on or date.max, row.id), reverse=True)


def _section_names(section_ids: Iterable[int]) -> dict[int, str]:
    """Return the last name of each section."""
    rows = db.session.execute(
        select(UnitPeriod.unit_id, UnitPeriod.name)
        .where(UnitPeriod.unit_id.in_(sorted(set(section_ids))))
        .order_by(UnitPeriod.valid_from)
    )
    return {unit_id: name for unit_id, name in rows}  # noqa: C416 - a Row is no tuple

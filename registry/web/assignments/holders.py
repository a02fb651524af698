"""The choice of who holds an assignment: few are shown at once, the others are searched for."""

from dataclasses import dataclass
from datetime import date

from registry.domain.assignments import AssignmentRole
from registry.domain.permissions import Action
from registry.domain.vietnamese.names import query_words
from registry.queries.assignments.holders import EligiblePerson, Holder, eligible_holders
from registry.queries.assignments.rows import AssignmentRow
from registry.queries.units.on_a_day import UnitRow, unit_on
from registry.web.access import current_actor
from registry.web.assignments.forms import EditAssignmentForm, RecordAssignmentForm, holder_value
from registry.web.request import today

# More radios than this are not read but searched.
SHOWN_HOLDERS = 15


@dataclass(frozen=True, slots=True)
class OfferedHolders:
    """What the page says beside the choices.

    `hints` are the choices' second lines; `more` counts people who answer but are not shown;
    `searchable`: there are so many that the page offers a search.
    """

    hints: dict[str, str]
    more: int
    searchable: bool


def offer_holders(
    form: RecordAssignmentForm | EditAssignmentForm,
    unit: UnitRow,
    day: date | None,
    present: AssignmentRow | None = None,
) -> OfferedHolders:
    """Fill the choice of holders: people near the unit on `day`, then its sections.

    The one chosen stays in the list whatever is searched for, and who holds the assignment at
    `present` wherever he is.
    """
    on = day or today()
    there = unit_on(unit.id, on) or unit
    role = AssignmentRole(form.role.data) if form.role.data in set(AssignmentRole) else None
    scope = current_actor().scope(Action.ASSIGNMENT_RECORD)
    who = eligible_holders(there, on, scope, today(), role)
    words = query_words(form.holder_query.data or "")
    chosen = form.chosen_holder().person_id
    answering = [person for person in who.people if _answers(person, words)]
    shown = answering[:SHOWN_HOLDERS]
    shown += [row for row in who.people if row.person_id == chosen and row not in shown]
    hints: dict[str, str] = {}
    choices: list[tuple[str, str]] = []
    for person in shown:
        value = holder_value(Holder(person_id=person.person_id))
        choices.append((value, person.full_name))
        hints[value] = " · ".join(part for part in (person.job_title, person.unit_name) if part)
    for section in who.sections:
        value = holder_value(Holder(section_id=section.id))
        choices.append((value, section.shown_name))
        hints[value] = "Bộ phận thuộc đơn vị"
    if present is not None:
        value = holder_value(Holder(present.person_id, present.section_id))
        if value not in hints:
            choices.insert(0, (value, present.holder_name))
            hints[value] = " · ".join(part for part in (present.job_title, "đang ghi") if part)
    form.holder.choices = choices
    return OfferedHolders(
        hints=hints,
        more=max(0, len(answering) - SHOWN_HOLDERS),
        searchable=len(who.people) > SHOWN_HOLDERS,
    )


def _answers(person: EligiblePerson, words: list[str]) -> bool:
    return all(f" {word}" in f" {person.search_key}" for word in words)

"""Answer where the teams, members and assignments of split or dissolved units go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Actor
from registry.domain.reorganisations.annex import AnnexRow, RowProblem
from registry.domain.reorganisations.checks import MayStandUnder
from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.reorganisations.planning import plan_reorganisation
from registry.domain.reorganisations.questions import AskedNoun, Item, Question
from registry.models.reorganisations import ReorganisationAnswer
from registry.queries.reorganisations.effects import questions_of
from registry.queries.units.codes import registry_codes
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.batches import composed_batch, mark_changed


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked, where the answered items go, and which answers do not fit."""

    questions: Sequence[Question]
    targets: Mapping[Item, int]
    problems: Sequence[RowProblem]


@dataclass(frozen=True, slots=True)
class Planned:
    """The units of the day before, what becomes of them, and what the answers add to it."""

    units: Sequence[PlannedUnit]
    plan: Plan
    answers: Answers


@one_at_a_time
def answer(actor: Actor, batch_id: int, answers: Mapping[Item, str], moment: Moment) -> int:
    """Say where teams, members and assignments of split or dissolved units go.

    An empty target takes an answer back. Return how many answers changed. Raises NotFound for an
    unknown batch, Conflict for one already applied.
    """
    batch = composed_batch(actor, batch_id, moment.day)
    known = {given.item: given for given in batch.answers}
    changed = {
        item: target
        for item, target in answers.items()
        if target != (known[item].target if item in known else "")
    }
    for item, target in changed.items():
        if not target:
            batch.answers.remove(known[item])
        elif item in known:
            known[item].target = target
        else:
            batch.answers.append(ReorganisationAnswer(item=item, target=target))
    if changed:
        mark_changed(batch)
        record(
            actor,
            Event(
                Deed.REORGANISATION_ANSWER,
                "reorganisations",
                batch.id,
                details={"answers": len(changed)},
            ),
            moment,
        )
    return len(changed)


def plan_with_answers(
    units: Sequence[PlannedUnit],
    rows: Sequence[AnnexRow],
    day: date,
    may_stand_under: MayStandUnder,
    answers: Mapping[Item, str],
) -> Planned:
    """Plan what the rows do, with the units below a split or dissolved one where answers say."""
    plan = plan_reorganisation(units, rows, day, may_stand_under)
    targets, problems = _targets(plan, units, answers)
    if targets and not plan.problems:
        placed = _placed_units(targets, units)
        plan = plan_reorganisation(units, rows, day, may_stand_under, placed)
    if plan.problems:
        return Planned(units, plan, Answers((), targets, problems))
    questions = questions_of(plan, units, day)
    problems += _strays(answers, questions)
    return Planned(units, plan, Answers(questions, targets, problems))


def _targets(
    plan: Plan, units: Sequence[PlannedUnit], answers: Mapping[Item, str]
) -> tuple[dict[Item, int], list[RowProblem]]:
    """Resolve the answers' successors by code, else by name, among the units of the day."""
    living = [
        *plan.established,
        *plan.changed.values(),
        *(unit for unit in units if unit.id not in plan.ended and unit.id not in plan.changed),
    ]
    by_word: dict[str, list[int]] = {}
    for unit in living:
        for word in (unit.code, unit.name):
            if word:
                by_word.setdefault(word, []).append(unit.id)
    heirs = {link.successor_id for link in plan.successions}
    found: dict[Item, int] = {}
    problems: list[RowProblem] = []
    for item, word in answers.items():
        matches = by_word.get(word, [])
        if len(matches) > 1:
            matches = [unit_id for unit_id in matches if unit_id in heirs]
        if len(matches) == 1:
            found[item] = matches[0]
        else:
            problems.append(
                RowProblem.with_answer(
                    item,
                    f"không xác định được đơn vị “{word}” từ ngày có hiệu lực. Ghi mã của đơn vị "
                    "nhận.",
                )
            )
    return found, problems


def _placed_units(targets: Mapping[Item, int], units: Iterable[PlannedUnit]) -> dict[int, int]:
    """Return the answers about units (teams, enterprises): their id -> where they go."""
    wanted = {item.key: target for item, target in targets.items() if item.noun is AskedNoun.UNIT}
    if not wanted:
        return {}
    by_code = {unit.code: unit.id for unit in units if unit.code}
    registry = registry_codes(unit.id for unit in units if not unit.code)
    by_code |= {code: unit_id for unit_id, code in registry.items() if code}
    return {by_code[code]: target for code, target in wanted.items() if code in by_code}


def _strays(answers: Iterable[Item], questions: Iterable[Question]) -> list[RowProblem]:
    """Return the answers to what nobody asked: a slip of the pen, or of another annex."""
    asked = {question.item for question in questions}
    return [
        RowProblem.with_answer(
            item, "đợt này không có mục đó để phân bổ. Sửa hoặc bỏ dòng phân bổ này."
        )
        for item in answers
        if item not in asked
    ]

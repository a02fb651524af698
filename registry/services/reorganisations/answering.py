"""Answer where teams, members and assignments of units that end or give a part away go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Actor
from registry.domain.reorganisations.annex import AnnexRow, RowProblem
from registry.domain.reorganisations.checks import MayStandUnder
from registry.domain.reorganisations.plan import NO_PAST, Past, Plan, PlannedUnit
from registry.domain.reorganisations.planning import plan_reorganisation
from registry.domain.reorganisations.questions import STAYS, AskedNoun, Item, Question
from registry.domain.reorganisations.unit_lookup import name_key
from registry.models.reorganisations import ReorganisationAnswer
from registry.queries.reorganisations.effects import questions_of
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.batches import composed_batch, mark_changed


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked, where the answered items go, and which answers do not fit.

    `leaders` are the answers who leads a team, which only its members tell, once they are there.
    """

    questions: Sequence[Question]
    targets: Mapping[Item, int]
    problems: Sequence[RowProblem]
    leaders: Mapping[Item, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """The units as they stood, what becomes of them, and what the answers add to it.

    `past` is what is not so any more: what earlier batches of the day changed or ended.
    """

    units: Sequence[PlannedUnit]
    plan: Plan
    answers: Answers
    past: Past = NO_PAST


@one_at_a_time
def answer(actor: Actor, batch_id: int, answers: Mapping[Item, str], moment: Moment) -> int:
    """Say where teams, members and assignments go, or that they stay.

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
    past: Past = NO_PAST,
) -> Planned:
    """Plan what the rows do, with the units below those asked about where answers say."""
    plan = plan_reorganisation(units, rows, day, may_stand_under, past=past)
    leaders = {item: word for item, word in answers.items() if item.noun is AskedNoun.HEAD}
    answers = {item: word for item, word in answers.items() if item not in leaders}
    staying = [item for item, word in answers.items() if _stays(word)]
    going = {item: word for item, word in answers.items() if not _stays(word)}
    targets, problems = _targets(plan, units, going)
    placed = _placed_units(targets, units)
    if placed and not plan.problems:
        plan = plan_reorganisation(units, rows, day, may_stand_under, placed, past)
    if plan.problems:
        return Planned(units, plan, Answers((), targets, problems))
    questions = questions_of(plan, units, day)
    kept, homeless = _kept_places(plan, questions, staying)
    problems += [*homeless, *_strays(answers, questions)]
    return Planned(units, plan, Answers(questions, targets | kept, problems, leaders), past)


def _stays(word: str) -> bool:
    """Tell whether an answer says, as the file or the page does, that something stays."""
    said, stays = name_key(word), name_key(STAYS)
    return said == stays or said.startswith(f"{stays} ")


def _targets(
    plan: Plan, units: Sequence[PlannedUnit], answers: Mapping[Item, str]
) -> tuple[dict[Item, int], list[RowProblem]]:
    """Resolve the answers' units by code, else by name, among the units of the day."""
    if not answers:
        return {}, []
    living = [
        *plan.established,
        *plan.changed.values(),
        *(unit for unit in units if unit.id not in plan.ended and unit.id not in plan.changed),
    ]
    by_word: dict[str, set[int]] = {}
    for unit in living:
        for word in _words_for(unit):
            by_word.setdefault(word, set()).add(unit.id)
    heirs = {link.successor_id for link in plan.successions}
    found: dict[Item, int] = {}
    problems: list[RowProblem] = []
    for item, word in answers.items():
        matches = by_word.get(name_key(word), set())
        if len(matches) > 1:
            matches = matches & heirs
        if len(matches) == 1:
            (found[item],) = matches
        else:
            problems.append(
                RowProblem.with_answer(
                    item,
                    f"không xác định được đơn vị “{word}” từ ngày có hiệu lực. Ghi mã của đơn vị "
                    "nhận.",
                )
            )
    return found, problems


def _words_for(unit: PlannedUnit) -> Iterator[str]:
    """Yield what an answer may call a unit, as keys: its codes, its name, or both."""
    name = name_key(unit.name)
    yield name
    for code in (unit.code, unit.registry_code):
        if code:
            yield name_key(code)
            yield f"{name_key(code)} {name}"


def _placed_units(targets: Mapping[Item, int], units: Iterable[PlannedUnit]) -> dict[int, int]:
    """Return the answers about units (teams, enterprises): their id -> where they go."""
    wanted = {item.key: target for item, target in targets.items() if item.noun is AskedNoun.UNIT}
    if not wanted:
        return {}
    return {
        unit.id: wanted[code]
        for unit in units
        if (code := unit.code or unit.registry_code) and code in wanted
    }


def _kept_places(
    plan: Plan, questions: Iterable[Question], staying: Iterable[Item]
) -> tuple[dict[Item, int], list[RowProblem]]:
    """Return where what is said to stay is from the day on: at its unit, or with what is left."""
    asked = {question.item: question.unit_id for question in questions}
    kept: dict[Item, int] = {}
    problems = []
    for item in staying:
        unit_id = asked.get(item)
        if unit_id is None:
            continue
        place = plan.heir(unit_id) if unit_id in plan.ended else unit_id
        if place is not None:
            kept[item] = place
        else:
            problems.append(
                RowProblem.with_answer(
                    item, "đơn vị kết thúc nên không ở lại được. Ghi mã của đơn vị nhận."
                )
            )
    return kept, problems


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

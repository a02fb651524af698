"""Reorganise units: compose a batch, try it without writing, apply it in one transaction, undo it.

The dry run is the same work inside a savepoint that is rolled back, so it cannot differ from what
applying does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, text

from registry.domain.audit.deeds import Deed, noun_label
from registry.domain.clock import Moment
from registry.domain.coverage import Standard
from registry.domain.errors import Conflict, Invalid
from registry.domain.permissions import Action, Actor, Scope
from registry.domain.reorganisations.annex import AnnexRow, Part, RowProblem
from registry.domain.reorganisations.carry_over import Ended
from registry.domain.reorganisations.old_side import create_missing
from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.reorganisations.planning import plan_reorganisation
from registry.domain.units.kinds import UnitKind
from registry.domain.units.paths import CycleFound
from registry.models.base import db
from registry.models.reorganisations import (
    Reorganisation,
    ReorganisationAnswer,
    ReorganisationRow,
)
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.coverage.figures import coverage
from registry.queries.reorganisations.effects import (
    Heads,
    Question,
    heads_on,
    questions_of,
    rests_on,
)
from registry.queries.reorganisations.facts import (
    blocks,
    cards_on_lines,
    changes_of,
    former_units,
    homeless,
    later_batches_on,
    placements,
    registry_codes,
    roots_of,
    shared_codes,
    subtree_ids,
    units_before,
    units_by_kind,
    units_of_periods,
)
from registry.queries.reorganisations.reach import Gain, gains_of, reach_on
from registry.queries.reorganisations.results import Link, Transition
from registry.queries.reorganisations.scope import uncovered
from registry.queries.units.on_a_day import UnitRow, units_by_id
from registry.services.audit import Event, record
from registry.services.reorganisations.batches import (
    MOST_ROWS,
    BatchDecision,
    annex_rows,
    composed_batch,
    decision_for,
    mark_changed,
    row_content,
    seen_batch,
)
from registry.services.reorganisations.facts import (
    ASSIGNMENTS,
    FACT_TABLES,
    GRANTS,
    MEMBERSHIPS,
    OFFICES,
    Carried,
    FactTable,
    carry_facts,
)
from registry.services.reorganisations.journal import Journal, replay_backwards
from registry.services.reorganisations.lists import move_open_signups, return_open_lists
from registry.services.reorganisations.units import establish, write_plan
from registry.services.statistics import refresh_statistics
from registry.services.units.paths import rebuild_paths_of

STANDS_UNDER_ITSELF = (
    "Một đơn vị sẽ đứng dưới chính nó từ một ngày sau ngày có hiệu lực. Hoàn tác đợt sắp xếp sau "
    "trước."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeBatch:
    """A batch as typed or loaded. `answers` name, by item, the code or name of a successor.

    `known_from` is the day from which `create_missing` lets the annex's old side be known; without
    it, the day before the effective day, so that no earlier figure changes. A decision not known
    yet is recorded at `decided_by_id`, without it at the home province.
    """

    effective_on: date
    decision_number: str
    rows: Sequence[AnnexRow]
    create_missing: bool = False
    known_from: date | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    issued_on: date | None = None
    decided_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a noun moved to a successor, and how many ended."""

    moved: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch does, or did. Units are those of the effective day, closed ones of the eve."""

    batch_id: int | None
    dry_run: bool
    effective_on: date
    established: tuple[UnitRow, ...] = ()
    continued: tuple[UnitRow, ...] = ()
    ended: tuple[tuple[UnitRow, str], ...] = ()
    without_plan: tuple[UnitRow, ...] = ()
    counts: Mapping[str, Counts] = field(default_factory=dict)
    uncovered: tuple[UnitRow, ...] = ()
    gains: tuple[Gain, ...] = ()
    questions: tuple[Question, ...] = ()
    heads_before: Heads | None = None
    heads_after: Heads | None = None
    units_before: Mapping[str, int] = field(default_factory=dict)
    units_after: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[RowProblem, ...] = ()
    answered: tuple[Question, ...] = ()
    transition: Transition = field(default_factory=Transition)


def compose(actor: Actor, command: ComposeBatch, moment: Moment) -> Reorganisation:
    """Keep a batch, not yet applied; it may begin empty and be filled row by row.

    Raises Invalid for an impossible decision number or day.
    """
    actor.require(Action.UNIT_REORGANISE)
    return write_batch(actor, command, moment)


def write_batch(actor: Actor, command: ComposeBatch, moment: Moment) -> Reorganisation:
    """Keep a batch like `compose`, for callers that have authorised their own action."""
    if len(command.rows) > MOST_ROWS:
        raise Invalid.on("rows", f"Một đợt có nhiều nhất {MOST_ROWS} dòng. Chia thành nhiều đợt.")
    if command.known_from is not None and command.known_from >= command.effective_on:
        raise Invalid.on("known_from", "Ngày biết đơn vị cũ phải trước ngày có hiệu lực.")
    paper = BatchDecision(
        number=command.decision_number,
        effective_from=command.effective_on,
        issued_on=command.issued_on,
        unit_id=command.decided_by_id,
    )
    batch = Reorganisation(
        effective_on=command.effective_on,
        decision_id=decision_for(actor, paper, moment).id,
        create_missing=command.create_missing,
        known_from=command.known_from,
        created_at=moment.instant,
        created_by_id=actor.account_id,
    )
    db.session.add(batch)
    db.session.flush()
    batch.rows = [
        ReorganisationRow(
            position=position, number=row.number, source=row.source, content=row_content(row)
        )
        for position, row in enumerate(command.rows, start=1)
    ]
    batch.answers = [
        ReorganisationAnswer(item=item, target=target) for item, target in command.answers.items()
    ]
    db.session.flush()
    record(
        actor,
        Event(
            Deed.REORGANISATION_COMPOSE,
            "reorganisations",
            batch.id,
            details={"rows": len(command.rows), "effective_on": command.effective_on},
        ),
        moment,
    )
    return batch


def answer(actor: Actor, batch_id: int, answers: Mapping[str, str], moment: Moment) -> int:
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


def discard(actor: Actor, batch_id: int, moment: Moment) -> None:
    """Throw a composed batch away.

    Raises Conflict when it has been applied.
    """
    batch = composed_batch(actor, batch_id, moment.day)
    db.session.delete(batch)
    db.session.flush()
    record(actor, Event(Deed.REORGANISATION_DISCARD, "reorganisations", batch_id), moment)


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Run something and take back all it wrote."""
    savepoint = db.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        db.session.expire_all()


def try_out(actor: Actor, batch_id: int, moment: Moment) -> Outcome:
    """Return what applying the batch would do; nothing is written."""
    batch = composed_batch(actor, batch_id, moment.day)
    with nothing_kept():
        return _carry_out(batch, actor.scope(Action.UNIT_REORGANISE), moment, dry_run=True)


def apply(actor: Actor, batch_id: int, moment: Moment, version: int | None = None) -> Outcome:
    """Apply the batch whole, or not at all: an outcome with problems has written nothing.

    Raises Conflict when it was applied already or, `version` being the one tried out, was changed
    since; NotFound when the batch lies outside the scope.
    """
    batch = composed_batch(actor, batch_id, moment.day, version)
    return apply_batch(actor, batch, actor.scope(Action.UNIT_REORGANISE), moment)


def apply_batch(actor: Actor, batch: Reorganisation, scope: Scope, moment: Moment) -> Outcome:
    """Apply a batch like `apply`, for callers that have authorised their own action on `scope`."""
    savepoint = db.session.begin_nested()
    outcome = _carry_out(batch, scope, moment, dry_run=False)
    if outcome.problems:
        savepoint.rollback()
        db.session.expire_all()
        return outcome
    savepoint.commit()
    batch.applied_at = moment.instant
    batch.applied_by_id = actor.account_id
    batch.summary = summary(outcome) | {"units": _kept_of_units(outcome)}
    db.session.flush()
    record(
        actor,
        Event(
            Deed.REORGANISATION_APPLY,
            "reorganisations",
            batch.id,
            details={
                "decision": batch.decision.number,
                "effective_on": batch.effective_on,
                "established": len(outcome.established),
                "continued": len(outcome.continued),
                "ended": len(outcome.ended),
            },
        ),
        moment,
    )
    return outcome


def undo(actor: Actor, batch_id: int, moment: Moment) -> Reorganisation:
    """Take an applied batch back: every question then has the answer it had before.

    Raises Conflict, naming what, while something later depends on the units concerned.
    """
    batch = seen_batch(actor, batch_id, moment.day)
    if batch.applied_at is None or batch.undone_at is not None:
        raise Conflict("Chỉ hoàn tác được đợt đã thực hiện và chưa hoàn tác.")
    with db.session.begin_nested():
        _take_back(batch)
    batch.undone_at = moment.instant
    batch.undone_by_id = actor.account_id
    db.session.flush()
    record(actor, Event(Deed.REORGANISATION_UNDO, "reorganisations", batch.id), moment)
    return batch


def _take_back(batch: Reorganisation) -> None:
    changes = changes_of(batch.id)
    established = {change.row_id for change in changes if change.table_name == "units"}
    units = established | units_of_periods(
        change.row_id for change in changes if change.table_name == UnitPeriod.__tablename__
    )
    later = later_batches_on(units, batch)
    if later:
        numbers = ", ".join(f"số {row.id} ({row.effective_on:%d/%m/%Y})" for row in later)
        raise Conflict(f"Hoàn tác trước các đợt sau trên cùng đơn vị: {numbers}.")
    dependent = rests_on(changes)
    if dependent:
        raise Conflict(
            "Không hoàn tác được: sau đợt này đã ghi thêm dữ liệu dựa vào kết quả của nó "
            f"({', '.join(noun_label(table) for table in dependent)}). Bỏ phần đó trước."
        )
    eve = batch.effective_on - timedelta(days=1)
    below = subtree_ids(units, eve)
    _forget_paths(established)
    replay_backwards(changes)
    db.session.expire_all()
    living = (units | below) - established
    stands_no_more = _misplaced(living, batch.effective_on)
    if stands_no_more:
        raise Conflict(f"Không hoàn tác được. {stands_no_more[0]}")
    rebuild_paths_of(living)


def _misplaced(unit_ids: set[int], since: date) -> list[str]:
    """Say which of the units outlive what they stand under, or bear a code another one bears."""
    return [
        f"“{above}” kết thúc trước hoặc lập sau thời gian mà “{name}” đứng dưới nó. Hoàn tác đợt "
        "sắp xếp liên quan đến hai đơn vị này trước."
        for name, above in homeless(unit_ids)
    ] + [
        f"Mã {code} của “{name}” cùng ngày là của “{other}”. Hoàn tác đợt sắp xếp liên quan, hoặc "
        "sửa mã."
        for code, name, other in shared_codes(unit_ids, since)
    ]


# --- the work ------------------------------------------------------------------------------------


def _carry_out(batch: Reorganisation, scope: Scope, moment: Moment, *, dry_run: bool) -> Outcome:
    day, eve = batch.effective_on, batch.effective_on - timedelta(days=1)
    journal = Journal(batch.id)
    rows = annex_rows(batch)
    units = units_before(day)
    own: set[int] = set()
    if batch.create_missing:
        made = create_missing(rows, units, former_units(day))
        if made:
            own = set(establish(journal, made, batch.known_from or eve).values())
            rebuild_paths_of(own)
            units = units_before(day)
    allowed = placements(day)

    def may_stand_under(kind: UnitKind, above: UnitKind | None) -> bool:
        return (kind, above) in allowed

    first = plan_reorganisation(units, rows, day, may_stand_under)
    answers = {given.item: given.target for given in batch.answers}
    targets, problems = _targets(first, units, answers)
    plan = (
        plan_reorganisation(units, rows, day, may_stand_under, _teams(targets, units))
        if targets and not first.problems
        else first
    )
    questions = [] if plan.problems else questions_of(plan, units, day)
    if not plan.problems:
        problems += _strays(answers, questions)
    outside = _outside_scope(scope, plan, units, own, moment.day)
    if plan.problems or outside or (problems and not dry_run):
        found = (*plan.problems, *problems, *outside)
        return Outcome(batch.id, dry_run, day, problems=found)
    try:
        outcome = _write(batch, plan, units, Answers(targets, questions), journal, moment)
    except CycleFound:
        problems.append(RowProblem(0, "new_parent", STANDS_UNDER_ITSELF))
        return Outcome(batch.id, dry_run, day, problems=tuple(problems))
    return replace(outcome, dry_run=dry_run, problems=(*problems, *outcome.problems))


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked about split or dissolved units, and where the answered items go."""

    targets: Mapping[str, int]
    questions: Sequence[Question]


def _write(
    batch: Reorganisation,
    plan: Plan,
    units: Sequence[PlannedUnit],
    given: Answers,
    journal: Journal,
    moment: Moment,
) -> Outcome:
    day, eve = batch.effective_on, batch.effective_on - timedelta(days=1)
    old_side = {*plan.ended, *plan.changed, *plan.continued}
    old_side |= {link.predecessor_id for link in plan.successions}
    old_side |= {link.successor_id for link in plan.successions if link.successor_id > 0}
    before = units_by_id(old_side, eve)
    reach = reach_on(eve)
    ids = write_plan(journal, batch.id, plan, day)
    touched = {*old_side, *ids.values()}
    misplaced = _misplaced(touched, batch.known_from or eve)
    if misplaced:
        found = tuple(RowProblem(0, "", message) for message in misplaced)
        return Outcome(batch.id, dry_run=False, effective_on=day, problems=found)
    ended = {
        unit_id: Ended(_real(plan.whole_successor(unit_id), ids), reason)
        for unit_id, reason in plan.ended.items()
    }
    answers = {item: ids.get(target, target) for item, target in given.targets.items()}
    heads_before = heads_on(old_side, eve)
    carried: dict[str, Carried] = {
        what.noun: carry_facts(journal, what, ended, answers, day) for what in FACT_TABLES
    }
    memberships = carried[MEMBERSHIPS.noun]
    lists = return_open_lists(journal, ended, memberships, day, moment)
    signups = move_open_signups(journal, ended)
    journal.close()
    refresh_statistics()
    db.session.expire_all()
    if db.session.get_bind().dialect.name == "postgresql":
        # The overlap constraints are checked at commit, which a dry run never reaches.
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    now_units = units_by_id(touched, day)
    links = tuple(
        Link(
            link.predecessor_id,
            ids.get(link.successor_id, link.successor_id),
            link.part is Part.WHOLE,
        )
        for link in plan.successions
    )
    return Outcome(
        batch_id=batch.id,
        dry_run=False,
        effective_on=day,
        established=_sorted(now_units[ids[unit.id]] for unit in plan.established),
        continued=_sorted(now_units[u] for u in plan.continued if u in now_units),
        ended=tuple(
            sorted(
                ((before[u], reason) for u, reason in plan.ended.items() if u in before),
                key=lambda pair: (pair[0].code, pair[0].name),
            )
        ),
        without_plan=_sorted(now_units[u] for u in plan.without_plan if u in now_units),
        counts=_counts(carried, plan, units, lists, signups),
        uncovered=_uncovered(plan, ids, day),
        gains=tuple(
            gains_of(
                reach, reach_on(day), [(link.predecessor_id, link.successor_id) for link in links]
            )
        ),
        questions=tuple(question for question in given.questions if question.item not in answers),
        heads_before=heads_before,
        heads_after=heads_on(touched - set(plan.ended), day),
        units_before=_by_kind(units),
        units_after=units_by_kind(day),
        answered=tuple(question for question in given.questions if question.item in answers),
        transition=Transition(
            before=before,
            after=now_units,
            links=links,
            reasons=dict(plan.ended),
        ),
    )


def _targets(
    plan: Plan, units: Sequence[PlannedUnit], answers: Mapping[str, str]
) -> tuple[dict[str, int], list[RowProblem]]:
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
    found: dict[str, int] = {}
    problems: list[RowProblem] = []
    for item, word in answers.items():
        matches = by_word.get(word, [])
        if len(matches) > 1:
            matches = [unit_id for unit_id in matches if unit_id in heirs]
        if len(matches) == 1:
            found[item] = matches[0]
        else:
            problems.append(
                RowProblem(
                    0,
                    "allocation",
                    f"Phân bổ “{item}”: không xác định được đơn vị “{word}” từ ngày có hiệu lực. "
                    "Ghi mã của đơn vị nhận.",
                )
            )
    return found, problems


def _teams(targets: Mapping[str, int], units: Sequence[PlannedUnit]) -> dict[int, int]:
    """Return the answers about units (teams, enterprises): their id -> where they go."""
    wanted = {
        item.removeprefix("unit:"): target
        for item, target in targets.items()
        if item.startswith("unit:")
    }
    if not wanted:
        return {}
    by_code = {unit.code: unit.id for unit in units if unit.code}
    registry = registry_codes(unit.id for unit in units if not unit.code)
    by_code |= {code: unit_id for unit_id, code in registry.items() if code}
    return {by_code[code]: target for code, target in wanted.items() if code in by_code}


def _strays(answers: Mapping[str, str], questions: Sequence[Question]) -> list[RowProblem]:
    """Return the answers to what nobody asked: a slip of the pen, or of another annex."""
    asked = {question.item for question in questions}
    return [
        RowProblem(
            0,
            "allocation",
            f"Phân bổ “{item}”: đợt này không có mục đó để phân bổ. Sửa hoặc bỏ dòng phân bổ này.",
        )
        for item in answers
        if item not in asked
    ]


def _outside_scope(
    scope: Scope, plan: Plan, units: Sequence[PlannedUnit], own: set[int], today: date
) -> list[RowProblem]:
    """Refuse units and places of new or moved ones outside `scope`; `own` the batch made itself."""
    if scope.everything:
        return []
    before = {unit.id: unit for unit in units}
    places: set[int | None] = {unit.parent_id for unit in plan.established}
    places |= {
        unit.parent_id
        for unit in plan.changed.values()
        if unit.parent_id != before[unit.id].parent_id
    }
    touched = {*plan.ended, *plan.changed}
    wanted = {unit_id for unit_id in before if unit_id in touched | places} - own
    return [
        RowProblem(0, "old_name", f"“{before[unit_id].name}” nằm ngoài địa bàn của bạn.")
        for unit_id in sorted(uncovered(wanted, scope, today))
    ]


def _counts(
    carried: Mapping[str, Carried],
    plan: Plan,
    units: Sequence[PlannedUnit],
    lists: int,
    signups: tuple[int, int],
) -> dict[str, Counts]:
    memberships = carried[MEMBERSHIPS.noun]
    people_moved = _people(memberships, [row_id for row_id, _ in memberships.moved])
    people_ended = _people(memberships, [row_id for row_id, _ in memberships.ended])
    kinds = {unit.id: unit.kind for unit in units}
    teams = [unit_id for unit_id, kind in kinds.items() if kind is UnitKind.COMMUNITY_TEAM]
    lines = [memberships.rows[row_id]["line_id"] for row_id, _ in memberships.moved]
    gone = [memberships.rows[row_id]["line_id"] for row_id, _ in memberships.ended]

    def fate(what: FactTable) -> Counts:
        return Counts(len(carried[what.noun].moved), len(carried[what.noun].ended))

    return {
        "people": Counts(len(people_moved), len(people_ended - people_moved)),
        "memberships": fate(MEMBERSHIPS),
        "assignments": fate(ASSIGNMENTS),
        "teams": Counts(
            sum(unit_id in plan.changed for unit_id in teams),
            sum(unit_id in plan.ended for unit_id in teams),
        ),
        "grants": fate(GRANTS),
        "offices": fate(OFFICES),
        "lists": Counts(lists, 0),
        "signups": Counts(*signups),
        "cards": Counts(cards_on_lines(lines), cards_on_lines(gone)),
    }


def _people(memberships: Carried, row_ids: Sequence[int]) -> set[int]:
    return {
        memberships.rows[row_id]["person_id"]
        for row_id in row_ids
        if memberships.rows[row_id]["person_id"] is not None
    }


def _uncovered(plan: Plan, ids: Mapping[int, int], day: date) -> tuple[UnitRow, ...]:
    """Return the units on the new side that have no counting focal point on the day."""
    new_side = {ids[unit.id] for unit in plan.established} | plan.continued | set(plan.changed)
    roots = roots_of(new_side, day)
    missing: set[int] = set()
    for root in units_by_id(roots, day).values():
        missing |= {
            unit.id
            for headline in (True, False)
            for unit in coverage(root, day).uncovered(Standard.ANY, headline=headline)
        }
    return _sorted(units_by_id(missing & new_side, day).values())


def _by_kind(units: Sequence[PlannedUnit]) -> dict[str, int]:
    found: dict[str, int] = {}
    for unit in units:
        found[unit.kind.value] = found.get(unit.kind.value, 0) + 1
    return dict(sorted(found.items()))


def _sorted(rows: Any) -> tuple[UnitRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.code, row.name)))


def _real(unit_id: int | None, ids: Mapping[int, int]) -> int | None:
    return None if unit_id is None else ids.get(unit_id, unit_id)


def _forget_paths(unit_ids: set[int]) -> None:
    for ids in blocks(unit_ids):
        db.session.execute(delete(UnitPath).where(UnitPath.unit_id.in_(ids)))


def _kept_of_units(outcome: Outcome) -> dict[str, Any]:
    """Return what the successor links do not tell of the units, for the result and the minutes."""
    return {
        "reasons": [[unit.id, reason] for unit, reason in outcome.ended],
        "without_plan": [unit.id for unit in outcome.without_plan],
        "uncovered": [unit.id for unit in outcome.uncovered],
    }


def summary(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as plain values: for the minutes, and for the command's JSON."""
    return {
        "id": outcome.batch_id,
        "dry_run": outcome.dry_run,
        "established": len(outcome.established),
        "continued": len(outcome.continued),
        "ended": len(outcome.ended),
        "moved": {
            noun: outcome.counts[noun].moved
            for noun in ("people", "assignments", "teams", "grants", "lists", "cards")
            if noun in outcome.counts
        },
        "uncovered": len(outcome.uncovered),
        "problems": [
            {"row": problem.row, "field": problem.field, "message": problem.message}
            for problem in outcome.problems
        ],
        "counts": {noun: asdict(count) for noun, count in outcome.counts.items()},
        "heads_before": asdict(outcome.heads_before) if outcome.heads_before else None,
        "heads_after": asdict(outcome.heads_after) if outcome.heads_after else None,
        "units_before": dict(outcome.units_before),
        "units_after": dict(outcome.units_after),
    }

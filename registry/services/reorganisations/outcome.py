"""What a batch does, or did: to the units, to all that hangs on them, and to who sees what."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from registry.domain.coverage import Standard
from registry.domain.reorganisations.annex import RowProblem
from registry.domain.reorganisations.left_out import left_out
from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.reorganisations.questions import Question
from registry.domain.reorganisations.summary import Counted, Counts, Heads, NamedUnits, Summary
from registry.domain.reorganisations.unit_lookup import UnitLookup
from registry.domain.units.kinds import UnitKind
from registry.domain.units.placements import Placements
from registry.models.reorganisations import Reorganisation
from registry.queries.cards import cards_on_lines
from registry.queries.coverage.figures import coverage
from registry.queries.reorganisations.effects import heads_on
from registry.queries.reorganisations.reach import Gain, Reach, gains_of, reach_on
from registry.queries.reorganisations.results import Link, Transition
from registry.queries.units.checks import all_placements
from registry.queries.units.on_a_day import UnitRow, units_by_id
from registry.queries.units.tree import roots_of, units_by_kind
from registry.services.reorganisations.answering import Planned
from registry.services.reorganisations.facts import (
    ASSIGNMENTS,
    GRANTS,
    MEMBERSHIPS,
    OFFICES,
    Carried,
    FactTable,
)
from registry.services.reorganisations.heads import Leading, LedTeam

_SHOWN_AS_MOVED = (
    Counted.PEOPLE,
    Counted.ASSIGNMENTS,
    Counted.TEAMS,
    Counted.GRANTS,
    Counted.LISTS,
    Counted.CARDS,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch does, or did. Units are those of the effective day, closed ones of the eve.

    `left_out` are those of which the annex should say more, each with the reason.
    """

    batch_id: int | None
    dry_run: bool
    effective_on: date
    established: tuple[UnitRow, ...] = ()
    continued: tuple[UnitRow, ...] = ()
    ended: tuple[tuple[UnitRow, str], ...] = ()
    without_plan: tuple[UnitRow, ...] = ()
    left_out: tuple[tuple[UnitRow, str], ...] = ()
    counts: Mapping[Counted, Counts] = field(default_factory=dict)
    uncovered: tuple[UnitRow, ...] = ()
    gains: tuple[Gain, ...] = ()
    questions: tuple[Question, ...] = ()
    heads_before: Heads | None = None
    heads_after: Heads | None = None
    units_before: Mapping[UnitKind, int] = field(default_factory=dict)
    units_after: Mapping[UnitKind, int] = field(default_factory=dict)
    problems: tuple[RowProblem, ...] = ()
    answered: tuple[Question, ...] = ()
    led: tuple[LedTeam, ...] = ()
    transition: Transition = field(default_factory=Transition)


@dataclass(frozen=True, slots=True)
class Eve:
    """What holds on the day without the batch, looked up ahead of the first row being written.

    `unit_ids` are the old side: the units that end, change, live on, or hand something over.
    """

    unit_ids: frozenset[int]
    units: Mapping[int, UnitRow]
    reach: Reach
    heads: Heads


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the ids of new units by their planned ones, and what went along.

    `known` are the units that stood before, where the actor's scope is not everything: no others
    are counted.
    """

    ids: Mapping[int, int]
    carried: Mapping[FactTable, Carried]
    leading: Leading
    lists: Counts
    signups: Counts
    known: Collection[int] | None = None


def eve_of(plan: Plan, day: date) -> Eve:
    """Return what the outcome of a plan for `day` is compared with."""
    old_side = {*plan.ended, *plan.changed, *plan.continued}
    for link in plan.successions:
        old_side |= {link.predecessor_id, link.successor_id}
    old_side -= {unit.id for unit in plan.established}
    return Eve(
        unit_ids=frozenset(old_side),
        units=units_by_id(old_side, day),
        reach=reach_on(day),
        heads=heads_on(old_side, day),
    )


def outcome_of(batch: Reorganisation, planned: Planned, eve: Eve, written: Written) -> Outcome:
    """Return what a batch did, now that it is written."""
    plan, answers, ids, day = planned.plan, planned.answers, written.ids, batch.effective_on
    led = written.leading.teams
    touched = {*eve.unit_ids, *ids.values()}
    now = units_by_id(touched, day)
    links = tuple(
        Link(
            link.predecessor_id,
            ids.get(link.successor_id, link.successor_id),
            link.part,
            link.kind,
        )
        for link in plan.successions
    )
    pairs = [(link.predecessor_id, link.successor_id) for link in links]
    ended = [
        (eve.units[unit_id], why) for unit_id, why in plan.ended.items() if unit_id in eve.units
    ]
    return Outcome(
        batch_id=batch.id,
        dry_run=False,
        effective_on=day,
        established=_sorted(now[ids[unit.id]] for unit in plan.established),
        continued=_sorted(now[unit_id] for unit_id in plan.continued if unit_id in now),
        ended=tuple(sorted(ended, key=lambda pair: (pair[0].code, pair[0].name))),
        without_plan=_sorted(now[unit_id] for unit_id in plan.without_plan if unit_id in now),
        left_out=_left_out(planned, ids, day),
        counts=_counts(planned, written),
        uncovered=_uncovered(plan, ids, day),
        gains=tuple(gains_of(eve.reach, reach_on(day), pairs)),
        questions=(
            *(one for one in answers.questions if one.item not in answers.targets),
            *(team.question for team in led if team.question and team.is_open),
        ),
        heads_before=eve.heads,
        heads_after=heads_on(touched - set(plan.ended), day),
        units_before=_by_kind(planned.units),
        units_after=units_by_kind(
            day, None if written.known is None else {*written.known, *ids.values()}
        ),
        answered=(
            *(one for one in answers.questions if one.item in answers.targets),
            *(team.question for team in led if team.question and not team.is_open),
        ),
        led=led,
        problems=written.leading.problems,
        transition=Transition(before=eve.units, after=now, links=links, reasons=plan.ended),
    )


def _left_out(
    planned: Planned, ids: Mapping[int, int], day: date
) -> tuple[tuple[UnitRow, str], ...]:
    before = UnitLookup(planned.units, planned.past.eve)
    found = left_out(before, planned.plan, Placements(all_placements()), day)
    reasons = {ids.get(one.unit_id, one.unit_id): one.why for one in found}
    now = units_by_id(reasons, day)
    return tuple((now[unit_id], why) for unit_id, why in reasons.items() if unit_id in now)


def _counts(planned: Planned, written: Written) -> dict[Counted, Counts]:
    memberships = written.carried[MEMBERSHIPS]
    moved = [memberships.rows[row_id] for row_id, _ in memberships.moved]
    ended = [memberships.rows[row_id] for row_id, _ in memberships.ended]
    people_moved = _people(moved)
    teams = [unit.id for unit in planned.units if unit.kind is UnitKind.COMMUNITY_TEAM]

    def fate(what: FactTable) -> Counts:
        return Counts(len(written.carried[what].moved), len(written.carried[what].ended))

    return {
        Counted.PEOPLE: Counts(len(people_moved), len(_people(ended) - people_moved)),
        Counted.MEMBERSHIPS: fate(MEMBERSHIPS),
        Counted.ASSIGNMENTS: fate(ASSIGNMENTS),
        Counted.TEAMS: Counts(
            sum(unit_id in planned.plan.changed for unit_id in teams),
            sum(unit_id in planned.plan.ended for unit_id in teams),
        ),
        Counted.GRANTS: fate(GRANTS),
        Counted.OFFICES: fate(OFFICES),
        Counted.LISTS: written.lists,
        Counted.SIGNUPS: written.signups,
        Counted.CARDS: Counts(
            cards_on_lines(row["line_id"] for row in moved),
            cards_on_lines(row["line_id"] for row in ended),
        ),
    }


def _people(memberships: Iterable[Mapping[str, Any]]) -> set[int]:
    return {row["person_id"] for row in memberships if row["person_id"] is not None}


def _uncovered(plan: Plan, ids: Mapping[int, int], day: date) -> tuple[UnitRow, ...]:
    """Return the units on the new side that have no counting focal point on the day."""
    new_side = {ids[unit.id] for unit in plan.established} | plan.continued | set(plan.changed)
    new_side |= plan.givers()
    roots = roots_of(new_side, day)
    missing: set[int] = set()
    for root in units_by_id(roots, day).values():
        missing |= {
            unit.id
            for headline in (True, False)
            for unit in coverage(root, day).uncovered(Standard.ANY, headline=headline)
        }
    return _sorted(units_by_id(missing & new_side, day).values())


def _by_kind(units: Sequence[PlannedUnit]) -> dict[UnitKind, int]:
    return dict(sorted(Counter(unit.kind for unit in units).items()))


def _sorted(rows: Iterable[UnitRow]) -> tuple[UnitRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.code, row.name)))


def summary_of(outcome: Outcome) -> Summary:
    """Return the figures of an outcome, to be kept with the batch."""
    return Summary(
        established=len(outcome.established),
        continued=len(outcome.continued),
        ended=len(outcome.ended),
        uncovered=len(outcome.uncovered),
        left_out=len(outcome.left_out),
        counts=outcome.counts,
        heads_before=outcome.heads_before,
        heads_after=outcome.heads_after,
        units_before=outcome.units_before,
        units_after=outcome.units_after,
        units=NamedUnits(
            reasons={unit.id: reason for unit, reason in outcome.ended},
            without_plan=tuple(unit.id for unit in outcome.without_plan),
            uncovered=tuple(unit.id for unit in outcome.uncovered),
            to_lead=tuple(team.unit.id for team in outcome.led if team.is_open),
        ),
    )


def plain(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as plain values, for the command's JSON."""
    figures = asdict(summary_of(outcome))
    del figures["units"]
    return {
        "id": outcome.batch_id,
        "dry_run": outcome.dry_run,
        **figures,
        "moved": {
            noun: outcome.counts[noun].moved for noun in _SHOWN_AS_MOVED if noun in outcome.counts
        },
        "to_lead": [
            {"code": team.unit.code, "name": team.unit.name, "heads": len(team.heads)}
            for team in outcome.led
            if team.is_open
        ],
        "left_out_units": [
            {
                "code": unit.code,
                "name": unit.name,
                "kind": unit.kind.value,
                "parent_name": unit.parent_name,
                "reason": why,
            }
            for unit, why in outcome.left_out
        ],
        "problems": [
            {"row": problem.row, "field": problem.field, "message": problem.text}
            for problem in outcome.problems
        ],
    }

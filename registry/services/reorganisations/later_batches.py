"""Name the batches that stand against a decision dated before them.

Nothing is replayed: such a decision is accepted where no later batch changed the units it is about,
and refused with the numbers of those that did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from registry.domain.reorganisations.annex import RowProblem
from registry.models.reorganisations import Reorganisation
from registry.queries.reorganisations.journal import batches_that_changed

# A unit that was changed more often is told by the first of them.
_MOST_NAMED = 5


def with_later_batches(problems: Iterable[RowProblem], day: date) -> tuple[RowProblem, ...]:
    """Return the problems, naming for those that later changes cause the batches since `day`."""
    told = tuple(problems)
    changed = batches_that_changed({one.held_by for one in told if one.held_by is not None}, day)
    return tuple(_named(problem, changed.get(problem.held_by or 0, ())) for problem in told)


def _named(problem: RowProblem, batches: Sequence[Reorganisation]) -> RowProblem:
    if not batches:
        return problem
    return replace(
        problem, message=f"{problem.message} Đợt đã thực hiện: {named_batches(batches)}."
    )


def named_batches(batches: Iterable[Reorganisation]) -> str:
    """Return how batches are named: number, day and paper."""
    known = list(batches)
    named = [
        f"số {batch.id} ({batch.effective_on:%d/%m/%Y}, {batch.decision.name})"
        for batch in known[:_MOST_NAMED]
    ]
    return ", ".join([*named, *(["…"] if len(known) > _MOST_NAMED else [])])

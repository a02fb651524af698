"""Batches of the real reorganisations of 2025, and what a registry holds, to compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from registry.domain.clock import Moment
from registry.domain.permissions import Actor, system_actor
from registry.domain.reorganisations.annex import AnnexRow
from registry.domain.reorganisations.questions import Item
from registry.formats.annex import read_annex
from registry.models.base import Base, db
from registry.models.reorganisations import Reorganisation
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.composing import ComposeBatch, compose
from registry.services.reorganisations.outcome import Outcome
from registry.services.seeds.reference import SEEDS

LATER = date(2025, 12, 1)
LATER_NOW = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)
LATER_MOMENT = Moment(LATER_NOW)

# What is written about every change, whatever it is, and the paper of a batch.
_BESIDE = {"audit_events", "audit_personal", "decisions", "sessions", "reorganisations"} | {
    f"reorganisation_{part}" for part in ("rows", "answers", "changes")
}


@dataclass(frozen=True, slots=True)
class RealCase:
    """One of the reorganisations of 2025."""

    day: date
    decision: str
    files: tuple[str, ...]

    def rows(self) -> list[AnnexRow]:
        """Return the rows of its annexes."""
        return [row for name in self.files for row in _rows_of(name)]


@cache
def _rows_of(name: str) -> tuple[AnnexRow, ...]:
    return tuple(read_annex(name, (SEEDS / "reorganisations" / name).read_bytes())[0])


JANUARY = RealCase(
    date(2025, 1, 1), "1241/NQ-UBTVQH15", ("reorganisation_2025-01-01_quang_nam.csv",)
)
MARCH = RealCase(
    date(2025, 3, 1), "01/NQ-HĐND", ("reorganisation_2025-03-01_quang_nam_departments.csv",)
)
JULY = RealCase(
    date(2025, 7, 1),
    "1659/NQ-UBTVQH15",
    ("reorganisation_2025-07-01_da_nang.csv", "reorganisation_2025-07-01_quang_nam_bodies.csv"),
)


def compose_rows(
    day: date,
    rows: Sequence[AnnexRow],
    *,
    actor: Actor | None = None,
    answers: Mapping[Item, str] | None = None,
    create_missing: bool = False,
    known_from: date | None = None,
) -> Reorganisation:
    """Keep a batch of these rows."""
    order = ComposeBatch(
        effective_on=day,
        decision_number="8/NQ-HĐND",
        rows=rows,
        create_missing=create_missing,
        known_from=known_from,
        answers=answers or {},
    )
    return compose(actor or system_actor(), order, LATER_MOMENT)


def carry_out(case: RealCase, *, create_missing: bool = False) -> Outcome:
    """Apply one of the real cases."""
    batch = compose_rows(case.day, case.rows(), create_missing=create_missing)
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert outcome.problems == ()
    return outcome


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return what the registry holds: every row of every table, without ids and versions.

    The audit and the batches themselves are left out as well.
    """
    db.session.flush()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name in _BESIDE:
            continue
        columns = [column for column in table.c if column.name not in {"id", "version"}]
        rows = [tuple(row) for row in db.session.execute(select(*columns))]
        found[table.name] = sorted(rows, key=repr)
    return found

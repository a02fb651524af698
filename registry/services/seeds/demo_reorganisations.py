"""Carry out the reorganisations of 2025 on the demo, so that its tree of today is today's.

Once; figures of earlier days stay as they were. Commands call it and act as the system.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import delete

from registry.domain.clock import Moment
from registry.domain.permissions import Actor
from registry.domain.reorganisations.annex import AnnexRow
from registry.formats.annex import read_annex
from registry.models.base import db
from registry.models.parameters import Parameter
from registry.queries.parameters import LAST_DAY, is_demo
from registry.queries.reorganisations.batches import was_applied
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.composing import ComposeBatch, compose
from registry.services.seeds.reference import SEEDS


@dataclass(frozen=True, slots=True)
class SeedBatch:
    """A reorganisation of the seeds: its day, its decision, its annexes."""

    effective_on: date
    decision_number: str
    issued_on: date | None
    files: tuple[str, ...]

    def rows(self, folder: Path) -> list[AnnexRow]:
        """Return the rows of all its annexes."""
        return [
            row for name in self.files for row in read_annex(name, (folder / name).read_bytes())[0]
        ]


SEED_BATCHES = (
    SeedBatch(
        date(2025, 1, 1),
        "1241/NQ-UBTVQH15",
        date(2024, 10, 24),
        ("reorganisation_2025-01-01_quang_nam.csv",),
    ),
    SeedBatch(
        date(2025, 3, 1),
        "01/NQ-HĐND",
        None,
        ("reorganisation_2025-03-01_quang_nam_departments.csv",),
    ),
    SeedBatch(
        date(2025, 7, 1),
        "1659/NQ-UBTVQH15",
        date(2025, 6, 16),
        (
            "reorganisation_2025-07-01_da_nang.csv",
            "reorganisation_2025-07-01_quang_nam_bodies.csv",
        ),
    ),
)


@one_at_a_time
def reorganise_demo(
    actor: Actor, moment: Moment, folder: Path = SEEDS / "reorganisations"
) -> list[date]:
    """Apply the batches that never were, in their order, and return their days.

    The first that no longer fits what the demo holds, and those after it, are left undone; so are
    those that are not in force yet. Once the others are applied the units are known up to today:
    the reference data's last day goes.
    """
    applied: list[date] = []
    if not is_demo():
        return applied
    for batch in SEED_BATCHES:
        if was_applied(batch.effective_on, batch.decision_number):
            continue
        if batch.effective_on > moment.day:
            break
        if not _fits(actor, batch, folder, moment):
            return applied
        applied.append(batch.effective_on)
    if applied:
        db.session.execute(delete(Parameter).where(Parameter.name == LAST_DAY))
    return applied


def _fits(actor: Actor, batch: SeedBatch, folder: Path, moment: Moment) -> bool:
    """Apply one batch, and tell whether it could be; otherwise nothing of it is kept."""
    order = ComposeBatch(
        effective_on=batch.effective_on,
        decision_number=batch.decision_number,
        issued_on=batch.issued_on,
        rows=batch.rows(folder),
        create_missing=True,
    )
    savepoint = db.session.begin_nested()
    composed = compose(actor, order, moment)
    if apply(actor, composed.id, moment).problems:
        savepoint.rollback()
        db.session.expire_all()
        return False
    savepoint.commit()
    return True

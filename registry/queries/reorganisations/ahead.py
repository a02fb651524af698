"""What is known already of days to come: which units end, where they go, what is written of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from registry.domain.units.successions import SuccessionKind
from registry.models.base import Dated, db, table_of
from registry.models.reorganisations import Reorganisation, ReorganisationChange
from registry.models.units import Succession, UnitPeriod
from registry.queries.blocks import blocks


@dataclass(frozen=True, slots=True)
class ComingEnd:
    """The end of a unit on a day to come, and the batch that brings it.

    `heir` takes its place; without one `parts` are the units it is split between, and where there
    are none either, it goes for a `reason`.
    """

    unit_id: int
    day: date
    batch_id: int
    heir: int | None
    parts: tuple[int, ...]
    reason: str


def batches_ahead(day: date) -> dict[int, Reorganisation]:
    """Return the batches applied already that take effect after `day`, by id."""
    found = db.session.scalars(
        select(Reorganisation).where(
            Reorganisation.effective_on > day,
            Reorganisation.applied_at.is_not(None),
            Reorganisation.undone_at.is_(None),
        )
    )
    return {batch.id: batch for batch in found}


def coming_ends(
    unit_ids: Iterable[int], batches: Mapping[int, Reorganisation]
) -> dict[int, ComingEnd]:
    """Return the ends that `batches` bring to some of the units, by unit."""
    days = {batch.effective_on for batch in batches.values()}
    last = {
        unit_id: day
        for unit_id, day in _last_days(unit_ids).items()
        if day is not None and day in days
    }
    links = _successions(last, batches)
    brought = {
        # Parts may have gone before on the same day, by another batch; the last one ended it.
        # Batches are applied in another order than composed: the links tell.
        unit_id: max(found, key=lambda link: link.id).reorganisation_id or 0
        for unit_id, found in links.items()
    }
    alone = {unit_id: day for unit_id, day in last.items() if unit_id not in brought}
    brought |= _written_by(alone, batches)
    return {
        unit_id: ComingEnd(
            unit_id,
            last[unit_id],
            batch_id,
            _heir(links.get(unit_id, ())),
            tuple(link.successor_id for link in links.get(unit_id, ())),
            _reason(batches[batch_id], unit_id),
        )
        for unit_id, batch_id in brought.items()
    }


def _reason(batch: Reorganisation, unit_id: int) -> str:
    return batch.summary.units.reasons.get(unit_id, "") if batch.summary is not None else ""


def _last_days(unit_ids: Iterable[int]) -> dict[int, date | None]:
    """Return the first day on which each unit stands no more; None where none is known."""
    found: dict[int, date | None] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(UnitPeriod.unit_id, UnitPeriod.valid_to)
            .where(UnitPeriod.unit_id.in_(block))
            .order_by(UnitPeriod.valid_from)
        )
        found.update((unit_id, valid_to) for unit_id, valid_to in rows)
    return found


def _successions(last: Mapping[int, date], batches: Collection[int]) -> dict[int, list[Succession]]:
    """Return who takes the place of each unit on its last day, by unit, in a fixed order."""
    found: dict[int, list[Succession]] = defaultdict(list)
    for block in blocks(last):
        for link in db.session.scalars(
            select(Succession)
            .where(
                Succession.predecessor_id.in_(block),
                Succession.kind != SuccessionKind.REESTABLISHED,
            )
            .order_by(Succession.successor_id)
        ):
            if link.effective_on == last[link.predecessor_id] and link.reorganisation_id in batches:
                found[link.predecessor_id].append(link)
    return dict(found)


def _heir(links: Collection[Succession]) -> int | None:
    """Return the unit that takes a whole place, or what is left of it; None: it is split."""
    heirs = [link.successor_id for link in links if link.part != "part"]
    return heirs[0] if len(heirs) == 1 else None


def _written_by(last: Mapping[int, date], batches: Mapping[int, Reorganisation]) -> dict[int, int]:
    """Return the batch that ended each unit for which nobody stepped in: the last to write of it.

    Of what an earlier batch of the day let it be from then on, the last one left nothing.
    """
    found: dict[int, int] = {}
    # A period taken away is told of by what the journal remembers of it.
    unit_id = func.coalesce(ReorganisationChange.before["unit_id"].as_integer(), UnitPeriod.unit_id)
    days = set(last.values())
    ending = [batch.id for batch in batches.values() if batch.effective_on in days]
    for block in blocks(last):
        rows = db.session.execute(
            select(unit_id, ReorganisationChange.reorganisation_id)
            .outerjoin(UnitPeriod, UnitPeriod.id == ReorganisationChange.row_id)
            .where(
                ReorganisationChange.reorganisation_id.in_(ending),
                ReorganisationChange.table_name == UnitPeriod.__tablename__,
                unit_id.in_(block),
            )
            .order_by(ReorganisationChange.id)
        )
        found.update(
            (ended, batch_id)
            for ended, batch_id in rows
            if batches[batch_id].effective_on == last[ended]
        )
    return found


def changes_ahead(
    table_name: str, row_ids: Iterable[int], batches: Collection[int]
) -> list[ReorganisationChange]:
    """Return what `batches` wrote into some rows of a table, in the order of writing."""
    found: list[ReorganisationChange] = []
    for block in blocks(row_ids):
        found += db.session.scalars(
            select(ReorganisationChange).where(
                ReorganisationChange.reorganisation_id.in_(batches),
                ReorganisationChange.table_name == table_name,
                ReorganisationChange.row_id.in_(block),
            )
        )
    return sorted(found, key=lambda change: change.id)


def written_end(model: type[Dated], row_id: int, valid_to: date | None, today: date) -> date | None:
    """Return the end of a fact as somebody wrote it; batches to come may have set `valid_to`."""
    return written_ends(model, {row_id: valid_to}, today)[row_id]


def written_ends(
    model: type[Dated], ends: Mapping[int, date | None], today: date
) -> dict[int, date | None]:
    """Return the ends of several facts of a table as `written_end` does, by their ids."""
    found = dict(ends)
    batches = batches_ahead(today)
    coming = [row_id for row_id, end in ends.items() if end is not None and end > today]
    if not batches or not coming:
        return found
    # The first change of a row tells how somebody had left it.
    for change in reversed(changes_ahead(table_of(model).name, coming, batches)):
        said = (change.after if change.before is None else change.before) or {}
        if "valid_to" in said:
            end = said["valid_to"]
            found[change.row_id] = date.fromisoformat(end) if end else None
    return found


def rows_written(batch_id: int) -> int:
    """Return how many rows the journal of a batch remembers: the number of its last one."""
    written = db.session.scalar(
        select(func.max(ReorganisationChange.sequence)).where(
            ReorganisationChange.reorganisation_id == batch_id
        )
    )
    return written or 0

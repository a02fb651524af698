"""The dated path of each unit, `/1/7/302/`, computed from the dated parents.

A cache is made of it, never a status.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.periods import Period


@dataclass(frozen=True, slots=True)
class ParentPeriod:
    """A unit stands under `parent_id` (None: it is a root) for a period."""

    unit_id: int
    parent_id: int | None
    period: Period


@dataclass(frozen=True, slots=True)
class PathPeriod:
    """A unit has `path` for a period."""

    unit_id: int
    path: str
    period: Period


class CycleFound(ValueError):
    """A unit would stand below itself."""


def paths_of(parents: Sequence[ParentPeriod]) -> list[PathPeriod]:
    """Return every unit's paths, neighbouring equal ones joined, by unit and day.

    Days on which the parent has no path give none: such a unit hangs in the air, which `flask units
    check` reports.
    Raises CycleFound when a unit stands, on some day, below itself.
    """
    by_unit: dict[int, list[ParentPeriod]] = {}
    for row in parents:
        by_unit.setdefault(row.unit_id, []).append(row)
    known: dict[int, list[PathPeriod]] = {}
    for unit_id in by_unit:
        _resolve(unit_id, by_unit, known, frozenset())
    return [path for unit_id in sorted(known) for path in known[unit_id]]


def _resolve(
    unit_id: int,
    by_unit: Mapping[int, Sequence[ParentPeriod]],
    known: dict[int, list[PathPeriod]],
    above: frozenset[int],
) -> list[PathPeriod]:
    if unit_id in known:
        return known[unit_id]
    if unit_id in above:
        raise CycleFound(unit_id)
    found: list[PathPeriod] = []
    for row in by_unit.get(unit_id, ()):
        if row.parent_id is None:
            found.append(PathPeriod(unit_id, f"/{unit_id}/", row.period))
            continue
        for upper in _resolve(row.parent_id, by_unit, known, above | {unit_id}):
            shared = row.period.intersection(upper.period)
            if shared is not None:
                found.append(PathPeriod(unit_id, f"{upper.path}{unit_id}/", shared))
    known[unit_id] = _joined(sorted(found, key=_first_day))
    return known[unit_id]


def _first_day(path: PathPeriod) -> date:
    return path.period.valid_from


def _joined(paths: Sequence[PathPeriod]) -> list[PathPeriod]:
    joined: list[PathPeriod] = []
    for path in paths:
        last = joined[-1] if joined else None
        if last and last.path == path.path and last.period.valid_to == path.period.valid_from:
            merged = Period(last.period.valid_from, path.period.valid_to)
            joined[-1] = PathPeriod(path.unit_id, path.path, merged)
        else:
            joined.append(path)
    return joined

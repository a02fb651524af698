"""The tree of units as a whole: its tops, all that stands below some, how many of each kind."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, or_, select

from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import KindPlacement, UnitPath, UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.units.on_a_day import in_force, under

# How many ranges of paths one statement asks for.
_RANGES = 50


def roots_of(unit_ids: Iterable[int], day: date) -> set[int]:
    """Return the topmost units under which these stand on `day`."""
    found: set[int] = set()
    for block in blocks(unit_ids):
        paths = db.session.scalars(
            select(UnitPath.path).where(UnitPath.unit_id.in_(block), in_force(UnitPath, day))
        )
        found.update(int(path.split("/")[1]) for path in paths)
    return found


def subtree_ids(unit_ids: Iterable[int], day: date) -> set[int]:
    """Return the units and everything that stands below them on `day` or later."""
    paths: set[str] = set()
    for block in blocks(unit_ids):
        paths.update(db.session.scalars(select(UnitPath.path).where(UnitPath.unit_id.in_(block))))
    lasting = or_(UnitPath.valid_to.is_(None), UnitPath.valid_to > day)
    found: set[int] = set()
    roots = _topmost(paths)
    for start in range(0, len(roots), _RANGES):
        conditions = [under(UnitPath.path, path) for path in roots[start : start + _RANGES]]
        found.update(db.session.scalars(select(UnitPath.unit_id).where(or_(*conditions), lasting)))
    return found


def _topmost(paths: Iterable[str]) -> list[str]:
    """Return the paths that do not lie below another of them."""
    found: list[str] = []
    for path in sorted(paths):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return found


def units_by_kind(day: date, unit_ids: Iterable[int] | None = None) -> dict[UnitKind, int]:
    """Return how many units of each kind stand on `day`; among `unit_ids`, where they are given."""
    counted = (
        select(UnitPeriod.kind, func.count())
        .where(in_force(UnitPeriod, day))
        .group_by(UnitPeriod.kind)
    )
    portions = [None] if unit_ids is None else blocks(unit_ids)
    found: Counter[UnitKind] = Counter()
    for portion in portions:
        narrowed = counted if portion is None else counted.where(UnitPeriod.unit_id.in_(portion))
        found.update(dict(db.session.execute(narrowed).all()))
    return dict(sorted(found.items()))


def placements(day: date) -> set[tuple[UnitKind, UnitKind | None]]:
    """Return which kind may stand under which on `day`; None is the top."""
    rows = db.session.execute(
        select(KindPlacement.kind, KindPlacement.parent_kind).where(in_force(KindPlacement, day))
    )
    return {
        (kind, UnitKind(above) if above else None)
        for kind, above in rows
        if not above or above in set(UnitKind)
    }

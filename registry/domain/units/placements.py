"""Which kind of unit may stand under which, day by day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.domain.periods import Period, joined
from registry.domain.units.kinds import UnitKind


@dataclass(frozen=True, slots=True)
class Placement:
    """Units of `kind` may stand under units of `parent_kind` (None: be a root), for a period."""

    kind: UnitKind
    parent_kind: str | None
    period: Period


class Placements:
    """All that is said of places, found by the kind and that of the unit above (None: the top)."""

    def __init__(self, rows: Iterable[Placement]) -> None:
        days: dict[tuple[str, str | None], list[Period]] = defaultdict(list)
        for row in rows:
            days[row.kind, row.parent_kind].append(row.period)
        self._days = {place: joined(periods) for place, periods in days.items()}

    def allow(self, kind: UnitKind, above: UnitKind | None, day: date) -> bool:
        """Tell whether a kind may stand under another on a day."""
        return self._around(kind, above, day) is not None

    def allowed_since(self, kind: UnitKind, above: UnitKind | None, day: date) -> date | None:
        """Return the first day from which the place is allowed up to `day`; None: not even then."""
        around = self._around(kind, above, day)
        return around.valid_from if around else None

    def allowed_until(self, kind: UnitKind, above: UnitKind | None, day: date) -> date | None:
        """Return the first day on which a place allowed on `day` is so no more, if it is known."""
        around = self._around(kind, above, day)
        return around.valid_to if around else None

    def _around(self, kind: UnitKind, above: UnitKind | None, day: date) -> Period | None:
        """Return the days around `day` on all of which the place is allowed."""
        days = self._days.get((kind, above), ())
        return next((period for period in days if period.contains(day)), None)

"""Bodies of a province that ended, of which nobody has said yet what became of them.

Such a body only hangs from another superior since the day its province ended: it neither ended nor
got a successor, nor was it renamed or given a place by a later paper. An annex that only hands it
on says where it hangs, not whether it exists: in the provinces merged in 2025 they ended weeks or
months later. A department is another matter: it is an organ of the administration, which the same
State that ends the province hands on to the next, and goes on counting there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, String, and_, func, select

from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import GOES_ALONG_KINDS, UnitKind
from registry.domain.vietnamese.names import text_sort_key
from registry.domain.vietnamese.writing import format_day
from registry.models.base import db, ready_alias
from registry.models.units import Unit, UnitPath, UnitPeriod
from registry.queries.units.on_a_day import DAY, in_force, in_scope_of, under

BELOW_A_BODY_LEFT_OVER = "Trực thuộc cơ quan chờ ghi nhận kế thừa hoặc giải thể"

# Firms and partners are no bodies of a province: its end leaves them what they were.
_NO_BODIES = GOES_ALONG_KINDS | {
    UnitKind.DEPARTMENT,
    UnitKind.ENTERPRISE,
    UnitKind.PARTNER_ORGANISATION,
}
_BEFORE, _ABOVE, _GOES_ON = (
    ready_alias(UnitPeriod),
    ready_alias(UnitPeriod),
    ready_alias(UnitPeriod),
)
_LEFT_OVER, _TOP, _BELOW = ready_alias(UnitPeriod), ready_alias(UnitPath), ready_alias(UnitPath)


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A body that outlived its province unanswered; `ended_on` is the first day without that."""

    id: int
    code: str
    name: str
    kind: UnitKind
    province: str
    ended_on: date

    @property
    def why(self) -> str:
        """What happened, and what is asked."""
        return (
            f"còn hoạt động nhưng {self.province} đã kết thúc từ ngày "
            f"{format_day(self.ended_on)}: ghi nhận kế thừa hoặc giải thể"
        )

    @property
    def reason(self) -> str:
        """The same as a sentence of its own, where a column names the unit."""
        return self.why[0].upper() + self.why[1:]

    @property
    def sentence(self) -> str:
        """The same with the unit, for a list without columns."""
        return f"{self.code} {self.name} {self.why}.".lstrip()


def is_counted_nowhere(day: date) -> ColumnElement[bool]:
    """Say of a `UnitPeriod` of `day` that its unit is left over, or stands below one that is.

    The units are looked up once for a statement, from the few provinces that ended: nothing is
    asked of each unit by itself.
    """
    below = (
        select(_BELOW.unit_id)
        .join(_TOP, and_(_BELOW.path >= _TOP.path, _BELOW.path < _just_after(_TOP.path)))
        .join(_LEFT_OVER, _LEFT_OVER.unit_id == _TOP.unit_id)
        .join(_BEFORE, _BEFORE.unit_id == _LEFT_OVER.unit_id)
        .join(_ABOVE, _ABOVE.unit_id == _BEFORE.parent_id)
        .where(
            *(in_force(table, day) for table in (_BELOW, _TOP, _LEFT_OVER)), *_hands_on(_LEFT_OVER)
        )
    )
    return UnitPeriod.unit_id.in_(below)


def _just_after(path: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    """Return what follows all paths that begin with `path`, as `under` says it of a value."""
    return func.substr(path, 1, func.length(path) - 1, type_=String).concat("0")


def left_over(
    day: date, scope: Scope = EVERYTHING, today: date | None = None, prefix: str = "/"
) -> Sequence[LeftOver]:
    """Return the bodies left over on `day` below a path, within `scope`, by name.

    Rights are asked for `today`. One SELECT.
    """
    statement = _bodies().where(
        under(UnitPath.path, prefix), in_scope_of(scope, Unit.id, today or day)
    )
    rows = db.session.execute(statement, {"day": day})
    return sorted((LeftOver(*row) for row in rows), key=lambda row: text_sort_key(row.name))


def left_over_body(unit_id: int, day: date) -> LeftOver | None:
    """Return what is asked of one unit, None where nothing is. One SELECT."""
    row = db.session.execute(_bodies().where(Unit.id == unit_id), {"day": day}).first()
    return LeftOver(*row) if row else None


@cache
def _bodies() -> Select[*tuple[Any, ...]]:
    return (
        select(
            # In the order in which LeftOver takes them.
            Unit.id,
            func.coalesce(UnitPeriod.official_code, Unit.registry_code, ""),
            UnitPeriod.name,
            UnitPeriod.kind,
            _ABOVE.name,
            UnitPeriod.valid_from,
        )
        .join(UnitPeriod, and_(UnitPeriod.unit_id == Unit.id, in_force(UnitPeriod, DAY)))
        .join(UnitPath, and_(UnitPath.unit_id == Unit.id, in_force(UnitPath, DAY)))
        .join(_BEFORE, _BEFORE.unit_id == Unit.id)
        .join(_ABOVE, _ABOVE.unit_id == _BEFORE.parent_id)
        .where(*_hands_on(UnitPeriod))
    )


def _hands_on(period: type[UnitPeriod]) -> tuple[ColumnElement[bool], ...]:
    """Say that the period before stood under a province that ended the day `period` began."""
    goes_on = (
        select(_GOES_ON.id)
        .where(_GOES_ON.unit_id == _ABOVE.unit_id, _GOES_ON.valid_from == _ABOVE.valid_to)
        .correlate(_ABOVE)
        .exists()
    )
    return (
        period.kind.not_in(sorted(_NO_BODIES)),
        _BEFORE.valid_to == period.valid_from,
        _BEFORE.name == period.name,
        _ABOVE.kind == UnitKind.PROVINCE,
        _ABOVE.valid_to == period.valid_from,
        ~goes_on,
    )

"""Units that still bear the name of a province that ended.

They go on and count as they did; only their name is of before, until a paper gives them another.
What nobody has said the fate of is told by `left_over`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import GOES_ALONG_KINDS, UnitKind
from registry.domain.units.names import bare_name
from registry.domain.vietnamese.names import text_sort_key
from registry.domain.vietnamese.writing import format_day
from registry.models.base import db, ready_alias
from registry.models.units import Unit, UnitPeriod
from registry.queries.units.left_over import left_over
from registry.queries.units.on_a_day import in_force, in_scope_of

_LATER = ready_alias(UnitPeriod)
# A firm may be called after a landscape; a body of the State is called after its province.
_CALLED_AFTER_PLACES = frozenset({UnitKind.ENTERPRISE, UnitKind.PARTNER_ORGANISATION})
_NOT_ASKED = GOES_ALONG_KINDS | {UnitKind.PROVINCE}


@dataclass(frozen=True, slots=True)
class FormerName:
    """A unit and the province it is called after; `ended_on` is the first day without that."""

    id: int
    code: str
    name: str
    province: str
    ended_on: date

    @property
    def sentence(self) -> str:
        """What is asked, with the unit, for a list without columns."""
        return (
            f"{self.code} {self.name} còn mang tên {self.province}, đã kết thúc từ ngày "
            f"{format_day(self.ended_on)}: ghi đổi tên khi có văn bản."
        ).lstrip()


def named_after_ended(
    day: date, scope: Scope = EVERYTHING, today: date | None = None
) -> Sequence[FormerName]:
    """Return the units of `day` named after a province that had ended by then, by name.

    Without the bodies left over. Rights are asked for `today`. A constant number of SELECTs.
    """
    ended = _ended_provinces(day)
    if not ended:
        return []
    waiting = {body.id for body in left_over(day, scope, today)}
    rows = db.session.execute(
        select(
            Unit.id,
            func.coalesce(UnitPeriod.official_code, Unit.registry_code, ""),
            UnitPeriod.name,
            UnitPeriod.kind,
        )
        .join(UnitPeriod, UnitPeriod.unit_id == Unit.id)
        .where(
            in_force(UnitPeriod, day),
            UnitPeriod.kind.not_in(sorted(_NOT_ASKED)),
            in_scope_of(scope, Unit.id, today or day),
            or_(*(UnitPeriod.name.contains(province.bare) for province in ended)),
        )
    )
    found = [
        FormerName(unit_id, code, name, province.whole, province.ended_on)
        for unit_id, code, name, kind in rows
        if unit_id not in waiting
        for province in ended
        if (province.whole if kind in _CALLED_AFTER_PLACES else province.bare) in name
    ]
    return sorted(found, key=lambda one: text_sort_key(one.name))


@dataclass(frozen=True, slots=True)
class _Province:
    whole: str
    bare: str
    ended_on: date


def _ended_provinces(day: date) -> list[_Province]:
    """Return the provinces that had ended by `day`, but for names that another bears then."""
    rows = db.session.execute(
        select(UnitPeriod.name, UnitPeriod.designation, UnitPeriod.valid_to).where(
            UnitPeriod.kind == UnitKind.PROVINCE,
            UnitPeriod.valid_to <= day,
            ~select(_LATER.id)
            .where(_LATER.unit_id == UnitPeriod.unit_id, _LATER.valid_from >= UnitPeriod.valid_to)
            .exists(),
        )
    ).all()
    standing = set(
        db.session.scalars(
            select(UnitPeriod.name).where(
                UnitPeriod.kind == UnitKind.PROVINCE, in_force(UnitPeriod, day)
            )
        )
    )
    return [
        _Province(
            name[:1].lower() + name[1:],
            bare_name(name, designation) or name[:1].lower() + name[1:],
            ended_on,
        )
        for name, designation, ended_on in rows
        if ended_on is not None and name not in standing
    ]

"""What a resolution calls the deed by which a successor took a predecessor's place, or a part."""

from collections.abc import Mapping, Sequence
from datetime import date

from registry.domain.reorganisations.annex import (
    AnnexRow,
    How,
    Part,
    designation_of,
)
from registry.domain.units.kinds import TERRITORY_KINDS, UnitKind
from registry.domain.units.successions import ARRANGED_SINCE, SuccessionKind

_AS_TOLD: Mapping[How | None, SuccessionKind] = {
    How.MERGE: SuccessionKind.MERGED,
    How.DIVIDE: SuccessionKind.DIVIDED,
    How.SEPARATE: SuccessionKind.SEPARATED,
}
# A territory that became a town's, by designation.
_RAISED = frozenset(
    {
        ("xã", "thị trấn"),
        ("xã", "phường"),
        ("thị trấn", "phường"),
        ("huyện", "thị xã"),
        ("huyện", "quận"),
        ("huyện", "thành phố"),
        ("thị xã", "quận"),
        ("thị xã", "thành phố"),
        ("tỉnh", "thành phố"),
    }
)


def kind_into_a_living_unit(
    row: AnnexRow, kind: UnitKind | None, day: date, *, lives: bool, has_own_row: bool
) -> SuccessionKind:
    """Return the kind of a succession into a unit of `kind` that was there before.

    `lives` tells whether the predecessor goes on, `has_own_row` whether the annex puts the unit
    itself among those that become it: so resolutions of today name whoever keeps its name.
    """
    if row.share is Part.PART and (lives or row.how is How.ADJUST):
        return SuccessionKind.ADJUSTED
    is_arranged = row.how is None and has_own_row and _arranges(kind, day)
    return SuccessionKind.ARRANGED if is_arranged else SuccessionKind.ABSORBED


def kind_into_a_new_unit(
    row: AnnexRow, olds: Sequence[str], kind: UnitKind | None, day: date, *, lives: bool
) -> SuccessionKind:
    """Return the kind of a succession from one of the units `olds` to one of `kind` that begins.

    Where the row does not name it, by what the resolutions of `day` say (`ARRANGED_SINCE`), by how
    many predecessors there are, and by whether this one `lives` on.
    """
    is_of_one = len(set(olds)) == 1
    if row.how in _AS_TOLD:
        return _AS_TOLD[row.how]
    if row.how is How.REESTABLISH or (lives and is_of_one):
        return SuccessionKind.SEPARATED if lives else SuccessionKind.DIVIDED
    if _arranges(kind, day):
        return SuccessionKind.ARRANGED
    return _into_one_of(row, olds[0]) if is_of_one else SuccessionKind.MERGED


def kind_of_an_emptied_territory(day: date, *, heir_is_new: bool) -> SuccessionKind:
    """Return the kind of a succession to the unit that took all communes of a district, province.

    The annex names the communes only; their district or province goes the way the law of `day` has.
    """
    if day >= ARRANGED_SINCE:
        return SuccessionKind.ARRANGED
    return SuccessionKind.MERGED if heir_is_new else SuccessionKind.ABSORBED


def _into_one_of(row: AnnexRow, old: str) -> SuccessionKind:
    if row.share is not Part.WHOLE:
        return SuccessionKind.DIVIDED
    is_raised = (designation_of(old), designation_of(row.new_name or "")) in _RAISED
    return SuccessionKind.PROMOTED if is_raised else SuccessionKind.RENAMED


def _arranges(kind: UnitKind | None, day: date) -> bool:
    return day >= ARRANGED_SINCE and kind in TERRITORY_KINDS

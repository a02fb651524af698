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


def kind_into_a_living_unit(row: AnnexRow) -> SuccessionKind:
    """Return the kind of a succession into a unit that was there before."""
    return SuccessionKind.ABSORBED if row.share is Part.WHOLE else SuccessionKind.ADJUSTED


def kind_into_a_new_unit(
    row: AnnexRow, olds: Sequence[str], kind: UnitKind | None, day: date
) -> SuccessionKind:
    """Return the kind of a succession by which a unit `olds` end and one of `kind` begins.

    Where the row does not name it, by what the resolutions of `day` say (`ARRANGED_SINCE`) and by
    how many predecessors there are.
    """
    if row.how in _AS_TOLD:
        return _AS_TOLD[row.how]
    if day >= ARRANGED_SINCE and kind in TERRITORY_KINDS:
        return SuccessionKind.ARRANGED
    if row.share is not Part.WHOLE:
        return SuccessionKind.DIVIDED
    if len(olds) > 1:
        return SuccessionKind.MERGED
    is_raised = (designation_of(olds[0]), designation_of(row.new_name or "")) in _RAISED
    return SuccessionKind.PROMOTED if is_raised else SuccessionKind.RENAMED

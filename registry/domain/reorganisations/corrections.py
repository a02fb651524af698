"""What is said of a unit and was always wrong: what a correction writes over it.

The same rule holds for a stored period and for what a journal remembers of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.domain.reorganisations.annex import (
    DESIGNATIONS,
    committee_name,
    designation_of,
)
from registry.domain.units.kinds import TERRITORY_KINDS, UnitKind
from registry.domain.vietnamese.names import text_sort_key, unit_search_key

# A province may be called so too, though the word is a district's.
_ALSO_A_PROVINCE = "thành phố"


@dataclass(frozen=True, slots=True)
class UnitSaid:
    """What a unit is called, its official code, and what it stands under."""

    name: str
    code: str | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Misstatement:
    """What was said of a unit, and what should have been; what agrees was no mistake."""

    wrong: UnitSaid
    right: UnitSaid
    registry_code: str | None = None

    @property
    def columns(self) -> dict[str, tuple[Any, Any]]:
        """The columns of a period that were wrong, each with the wrong and the right value."""
        pairs = {
            "name": (self.wrong.name, self.right.name),
            "official_code": (self.wrong.code, self.right.code),
            "parent_id": (self.wrong.parent_id, self.right.parent_id),
        }
        return {column: pair for column, pair in pairs.items() if pair[0] != pair[1]}

    def put_right(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a period, whole or in part, that change, with what follows them."""
        changes = {
            column: right
            for column, (wrong, right) in self.columns.items()
            if column in said and said[column] == wrong
        }
        if "name" in changes:
            changes |= _of_the_name(said, self.right.name)
        if "search_key" in said and changes.keys() & {"name", "official_code"}:
            now = {**said, **changes}
            code = now["official_code"] or self.registry_code
            changes["search_key"] = unit_search_key(now["name"], now["short_name"], code)
            changes["sort_key"] = text_sort_key(now["name"])
        return changes


def _of_the_name(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what a name brings along: the short name made of it, and the designation."""
    changes: dict[str, Any] = {}
    if said.get("short_name") == committee_name(said["name"]):
        changes["short_name"] = committee_name(name)
    if said.get("kind") in TERRITORY_KINDS:
        changes["designation"] = designation_of(name) or said["designation"]
    return changes


def wrong_designation(kind: UnitKind, was: str, name: str) -> str | None:
    """Say why a territory of `kind`, called `was`, was never called `name`; None where it may be.

    A xã may have been a phường all along; what stands a level above or below is another unit.
    """
    if kind not in TERRITORY_KINDS:
        return None
    word = designation_of(name)
    if word is None:
        if designation_of(was) is None:
            return None
        return "Tên bắt đầu bằng loại đơn vị (xã, phường, …). Ghi đủ, ví dụ: Phường An Mỹ."
    is_province = kind is UnitKind.PROVINCE and word == _ALSO_A_PROVINCE
    if DESIGNATIONS[word] is kind or is_province:
        return None
    return (
        f"“{word.capitalize()}” là đơn vị cấp khác, đính chính không đổi cấp. "
        "Hoàn tác đợt sắp xếp đã lập đơn vị này, sửa phụ lục rồi thực hiện lại."
    )

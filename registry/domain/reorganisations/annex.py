"""The rows of an annex to a decision on units, and the words an annex uses.

A unit is named by its code where it has one, else by its name and what it stands under.
"""

from dataclasses import dataclass
from enum import StrEnum

from registry.domain.units.kinds import UnitKind


class How(StrEnum):
    """What a row does, in the words of an annex; empty means: decide by code and name."""

    ABSORB = "nhập vào"
    MERGE = "hợp nhất"
    MOVE = "chuyển"
    RENAME = "đổi tên"
    DIVIDE = "chia"
    SEPARATE = "tách"
    DISSOLVE = "giải thể"


class Part(StrEnum):
    """Whether a successor took the whole predecessor or a part of it."""

    WHOLE = "whole"
    PART = "part"


DESIGNATIONS = {
    "tỉnh": UnitKind.PROVINCE,
    "xã": UnitKind.COMMUNE,
    "phường": UnitKind.COMMUNE,
    "thị trấn": UnitKind.COMMUNE,
    "đặc khu": UnitKind.COMMUNE,
    "huyện": UnitKind.DISTRICT,
    "quận": UnitKind.DISTRICT,
    "thị xã": UnitKind.DISTRICT,
    "thành phố": UnitKind.DISTRICT,
}
"""What a territory is called; a "thành phố" may also be a province, which its row tells."""

TERRITORY_KINDS = frozenset(DESIGNATIONS.values())

_KIND_OF_WORD = (
    {kind.label.lower(): kind for kind in UnitKind}
    | {kind.value: kind for kind in UnitKind}
    | DESIGNATIONS
)


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """One row of an annex: text as written (NFC, one line), None where empty.

    `number` is that of the row in its file, the header being 1; `source` names the file. A row
    composed on screen names units by their ids.
    """

    number: int
    source: str = ""
    old_code: str | None = None
    old_name: str | None = None
    old_kind: str | None = None
    old_parent: str | None = None
    old_province: str | None = None
    new_code: str | None = None
    new_name: str | None = None
    new_kind: str | None = None
    new_parent: str | None = None
    new_province_code: str | None = None
    new_province: str | None = None
    part: Part | None = None
    how: How | None = None
    old_id: int | None = None
    new_parent_id: int | None = None

    @property
    def establishes(self) -> bool:
        """Tell whether the old side is empty: a unit without predecessor."""
        return self.old_id is None and self.old_code is None and self.old_name is None

    @property
    def share(self) -> Part:
        """Return how much of the old unit the row is about; "chia" and "tách" are about parts."""
        if self.part is not None:
            return self.part
        return Part.PART if self.how in {How.DIVIDE, How.SEPARATE} else Part.WHOLE

    @property
    def old_field(self) -> str:
        """Return the column that names the old unit."""
        return "old_code" if self.old_code is not None else "old_name"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row (0: the batch as a whole), at which column, and what to do."""

    row: int
    field: str
    message: str
    source: str = ""

    @classmethod
    def of(cls, row: AnnexRow | None, field: str, message: str) -> "RowProblem":
        """Return the problem at a column of a row, or of the batch as a whole."""
        if row is None:
            return cls(0, field, message)
        return cls(row.number, field, message, row.source)


def kind_of_word(word: str) -> UnitKind | None:
    """Return the kind an annex means: a designation, a machine name or the label on screen."""
    return _KIND_OF_WORD.get(word.lower())


def designation_of(name: str) -> str | None:
    """Return the designation a territory's name begins with ("Thị trấn Ái Nghĩa": thị trấn)."""
    lower = name.lower()
    return next((word for word in DESIGNATIONS if lower.startswith(f"{word} ")), None)


def province_designation(name: str) -> str:
    """Return whether a province is called tỉnh or thành phố."""
    return "thành phố" if name.lower().startswith("thành phố ") else "tỉnh"


def committee_name(name: str) -> str:
    """Return a territory's name as a body: "Xã Quế Phước" is "UBND xã Quế Phước"."""
    return f"UBND {name[0].lower()}{name[1:]}"

"""The rows of an annex to a decision on units, and the words an annex uses.

A unit is named by its code where it has one, else by its name and what it stands under.
"""

from dataclasses import dataclass, fields
from enum import StrEnum

from registry.domain.reorganisations.questions import Item
from registry.domain.units.kinds import UnitKind
from registry.domain.units.team_names import is_team, with_one_spelling
from registry.domain.vietnamese.names import exact_key


class How(StrEnum):
    """What a row does, in the words of an annex; empty means: decide by code and name."""

    ABSORB = "nhập vào"
    MERGE = "hợp nhất"
    MOVE = "chuyển"
    RENAME = "đổi tên"
    DIVIDE = "chia"
    SEPARATE = "tách"
    DISSOLVE = "giải thể"
    ESTABLISH = "thành lập"
    REESTABLISH = "tái lập"
    ADJUST = "điều chỉnh địa giới"
    PROMOTE = "thành lập trên cơ sở nguyên trạng"


class Part(StrEnum):
    """Whether a successor took the whole predecessor, a part of it, or what was left of it."""

    WHOLE = "whole"
    PART = "part"
    REST = "rest"


LIVES_ON = frozenset({How.MOVE, How.RENAME, How.PROMOTE})
"""These say that the old unit of the row itself lives on."""

# These are about a part of the old unit where the row does not say more.
_OF_A_PART = frozenset({How.DIVIDE, How.SEPARATE, How.ADJUST, How.REESTABLISH})


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

_KIND_OF_WORD = (
    {kind.label.lower(): kind for kind in UnitKind}
    | {kind.value: kind for kind in UnitKind}
    | {"tổ": UnitKind.COMMUNITY_TEAM}
    | DESIGNATIONS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowContent:
    """What a row of an annex says: text as written (NFC, one line), None where empty.

    A row composed on screen names units by their ids.
    """

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
        return Part.PART if self.how in _OF_A_PART else Part.WHOLE

    @property
    def old_field(self) -> str:
        """Return the column that names the old unit."""
        return "old_code" if self.old_code is not None else "old_name"


@dataclass(frozen=True, slots=True)
class AnnexRow(RowContent):
    """One row of an annex: what it says, and where.

    `number` is that of the row in its file, the header being 1; `source` names the file.
    """

    number: int
    source: str = ""

    @classmethod
    def of(cls, number: int, source: str, content: RowContent) -> "AnnexRow":
        """Return the row that says `content` at a place."""
        said = {field.name: getattr(content, field.name) for field in fields(RowContent)}
        return cls(number, source, **said)

    @property
    def content(self) -> RowContent:
        """Return what the row says, wherever it stands."""
        return RowContent(**{field.name: getattr(self, field.name) for field in fields(RowContent)})


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row (0: the batch as a whole), at which column, and what to do.

    `item`, where given, is the answer that does not fit: `message` then follows its name. `held_by`
    is the unit of which later changes stand against it.
    """

    row: int
    field: str
    message: str
    source: str = ""
    item: Item | None = None
    held_by: int | None = None

    @classmethod
    def of(
        cls, row: AnnexRow | None, field: str, message: str, held_by: int | None = None
    ) -> "RowProblem":
        """Return the problem at a column of a row, or of the batch as a whole."""
        if row is None:
            return cls(0, field, message, held_by=held_by)
        return cls(row.number, field, message, row.source, held_by=held_by)

    @classmethod
    def with_answer(cls, item: Item, message: str) -> "RowProblem":
        """Return the problem with an answer, which no row gave."""
        return cls(0, "allocation", message, item=item)

    @property
    def text(self) -> str:
        """Return the whole sentence, an answer being named as the allocation file names it."""
        return self.message if self.item is None else self.about(f"“{self.item}”")

    def about(self, name: str) -> str:
        """Return the whole sentence about an answer that the reader knows by `name`."""
        return f"Phân bổ {name}: {self.message}"


def kind_of_word(word: str) -> UnitKind | None:
    """Return the kind an annex means: a designation, a machine name or the label on screen.

    A team is meant by "tổ" and by all its spellings.
    """
    return _KIND_OF_WORD.get(word.lower()) or kind_of_name(word)


def kind_of_name(name: str) -> UnitKind | None:
    """Return the kind of a unit whose name tells it by itself: "Tổ CNSCĐ thôn 1" is a team."""
    is_of_a_team = is_team(with_one_spelling(exact_key(name)))
    return UnitKind.COMMUNITY_TEAM if is_of_a_team else None


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

"""How a page says that one unit came from another: as the resolution says it.

A territory is arranged, a body merged, a team put together; the words of territories changed on
`ARRANGED_SINCE`. No sentence says that a unit stands "in place of" another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from registry.domain.reorganisations.annex import Part
from registry.domain.units.kinds import TERRITORY_KINDS, UnitKind
from registry.domain.units.successions import ARRANGED_SINCE, SuccessionKind

OLD, NEW = "{old}", "{new}"
_MUCH = "{much}"

_SHARES = {Part.WHOLE: "toàn bộ ", Part.PART: "một phần ", Part.REST: "phần còn lại "}


class _Family(Enum):
    TERRITORY = auto()
    BODY = auto()
    TEAM = auto()


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a deed: in short, on the page of the old unit, on that of the new one.

    `silent_on` are the shares that go without saying.
    """

    short: str
    at_old: str
    at_new: str
    silent_on: frozenset[Part] = frozenset()


_WHOLE = frozenset({Part.WHOLE})
_NOT_THE_REST = frozenset({Part.WHOLE, Part.PART})

_ARRANGED = _Words("sắp xếp", f"Sắp xếp {_MUCH}thành {NEW}", f"Sắp xếp {OLD} thành {NEW}")
_WORDS: Mapping[SuccessionKind, _Words] = {
    SuccessionKind.ABSORBED: _Words(
        "nhập vào", f"Nhập {_MUCH}vào {NEW}", f"Nhập {OLD} vào {NEW}", _WHOLE
    ),
    SuccessionKind.MERGED: _Words(
        "thành lập trên cơ sở nhập",
        f"Nhập {_MUCH}để thành lập {NEW}",
        f"Thành lập {NEW} trên cơ sở nhập {OLD}",
    ),
    SuccessionKind.ARRANGED: _ARRANGED,
    SuccessionKind.DIVIDED: _Words(
        "chia", f"Chia {_MUCH}để thành lập {NEW}", f"Chia {OLD} để thành lập {NEW}", _NOT_THE_REST
    ),
    SuccessionKind.SEPARATED: _Words(
        "tách để thành lập",
        f"Tách {_MUCH}để thành lập {NEW}",
        f"Tách {OLD} để thành lập {NEW}",
        _WHOLE,
    ),
    SuccessionKind.ADJUSTED: _Words(
        "điều chỉnh địa giới",
        f"Điều chỉnh {_MUCH}về {NEW}",
        f"Điều chỉnh {OLD} về {NEW}",
    ),
    SuccessionKind.PROMOTED: _Words(
        "thành lập trên cơ sở nguyên trạng",
        f"Thành lập {NEW} trên cơ sở nguyên trạng {OLD}",
        f"Thành lập {NEW} trên cơ sở nguyên trạng {OLD}",
        _WHOLE,
    ),
    SuccessionKind.RENAMED: _Words(
        "đổi tên", f"Đổi tên thành {NEW}", f"Đổi tên {OLD} thành {NEW}", _WHOLE
    ),
    SuccessionKind.REESTABLISHED: _Words(
        "tái lập", f"Được tái lập: {NEW}", f"Tái lập từ {OLD}", _WHOLE
    ),
}
_OF_BODIES: Mapping[SuccessionKind, _Words] = {
    SuccessionKind.ABSORBED: _Words(
        "sáp nhập vào", f"Sáp nhập {_MUCH}vào {NEW}", f"Sáp nhập {OLD} vào {NEW}", _WHOLE
    ),
    SuccessionKind.MERGED: _Words(
        "hợp nhất", f"Hợp nhất {_MUCH}thành {NEW}", f"Hợp nhất {OLD} thành {NEW}", _WHOLE
    ),
    SuccessionKind.ADJUSTED: _Words(
        "chuyển một phần", f"Chuyển {_MUCH}về {NEW}", f"Chuyển {OLD} về {NEW}"
    ),
    SuccessionKind.RENAMED: _Words(
        "tổ chức lại", f"Tổ chức lại thành {NEW}", f"Tổ chức lại {OLD} thành {NEW}", _WHOLE
    ),
}
_OF_TEAMS: Mapping[SuccessionKind, _Words] = {
    **_OF_BODIES,
    SuccessionKind.MERGED: _Words(
        "sáp nhập", f"Sáp nhập {_MUCH}thành {NEW}", f"Sáp nhập {OLD} thành {NEW}", _WHOLE
    ),
}
_WORDS_OF = {
    _Family.TERRITORY: _WORDS,
    _Family.BODY: {**_WORDS, **_OF_BODIES},
    _Family.TEAM: {**_WORDS, **_OF_TEAMS},
}


@dataclass(frozen=True, slots=True)
class SuccessionDeed:
    """The deed that leads from a unit, or a share of it, to one of `unit_kind` from a day on."""

    kind: SuccessionKind
    part: Part
    unit_kind: UnitKind
    day: date

    @property
    def is_memory(self) -> bool:
        """Whether it only links a unit to what stood there once: nobody takes a place."""
        return self.kind is SuccessionKind.REESTABLISHED

    @property
    def short(self) -> str:
        """The deed in short, without names."""
        return self._words.short

    @property
    def share_before_name(self) -> str:
        """How much of the old unit it is about, as it stands before its name; may be empty."""
        said = self._share
        return f"{said}của " if self.part is Part.REST and said else said

    def at_old(self, old: str) -> tuple[str, str]:
        """Return what the old unit's page says before and after the name of the new one."""
        before, after = self._words.at_old.replace(_MUCH, self._share).split(NEW)
        return before.replace(OLD, old), after.replace(OLD, old)

    def at_new(self, new: str) -> tuple[str, str]:
        """Return what the new unit's page says before and after the names of the old ones.

        Each of these stands behind its share (`share_before_name`).
        """
        before, after = self._words.at_new.split(OLD)
        return before.replace(NEW, new), after.replace(NEW, new)

    def from_old(self, old: str, new: str) -> str:
        """Return the sentence of the old unit's page."""
        return new.join(self.at_old(old))

    @property
    def _share(self) -> str:
        return "" if self.part in self._words.silent_on else _SHARES[self.part]

    @property
    def _words(self) -> _Words:
        family = _family(self.unit_kind)
        is_merged = self.kind is SuccessionKind.MERGED and family is _Family.TERRITORY
        if is_merged and self.day >= ARRANGED_SINCE:
            return _ARRANGED
        return _WORDS_OF[family][self.kind]


def share_in_words(part: Part) -> str:
    """Return the words of a share."""
    return _SHARES[part].strip()


def share_note(part: Part) -> str:
    """Return what stands behind a unit's name about how much of it is meant: "" for the whole."""
    return "" if part is Part.WHOLE else share_in_words(part)


def sentence_of_change(old: str, new: str, *, is_raised: bool) -> str:
    """Return what a resolution says of a unit that lives on under another name.

    `is_raised`: it bears another designation, and nothing else happened to it that day.
    """
    if old == new:
        return new
    if is_raised:
        return f"Thành lập {new} trên cơ sở nguyên trạng {old}"
    return f"Đổi tên {old} thành {new}"


def _family(kind: UnitKind) -> _Family:
    if kind in TERRITORY_KINDS:
        return _Family.TERRITORY
    return _Family.TEAM if kind is UnitKind.COMMUNITY_TEAM else _Family.BODY

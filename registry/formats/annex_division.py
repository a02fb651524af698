"""What the rows of an annex say together: who is divided, and where a side was forgotten.

An empty old side establishes a unit. So does one that was left empty because it is the same as
above, and then the old unit would silently live on: what looks like that is refused.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from registry.domain.reorganisations.annex import LIVES_ON, How, Part
from registry.domain.vietnamese.names import exact_key
from registry.formats.annex_values import Values

Found = list[tuple[int, str, str]]
_Row = tuple[int, Values]

_MOST_NAMES = 20_000
_OLD, _NEW = "old", "new"
_SAYING = {
    "code": "mã",
    "name": "tên",
    "kind": "loại",
    "parent": "đơn vị cấp trên",
    "province": "tỉnh, thành phố",
}
# What a merger or a new place is about cannot do without its old unit.
_NEEDS_OLD = frozenset(How) - {How.ESTABLISH, How.REESTABLISH}

WHAT_TO_DO = (
    "Ghi lại tên đơn vị cũ (hoặc trộn ô) nếu cùng đơn vị với dòng trên; ghi “thành lập” ở cột cách "
    "sắp xếp nếu là đơn vị mới, không kế tiếp đơn vị nào."
)


BLANK_NEW = (
    "Đơn vị mới có công thức nhưng kết quả để trống. Ghi tên đơn vị mới (hoặc trộn ô) nếu cùng đơn "
    "vị với dòng trên; ghi “giải thể” ở cột cách sắp xếp nếu không có đơn vị mới."
)


_key = lru_cache(_MOST_NAMES)(exact_key)


def check_sides(rows: Sequence[_Row], blank_formulas: Mapping[int, Set[str]]) -> Found:
    """Say in place which units are divided, and return what is wrong with the sides of the rows.

    `blank_formulas` are, by row, the columns in which a formula came out empty.
    """
    looking = _Looking(_new_units(rows), _with_predecessor(rows))
    _divide(rows, looking.leads_to)
    problems: Found = []
    for number, values in rows:
        formulas = blank_formulas.get(number, frozenset())
        if not _is_empty(values, _OLD):
            looking.last = values
        elif values["how"] != How.ESTABLISH:
            problems += looking.old_side(number, values, formulas)
        elif values["old_kind"] or values["old_parent"]:
            problems.append((number, "old_name", _half(values, _OLD)))
        else:
            # A new unit has no share in anything.
            values["part"] = None
        problems += _new_side(number, values, formulas)
    return problems


@dataclass
class _Looking:
    """Looks at empty old sides; `last` is the row above that had one."""

    leads_to: Mapping[tuple[str, ...], set[tuple[str, ...]]]
    with_predecessor: Mapping[str, int]
    last: Values | None = None

    def old_side(self, number: int, values: Values, formulas: Set[str]) -> Found:
        """Return why an empty old side cannot mean a new unit."""
        if any(values[f"old_{part}"] for part in ("kind", "parent", "province")):
            return [(number, "old_name", _half(values, _OLD))]
        said = None
        other = self.with_predecessor.get(_called(values))
        if any(name.startswith(_OLD) for name in formulas):
            said = "có công thức nhưng kết quả để trống"
        elif values["part"] is not None:
            said = "để trống mà có ghi toàn bộ hay một phần"
        elif values["how"] in _NEEDS_OLD:
            said = f"để trống mà cách sắp xếp ghi “{values['how']}”"
        elif other is not None:
            said = f"để trống, trong khi “{values['new_name']}” ở dòng {other} có đơn vị cũ"
        elif self.last is not None and self._is_unfinished(self.last):
            name = self.last["old_name"] or self.last["old_code"]
            said = f"để trống, trong khi “{name}” ở trên mới chỉ có một phần có đơn vị nhận"
        return [] if said is None else [(number, "old_name", f"Đơn vị cũ {said}. {WHAT_TO_DO}")]

    def _is_unfinished(self, last: Values) -> bool:
        """Tell whether the unit of the row above gave one part away and nothing else."""
        leads_to = self.leads_to.get(_unit(last, _OLD), ())
        return last["part"] == Part.PART and len(leads_to) == 1


def _is_empty(values: Values, side: str) -> bool:
    return values[f"{side}_code"] is None and values[f"{side}_name"] is None


def _unit(values: Values, side: str) -> tuple[str, ...]:
    """Return what rows about one unit share."""
    code = values[f"{side}_code"]
    if code is not None:
        return (code,)
    return tuple(_key(values[f"{side}_{part}"] or "") for part in ("name", "parent", "province"))


def _new_units(rows: Iterable[_Row]) -> Mapping[tuple[str, ...], set[tuple[str, ...]]]:
    """Return to which units each old one leads, itself among them where it goes on."""
    found: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for _, values in rows:
        if not _is_empty(values, _OLD):
            found.setdefault(_unit(values, _OLD), set()).add(_unit(values, _NEW))
    return found


def _with_predecessor(rows: Iterable[_Row]) -> Mapping[str, int]:
    """Return the row in which each new unit, by its code or else its name, has an old one."""
    found: dict[str, int] = {}
    for number, values in rows:
        if not _is_empty(values, _OLD) and not _is_empty(values, _NEW):
            found.setdefault(_called(values), number)
    return found


def _called(values: Values) -> str:
    return values["new_code"] or _key(values["new_name"] or "")


def _is_own(values: Values) -> bool:
    """Tell whether a row says of a unit that it goes on as itself."""
    if values["how"] in LIVES_ON:
        return True
    same_code = None in (values["old_code"], values["new_code"]) or (
        values["old_code"] == values["new_code"]
    )
    return same_code and _key(values["old_name"] or "") == _key(values["new_name"] or "")


def _divide(rows: Sequence[_Row], leads_to: Mapping[tuple[str, ...], set[tuple[str, ...]]]) -> None:
    """Let each of several units that one leads to have a part of it, where no row says more."""
    whole = {
        _unit(values, _OLD)
        for _, values in rows
        if values["part"] == Part.WHOLE and not _is_own(values)
    }
    for _, values in rows:
        unit = _unit(values, _OLD)
        is_divided = len(leads_to.get(unit, ())) > 1 and unit not in whole
        if is_divided and values["part"] is None and not _is_own(values):
            values["part"] = Part.PART


def _new_side(number: int, values: Values, formulas: Set[str]) -> Found:
    """Return why a new side without a name cannot be left so."""
    if values["new_name"] is not None:
        return []
    if any(values[f"new_{part}"] for part in ("code", "kind", "parent")):
        return [(number, "new_name", _half(values, _NEW))]
    if values["how"] != How.DISSOLVE and any(name.startswith(_NEW) for name in formulas):
        return [(number, "new_name", BLANK_NEW)]
    return []


def _half(values: Values, side: str) -> str:
    """Say that a side tells of a unit without telling which."""
    told = ", ".join(word for part, word in _SAYING.items() if values[f"{side}_{part}"])
    which = "cũ" if side == _OLD else "mới"
    return (
        f"Đơn vị {which} chỉ ghi {told}, thiếu tên. Ghi tên (hoặc trộn ô với dòng trên), hoặc bỏ "
        f"trống cả phần đơn vị {which}."
    )

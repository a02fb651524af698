"""Why a sign-up may be somebody already known: warnings for the reviewer, never a decision."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

from registry.domain.vietnamese.names import exact_key, search_key

_TITLES = frozenset(("ong", "ba", "anh", "chi", "co"))
_FULL_NAME_WORDS = 2
# One letter too many in a word of four or more; two words that differ in a letter of four
# ("tuan", "toan") are two common names, not a slip.
_ALIKE = 0.8


class MatchKind(StrEnum):
    """What two records share, the strongest sign first."""

    SAME_PHONE = "same_phone"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"


_STRENGTH = list(MatchKind)


@dataclass(frozen=True, slots=True)
class Known:
    """A person, or another request, that the sign-up is compared with.

    `phone` is E.164. `in_unit`: a member of, or a request for, the unit asked for; others are
    compared by telephone first. `may_be_named` False: the reviewer's scope does not reach this
    person, so the warning says no more than that there is one.
    """

    full_name: str = field(repr=False)
    phone: str | None = field(repr=False)
    in_unit: bool
    person_id: int | None = None
    reference_code: str | None = None
    may_be_named: bool = True


@dataclass(frozen=True, slots=True)
class MatchWarning:
    """One reason to look twice; `person_id` is whom it may be attached to, None for requests."""

    kind: MatchKind
    message: str = field(repr=False)
    person_id: int | None


def find_matches(full_name: str, phone: str | None, known: Iterable[Known]) -> list[MatchWarning]:
    """Return why the sign-up of `full_name` with `phone` (E.164) may be one of `known`.

    Names are compared inside the unit, and with whoever has the same telephone. Same telephone
    comes first, then same name, then similar name; otherwise in the order of `known`.
    """
    warnings = [
        warning
        for one in known
        for warning in _compare(full_name, phone, one)
        if warning is not None
    ]
    return sorted(warnings, key=lambda warning: _STRENGTH.index(warning.kind))


def _compare(full_name: str, phone: str | None, known: Known) -> list[MatchWarning | None]:
    same_phone = phone is not None and phone == known.phone
    if not known.may_be_named:
        message = "Trùng số điện thoại với một người thuộc đơn vị khác."
        return [MatchWarning(MatchKind.SAME_PHONE, message, None) if same_phone else None]
    by_phone = (
        MatchWarning(
            MatchKind.SAME_PHONE, f"Trùng số điện thoại với {_label(known)}.", known.person_id
        )
        if same_phone
        else None
    )
    return [by_phone, _compare_names(full_name, known) if known.in_unit or same_phone else None]


def _compare_names(full_name: str, known: Known) -> MatchWarning | None:
    label = _label(known)
    if exact_key(full_name) == exact_key(known.full_name):
        return MatchWarning(MatchKind.SAME_NAME, f"Trùng họ tên với {label}.", known.person_id)
    words, other = search_key(full_name).split(), search_key(known.full_name).split()
    if words == other:
        message = f"Trùng họ tên với {label} nếu không tính dấu."
        return MatchWarning(MatchKind.SAME_NAME, message, known.person_id)
    why = _why_similar(_without_y(words), _without_y(other))
    if why is None:
        return None
    message = f"Họ tên gần giống {label}: {why}."
    return MatchWarning(MatchKind.SIMILAR_NAME, message, known.person_id)


def _label(known: Known) -> str:
    request = f" (đăng ký {known.reference_code})" if known.reference_code else ""
    return f"“{known.full_name}”{request}"


def _without_y(words: list[str]) -> list[str]:
    return [word.replace("y", "i") for word in words]


def _why_similar(words: list[str], other: list[str]) -> str | None:
    """Compare two folded names, the shorter first; the first reason that holds is told."""
    shorter, longer = sorted((words, other), key=lambda name: (len(name), name))
    return next((why for holds, why in _REASONS if holds(shorter, longer)), None)


def _differ_by_title(shorter: list[str], longer: list[str]) -> bool:
    return longer[0] in _TITLES and longer[1:] == shorter and len(shorter) >= _FULL_NAME_WORDS


def _lacks_middle_name(shorter: list[str], longer: list[str]) -> bool:
    if len(shorter) < _FULL_NAME_WORDS or len(shorter) == len(longer):
        return False
    ends_agree = (shorter[0], shorter[-1]) == (longer[0], longer[-1])
    middle = iter(longer[1:-1])
    return ends_agree and all(word in middle for word in shorter[1:-1])


def _one_word_mistyped(shorter: list[str], longer: list[str]) -> bool:
    if len(shorter) != len(longer):
        return False
    differing = [pair for pair in zip(shorter, longer, strict=True) if pair[0] != pair[1]]
    if len(differing) != 1:
        return False
    one, other = differing[0]
    return one[0] == other[0] and SequenceMatcher(None, one, other).ratio() >= _ALIKE


_REASONS: tuple[tuple[Callable[[list[str], list[str]], bool], str], ...] = (
    (lambda one, other: one == other, "chỉ khác i và y"),
    (_differ_by_title, "chỉ khác danh xưng đứng trước"),
    (lambda one, other: "".join(one) == "".join(other), "chỉ khác chỗ cách từ"),
    (lambda one, other: sorted(one) == sorted(other), "cùng các từ, khác thứ tự"),
    (_lacks_middle_name, "một bên thiếu tên đệm"),
    (_one_word_mistyped, "chỉ lệch một chữ cái, có thể gõ nhầm"),
)

"""Why two names that are not the same may be one person's: for a warning, never a decision."""

from collections.abc import Callable
from difflib import SequenceMatcher

from registry.domain.vietnamese.names import search_key

_TITLES = frozenset(("ong", "ba", "anh", "chi", "co"))
_FULL_NAME_WORDS = 2
# A slip is more alike: one letter too many in a word of four or more, another one in a word of six.
# "An" and "Anh", "Tuấn" and "Toàn", "Trang" and "Trung" are two common names.
_TWO_NAMES = 0.8


def likeness_words(full_name: str) -> list[str]:
    """Return the words by which names are compared: folded, i and y the same ("Mỹ Lý", "Mĩ Lí")."""
    return search_key(full_name).replace("y", "i").split()


def why_similar(full_name: str, other: str) -> str | None:
    """Return why two names that differ when folded may be one, or None when they are two.

    The first reason that holds is told; which of the two is given first makes no difference.
    """
    names = likeness_words(full_name), likeness_words(other)
    shorter, longer = sorted(names, key=lambda name: (len(name), name))
    return next((why for holds, why in _REASONS if holds(shorter, longer)), None)


def _differ_by_title(shorter: list[str], longer: list[str]) -> bool:
    return len(shorter) >= _FULL_NAME_WORDS and longer[0] in _TITLES and longer[1:] == shorter


def _ends_agree(shorter: list[str], longer: list[str]) -> bool:
    return len(shorter) >= _FULL_NAME_WORDS and (
        (shorter[0], shorter[-1]) == (longer[0], longer[-1])
    )


def _lacks_middle_name(shorter: list[str], longer: list[str]) -> bool:
    if len(shorter) == len(longer) or not _ends_agree(shorter, longer):
        return False
    middle = iter(longer[1:-1])
    return all(word in middle for word in shorter[1:-1])


def _has_initials(shorter: list[str], longer: list[str]) -> bool:
    """Tell whether each word but the last is that of the other or its first letter, in order.

    Of the family names one may be an initial: "N.V. An" and "Nguyễn Văn An".
    """
    if len(shorter) < _FULL_NAME_WORDS or shorter[-1] != longer[-1]:
        return False
    if not _is_initial(shorter[0], longer[0]):
        return False
    middle = iter(longer[1:-1])
    return all(any(_is_initial(word, whole) for whole in middle) for word in shorter[1:-1])


def _is_initial(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _one_word_mistyped(shorter: list[str], longer: list[str]) -> bool:
    if len(shorter) != len(longer):
        return False
    differing = [pair for pair in zip(shorter, longer, strict=True) if pair[0] != pair[1]]
    if len(differing) != 1:
        return False
    one, other = differing[0]
    return one[0] == other[0] and SequenceMatcher(None, one, other).ratio() > _TWO_NAMES


_REASONS: tuple[tuple[Callable[[list[str], list[str]], bool], str], ...] = (
    (lambda one, other: one == other, "chỉ khác i và y"),
    (_differ_by_title, "chỉ khác danh xưng đứng trước"),
    (lambda one, other: "".join(one) == "".join(other), "chỉ khác chỗ cách từ"),
    (lambda one, other: sorted(one) == sorted(other), "cùng các từ, khác thứ tự"),
    (_lacks_middle_name, "một bên thiếu tên đệm"),
    (_has_initials, "một bên viết tắt họ hoặc tên đệm"),
    (_one_word_mistyped, "chỉ lệch một chữ cái, có thể gõ nhầm"),
)

"""The lists behind the figures of coverage, and the headline in parts that add up, each with one.

The first part is what rests on papers of today's unit; nothing is hidden in another.
"""

from collections.abc import Callable
from dataclasses import dataclass

from registry.domain.coverage import Basis, Lack, Parts, RequiredUnit, Standard, Tally
from registry.domain.labelled import Labelled
from registry.domain.vietnamese.writing import format_number


class Listed(Labelled):
    """Which of the required units a list shows; the values stand in addresses."""

    MISSING = "chua-dat", "Chưa đạt"
    COVERED = "da-dat", "Đã đạt"
    CURRENT = "van-ban-hien-nay", "Theo văn bản của đơn vị hiện nay"
    BEFORE_REORGANISATION = "truoc-sap-xep", "Theo phân công trước sắp xếp"
    CARRIED_OVER = "chuyen-tiep", "Trong thời hạn chuyển tiếp"
    OVERDUE = "qua-han-chuyen-tiep", "Quá hạn chuyển tiếp"
    NONE = "chua-co", "Chưa có"
    UNKNOWN = "chua-co-so-lieu", "Chưa có số liệu"
    OTHER_PAPER = "van-ban-khac", "Có đầu mối bằng văn bản khác"
    BY_LAW = "giao-theo-quy-dinh", "Có đầu mối giao theo quy định"
    UNCHECKED = "chua-doi-chieu", "Có đầu mối, chưa đối chiếu văn bản"
    CONCURRENT = "kiem-nhiem", "Có đầu mối, chưa có bộ phận hoặc cán bộ chuyên trách"
    BY_LAW_ONLY = "giao-chua-co-van-ban", "Giao theo quy định, chưa có văn bản"
    WAITING = "cho-quyet-dinh", "Đã phân công, chưa có quyết định"
    ENTERPRISE_STAFF = "nguoi-cua-doanh-nghiep", "Đầu mối là người của doanh nghiệp"
    LAPSED = "het-hieu-luc", "Quyết định hết hiệu lực"
    ENDED = "da-thoi", "Đầu mối đã thôi nhiệm vụ"
    REPORTED = "bao-chua-bo-tri", "Đơn vị báo chưa bố trí"
    SILENT = "chua-khai-bao", "Chưa khai báo"
    ALL = "tat-ca", "Tất cả đơn vị phải bố trí"


_OF_A_BASIS: dict[Listed, frozenset[Basis]] = {
    Listed.MISSING: frozenset({Basis.OVERDUE, Basis.NONE}),
    Listed.COVERED: frozenset({Basis.CURRENT, Basis.CARRIED_OVER}),
    Listed.CURRENT: frozenset({Basis.CURRENT}),
    Listed.BEFORE_REORGANISATION: frozenset({Basis.CARRIED_OVER, Basis.OVERDUE}),
    Listed.CARRIED_OVER: frozenset({Basis.CARRIED_OVER}),
    Listed.OVERDUE: frozenset({Basis.OVERDUE}),
    Listed.NONE: frozenset({Basis.NONE}),
    Listed.UNKNOWN: frozenset({Basis.UNKNOWN}),
    Listed.ALL: frozenset(Basis),
}
LIST_OF_LACK = {
    Lack.OVERDUE: Listed.OVERDUE,
    Lack.LAPSED: Listed.LAPSED,
    Lack.BY_LAW: Listed.BY_LAW_ONLY,
    Lack.WAITING: Listed.WAITING,
    Lack.ENTERPRISE_STAFF: Listed.ENTERPRISE_STAFF,
    Lack.ENDED: Listed.ENDED,
    Lack.REPORTED: Listed.REPORTED,
    Lack.SILENT: Listed.SILENT,
}
# An overdue unit may have a paper out of force too: that list asks for the fact, not the reason.
_OF_A_LACK = {
    listed: lack for lack, listed in LIST_OF_LACK.items() if lack not in {Lack.OVERDUE, Lack.LAPSED}
}
_OF_A_FACT: dict[Listed, Callable[[RequiredUnit, Standard], bool]] = {
    Listed.CONCURRENT: lambda unit, _: unit.any_covered and not unit.strict_covered,
    Listed.OTHER_PAPER: lambda unit, _: unit.by_other_paper,
    Listed.LAPSED: lambda unit, _: unit.lapsed,
    Listed.BY_LAW: lambda unit, _: unit.by_law,
    Listed.UNCHECKED: lambda unit, standard: unit.is_unchecked(standard),
}


def is_listed(unit: RequiredUnit, listed: Listed, standard: Standard) -> bool:
    """Tell whether a list shows the unit."""
    if listed is Listed.CURRENT and standard == Standard.ANY and unit.by_law:
        return False
    if listed in _OF_A_BASIS:
        return unit.basis(standard) in _OF_A_BASIS[listed]
    if listed in _OF_A_LACK:
        return unit.lack is _OF_A_LACK[listed]
    return _OF_A_FACT[listed](unit, standard)


@dataclass(frozen=True, slots=True)
class HeadlinePart:
    """A count of the headline, what it counts in words, and the list it opens."""

    count: int
    text: str
    listed: Listed


OF_TODAY, OF_THEN = "đơn vị hiện nay", "đơn vị khi đó"


def headline_parts(
    tally: Tally, standard: Standard = Standard.ANY, whose: str = OF_TODAY
) -> list[HeadlinePart]:
    """Return the parts of a headline; they add up to the units required, empty ones left out.

    The first and "chưa có" always stand. `whose` papers the first rests on: of units that may be no
    more it is `OF_THEN`.
    """
    counts = tally.parts(standard)
    by_law = tally.given_by_law(standard)
    parts = [
        HeadlinePart(
            counts.current - by_law,
            f"đơn vị có {_what(standard)} theo văn bản của {whose}",
            Listed.CURRENT,
        )
    ]
    if by_law:
        parts.append(HeadlinePart(by_law, "giao theo quy định", Listed.BY_LAW))
    if counts.before_reorganisation:
        overdue = counts.carried_over_overdue
        note = f" (trong đó {format_number(overdue)} quá hạn chuyển tiếp)" if overdue else ""
        parts.append(
            HeadlinePart(
                counts.before_reorganisation,
                f"theo phân công trước sắp xếp{note}",
                Listed.BEFORE_REORGANISATION,
            )
        )
    parts.append(HeadlinePart(counts.none, "chưa có", Listed.NONE))
    if counts.unknown:
        parts.append(HeadlinePart(counts.unknown, "chưa có số liệu", Listed.UNKNOWN))
    return parts


def headline_sentence(
    tally: Tally, standard: Standard = Standard.ANY, whose: str = OF_TODAY
) -> str:
    """Return the headline in one line: "14/107 đơn vị có đầu mối theo … · 76 … · 17 chưa có"."""
    first, *others = headline_parts(tally, standard, whose)
    said = [f"{format_number(first.count)}/{format_number(tally.required)} {first.text}"]
    return " · ".join([*said, *(f"{format_number(part.count)} {part.text}" for part in others)])


def missing_words(standard: Standard = Standard.ANY, *, overdue: bool) -> str:
    """Say what units lack that miss a standard; `overdue`: of some the days of grace are past."""
    return f"chưa có {_what(standard)}{' hoặc quá hạn chuyển tiếp' if overdue else ''}"


def uncovered_title(counts: Parts) -> str:
    """Return the title of the list of units without a focal point, or with one overdue."""
    overdue = " HOẶC QUÁ HẠN CHUYỂN TIẾP" if counts.carried_over_overdue else ""
    return f"DANH SÁCH ĐƠN VỊ CHƯA CÓ ĐẦU MỐI CHUYỂN ĐỔI SỐ{overdue}"


def unchecked_words(counts: Tally, standard: Standard = Standard.ANY) -> str:
    """Return how many of the covered units nobody compared: "trong đó 7 chưa đối chiếu văn bản".

    Nothing where no unit is covered.
    """
    if not counts.covered(standard):
        return ""
    return f"trong đó {format_number(counts.unchecked(standard))} chưa đối chiếu văn bản"


def checked_sentence(counts: Tally, standard: Standard = Standard.ANY) -> str:
    """Return the same with how many are covered: "90 đơn vị có đầu mối, trong đó 7 …"."""
    words = unchecked_words(counts, standard)
    covered = f"{format_number(counts.covered(standard))} đơn vị có {_what(standard)}"
    return f"{covered}, {words}" if words else ""


def _what(standard: Standard) -> str:
    return "đầu mối" if standard == Standard.ANY else "bộ phận hoặc cán bộ chuyên trách"

"""Kinds of papers a fact can rest on, and what can be said of one from its number and days."""

import re
from datetime import date

from registry.domain.errors import Invalid, Problem
from registry.domain.labelled import Labelled
from registry.domain.vietnamese.names import normalise_signs


class DecisionKind(Labelled):
    """What the paper is.

    `LETTER` says what a paper is for, to name somebody for the network: it may bear the sign of
    any other kind. The others are named by their sign (Decree 30/2020/NĐ-CP, Appendix III).
    """

    DECISION = "decision", "Quyết định"
    RESOLUTION = "resolution", "Nghị quyết"
    OFFICIAL_LETTER = "official_letter", "Công văn"
    LETTER = "letter", "Văn bản cử"
    PROPOSAL = "proposal", "Tờ trình"
    ANNOUNCEMENT = "announcement", "Thông báo"
    PLAN = "plan", "Kế hoạch"


_KIND_OF_SIGN = {
    "QĐ": DecisionKind.DECISION,
    "QD": DecisionKind.DECISION,
    "NQ": DecisionKind.RESOLUTION,
    "CV": DecisionKind.OFFICIAL_LETTER,
    "TTR": DecisionKind.PROPOSAL,
    "TB": DecisionKind.ANNOUNCEMENT,
    "KH": DecisionKind.PLAN,
}
NUMBER_MAX_LENGTH = 50
_LABEL = re.compile(r"^số\s*[:.]?\s*", re.IGNORECASE)
_SPACES_AROUND_SIGNS = re.compile(r"\s*([/&-])\s*")
_LOOKS_LIKE_D_WITH_STROKE = str.maketrans("\u00d0\u0189\u00f0\u0256", "ĐĐđđ")
# Number, perhaps a year, then the signs of kind and issuer: "12/2024/QĐ-UBND", "01/NQ-HĐND",
# "202/2025/QH15"; bodies of the Party and the Youth Union write "45-QĐ/ĐU".
_SIGN = r"[^\W\d_][^\W_]*"
_NUMBER = re.compile(rf"[0-9]+[^\W\d_]?(?:/[0-9]{{4}})?[/-]{_SIGN}(?:[/&.-]{_SIGN})*")
_FIRST_SIGN = re.compile(rf"[0-9]+[^\W\d_]?(?:/[0-9]{{4}})?[/-]({_SIGN})(?![^/-])")
# Of the National Assembly: a resolution bears no sign of its kind, "202/2025/QH15".
_NATIONAL_ASSEMBLY = re.compile("QH[0-9]+")
_DECISION_WITHOUT_STROKE = re.compile("[/-](QD|qd|qđ)(?![^\\W_])")
_FORM = "Nhập số và ký hiệu văn bản như trên văn bản, ví dụ 123/QĐ-UBND hoặc 12/2024/QĐ-UBND."

_RETROACTIVE = (
    "Ngày có hiệu lực trước ngày ký văn bản. "
    "Chỉ ghi như vậy khi văn bản nêu rõ hiệu lực trở về trước."
)


def normalise_decision_number(text: str, *, on: str = "number") -> str:
    """Return the number and sign of a paper as printed on it: "123/QĐ-UBND".

    Drops the label "Số:" and blanks around the signs; the letters stay as typed. Raises Invalid on
    the field `on` for anything that does not begin with a number and go on with signs.
    """
    number = normalise_signs(text).translate(_LOOKS_LIKE_D_WITH_STROKE)
    number = _SPACES_AROUND_SIGNS.sub(r"\1", _LABEL.sub("", number))
    if len(number) > NUMBER_MAX_LENGTH or not _NUMBER.fullmatch(number):
        raise Invalid.on(on, _FORM)
    return number


def kind_of_paper(number: str, chosen: DecisionKind | None) -> DecisionKind:
    """Return what the paper of a normalised `number` is; `chosen` is what was said of it, if any.

    The sign printed on the paper goes before what was chosen, so that 1659/NQ-UBTVQH15 is never
    called a decision; a Văn bản cử stays one under any sign. An official letter is the one kind
    whose number may go without a sign (Decree 30/2020/NĐ-CP, Appendix I, section II.3).
    """
    if chosen is DecisionKind.LETTER:
        return chosen
    return _kind_of_sign(number) or chosen or DecisionKind.OFFICIAL_LETTER


def _kind_of_sign(number: str) -> DecisionKind | None:
    """Return the kind whose sign stands first in `number`, None when it names none of ours."""
    found = _FIRST_SIGN.match(number)
    if found is None:
        return None
    sign = found[1].upper()
    if _NATIONAL_ASSEMBLY.fullmatch(sign):
        return DecisionKind.RESOLUTION
    return _KIND_OF_SIGN.get(sign)


def paper_name(kind: DecisionKind, number: str) -> str:
    """Return what a paper is called: "Nghị quyết số 1659/NQ-UBTVQH15", "Công văn số 235/SNV"."""
    return f"{kind.label} số {number}"


def decision_number_warnings(number: str) -> list[str]:
    """Return what looks mistyped in a normalised `number`; it is stored as it is all the same."""
    found = _DECISION_WITHOUT_STROKE.search(number)
    if found is None:
        return []
    return [f"Ký hiệu “{found[1]}” trong số văn bản thường viết là “QĐ”. Kiểm tra lại."]


def check_decision_days(
    *,
    issued_on: date | None,
    effective_from: date | None,
    effective_to: date | None,
    today: date,
) -> list[str]:
    """Return warnings about the days of a decision; unknown days (None) are completed later.

    `effective_to` is the first day without effect. Raises Invalid, every problem at once, when the
    decision is signed after `today` or ends before it begins. An effect before the day of signing
    is an exception the paper itself must make, so it is only warned of.
    """
    problems = []
    if issued_on is not None and issued_on > today:
        problems.append(Problem("issued_on", "Ngày ký văn bản không được sau hôm nay."))
    begins = effective_from or issued_on
    if effective_to is not None and begins is not None and effective_to <= begins:
        first_day = "ngày có hiệu lực" if effective_from else "ngày ký văn bản"
        problems.append(Problem("effective_to", f"Ngày hết hiệu lực phải sau {first_day}."))
    if problems:
        raise Invalid(problems)
    if issued_on is not None and effective_from is not None and effective_from < issued_on:
        return [_RETROACTIVE]
    return []

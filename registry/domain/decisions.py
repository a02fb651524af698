"""Kinds of papers a fact can rest on, and what can be said of one from its number and days."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto

from registry.domain.errors import Invalid, Problem
from registry.domain.labelled import Labelled
from registry.domain.vietnamese.names import accepted_signs
from registry.domain.vietnamese.reading import parse_day
from registry.domain.vietnamese.writing import format_day


class DecisionKind(Labelled):
    """What the paper is.

    `LETTER` says what a paper is for, to name somebody for the network: it may bear the sign of
    any other kind. The others are named by their sign (Decree 30/2020/NĐ-CP, Appendix III);
    `OTHER` are those by which nobody is named for anything, each called by its own sign.
    """

    DECISION = "decision", "Quyết định"
    RESOLUTION = "resolution", "Nghị quyết"
    OFFICIAL_LETTER = "official_letter", "Công văn"
    LETTER = "letter", "Văn bản cử"
    PROPOSAL = "proposal", "Tờ trình"
    ANNOUNCEMENT = "announcement", "Thông báo"
    PLAN = "plan", "Kế hoạch"
    OTHER = "other", "Loại văn bản khác"


_KIND_OF_SIGN = {
    "QĐ": DecisionKind.DECISION,
    "QD": DecisionKind.DECISION,
    "NQ": DecisionKind.RESOLUTION,
    "CV": DecisionKind.OFFICIAL_LETTER,
    "TTR": DecisionKind.PROPOSAL,
    "TB": DecisionKind.ANNOUNCEMENT,
    "KH": DecisionKind.PLAN,
}


# "CT" and "TT" stand for bodies too ("1234/CT-TTHT" is a letter of a Cục Thuế): they are signs of
# a kind only before who issues such papers.
_NAMES_OF_OTHERS = tuple(
    (re.compile(sign, re.IGNORECASE), name)
    for sign, name in (
        ("BC", "Báo cáo"),
        ("BB", "Biên bản"),
        ("GM", "Giấy mời"),
        ("HD", "Hướng dẫn"),
        ("CTr", "Chương trình"),
        (r"CT(?=[-/](?:UBND|TTg|TU|ĐU)(?![^\W_]))", "Chỉ thị"),
        ("N[ĐD](?=-CP)", "Nghị định"),
        (r"TT(?=-B(?!QL)[^\W_])", "Thông tư"),
    )
)


class SignatureForm(Labelled):
    """By what right a paper is signed (Decree 30/2020/NĐ-CP, article 13); none: in one's own."""

    ON_BEHALF = "on_behalf", "TM. (thay mặt tập thể)"
    ACTING = "acting", "Q. (quyền cấp trưởng)"
    DEPUTY = "deputy", "KT. (ký thay cấp trưởng)"
    BY_ORDER = "by_order", "TL. (thừa lệnh)"
    AUTHORISED = "authorised", "TUQ. (thừa ủy quyền)"

    @property
    def mark(self) -> str:
        """The letters printed before the post: "KT."."""
        return self.label.split()[0]


class EndKind(Labelled):
    """How a later paper takes an earlier one out of force."""

    REPLACED = "replaced", "Thay thế"
    REVOKED = "revoked", "Bãi bỏ"


class PaperForce(Enum):
    """What a paper can do for the coverage of the unit it names somebody for."""

    ASSIGNS = auto()  # both standards
    NAMES = auto()  # "Có đầu mối" only, where the unit's own head issued it
    NOTHING = auto()


# A Tờ trình asks, a Kế hoạch intends, a resolution on boundaries makes units: none names anybody.
_FORCES = {
    DecisionKind.DECISION: PaperForce.ASSIGNS,
    DecisionKind.ANNOUNCEMENT: PaperForce.NAMES,
    DecisionKind.OFFICIAL_LETTER: PaperForce.NAMES,
    DecisionKind.LETTER: PaperForce.NAMES,
}


def kinds_that(force: PaperForce) -> tuple[DecisionKind, ...]:
    """Return the kinds of papers with this force."""
    return tuple(kind for kind in DecisionKind if force_of(kind) is force)


def force_of(kind: DecisionKind) -> PaperForce:
    """Return what a paper of this kind can do for coverage."""
    return _FORCES.get(kind, PaperForce.NOTHING)


def may_end(later: DecisionKind, ended: DecisionKind) -> bool:
    """Tell whether a paper of one kind may replace or revoke one of another.

    A decision or a resolution any; what names somebody without deciding only its like; what asks,
    intends or reports, none.
    """
    if later in {DecisionKind.DECISION, DecisionKind.RESOLUTION}:
        return True
    return force_of(later) is force_of(ended) is PaperForce.NAMES


NUMBER_MAX_LENGTH = 50
CITATION_MAX_LENGTH = 300
_SPACES_AROUND_SIGNS = re.compile(r"\s*([/&-])\s*")
# Letters that look like a D with stroke are one; quotation marks are none of a number.
_AS_MEANT = str.maketrans("\u00d0\u0189\u00f0\u0256", "ĐĐđđ", '“”"')
# Number, perhaps a year, then the signs of kind and issuer: "12/2024/QĐ-UBND", "01/NQ-HĐND",
# "202/2025/QH15"; bodies of the Party and the Youth Union write "45-QĐ/ĐU".
_SIGN = r"[^\W\d_][^\W_]*"
_NUMBER = re.compile(rf"[0-9]+[^\W\d_]?(?:/[0-9]{{4}})?[/-]{_SIGN}(?:[/&.-]{_SIGN})*")
_FIRST_SIGN = re.compile(rf"[0-9]+[^\W\d_]?(?:/[0-9]{{4}})?[/-]({_SIGN})(?![^/-])")
# Resolutions of the National Assembly and its Standing Committee may bear no sign of their kind:
# "202/2025/QH15", "76/2025/UBTVQH15".
_NATIONAL_ASSEMBLY = re.compile("(?:UBTV)?QH[0-9]+")
_DECISION_WITHOUT_STROKE = re.compile("[/-](QD|qd|qđ)(?![^\\W_])")
# What people paste from another paper: "Căn cứ Quyết định số 12/QĐ-UBND ngày 05/7/2025 của Chủ tịch
# UBND xã về việc …".
_CITATION = re.compile(
    r"(?:(?:căn cứ|theo) )?"
    r"(?:(?P<kind>quyết định|q[./]?đ|nghị quyết|n\.?q|công văn|c\.?v|tờ trình|t\.?tr"
    r"|thông báo|t\.?b|kế hoạch|k\.?h"
    r"|văn bản cử|văn bản|báo cáo|biên bản|nghị định|chỉ thị|thông tư|luật|hướng dẫn"
    r"|chương trình|giấy mời)(?![^\W_])[ .:]*"
    r"(?:(?:phân công|giao|cử)(?![^\W_]).{0,60}?(?=số[ :.]|[0-9]+[/-][^\W\d]))?)?"
    r"(?:số(?: hiệu|,? (?:và )?ký hiệu)? ?[:.]? ?)?"
    r"(?P<number>[0-9].*?)"
    r"(?:,? ?\(?(?:ký |ban hành )?"
    r"(?P<day>ngày .+?|(?<![0-9/-])[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2}))\)?)?"
    r"(?:,? (?:của|do) (?P<issuer>.+?)(?: ban hành)?)?"
    r"(?:,? (?:về|v/v|phê duyệt|phân công|giao|cử|thành lập|kiện toàn|công nhận|bổ nhiệm|ban hành"
    r"|sắp xếp|triển khai|hướng dẫn|quy định) .*)?"
    r"(?: ?\((?! ?(?:ngày )?[0-9]{1,2}[./-])[^()]*\))?[.,; ]*",
    re.IGNORECASE,
)
_NO_DOTS = str.maketrans("", "", "./")
# "12 QĐ-UBND": the stroke was left out.
_STROKE_LEFT_OUT = re.compile(
    r"(?<![^\s.:])([0-9]+(?:/[0-9]{4})?) (?=(?:QĐ|NQ|CV|TTr|TB|KH)-)", re.IGNORECASE
)
_OTHERS_IN_WORDS = ("luật", *(name.casefold() for _, name in _NAMES_OF_OTHERS))
_KIND_IN_WORDS = {
    **dict.fromkeys(_OTHERS_IN_WORDS, DecisionKind.OTHER),
    **{kind.label.casefold(): kind for kind in DecisionKind},
    **{sign.casefold(): kind for sign, kind in _KIND_OF_SIGN.items()},
}
_YEAR_IN_NUMBER = re.compile(r"[0-9]+[^\W\d_]?/([0-9]{4})[/-]")
_MARK = re.compile(r"(?:(TUQ|TM|KT|TL|Q)\. ?|(TUQ|TM|KT|TL) )", re.IGNORECASE)
_FORM_OF_MARK = {form.mark: form for form in SignatureForm}
_FORM = "Nhập số và ký hiệu văn bản như trên văn bản, ví dụ 123/QĐ-UBND hoặc 12/2024/QĐ-UBND."

_RETROACTIVE = (
    "Ngày có hiệu lực trước ngày ký văn bản. "
    "Chỉ ghi như vậy khi văn bản nêu rõ hiệu lực trở về trước."
)


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A paper as it was typed: `number` alone, or with what stands around it in a citation."""

    number: str
    kind: DecisionKind | None = None
    issued_on: date | None = None
    issuer: str | None = None


def read_paper(typed: CitedPaper) -> CitedPaper:
    """Return a paper whose citation, typed as its number, is taken apart.

    "Nghị quyết số 12/NQ-HĐND ngày 05 tháng 7 năm 2025 của HĐND tỉnh" fills kind, day and issuer
    where they are empty. The sign on the paper goes before the words for its kind, and these before
    what was chosen (`kind_of_paper`).

    Raises Invalid on `number` for what is no number or day, on `issued_on` when the day typed there
    is another than the one of the citation.
    """
    number, found = _cited(typed.number)
    in_words = _KIND_IN_WORDS.get((found["kind"] or "").translate(_NO_DOTS).casefold())
    chosen = typed.kind if typed.kind is DecisionKind.LETTER else in_words or typed.kind
    paper = replace(typed, number=number, kind=kind_of_paper(number, chosen))
    if found["day"]:
        day = _cited_day(found["day"])
        if paper.issued_on not in (None, day):
            raise Invalid.on(
                "issued_on",
                f"Ngày ký khác ngày ghi cùng số văn bản ({format_day(day)}). Sửa một trong hai.",
            )
        paper = replace(paper, issued_on=day)
    return replace(paper, issuer=paper.issuer or found["issuer"])


def _cited(text: str) -> tuple[str, re.Match[str]]:
    """Return the number in what was typed, and all that was found around it."""
    written = accepted_signs(text, "number").translate(_AS_MEANT)
    written = _STROKE_LEFT_OUT.sub(r"\1/", written)
    found = _CITATION.fullmatch(written) if len(written) <= CITATION_MAX_LENGTH else None
    number = _SPACES_AROUND_SIGNS.sub(r"\1", found["number"]) if found else ""
    if found is None or len(number) > NUMBER_MAX_LENGTH or not _NUMBER.fullmatch(number):
        raise Invalid.on("number", _FORM)
    return number, found


def _cited_day(text: str) -> date:
    try:
        return parse_day(text)
    except Invalid as refusal:
        raise Invalid.on("number", refusal.message) from None


def kind_of_paper(number: str, chosen: DecisionKind | None) -> DecisionKind:
    """Return what the paper of a normalised `number` is; `chosen` is what was said of it, if any.

    The sign printed on the paper goes before what was chosen, so that 1659/NQ-UBTVQH15 is never
    called a decision; a Văn bản cử stays one under any sign. An official letter is the one kind
    whose number may go without a sign (Decree 30/2020/NĐ-CP, Appendix I, section II.3). A law
    bears the sign of a resolution of the National Assembly: there what was said goes before.
    """
    of_the_assembly = _kind_of_sign(number) is DecisionKind.RESOLUTION and "NQ" not in number
    if chosen is DecisionKind.LETTER or (chosen is DecisionKind.OTHER and of_the_assembly):
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
    return _KIND_OF_SIGN.get(sign) or (DecisionKind.OTHER if _name_of_other(number) else None)


def _name_of_other(number: str) -> str | None:
    """Return what a paper is called by a sign that is none of a kind of ours; None without one."""
    found = _FIRST_SIGN.match(number)
    if found is None:
        return None
    signs = number[found.start(1) :]
    for sign, name in _NAMES_OF_OTHERS:
        if (match := sign.match(signs)) and match.end() == len(found[1]):
            return name
    return None


def paper_name(kind: DecisionKind, number: str) -> str:
    """Return what a paper is called: "Nghị quyết số 1659/NQ-UBTVQH15", "Công văn số 235/SNV".

    One of another kind by its own sign, "Báo cáo số 12/BC-UBND", or "Văn bản số …".
    """
    name = (_name_of_other(number) or "Văn bản") if kind is DecisionKind.OTHER else kind.label
    return f"{name} số {number}"


def signature_line(form: SignatureForm | None, post: str | None) -> str | None:
    """Return what stands above a signature: "KT. CHỦ TỊCH, PHÓ CHỦ TỊCH", None for nothing.

    `post` may bear the mark itself, as it is printed: it is then written in one way. Raises Invalid
    on `signer_form` when the mark is another than that of `form`.
    """
    typed, rest = split_signature(post)
    if typed is not None and form is not None and typed is not form:
        raise Invalid.on(
            "signer_form",
            f"Đã chọn {form.mark} nhưng ở đây ghi {typed.mark} Sửa một trong hai.",
        )
    form = form or typed
    return " ".join(filter(None, (form.mark if form else None, rest))) or None


def split_signature(line: str | None) -> tuple[SignatureForm | None, str | None]:
    """Take what stands above a signature apart: its form and the post."""
    written = line or ""
    found = _MARK.match(written)
    if found is None:
        return None, line
    form = _FORM_OF_MARK[f"{(found[1] or found[2]).upper()}."]
    return form, written[found.end() :] or None


def paper_warnings(
    *,
    number: str,
    issued_on: date | None,
    effective_from: date | None,
    effective_to: date | None,
    today: date,
) -> list[str]:
    """Return what looks odd about a stored paper; raises Invalid as `check_decision_days`."""
    return decision_number_warnings(number, issued_on) + check_decision_days(
        issued_on=issued_on, effective_from=effective_from, effective_to=effective_to, today=today
    )


def decision_number_warnings(number: str, issued_on: date | None = None) -> list[str]:
    """Return what looks mistyped in a normalised `number`; it is stored as it is all the same."""
    warnings = []
    if found := _DECISION_WITHOUT_STROKE.search(number):
        warnings.append(f"Ký hiệu “{found[1]}” trong số văn bản thường viết là “QĐ”. Kiểm tra lại.")
    year = _YEAR_IN_NUMBER.match(number)
    if year and issued_on and int(year[1]) != issued_on.year:
        warnings.append(
            f"Số văn bản ghi năm {year[1]}, khác năm của ngày ký ({issued_on.year}). Kiểm tra lại."
        )
    return warnings


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

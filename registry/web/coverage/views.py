"""Pages of coverage."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry.documents.coverage.lines import (
    LISTED_COLUMNS,
    CoverageRow,
    level_lines,
    page_figure_columns,
    parent_lines,
)
from registry.documents.coverage.listed import (
    LIST_OF_LACK,
    OF_THEN,
    OF_TODAY,
    Listed,
    missing_words,
)
from registry.documents.coverage.papers import basis_of, report_in_today_units, report_of
from registry.documents.coverage.report import cites_sections, coverage_report_pdf
from registry.documents.coverage.sheets import coverage_xlsx, listed_sheet
from registry.documents.coverage.today_units import (
    page_kind_columns,
    page_line_columns,
    page_parent_columns,
    parent_today_lines,
    today_lines,
    today_units_xlsx,
)
from registry.documents.tables import Column, on_page, only
from registry.domain.audit.deeds import Deed
from registry.domain.boundary_translation import NOT_SEPARABLE
from registry.domain.coverage import Basis, Standard
from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.domain.units.names import running_name
from registry.domain.vietnamese.writing import format_day, format_number
from registry.formats.spreadsheet import table_xlsx
from registry.queries.coverage.figures import Coverage, units_not_taking_part
from registry.queries.coverage.translated import TranslatedCoverage
from registry.queries.paging import page_of_rows
from registry.queries.parameters import reference_first_day, reference_last_day
from registry.services.audit import Event
from registry.web.access import requires
from registry.web.coverage.question import (
    SORTS,
    CoverageList,
    CoverageQuestion,
    answered,
    asked,
    list_rows,
    listed_units,
)
from registry.web.coverage.today_units import (
    TodayQuestion,
    asked_in_today_units,
    lines_by_kind,
    may_choose_units,
    wants_units_of_today,
)
from registry.web.exports import FileKind, hand_out, making_file
from registry.web.forms.choices import labelled
from registry.web.paging import window
from registry.web.request import today

blueprint = Blueprint("coverage", __name__)

PAGE_SIZE = 100
# Of these the list says since when somebody is lacking; of the others what they have.
LACKING = frozenset({Listed.MISSING, Listed.NONE, Listed.OVERDUE, *LIST_OF_LACK.values()})
_OBJECTS = {
    Standard.ANY: "đầu mối",
    Standard.STRICT: "bộ phận hoặc cán bộ chuyên trách",
}
# What a list shows; "{}" is what the standard asks for.
_WHAT = {
    Listed.COVERED: "đơn vị đã có {}",
    Listed.CURRENT: "đơn vị có {} theo văn bản của {whose}",
    Listed.BEFORE_REORGANISATION: "đơn vị chỉ có {} theo phân công trước sắp xếp, kể cả quá hạn",
    Listed.CARRIED_OVER: "đơn vị có {} theo phân công trước sắp xếp, trong thời hạn chuyển tiếp",
    Listed.OVERDUE: "đơn vị quá hạn chuyển tiếp, chưa có quyết định mới",
    Listed.NONE: "đơn vị chưa có {}, kể cả theo phân công trước sắp xếp",
    Listed.UNKNOWN: "đơn vị chưa có số liệu",
    Listed.BY_LAW: "đơn vị có đầu mối giao theo quy định",
    Listed.UNCHECKED: "đơn vị có đầu mối, chưa đối chiếu văn bản",
    Listed.OTHER_PAPER: "đơn vị có đầu mối bằng văn bản khác quyết định",
    Listed.CONCURRENT: "đơn vị có đầu mối, chưa có bộ phận hoặc cán bộ chuyên trách",
    Listed.BY_LAW_ONLY: "đơn vị có người được giao theo quy định, chưa có văn bản",
    Listed.WAITING: "đơn vị đã phân công đầu mối, chưa có quyết định",
    Listed.ENTERPRISE_STAFF: "đơn vị có đầu mối là người của doanh nghiệp nên không được tính",
    Listed.LAPSED: "đơn vị có quyết định phân công đầu mối đã hết hiệu lực",
    Listed.ENDED: "đơn vị có đầu mối đã thôi nhiệm vụ, chưa có người thay",
    Listed.REPORTED: "đơn vị báo chưa bố trí đầu mối",
    Listed.SILENT: "đơn vị chưa khai báo đầu mối",
    Listed.ALL: "đơn vị phải bố trí đầu mối",
}


@blueprint.get("/do-phu")
@requires(Action.COVERAGE_SEE)
def report() -> ResponseReturnValue:
    """Show coverage of a subtree by both standards, by level and by parent, and what it lacks.

    A past day's figures are shown in the units of that day, or in those of today.
    """
    if wants_units_of_today():
        return _report_in_today_units()
    question = asked()
    found = question.found
    if found is None:
        return render_template("coverage/report.html", question=question, found=None)
    return render_template(
        "coverage/report.html",
        question=question,
        found=found,
        level_columns=page_figure_columns("Cấp", found.headline),
        levels=level_lines(found),
        parent_columns=page_figure_columns("Đơn vị", found.headline),
        parents=parent_lines(found),
        missing_columns=only(LISTED_COLUMNS, "name", "parent", "phone", "note", "days"),
        missing=list_rows(found.uncovered(Standard.ANY)[:PAGE_SIZE], found, Standard.ANY),
        outside=units_not_taking_part(found.unit, found.as_of, question.scope, today()),
        may_choose_units=may_choose_units(found.as_of),
        **_known_days(),
    )


def _report_in_today_units() -> ResponseReturnValue:
    question = asked_in_today_units()
    return render_template(
        "coverage/report_in_today_units.html",
        question=question,
        answer=question.answer,
        **(_of_answer(question.answer) if question.answer else {}),
        **_known_days(),
    )


def _of_answer(answer: TranslatedCoverage) -> dict[str, Any]:
    return {
        "kind_columns": page_kind_columns(answer),
        "today_lines": today_lines(answer),
        "parent_columns": page_parent_columns(answer),
        "parents": parent_today_lines(answer),
        "line_columns": page_line_columns(answer.found.as_of),
        "groups": lines_by_kind(answer.lines),
        "why_no_total": _not_separable(answer) if answer.headline is None else None,
    }


@blueprint.get("/do-phu/don-vi")
@requires(Action.COVERAGE_SEE)
def gaps() -> ResponseReturnValue:
    """List the units behind a figure: those lacking a focal point, or those that have one."""
    question = _asked_either_way()
    if question.found is None:
        return render_template("coverage/gaps.html", question=question, found=None)
    listing = listed_units(question.found)
    lacking = listing.listed in LACKING
    partial = _why_partial(question, listing)
    return render_template(
        "coverage/gaps.html",
        question=question,
        found=question.found,
        columns=_columns(lacking=lacking),
        lacking=lacking,
        partial=partial,
        whose=_whose(),
        sorts=SORTS,
        listing=listing,
        what=_what(listing),
        page=page_of_rows(window(PAGE_SIZE), listing.units),
        text=None if wants_units_of_today() else _text_to_send(question.found, listing),
        standards=labelled(Standard),
        lists=labelled(Listed),
        **_known_days(),
    )


@blueprint.get("/do-phu/don-vi.xlsx")
@requires(Action.COVERAGE_SEE)
@making_file()
def gaps_excel() -> ResponseReturnValue:
    """Give the list as it is filtered and sorted as a workbook."""
    question = _asked_either_way()
    found = answered(question.day.day, question.found, question.problem)
    listing = listed_units(found)
    of_today = question.in_words if isinstance(question, TodayQuestion) else None
    notes = filter(None, [of_today, _why_partial(question, listing)])
    sheet = listed_sheet(_what(listing), listing.units, found, *notes)
    content = table_xlsx([sheet], as_of=found.as_of)
    return _attachment(found, content, "danh-sach", FileKind.XLSX, len(listing.units))


@blueprint.get("/do-phu/bao-cao.xlsx")
@requires(Action.COVERAGE_SEE)
@making_file()
def excel() -> ResponseReturnValue:
    """Give the report as a workbook, in the units of its day or in those of today."""
    if wants_units_of_today():
        answer = _answer_in_today_units()
        cited = cites_sections(basis_of(answer.unit, answer.later))
        content, name = today_units_xlsx(answer, cited=cited), "do-phu-don-vi-hien-nay"
        return _attachment(answer.found, content, name, FileKind.XLSX, len(answer.found.units))
    found = _answer()
    content = coverage_xlsx(report_of(found, today()))
    return _attachment(found, content, "do-phu", FileKind.XLSX, len(found.units))


@blueprint.get("/do-phu/bao-cao.pdf")
@requires(Action.COVERAGE_SEE)
@making_file()
def pdf() -> ResponseReturnValue:
    """Give the report as a document in the form of Decree 30/2020/NĐ-CP, of either units."""
    if wants_units_of_today():
        answer = _answer_in_today_units()
        if answer.headline is None:
            raise NotFound(_not_separable(answer))
        content = coverage_report_pdf(report_in_today_units(answer))
        name = "bao-cao-do-phu-don-vi-hien-nay"
        return _attachment(answer.found, content, name, FileKind.PDF, len(answer.found.units))
    found = _answer()
    content = coverage_report_pdf(report_of(found, today()))
    return _attachment(found, content, "bao-cao-do-phu", FileKind.PDF, len(found.units))


def _asked_either_way() -> CoverageQuestion | TodayQuestion:
    return asked_in_today_units() if wants_units_of_today() else asked()


def _answer() -> Coverage:
    question = asked()
    return answered(question.day.day, question.found, question.problem)


def _answer_in_today_units() -> TranslatedCoverage:
    question = asked_in_today_units()
    return answered(question.day.day, question.answer, question.problem)


def _why_partial(question: CoverageQuestion | TodayQuestion, listing: CoverageList) -> str | None:
    """Say that a list is no whole: units it would count among were split across its border."""
    answer = question.answer if isinstance(question, TodayQuestion) else None
    if answer is None:
        return None
    torn = (one.kind is listing.kind if listing.kind else one.headline for one in answer.divided)
    return f"{_not_separable(answer)} Danh sách chỉ gồm các đơn vị còn lại." if any(torn) else None


def _not_separable(answer: TranslatedCoverage) -> str:
    """Say why there is no figure of the whole."""
    names = ", ".join(unit.name for unit in answer.divided)
    day = format_day(answer.found.as_of)
    return (
        f"{NOT_SEPARABLE} của cả {answer.unit.name} vào ngày {day}:"
        f" {names} đã chia cho nhiều đơn vị."
    )


def _attachment(
    found: Coverage, content: bytes, name: str, kind: FileKind, units: int
) -> ResponseReturnValue:
    """Hand out a file, and record that these figures were taken away."""
    event = Event(
        Deed.COVERAGE_EXPORT,
        "coverage",
        found.unit.id,
        unit_id=found.unit.id,
        details={
            "document": name,
            "format": kind.ending,
            "as_of": found.as_of,
            "units": units,
        },
    )
    return hand_out(content, kind, name, found.unit.code, found.as_of, event=event)


def _columns(*, lacking: bool) -> list[Column[CoverageRow]]:
    """Return the columns of a list: how long a unit has been lacking somebody, or what it has."""
    left_out = {"state"} if lacking else {"days", "note"}
    return [column for column in on_page(LISTED_COLUMNS) if column.key not in left_out]


def _what(listing: CoverageList) -> str:
    if listing.listed is Listed.MISSING:
        standard = listing.standard
        overdue = any(row.unit.basis(standard) is Basis.OVERDUE for row in listing.units)
        return f"đơn vị {missing_words(standard, overdue=overdue)}"
    return _WHAT[listing.listed].format(_OBJECTS[listing.standard], whose=_whose())


def _whose() -> str:
    """Return whose papers the first part of the figures rests on."""
    return OF_THEN if wants_units_of_today() else OF_TODAY


def _text_to_send(found: Coverage, listing: CoverageList) -> str | None:
    """Return the list as plain text for a chat group; only of what somebody must act on."""
    if listing.listed not in LACKING or not listing.units:
        return None
    count = f"{format_number(len(listing.units))}/{format_number(listing.total)}"
    day, where = format_day(found.as_of), running_name(found.unit.name, found.unit.designation)
    lines = [f"Tính đến ngày {day}, {where} còn {count} {_what(listing)}:"]
    lines += _numbered([f"{row.unit.name} – {row.unit.parent_name}" for row in listing.units])
    lines.append("Đề nghị các đơn vị ban hành quyết định phân công và gửi cơ quan thẩm định.")
    return "\n".join(lines)


def _numbered(texts: Sequence[str]) -> list[str]:
    return [f"{number}. {text}" for number, text in enumerate(texts, start=1)]


def _known_days() -> dict[str, Any]:
    return {"first_known": reference_first_day(), "last_known": reference_last_day()}

"""The allocation file to fill in: a row for each question, and the answers given so far."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.documents.tables import Column, Place, csv_table
from registry.domain.reorganisations.questions import LATER, STAYS, Question


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """A question, what its noun is called in the file, and where it goes as far as answered."""

    question: Question
    noun: str
    target: str = ""


COLUMNS: tuple[Column[AllocationRow], ...] = (
    Column(key="item", label="Mã", value=lambda row: str(row.question.item), on=Place.CSV),
    Column(key="noun", label="Loại", value=lambda row: row.noun, on=Place.CSV),
    Column(key="unit", label="Đơn vị", value=lambda row: row.question.unit_name, on=Place.CSV),
    Column(key="label", label="Nội dung", value=lambda row: row.question.label, on=Place.CSV),
    Column(
        key="choices",
        label="Trả lời được",
        value=lambda row: " | ".join(code for code, _ in row.question.offered),
        on=Place.CSV,
    ),
    Column(key="target", label="Chuyển về", value=lambda row: row.target, on=Place.CSV),
    Column(
        key="choice_names",
        label="Đơn vị nhận",
        value=lambda row: " | ".join(_named(*choice) for choice in row.question.choices),
        on=Place.CSV,
    ),
    Column(
        key="if_empty",
        label="Để trống thì",
        value=lambda row: _unanswered(row.question),
        on=Place.CSV,
    ),
)


def _named(code: str, name: str) -> str:
    return name if code == name else f"{code} {name}"


def _unanswered(question: Question) -> str:
    """Return what becomes of something that nobody answers."""
    if question.default is None:
        return "kết thúc"
    answer, shown = question.default
    return shown if answer in {STAYS, LATER} else f"chuyển về {_named(answer, shown)}"


def allocation_csv(rows: Iterable[AllocationRow]) -> str:
    """Return the file; `read_allocation` reads it back by the keys of its columns."""
    return csv_table(COLUMNS, rows)

"""The allocation file to fill in: a row for each question, and the answers given so far."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.documents.tables import Column, Place, csv_table
from registry.domain.reorganisations.questions import LATER, STAYS, AskedNoun, Question


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
        value=lambda row: " | ".join(_words(row.question)),
        on=Place.CSV,
    ),
    Column(key="target", label="Chuyển về", value=lambda row: row.target, on=Place.CSV),
    Column(
        key="choice_names",
        label="Đơn vị nhận",
        value=lambda row: " | ".join(_names(row.question)),
        on=Place.CSV,
    ),
    Column(
        key="if_empty",
        label="Để trống thì",
        value=lambda row: _unanswered(row.question),
        on=Place.CSV,
    ),
)


def _words(question: Question) -> Iterator[str]:
    """Yield what may be answered: units by their codes, people by name where that tells them."""
    named = Counter(name for _, name in question.choices)
    for answer, name in question.offered:
        is_told_by_name = question.noun is AskedNoun.HEAD and named[name] == 1
        yield name if is_told_by_name else answer


def _names(question: Question) -> Iterator[str]:
    for answer, name in question.choices:
        yield name if question.noun is AskedNoun.HEAD else _named(answer, name)


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

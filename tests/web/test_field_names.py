"""A field has one name: on the form, in lists and in files."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wtforms import Form

from registry.documents.assignments import waiting_columns
from registry.documents.tables import Column
from registry.domain.field_names import FIELD_NAMES
from scripts.tree import ROOT
from tests.conftest import TODAY

# Fields that ask for something else than the fact of that name.
OTHER_QUESTIONS = {
    ("AcceptForm", "role"),  # what the account may do
    ("EndAssignmentForm", "ends_on"),  # the end of an assignment, not of a class
    ("FoundForm", "new_name"),  # the first name of a unit
    ("ChangeForm", "new_name"),  # a new name, or the right one
    ("ChangeForm", "new_code"),  # the right one, which it always was
    ("DayForm", "effective_on"),  # the right day of a change
    ("TransferForm", "role"),  # the role in the unit somebody goes to
    ("VerifyForm", "reason"),  # asked for only when the list goes back
    ("ReviewForm", "reason"),
    ("ApproveForm", "reason"),
}

# Columns whose cell says more, or something else, than the field of that name.
OTHER_CELLS = {
    "name",  # of whatever the table lists
    "course",  # with its class
    "kind",  # the level at which a unit is counted
    "number",  # of a list, or of a line
    "reason",  # why an assignment waits
}


def forms_below(form: type[Form]) -> Iterator[type[Form]]:
    for below in form.__subclasses__():
        yield below
        yield from forms_below(below)


def fields_of_forms() -> Iterator[tuple[str, str, str]]:
    """Yield form, field and label of every field of the product's forms that has a label."""
    for path in (ROOT / "registry" / "web").rglob("*forms.py"):
        importlib.import_module(path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
    for form in forms_below(Form):
        if not form.__module__.startswith("registry."):
            continue
        for name in dir(form):
            field = getattr(form, name)
            if hasattr(field, "field_class"):
                label = field.args[0] if field.args else field.kwargs.get("label")
                if isinstance(label, str) and label:
                    yield form.__name__, name, label


def names_of(field: str) -> set[str]:
    return {names[field] for names in FIELD_NAMES.values() if field in names}


def test_a_form_calls_each_known_field_by_its_name() -> None:
    found = list(fields_of_forms())
    known = [row for row in found if names_of(row[1]) and row[:2] not in OTHER_QUESTIONS]
    assert len(known) > 60
    assert [row for row in known if row[2] not in names_of(row[1])] == []


@pytest.mark.parametrize("page", sorted(map(str, (ROOT / "templates").rglob("*.html"))))
def test_a_page_writes_out_no_name_of_what_is_known_of_people_and_papers(page: str) -> None:
    names = {*FIELD_NAMES["people"].values(), *FIELD_NAMES["decisions"].values()}
    source = re.sub(r"\{#.*?#\}", "", Path(page).read_text(encoding="utf-8"), flags=re.DOTALL)
    written = re.findall(r'data-label="([^"{]+)"|\("([^"]+)", |"label": "([^"]+)"', source)
    assert names & {label for found in written for label in found} == set()


def test_the_questions_that_ask_for_something_else_are_still_asked() -> None:
    assert {(form, name) for form, name, _ in fields_of_forms()} >= OTHER_QUESTIONS


def columns() -> list[Column[Any]]:
    """Return every column that is declared for a page or a file."""
    found: list[Column[Any]] = [*waiting_columns(TODAY, {})]
    for path in (ROOT / "registry" / "documents").rglob("*.py"):
        module = importlib.import_module(
            path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        )
        for value in vars(module).values():
            if isinstance(value, tuple):
                found += [column for column in value if isinstance(column, Column)]
    return found


def test_a_list_and_its_files_head_the_column_of_a_known_field_with_its_name() -> None:
    known = [
        column for column in columns() if names_of(column.key) and column.key not in OTHER_CELLS
    ]
    assert len({column.key for column in known}) > 15
    assert [
        (column.key, column.label)
        for column in known
        if column.label not in names_of(column.key) or column.page_label or column.paper_label
    ] == []

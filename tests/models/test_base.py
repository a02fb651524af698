"""A row that continues another one takes everything from it, but what is declared."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Table

from registry.models.assignments import Assignment
from registry.models.base import (
    NOT_CONTINUED,
    OF_THE_END,
    Base,
    Dated,
    continued,
    continued_values,
    copied,
    table_of,
    values_of,
)
from registry.models.rosters import OF_ONE_LIST, RosterLine

DATED = sorted(
    (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Dated)),
    key=lambda model: model.__name__,
)
BEGINS, ENDS = date(2024, 6, 1), date(2024, 6, 30)


def unlike_any_default(table: Table) -> dict[str, Any]:
    """Return a row with something in every column, in no two the same, and nowhere the default."""
    numbers = count(1001)
    values = {column.name: _filled(column, numbers) for column in table.columns}
    days = {"valid_from": BEGINS, "valid_to": ENDS, "effective_from": BEGINS}
    return values | {name: day for name, day in days.items() if name in values}


def _filled(column: Any, numbers: Iterator[int]) -> Any:
    kind = column.type.python_type
    number = next(numbers)
    if issubclass(kind, Enum):
        return list(kind)[-1]
    if kind is bool:
        return not (column.default is not None and column.default.arg)
    if kind is int:
        return number
    if kind is str:
        return f"{column.name} {number}"
    assert kind not in (date, datetime) or column.name in (
        "valid_from",
        "valid_to",
        "effective_from",
    )
    return None


@pytest.fixture(params=DATED, ids=lambda model: model.__tablename__)
def model(request: pytest.FixtureRequest) -> Any:
    """Return each dated class in turn."""
    return request.param


def kept(table: Table) -> set[str]:
    """Return the columns that go on: all but the key and those declared."""
    return set(table.columns.keys()) - set(table.primary_key.columns.keys()) - NOT_CONTINUED


def test_a_continuing_row_says_in_every_column_what_the_row_before_said(model: Any) -> None:
    table = table_of(model)
    before = unlike_any_default(table)
    after = values_of(continued(model(**before)))
    assert {name: after[name] for name in kept(table)} == {
        name: before[name] for name in kept(table)
    }
    assert all(after[name] is None for name in set(after) - kept(table))


def test_a_change_takes_the_place_of_what_was_and_nothing_else_differs(model: Any) -> None:
    table = table_of(model)
    row = model(**unlike_any_default(table))
    after, plain = values_of(continued(row, valid_from=ENDS)), values_of(continued(row))
    assert after == plain | {"valid_from": ENDS}


def test_rows_as_values_go_on_like_rows_as_objects(model: Any) -> None:
    table = table_of(model)
    before = unlike_any_default(table)
    values = continued_values(table, before, valid_to=None)
    assert model(**values).valid_to is None
    assert values_of(continued(model(**before), valid_to=None)) == values_of(model(**values))


def test_why_a_row_ends_goes_on_only_with_its_end() -> None:
    row = Assignment(**unlike_any_default(table_of(Assignment)))
    assert continued(row, valid_from=ENDS).end_reason == row.end_reason
    assert continued(row, valid_to=ENDS).end_reason == row.end_reason
    assert continued(row, valid_to=None).end_reason is None
    assert continued(row, valid_to=None, end_reason="nghỉ hưu").end_reason == "nghỉ hưu"


def test_a_line_takes_along_to_the_next_list_all_but_what_is_of_one_list() -> None:
    table = table_of(RosterLine)
    before = unlike_any_default(table)
    after = values_of(copied(RosterLine(**before), OF_ONE_LIST))
    assert {name for name, value in after.items() if value is None} == OF_ONE_LIST | {"id"}
    assert {name: after[name] for name in set(after) - OF_ONE_LIST - {"id"}} == {
        name: before[name] for name in set(before) - OF_ONE_LIST - {"id"}
    }


def test_what_does_not_go_on_is_a_column_of_a_dated_table() -> None:
    columns = {column.key for model in DATED for column in table_of(model).columns}
    assert columns >= NOT_CONTINUED | OF_THE_END

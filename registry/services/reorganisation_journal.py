"""Write rows and remember, for each, what it was and what it became.

Replay that backwards to undo.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table, bindparam, delete, insert, select, update

from registry.domain.audit_labels import noun_label
from registry.domain.errors import Conflict
from registry.models.base import Base, db
from registry.models.reorganisations import ReorganisationChange
from registry.queries.reorganisations import blocks

DEPENDS = (
    "Không hoàn tác được: sau đợt sắp xếp này, dữ liệu về “{table}” đã được sửa tiếp. "
    "Hoàn tác hoặc đính chính phần sửa sau trước."
)


@dataclass(frozen=True, slots=True)
class RowUpdate:
    """Set columns of one row; `before` holds the same columns as they are now."""

    row_id: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Journal:
    """The writer of one batch: in bulk, in order, and with every row remembered."""

    def __init__(self, batch_id: int) -> None:
        self._batch_id = batch_id
        self._sequence = 0
        self._pending: list[dict[str, Any]] = []

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert rows; return their ids in the same order."""
        if not rows:
            return []
        ids = list(
            db.session.scalars(
                insert(table).returning(_key(table), sort_by_parameter_order=True),
                [dict(row) for row in rows],
            )
        )
        for row_id, row in zip(ids, rows, strict=True):
            self._remember(table, row_id, None, row)
        return ids

    def update(self, table: Table, updates: Sequence[RowUpdate]) -> None:
        """Update rows, those with the same columns together; a version column counts on."""
        by_columns: dict[tuple[str, ...], list[RowUpdate]] = defaultdict(list)
        for change in updates:
            by_columns[tuple(sorted(change.after))].append(change)
        for columns, changes in by_columns.items():
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
            if "version" in table.c:
                values["version"] = table.c.version + 1
            db.session.connection().execute(
                update(table).where(_key(table) == bindparam("row_id")).values(values),
                [
                    {"row_id": change.row_id}
                    | {f"new_{name}": change.after[name] for name in columns}
                    for change in changes
                ],
            )
            for change in changes:
                self._remember(table, change.row_id, change.before, change.after)

    def delete(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Delete rows, given whole so that they can come back."""
        key = _key(table)
        for ids in blocks(row[key.name] for row in rows):
            db.session.execute(delete(table).where(key.in_(ids)))
        for row in rows:
            self._remember(table, row[key.name], row, None)

    def _remember(
        self,
        table: Table,
        row_id: int,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        self._sequence += 1
        self._pending.append(
            {
                "reorganisation_id": self._batch_id,
                "sequence": self._sequence,
                "table_name": table.name,
                "row_id": row_id,
                "before": _plain(before),
                "after": _plain(after),
            }
        )

    def close(self) -> int:
        """Write the journal; return how many rows the batch wrote."""
        if self._pending:
            db.session.execute(insert(ReorganisationChange), self._pending)
        self._pending = []
        return self._sequence


def replay_backwards(changes: Sequence[ReorganisationChange]) -> None:
    """Undo what a journal remembers.

    Raises Conflict when a row is no longer as the batch left it: something later depends on it.
    """
    _check_untouched(changes)
    run: list[ReorganisationChange] = []
    for change in reversed(changes):
        if run and _shape(change) != _shape(run[0]):
            _take_back(run)
            run = []
        run.append(change)
    if run:
        _take_back(run)


def _shape(change: ReorganisationChange) -> tuple[str, tuple[bool, bool], tuple[str, ...]]:
    kind = (change.before is None, change.after is None)
    return (change.table_name, kind, tuple(sorted(change.before or ())))


def _take_back(run: Sequence[ReorganisationChange]) -> None:
    table = Base.metadata.tables[run[0].table_name]
    if run[0].after is None:
        db.session.execute(
            insert(table),
            [
                {name: _typed(table, name, value) for name, value in (change.before or {}).items()}
                for change in reversed(run)
            ],
        )
        return
    if run[0].before is None:
        for ids in blocks(change.row_id for change in run):
            db.session.execute(delete(table).where(_key(table).in_(ids)))
        return
    columns = sorted(run[0].before)
    values: dict[str, Any] = {name: bindparam(f"old_{name}") for name in columns}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    db.session.connection().execute(
        update(table).where(_key(table) == bindparam("row_id")).values(values),
        [
            {"row_id": change.row_id}
            | {f"old_{name}": _typed(table, name, (change.before or {})[name]) for name in columns}
            for change in run
        ],
    )


def _check_untouched(changes: Sequence[ReorganisationChange]) -> None:
    """Compare each row with what the batch wrote last into it."""
    left: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for change in changes:
        if change.after is not None:
            left[change.table_name].setdefault(change.row_id, {}).update(change.after)
    for name, rows in left.items():
        table = Base.metadata.tables[name]
        now = _rows_as_plain(table, rows)
        for row_id, expected in rows.items():
            found = now.get(row_id)
            if found is None or _differs(found, expected):
                raise Conflict(DEPENDS.format(table=noun_label(name)))


def _differs(found: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Compare what the batch wrote; a version only says that something touched the row and left."""
    return any(found[key] != value for key, value in expected.items() if key != "version")


def _rows_as_plain(table: Table, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    key = _key(table)
    for block in blocks(ids):
        for row in db.session.execute(select(table).where(key.in_(block))).mappings():
            found[row[key.name]] = _plain(dict(row)) or {}
    return found


def _key(table: Table) -> Column[int]:
    """Return the one column that identifies a row."""
    (column,) = table.primary_key.columns
    return column


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def _typed(table: Table, column: str, value: Any) -> Any:
    if value is None:
        return None
    kind = table.c[column].type.python_type
    if kind in (date, datetime) or issubclass(kind, Enum):
        return kind.fromisoformat(value) if kind in (date, datetime) else kind(value)
    return value

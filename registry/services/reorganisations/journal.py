"""Write rows and remember, for each, what it was and what it became.

Replay that backwards to undo.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table, delete, insert, select, update
from sqlalchemy.orm.attributes import flag_modified

from registry.domain.audit.deeds import noun_label
from registry.domain.errors import Conflict
from registry.models.base import Base, db
from registry.models.reorganisations import ReorganisationChange
from registry.queries.blocks import blocks, reserved_ids

DEPENDS = (
    "Không hoàn tác được: sau đợt sắp xếp này, dữ liệu về “{table}” đã được sửa tiếp. "
    "Hoàn tác hoặc đính chính phần sửa sau đó rồi thực hiện lại."
)
UNREADABLE = (
    "Không hoàn tác được: phần ghi lại những gì đợt sắp xếp này đã đổi bị hỏng. Chưa có gì thay "
    "đổi; báo quản trị hệ thống để phục hồi từ bản sao lưu."
)


_CHANGES: Table = ReorganisationChange.__table__  # type: ignore[assignment] # a mapped class's table


# The journal is written by and by: tens of thousands of rows kept in memory cost more time.
_PORTION = 2000


@dataclass(frozen=True, slots=True)
class RowUpdate:
    """Set columns of one row; `before` holds the same columns as they are now."""

    row_id: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Journal:
    """The writer of one batch: in bulk, in order, and with every row remembered."""

    def __init__(self, batch_id: int, written: int = 0) -> None:
        """Begin the journal of a batch, or go on with one in which rows were `written` before."""
        self._batch_id = batch_id
        self._sequence = written
        self._pending: list[dict[str, Any]] = []

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> list[int]:
        """Insert rows; return their ids in the same order, which the rows then hold as well.

        Raises ValueError when they do not name the same columns: the first would speak for all.
        """
        if not rows:
            return []
        if any(row.keys() != rows[0].keys() for row in rows):
            message = f"rows of {table.name} name different columns"
            raise ValueError(message)
        key = _key(table)
        if key.name in rows[0]:
            ids = [row[key.name] for row in rows]
        else:
            ids = reserved_ids(key, len(rows))
            for row_id, row in zip(ids, rows, strict=True):
                row[key.name] = row_id
        _insert(table, rows)
        for row_id, row in zip(ids, rows, strict=True):
            self._remember(table, row_id, None, row)
        return ids

    def update(self, table: Table, updates: Sequence[RowUpdate]) -> None:
        """Update rows, those that become the same together; a version column counts on."""
        alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
        for change in updates:
            alike[tuple(sorted(change.after.items()))].append(change.row_id)
            self._remember(table, change.row_id, change.before, change.after)
        for after, ids in alike.items():
            _update(table, dict(after), ids)

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
        if len(self._pending) >= _PORTION:
            self.close()
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
        """Write what is remembered and not written yet; return how many rows the batch wrote."""
        if self._pending:
            _insert(_CHANGES, self._pending)
        self._pending = []
        return self._sequence


def put_right(
    changes: Iterable[ReorganisationChange],
    corrected: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> None:
    """Let journals remember what was corrected as it always should have been.

    So a batch that wrote what was wrong can be undone, and undoing a later one brings no old
    mistake back. `corrected` returns the columns that change, of those a row or a part of it holds.
    """
    for change in changes:
        for side in (change.before, change.after):
            if side is not None and (columns := corrected(side)):
                side.update(_plain(columns) or {})
                flag_modified(change, "before" if side is change.before else "after")


def replay_backwards(changes: Sequence[ReorganisationChange]) -> None:
    """Undo what a journal remembers.

    Raises Conflict when a row is no longer as the batch left it: something later depends on it; and
    when the journal cannot be read.
    """
    _check_readable(changes)
    _check_untouched(changes)
    _take_all_back(changes)


def forget(changes: Sequence[ReorganisationChange]) -> None:
    """Take back some of what a journal remembers, as if it had never been written.

    The caller knows that the rows are as they were left (`touched_rows`).
    """
    _check_readable(changes)
    _take_all_back(changes)
    for ids in blocks(change.id for change in changes):
        db.session.execute(delete(_CHANGES).where(_CHANGES.c.id.in_(ids)))


def _take_all_back(changes: Sequence[ReorganisationChange]) -> None:
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
        _insert(
            table,
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
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for change in run:
        alike[tuple(sorted((change.before or {}).items()))].append(change.row_id)
    for before, row_ids in alike.items():
        _update(table, {name: _typed(table, name, value) for name, value in before}, row_ids)


def _insert(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, with their ids where those are told.

    With RETURNING they go in hundreds a statement, without in one each: inside a savepoint SQLite
    keeps a copy of every page for every statement.
    """
    connection = db.session.connection()
    connection.execute(insert(table).returning(_key(table)), rows)


def _update(table: Table, values: Mapping[str, Any], row_ids: Iterable[int]) -> None:
    """Set the same columns of many rows; a version column counts on."""
    counted = {"version": table.c.version + 1} if "version" in table.c else {}
    for ids in blocks(row_ids):
        db.session.connection().execute(
            update(table).where(_key(table).in_(ids)).values({**values, **counted})
        )


def _check_readable(changes: Sequence[ReorganisationChange]) -> None:
    """Look whether all that is remembered is what the columns of a table hold."""
    try:
        for change in changes:
            table = Base.metadata.tables[change.table_name]
            for side in (change.before, change.after):
                for column, value in (side or {}).items():
                    _typed(table, column, value)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Conflict(UNREADABLE) from None


def _check_untouched(changes: Sequence[ReorganisationChange]) -> None:
    for name in touched_rows(changes):
        raise Conflict(DEPENDS.format(table=noun_label(name)))


def touched_rows(changes: Sequence[ReorganisationChange]) -> dict[str, set[int]]:
    """Return the rows, by table, that are no longer as the changes left them."""
    left: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for change in changes:
        if change.after is not None:
            left[change.table_name].setdefault(change.row_id, {}).update(change.after)
    touched: dict[str, set[int]] = defaultdict(set)
    for name, rows in left.items():
        now = _rows_as_plain(Base.metadata.tables[name], rows)
        for row_id, expected in rows.items():
            found = now.get(row_id)
            if found is None or _differs(found, expected):
                touched[name].add(row_id)
    return touched


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

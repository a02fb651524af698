"""The declarative base, the session, and the column types every table shares."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    MetaData,
    String,
    Table,
    TypeDecorator,
    inspect,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, declared_attr, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of all mapped classes; constraints are named so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

# Strict typing rejects a base class that exists only at run time, and Flask-SQLAlchemy makes
# `db.Model` then.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC: aware in Python, `timestamptz` on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; refuse a time without zone, whose meaning would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the instant as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Byte order on both databases, so that sort and path keys mean the same everywhere.
BinaryText = String().with_variant(String(collation="C"), "postgresql")

# A number that the audit or the journal of a batch tells of is given to no other row, though its
# own was taken out.
NUMBERED_ONCE = {"sqlite_autoincrement": True}

Key = Annotated[str, mapped_column(BinaryText)]
PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]


_Entity = TypeVar("_Entity")


def choice(enumeration: type[StrEnum]) -> Enum:
    """Return a text column type by which the database admits only the names of `enumeration`."""
    return Enum(
        enumeration,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=enumeration.__name__.lower(),
    )


def ready_alias(entity: type[_Entity]) -> type[_Entity]:
    """Return an alias that several threads may use at once, for one that a module keeps.

    An alias of SQLAlchemy fills itself when its columns are first used, and two threads that do so
    at once may leave it wrong for good: all of them are used here.
    """
    alias = aliased(entity)
    for attribute in inspect(entity).column_attrs:
        getattr(alias, attribute.key).expression  # noqa: B018 - fills it
    return alias


class Dated:
    """A fact that holds for `[valid_from, valid_to)`; `valid_to` None is an open end."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


# What a row that continues another one never takes from it, beside the key: how often the other
# was saved.
NOT_CONTINUED = frozenset({"version"})
# What is said of the end of a row; it goes on only with that end.
OF_THE_END = frozenset({"end_reason"})

_Row = TypeVar("_Row", bound=Dated)
_Any = TypeVar("_Any")


def continued(row: _Row, **changes: Any) -> _Row:
    """Return a new row, in no session yet, that says what `row` says, but for `changes`.

    Everything goes on that a column holds, so that a column added later does too.
    """
    kind = type(row)
    return kind(**continued_values(table_of(kind), values_of(row), **changes))


def continued_values(table: Table, values: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return what `continued` puts into the columns, of a row of `table` with `values`."""
    ends_elsewhere = changes.get("valid_to", values["valid_to"]) != values["valid_to"]
    left_out = NOT_CONTINUED | set(table.primary_key.columns.keys())
    if ends_elsewhere:
        left_out |= OF_THE_END
    return {name: value for name, value in values.items() if name not in left_out} | changes


def copied(row: _Any, leaving: Collection[str]) -> _Any:
    """Return a new row, in no session yet, with every column of `row` but its key and `leaving`."""
    kind = type(row)
    left_out = {*leaving, *table_of(kind).primary_key.columns.keys()}
    return kind(**{name: value for name, value in values_of(row).items() if name not in left_out})


def values_of(row: object) -> dict[str, Any]:
    """Return what each column of a row holds, by its name."""
    return {column.key: getattr(row, column.key) for column in table_of(type(row)).columns}


def table_of(model: type[Any]) -> Table:
    """Return the table of a mapped class."""
    found: Table = model.__table__
    return found


def period_check() -> CheckConstraint:
    """Return the constraint that a period holds at least one day."""
    return CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period")


class Versioned:
    """A row two people may edit at once: the second to save is told."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        """Let every UPDATE name the version it read: a lost update fails instead of winning."""
        return {"version_id_col": cls.version}

"""Batches that reorganise units: their rows, the answers they ask for, a journal to undo them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Dialect, ForeignKey, Index, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.reorganisations.annex import AnnexRow, How, Part, RowContent
from registry.domain.reorganisations.annex_columns import AnnexColumn
from registry.domain.reorganisations.batches import BatchState
from registry.domain.reorganisations.questions import Item
from registry.domain.reorganisations.summary import Counted, Counts, Heads, NamedUnits, Summary
from registry.domain.units.kinds import UnitKind
from registry.models.base import Instant, Model, PrimaryKey, Versioned
from registry.models.decisions import Decision


class RowContentColumn(TypeDecorator[RowContent]):
    """What a row of an annex says, stored as a JSON object of what it does not leave empty."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: RowContent | None, _dialect: Dialect
    ) -> dict[str, str | int] | None:
        """Leave out what is empty; words are stored as the annex writes them."""
        if value is None:
            return None
        said = {field.name: getattr(value, field.name) for field in fields(RowContent)}
        return {name: getattr(one, "value", one) for name, one in said.items() if one}

    def process_result_value(
        self, value: Mapping[str, Any] | None, _dialect: Dialect
    ) -> RowContent:
        """Return what the row says; what was stored beside it in earlier days has columns."""
        return _content(value)


def _content(stored: object) -> RowContent:
    """Return what a row says; one that cannot be read says nothing, which no batch is applied with.

    A row that lost one word would be applied as another.
    """
    try:
        return RowContent(
            **{
                name: _READ.get(name, _text)(value)
                for name, value in _mapping(stored).items()
                if name in _SAID and value not in (None, "")
            }
        )
    except (TypeError, ValueError):
        return RowContent()


class ItemColumn(TypeDecorator[Item]):
    """What an answer is about, stored as the allocation file writes it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Item | None, _dialect: Dialect) -> str | None:
        """Write the item."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Item | None:
        """Read the item."""
        return None if value is None else Item.parse(value)


class SummaryColumn(TypeDecorator[Summary]):
    """The figures of an applied batch, stored as a JSON object by the names of its parts."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def process_bind_param(self, value: Summary | None, _dialect: Dialect) -> dict[str, Any] | None:
        """Write the figures; JSON keeps no numbers as keys, so reasons are pairs.

        What summaries of earlier days did not know is left out while there is none.
        """
        if value is None:
            return None
        units = asdict(value.units) | {"reasons": list(value.units.reasons.items())}
        if not value.units.to_lead:
            del units["to_lead"]
        return asdict(value) | {"units": units}

    def process_result_value(
        self, value: Mapping[str, Any] | None, _dialect: Dialect
    ) -> Summary | None:
        """Read the figures; what a summary of earlier days says beside them is not needed."""
        try:
            return None if value is None else _summary(value)
        except (KeyError, TypeError, ValueError):
            return None


def _summary(value: object) -> Summary:
    """Return the figures stored; raise KeyError, TypeError or ValueError for what are none."""
    stored = _mapping(value)
    counts, units = _mapping(stored.get("counts", {})), _mapping(stored.get("units", {}))
    return Summary(
        established=_number(stored["established"]),
        continued=_number(stored["continued"]),
        ended=_number(stored["ended"]),
        uncovered=_number(stored["uncovered"]),
        left_out=_number(stored.get("left_out", 0)),
        counts={noun: Counts(**_numbers(counts[noun])) for noun in Counted if noun in counts},
        heads_before=_heads(stored.get("heads_before")),
        heads_after=_heads(stored.get("heads_after")),
        units_before=_by_kind(stored.get("units_before", {})),
        units_after=_by_kind(stored.get("units_after", {})),
        units=NamedUnits(
            reasons={_number(key): _text(reason) for key, reason in units.get("reasons", ())},
            without_plan=tuple(map(_number, units.get("without_plan", ()))),
            uncovered=tuple(map(_number, units.get("uncovered", ()))),
            to_lead=tuple(map(_number, units.get("to_lead", ()))),
        ),
    )


def _heads(stored: object) -> Heads | None:
    return None if stored is None else Heads(**_numbers(stored))


def _by_kind(stored: object) -> dict[UnitKind, int]:
    return {UnitKind(kind): count for kind, count in _numbers(stored).items()}


def _numbers(stored: object) -> dict[str, int]:
    return {name: _number(count) for name, count in _mapping(stored).items()}


def _mapping(stored: object) -> Mapping[str, Any]:
    if not isinstance(stored, Mapping):
        raise TypeError
    return stored


def _number(stored: object) -> int:
    if not isinstance(stored, int) or isinstance(stored, bool):
        raise TypeError
    return stored


def _text(stored: object) -> str:
    if not isinstance(stored, str):
        raise TypeError
    return stored


# What a row says, and how what is no text is read.
_SAID = frozenset(field.name for field in fields(RowContent))
_READ: Mapping[str, Callable[[Any], Any]] = {
    "part": Part,
    "how": How,
    "old_id": _number,
    "new_parent_id": _number,
}


class AnnexColumns(TypeDecorator[tuple[AnnexColumn, ...]]):
    """The columns of an annex, stored as JSON objects; what cannot be read is no column."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: tuple[AnnexColumn, ...] | None, _dialect: Dialect
    ) -> list[dict[str, Any]]:
        """Write the columns."""
        return [asdict(column) for column in value or ()]

    def process_result_value(
        self, value: list[Mapping[str, Any]] | None, _dialect: Dialect
    ) -> tuple[AnnexColumn, ...]:
        """Read the columns."""
        try:
            return tuple(
                AnnexColumn(**{**column, "samples": tuple(column["samples"])})
                for column in value or ()
            )
        except (KeyError, TypeError):
            return ()


class Reorganisation(Versioned, Model):
    """Operations on units under one decision, all from one day.

    Where it stands follows from its moments. `summary` keeps the figures before and after as they
    were when it was applied, for the minutes.
    """

    __tablename__ = "reorganisations"
    __table_args__ = (
        Index(None, "effective_on"),
        CheckConstraint("undone_at IS NULL OR applied_at IS NOT NULL", name="undone_once_applied"),
    )

    id: Mapped[PrimaryKey]
    effective_on: Mapped[date]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    create_missing: Mapped[bool] = mapped_column(default=False)
    known_from: Mapped[date | None]
    created_at: Mapped[Instant]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    applied_at: Mapped[Instant | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    undone_at: Mapped[Instant | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    summary: Mapped[Summary | None] = mapped_column(SummaryColumn)

    decision: Mapped[Decision] = relationship()
    rows: Mapped[list["ReorganisationRow"]] = relationship(
        order_by="ReorganisationRow.position", cascade="all, delete-orphan"
    )
    answers: Mapped[list["ReorganisationAnswer"]] = relationship(
        order_by="ReorganisationAnswer.id", cascade="all, delete-orphan"
    )
    annexes: Mapped[list["ReorganisationAnnex"]] = relationship(
        order_by="ReorganisationAnnex.id", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> BatchState:
        """Where the batch stands."""
        return BatchState.at(self.applied_at, self.undone_at)

    @property
    def eve(self) -> date:
        """The day before it takes effect, whose units its annex speaks of."""
        return self.effective_on - timedelta(days=1)


class ReorganisationRow(Model):
    """One row of the annex, in the annex's own words."""

    __tablename__ = "reorganisation_rows"
    __table_args__ = (
        Index(None, "reorganisation_id", "position", unique=True),
        Index(None, "annex_id"),
    )

    id: Mapped[PrimaryKey]
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisations.id"))
    position: Mapped[int]
    number: Mapped[int]
    source: Mapped[str]
    content: Mapped[RowContent] = mapped_column(RowContentColumn)
    annex_id: Mapped[int | None] = mapped_column(ForeignKey("reorganisation_annexes.id"))

    @property
    def annex_row(self) -> AnnexRow:
        """The row as the annex had it."""
        return AnnexRow.of(self.number, self.source, self.content)


class ReorganisationAnnex(Model):
    """A file whose columns were guessed, until its batch is applied.

    `cells` is its table. What its columns are may be said again: its rows are then read anew.
    """

    __tablename__ = "reorganisation_annexes"
    __table_args__ = (Index(None, "reorganisation_id"),)

    id: Mapped[PrimaryKey]
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisations.id"))
    name: Mapped[str]
    first_row: Mapped[int]
    columns: Mapped[tuple[AnnexColumn, ...]] = mapped_column(AnnexColumns)
    cells: Mapped[list[list[Any]]] = mapped_column(JSON, deferred=True)
    confirmed_at: Mapped[Instant | None]

    rows: Mapped[list[ReorganisationRow]] = relationship()


class ReorganisationAnswer(Model):
    """Where a team, a member or an assignment of a split or dissolved unit goes.

    `target` is the code or name of the successor.
    """

    __tablename__ = "reorganisation_answers"
    __table_args__ = (Index(None, "reorganisation_id", "item", unique=True),)

    id: Mapped[PrimaryKey]
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisations.id"))
    item: Mapped[Item] = mapped_column(ItemColumn)
    target: Mapped[str]


class ReorganisationChange(Model):
    """One row written by a batch: what it was and what it became; undo replays them backwards."""

    __tablename__ = "reorganisation_changes"
    __table_args__ = (Index(None, "reorganisation_id", "sequence", unique=True),)

    id: Mapped[PrimaryKey]
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisations.id"))
    sequence: Mapped[int]
    table_name: Mapped[str]
    row_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)

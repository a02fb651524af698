"""Compose batches: keep one, put rows in and take them out, throw it away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound, Problem
from registry.domain.permissions import Action, Actor, Scope
from registry.domain.reorganisations.annex import AnnexRow, RowContent
from registry.domain.reorganisations.annex_columns import GuessedAnnex
from registry.domain.reorganisations.questions import Item
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.writing import format_number
from registry.models.base import db
from registry.models.reorganisations import (
    Reorganisation,
    ReorganisationAnnex,
    ReorganisationAnswer,
    ReorganisationRow,
)
from registry.queries.reorganisations.scope import units_outside
from registry.queries.units.checks import first_placed_day
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.batches import (
    BatchDecision,
    composed_batch,
    decision_for,
    mark_changed,
    place_of_decision,
)

MOST_ROWS = 20_000
# Each keeps its whole table until it is applied.
MOST_ANNEXES = 100
MOST_PROBLEMS = 50
TYPED_ON_SCREEN = "Nhập trên màn hình"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeBatch:
    """A batch as typed or loaded. `answers` name, by item, the code or name of a successor.

    `annexes` are files whose columns were guessed: their rows come once the columns are confirmed.
    `known_from` is the day from which `create_missing` lets the annex's old side be known; without
    it, the day before the effective day, so that no earlier figure changes.
    """

    effective_on: date
    decision_number: str
    rows: Sequence[AnnexRow]
    create_missing: bool = False
    known_from: date | None = None
    answers: Mapping[Item, str] = field(default_factory=dict)
    issued_on: date | None = None
    annexes: Sequence[GuessedAnnex] = ()


@one_at_a_time
def compose(actor: Actor, command: ComposeBatch, moment: Moment) -> Reorganisation:
    """Keep a batch, not yet applied; it may begin empty and be filled row by row.

    Raises Invalid for an impossible decision number or day, NotFound for a unit named by its id
    outside the scope.
    """
    scope = actor.require(Action.UNIT_REORGANISE)
    _refuse_outside(scope, command.rows, moment.day)
    return write_batch(actor, command, place_of_decision(scope, moment.day), moment)


def write_batch(
    actor: Actor, command: ComposeBatch, place_id: int, moment: Moment
) -> Reorganisation:
    """Keep a batch like `compose`, for callers that have authorised their own action.

    A decision not known yet is recorded at `place_id`.
    """
    refuse_too_many(len(command.rows), len(command.annexes))
    _refuse_signs(command.rows)
    if command.known_from is not None and command.known_from >= command.effective_on:
        raise Invalid.on("known_from", "Ngày có số liệu các đơn vị cũ phải trước ngày có hiệu lực.")
    _refuse_before_all_rules(command)
    if command.issued_on is not None and command.issued_on > moment.day:
        raise Invalid.on("issued_on", "Ngày ký văn bản không được sau hôm nay.")
    paper = BatchDecision(
        number=command.decision_number,
        effective_from=command.effective_on,
        issued_on=command.issued_on,
        unit_id=place_id,
    )
    batch = Reorganisation(
        effective_on=command.effective_on,
        decision_id=decision_for(actor, paper, moment).id,
        create_missing=command.create_missing,
        known_from=command.known_from,
        created_at=moment.instant,
        created_by_id=actor.account_id,
    )
    db.session.add(batch)
    db.session.flush()
    batch.rows = [
        ReorganisationRow(
            position=position, number=row.number, source=row.source, content=row.content
        )
        for position, row in enumerate(command.rows)
    ]
    batch.annexes = [kept_annex(annex) for annex in command.annexes]
    batch.answers = [
        ReorganisationAnswer(item=item, target=target) for item, target in command.answers.items()
    ]
    db.session.flush()
    record(
        actor,
        Event(
            Deed.REORGANISATION_COMPOSE,
            "reorganisations",
            batch.id,
            details={"rows": len(command.rows), "effective_on": command.effective_on},
        ),
        moment,
    )
    return batch


@one_at_a_time
def add_row(actor: Actor, batch_id: int, row: AnnexRow, moment: Moment) -> ReorganisationRow:
    """Put a row composed on screen at the end of a batch; its number is given here.

    Raises NotFound for a unit outside the scope, Conflict for a batch applied already.
    """
    scope = actor.require(Action.UNIT_REORGANISE)
    batch = composed_batch(actor, batch_id, moment.day)
    refuse_rows(scope, [row], moment.day)
    refuse_too_many(len(batch.rows) + 1)
    typed = [old.number for old in batch.rows if old.source == TYPED_ON_SCREEN]
    added = ReorganisationRow(
        position=max((old.position for old in batch.rows), default=0) + 1,
        number=max(typed, default=0) + 1,
        source=TYPED_ON_SCREEN,
        content=row.content,
    )
    batch.rows.append(added)
    mark_changed(batch)
    _record(actor, batch, Deed.REORGANISATION_ADD_ROW, {"row": added.number}, moment)
    return added


def _refuse_before_all_rules(command: ComposeBatch) -> None:
    """Refuse days of which nothing says what may stand where: every unit would be misplaced."""
    first = first_placed_day()
    days = {"effective_on": command.effective_on, "known_from": command.known_from}
    problems = [
        Problem(
            field, f"Sổ ghi được số liệu đơn vị từ ngày {first:%d/%m/%Y}. Chọn từ ngày đó trở đi."
        )
        for field, day in days.items()
        if day is not None and first is not None and day < first
    ]
    if problems:
        raise Invalid(problems)


def refuse_rows(scope: Scope, rows: Sequence[AnnexRow], today: date) -> None:
    """Refuse rows that name units by ids outside the scope, or hold what no paper can print."""
    _refuse_outside(scope, rows, today)
    _refuse_signs(rows)


def refuse_too_many(rows: int, annexes: int = 0) -> None:
    """Refuse more rows or annexes than a batch has; raise Invalid."""
    if rows > MOST_ROWS:
        raise Invalid.on(
            "", f"Một đợt có nhiều nhất {format_number(MOST_ROWS)} dòng. Lập thêm đợt khác."
        )
    if annexes > MOST_ANNEXES:
        raise Invalid.on(
            "",
            f"Một đợt có nhiều nhất {MOST_ANNEXES} phụ lục. Bỏ phụ lục không dùng, hoặc lập thêm "
            "đợt khác.",
        )


def kept_annex(annex: GuessedAnnex) -> ReorganisationAnnex:
    """Return an annex as it is kept until somebody confirms its columns."""
    return ReorganisationAnnex(
        name=annex.name,
        first_row=annex.first_row,
        columns=annex.columns,
        cells=[list(row) for row in annex.cells],
    )


def _refuse_signs(rows: Iterable[AnnexRow]) -> None:
    """Refuse rows with what no paper can print; where they were typed, the field says so too."""
    problems = [
        Problem(said_in.name, said)
        for row in rows
        for said_in in fields(RowContent)
        if isinstance(text := getattr(row, said_in.name), str) and (said := refusal_of(text))
    ]
    if problems:
        raise Invalid(problems[:MOST_PROBLEMS])


def _refuse_outside(scope: Scope, rows: Iterable[AnnexRow], today: date) -> None:
    named = {unit_id for row in rows for unit_id in (row.old_id, row.new_parent_id) if unit_id}
    if units_outside(named, scope, today):
        raise NotFound


@one_at_a_time
def remove_row(actor: Actor, batch_id: int, row_id: int, moment: Moment) -> None:
    """Take a row out of a batch.

    Raises Conflict when it is no longer there, or the batch was applied.
    """
    batch = composed_batch(actor, batch_id, moment.day)
    row = next((row for row in batch.rows if row.id == row_id), None)
    if row is None:
        raise Conflict("Dòng này không còn trong đợt sắp xếp. Tải lại trang để xem.")
    batch.rows.remove(row)
    mark_changed(batch)
    details = {"row": row.number, "source": row.source}
    _record(actor, batch, Deed.REORGANISATION_REMOVE_ROW, details, moment)


def _record(
    actor: Actor, batch: Reorganisation, action: Deed, details: dict[str, Any], moment: Moment
) -> None:
    record(actor, Event(action, "reorganisations", batch.id, details=details), moment)


@one_at_a_time
def discard(actor: Actor, batch_id: int, moment: Moment) -> None:
    """Throw a composed batch away.

    Raises Conflict when it has been applied.
    """
    batch = composed_batch(actor, batch_id, moment.day)
    place_id = batch.decision.unit_id
    db.session.delete(batch)
    db.session.flush()
    event = Event(Deed.REORGANISATION_DISCARD, "reorganisations", batch_id, unit_id=place_id)
    record(actor, event, moment)

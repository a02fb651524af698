"""Annexes whose columns were guessed: they are confirmed, corrected, put in and taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict
from registry.domain.permissions import Action, Actor
from registry.domain.reorganisations.annex import AnnexRow
from registry.domain.reorganisations.annex_columns import GuessedAnnex
from registry.models.base import db
from registry.models.reorganisations import (
    Reorganisation,
    ReorganisationAnnex,
    ReorganisationRow,
)
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.batches import composed_batch, mark_changed
from registry.services.reorganisations.composing import kept_annex, refuse_rows, refuse_too_many

NO_ANNEX = "Phụ lục này không còn trong đợt sắp xếp. Tải lại trang để xem."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmColumns:
    """What the columns of an annex are, by their places, and the rows it has then."""

    batch_id: int
    annex_id: int
    fields: Mapping[int, str | None]
    rows: Sequence[AnnexRow]


@one_at_a_time
def confirm_columns(actor: Actor, command: ConfirmColumns, moment: Moment) -> None:
    """Put the rows of an annex into its batch, in the place of those it had.

    Raises Conflict when the annex is no longer there or the batch was applied, Invalid for more
    rows than a batch has.
    """
    scope = actor.require(Action.UNIT_REORGANISE)
    batch = composed_batch(actor, command.batch_id, moment.day)
    refuse_rows(scope, command.rows, moment.day)
    annex = annex_of(batch, command.annex_id)
    _take_rows_out(batch, annex)
    refuse_too_many(len(batch.rows) + len(command.rows))
    annex.columns = tuple(
        replace(column, field=command.fields.get(column.place)) for column in annex.columns
    )
    annex.confirmed_at = moment.instant
    _put_rows_in(batch, command.rows, annex)
    mark_changed(batch)
    told = {"rows": len(command.rows), "source": annex.name}
    _record(actor, batch, Deed.REORGANISATION_CONFIRM_COLUMNS, told, moment)


@one_at_a_time
def add_annexes(
    actor: Actor,
    batch_id: int,
    rows: Sequence[AnnexRow],
    annexes: Sequence[GuessedAnnex],
    moment: Moment,
) -> list[ReorganisationAnnex]:
    """Put rows and annexes to confirm at the end of a batch; return the annexes.

    Raises as `confirm_columns`, and Invalid for more annexes than a batch has.
    """
    scope = actor.require(Action.UNIT_REORGANISE)
    batch = composed_batch(actor, batch_id, moment.day)
    refuse_rows(scope, rows, moment.day)
    refuse_too_many(len(batch.rows) + len(rows), len(batch.annexes) + len(annexes))
    _put_rows_in(batch, rows)
    added = [kept_annex(annex) for annex in annexes]
    batch.annexes += added
    mark_changed(batch)
    told = {"rows": len(rows), "annexes": len(added)}
    _record(actor, batch, Deed.REORGANISATION_ADD_ANNEXES, told, moment)
    return added


@one_at_a_time
def remove_annex(actor: Actor, batch_id: int, annex_id: int, moment: Moment) -> str:
    """Take an annex out of its batch with its rows; return its name.

    Raises as `confirm_columns`.
    """
    actor.require(Action.UNIT_REORGANISE)
    batch = composed_batch(actor, batch_id, moment.day)
    annex = annex_of(batch, annex_id)
    told = {"rows": len(annex.rows), "source": annex.name}
    _take_rows_out(batch, annex)
    batch.annexes.remove(annex)
    mark_changed(batch)
    _record(actor, batch, Deed.REORGANISATION_REMOVE_ANNEX, told, moment)
    return annex.name


def annex_of(batch: Reorganisation, annex_id: int) -> ReorganisationAnnex:
    """Return an annex of a batch; raise Conflict when it is no longer there."""
    annex = next((one for one in batch.annexes if one.id == annex_id), None)
    if annex is None:
        raise Conflict(NO_ANNEX)
    return annex


def _take_rows_out(batch: Reorganisation, annex: ReorganisationAnnex) -> None:
    batch.rows = [row for row in batch.rows if row.annex_id != annex.id]
    db.session.flush()
    db.session.expire(annex, ["rows"])


def _put_rows_in(
    batch: Reorganisation, rows: Sequence[AnnexRow], annex: ReorganisationAnnex | None = None
) -> None:
    last = max((row.position for row in batch.rows), default=0)
    batch.rows += [
        ReorganisationRow(
            position=position,
            number=row.number,
            source=row.source,
            content=row.content,
            annex_id=annex.id if annex is not None else None,
        )
        for position, row in enumerate(rows, start=last + 1)
    ]


def _record(
    actor: Actor, batch: Reorganisation, action: Deed, details: dict[str, Any], moment: Moment
) -> None:
    record(actor, Event(action, "reorganisations", batch.id, details=details), moment)

"""Keep batches: who may work on one, its decision, the rows put in and taken out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.decisions import DecisionKind, normalise_decision_number
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import Action, Actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.reorganisations import Reorganisation, ReorganisationRow
from registry.queries.parameters import home_unit
from registry.queries.reorganisations.facts import batch_by_id, decision_numbered
from registry.queries.reorganisations.scope import is_seen, uncovered
from registry.services.audit import Event, record
from registry.services.decisions import RecordDecision, write_decision

MOST_ROWS = 20_000
TYPED_ON_SCREEN = "Nhập trên màn hình"
CHANGED_MEANWHILE = (
    "Người khác vừa sửa đợt sắp xếp này. Chưa có gì được ghi; chạy thử lại để xem kết quả mới."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDecision:
    """The paper of a batch: recorded at `unit_id` (None: the home province) when not known yet."""

    number: str
    effective_from: date
    issued_on: date | None = None
    unit_id: int | None = None


def seen_batch(actor: Actor, batch_id: int, today: date) -> Reorganisation:
    """Return a batch the actor may work on.

    Raises NotFound when it names units outside his scope and is not his own: it then reads like one
    that does not exist.
    """
    scope = actor.require(Action.UNIT_REORGANISE)
    batch = batch_by_id(batch_id)
    if batch is None or not is_seen(batch, scope, actor.account_id, today):
        raise NotFound(f"Không có đợt sắp xếp số {batch_id}.")
    return batch


def composed_batch(
    actor: Actor, batch_id: int, today: date, version: int | None = None
) -> Reorganisation:
    """Return a batch that can still be changed; `version`, where given, is the one shown.

    Raises NotFound like `seen_batch`, Conflict when it was applied or changed meanwhile.
    """
    batch = seen_batch(actor, batch_id, today)
    if batch.applied_at is not None:
        raise Conflict("Đợt sắp xếp này đã được thực hiện. Tải lại trang để xem kết quả.")
    if version is not None and batch.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    return batch


def mark_changed(batch: Reorganisation) -> None:
    """Count the version of a batch on, whose rows or answers changed."""
    flag_modified(batch, "effective_on")
    db.session.flush()


def add_row(actor: Actor, batch_id: int, row: AnnexRow, moment: Moment) -> ReorganisationRow:
    """Put a row composed on screen at the end of a batch; its number is given here.

    Raises NotFound for a unit outside the scope, Conflict for a batch applied already.
    """
    scope = actor.require(Action.UNIT_REORGANISE)
    batch = composed_batch(actor, batch_id, moment.day)
    named = {unit_id for unit_id in (row.old_id, row.new_parent_id) if unit_id is not None}
    if uncovered(named, scope, moment.day):
        raise NotFound
    if len(batch.rows) >= MOST_ROWS:
        raise Invalid.on("", f"Một đợt có nhiều nhất {MOST_ROWS} dòng. Lập thêm đợt khác.")
    typed = [old.number for old in batch.rows if old.source == TYPED_ON_SCREEN]
    added = ReorganisationRow(
        position=max((old.position for old in batch.rows), default=0) + 1,
        number=max(typed, default=0) + 1,
        source=TYPED_ON_SCREEN,
        content=row_content(row),
    )
    batch.rows.append(added)
    mark_changed(batch)
    _record(actor, batch, Deed.REORGANISATION_ADD_ROW, {"row": added.number}, moment)
    return added


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


def decision_for(actor: Actor, paper: BatchDecision, moment: Moment) -> Decision:
    """Return the decision of a batch: the one of that number, or a new one.

    Raises Invalid on "number" for an impossible number, and as `write_decision` for a new one.
    """
    number = normalise_decision_number(paper.number)
    unit_id = home_unit(moment.day).id if paper.unit_id is None else paper.unit_id
    known = decision_numbered(unit_id, number)
    if known is not None:
        return known
    command = RecordDecision(
        unit_id=unit_id,
        number=number,
        kind=DecisionKind.DECISION,
        issued_on=paper.issued_on,
        issuer=None,
        signer=None,
        signer_form=None,
        effective_from=paper.effective_from,
    )
    return write_decision(actor, command, moment)


def row_content(row: AnnexRow) -> dict[str, Any]:
    """Return what is stored of a row: what it says, in plain values."""
    content = {
        name: value for name, value in asdict(row).items() if value is not None and value != ""
    }
    return {name: getattr(value, "value", value) for name, value in content.items()}


def annex_row(row: ReorganisationRow) -> AnnexRow:
    """Return a stored row as the annex had it."""
    content = {**row.content, "number": row.number, "source": row.source}
    content["part"] = Part(content["part"]) if content.get("part") else None
    content["how"] = How(content["how"]) if content.get("how") else None
    return AnnexRow(**content)


def annex_rows(batch: Reorganisation) -> Sequence[AnnexRow]:
    """Return the rows of a batch in their order."""
    return [annex_row(row) for row in batch.rows]

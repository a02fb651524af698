"""A batch to work on: who may, whether it can still be changed, and its decision."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm.attributes import flag_modified

from registry.domain.clock import Moment
from registry.domain.decisions import DecisionKind
from registry.domain.errors import Conflict, Gone, NotFound
from registry.domain.permissions import Action, Actor, Scope
from registry.domain.reorganisations.batches import BatchState
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.reorganisations import Reorganisation
from registry.queries.decisions import decision_numbered
from registry.queries.parameters import home_unit
from registry.queries.reorganisations.batches import batch_by_id
from registry.queries.reorganisations.scope import is_seen, was_discarded
from registry.queries.units.details import topmost
from registry.services.decisions import RecordDecision, understood, write_decision

CHANGED_MEANWHILE = (
    "Người khác vừa sửa đợt sắp xếp này. Chưa có gì được ghi; chạy thử lại để xem kết quả mới."
)

DISCARDED = "Đợt sắp xếp số {number} đã được bỏ. Mở trang Sắp xếp đơn vị để lập đợt khác."


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDecision:
    """The paper of a batch: recorded at `unit_id` when not known yet."""

    number: str
    effective_from: date
    unit_id: int
    issued_on: date | None = None


def seen_batch(actor: Actor, batch_id: int, today: date) -> Reorganisation:
    """Return a batch the actor may work on.

    Raises NotFound when it is about units outside his scope, whoever made it: it then reads like
    one that does not exist. Gone when it was, and was discarded.
    """
    scope = actor.require(Action.UNIT_REORGANISE)
    batch = batch_by_id(batch_id)
    if batch is None and was_discarded(batch_id, scope, actor.account_id, today):
        raise Gone(DISCARDED.format(number=batch_id))
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
    if batch.state is not BatchState.COMPOSED:
        raise Conflict("Đợt sắp xếp này đã được thực hiện. Tải lại trang để xem kết quả.")
    if version is not None and batch.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    return batch


def mark_changed(batch: Reorganisation) -> None:
    """Count the version of a batch on, whose rows or answers changed."""
    flag_modified(batch, "effective_on")
    db.session.flush()


def place_of_decision(scope: Scope, today: date) -> int:
    """Return the unit under which who reorganises in `scope` records the decision of a batch.

    The topmost one of his scope, whoever issued it: nobody writes where he may not. Where that is
    everything, the home province. Raises NotFound when there is none today.
    """
    if scope.everything:
        return home_unit(today).id
    tops = topmost(scope, today)
    if not tops:
        raise NotFound
    return tops[0].id


def decision_for(actor: Actor, paper: BatchDecision, moment: Moment) -> Decision:
    """Return the decision of a batch: the one of that number, or a new one.

    Raises Invalid on "number" for an impossible number, and as `write_decision` for a new one.
    """
    command = RecordDecision(
        unit_id=paper.unit_id,
        number=paper.number,
        kind=DecisionKind.DECISION,
        issued_on=paper.issued_on,
        issuer=None,
        signer=None,
        signer_form=None,
        effective_from=paper.effective_from,
    )
    known = decision_numbered(paper.unit_id, understood(command).number)
    return known or write_decision(actor, command, moment)

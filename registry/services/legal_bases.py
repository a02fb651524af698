"""The legal bases of papers: recorded from a day, ended on a day (docs/adr/0021)."""

from dataclasses import dataclass
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Invalid, NotFound
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese.names import accepted
from registry.models.base import db
from registry.models.legal_bases import LegalBasis
from registry.queries.legal_bases import is_cited_from, legal_basis_by_id
from registry.queries.units.on_a_day import path_on
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time

CITATION_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBasis:
    """Let papers on a territory cite `citation` from a day on."""

    territory_id: int
    citation: str
    valid_from: date


@one_at_a_time
def record_basis(actor: Actor, command: RecordBasis, moment: Moment) -> LegalBasis:
    """Record a basis without an end; it may be of a day to come.

    Raises Invalid when it is empty, too long, or cited on that day or later already.
    """
    actor.require(Action.UNIT_REORGANISE)
    if path_on(command.territory_id, command.valid_from) is None:
        raise Invalid.on("territory_id", "Đơn vị không tồn tại vào ngày bắt đầu.")
    citation = accepted(command.citation, "citation")
    if not 0 < len(citation) <= CITATION_LENGTH:
        raise Invalid.on("citation", f"Nhập căn cứ, nhiều nhất {CITATION_LENGTH} ký tự.")
    if is_cited_from(command.territory_id, citation, command.valid_from):
        raise Invalid.on("citation", "Căn cứ này đã có vào ngày đó hoặc sau đó.")
    basis = LegalBasis(
        territory_id=command.territory_id, citation=citation, valid_from=command.valid_from
    )
    db.session.add(basis)
    db.session.flush()
    _record(actor, Deed.LEGAL_BASIS_RECORD, basis, moment)
    return basis


@one_at_a_time
def end_basis(actor: Actor, basis_id: int, ended_on: date, moment: Moment) -> LegalBasis:
    """Let a basis be cited no more from `ended_on`.

    Raises NotFound when there is none, Invalid when it has ended already or had not begun by then.
    """
    actor.require(Action.UNIT_REORGANISE)
    basis = legal_basis_by_id(basis_id)
    if basis is None:
        raise NotFound("Không có căn cứ này.")
    if basis.valid_to is not None:
        raise Invalid.on("ended_on", "Căn cứ này đã kết thúc.")
    if ended_on <= basis.valid_from:
        raise Invalid.on("ended_on", "Ngày kết thúc phải sau ngày bắt đầu.")
    basis.valid_to = ended_on
    db.session.flush()
    _record(actor, Deed.LEGAL_BASIS_END, basis, moment)
    return basis


def _record(actor: Actor, deed: Deed, basis: LegalBasis, moment: Moment) -> None:
    details = {
        "citation": basis.citation,
        "valid_from": basis.valid_from,
        "valid_to": basis.valid_to,
    }
    event = Event(deed, "legal_bases", basis.id, unit_id=basis.territory_id, details=details)
    record(actor, event, moment)

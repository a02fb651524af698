"""Member cards: printing and revoking. Validity is never written: it is asked of the membership."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.cards import CardFace, CardSheet, card_code, code_hash
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.keyring import KeysRefused, VersionedKey
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Action, Actor
from registry.domain.typed_codes import grouped
from registry.domain.units.kinds import member_category
from registry.domain.vietnamese.names import accepted
from registry.domain.vietnamese.writing import format_number
from registry.models.base import db
from registry.models.cards import Card, CardPrint
from registry.queries.cards import CardHolder, card_holders, own_cards, periods_of_line
from registry.queries.offices import office_of
from registry.queries.units.on_a_day import UnitRow, path_on, unit_on
from registry.services.audit import Event, record
from registry.services.keys_in_use import OUTDATED_KEYS
from registry.services.one_at_a_time import one_at_a_time

MOST_AT_ONCE = 2000
REASON_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintCards:
    """Print the cards of these membership lines of a unit.

    `base_url` is where codes are checked.
    """

    unit_id: int
    line_ids: Sequence[str]
    base_url: str


@dataclass(frozen=True, slots=True)
class PrintedCards:
    """What stands on the cards, and on the sheets they are printed on."""

    faces: Sequence[CardFace]
    sheet: CardSheet


@one_at_a_time
def print_cards(
    actor: Actor, command: PrintCards, key: VersionedKey, moment: Moment
) -> PrintedCards:
    """Issue what is missing and return what to print; each print is remembered.

    Only approved members in force have cards: a line that is none (any more) is refused by name of
    the field `line_ids`. Raises Invalid when nobody is chosen, NotFound outside the scope.
    """
    unit, chosen = _chosen(actor, command, moment)
    cards = [holder.card or _new_card(holder, key, moment.day) for holder in chosen]
    db.session.flush()
    db.session.add_all(
        CardPrint(card_id=card.id, printed_at=moment.instant, printed_by_id=actor.account_id)
        for card in cards
    )
    db.session.flush()
    record(
        actor,
        Event(
            Deed.CARD_PRINT,
            "units",
            unit.id,
            unit_id=unit.id,
            details={"cards": [card.id for card in cards]},
        ),
        moment,
    )
    return _printed(unit, list(zip(chosen, cards, strict=True)), key, command.base_url, moment)


def print_again(
    actor: Actor, command: PrintCards, key: VersionedKey, moment: Moment
) -> PrintedCards:
    """Return what `print_cards` returned for the same command, where its answer was lost.

    Nothing is issued and no print is counted: it is the same one. A card revoked since is left out.
    Raises NotFound outside the scope, or where no card is left.
    """
    unit, chosen = _chosen(actor, command, moment)
    cards = [(holder, holder.card) for holder in chosen if holder.card is not None]
    if not cards:
        raise NotFound
    return _printed(unit, cards, key, command.base_url, moment)


def _chosen(actor: Actor, command: PrintCards, moment: Moment) -> tuple[UnitRow, list[CardHolder]]:
    actor.require_on(Action.CARD_PRINT, path_on(command.unit_id, moment.day), command.unit_id)
    unit = unit_on(command.unit_id, moment.day)
    if unit is None:
        raise NotFound
    wanted = set(command.line_ids)
    chosen = [holder for holder in card_holders(unit.id, moment.day) if holder.line_id in wanted]
    _check_choice(wanted, chosen)
    return unit, chosen


def _printed(
    unit: UnitRow,
    cards: Sequence[tuple[CardHolder, Card]],
    key: VersionedKey,
    base_url: str,
    moment: Moment,
) -> PrintedCards:
    issuer = _issuer(unit, moment.day)
    faces = [
        _face(unit, issuer, holder, code_of_card(card, key), base_url) for holder, card in cards
    ]
    return PrintedCards(faces, CardSheet(issued_on=moment.day, check_page=f"{base_url}/t"))


def _check_choice(wanted: set[str], chosen: Sequence[CardHolder]) -> None:
    if not wanted:
        raise Invalid.on("line_ids", "Chọn ít nhất một thành viên để in thẻ.")
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid.on(
            "line_ids",
            f"Mỗi lần in nhiều nhất {format_number(MOST_AT_ONCE)} thẻ. Chia làm nhiều lần.",
        )
    if len(chosen) < len(wanted):
        raise Invalid.on(
            "line_ids",
            "Có người vừa chọn không còn là thành viên đã được phê duyệt của đơn vị. "
            "Kiểm tra lại danh sách rồi in.",
        )


def own_card_faces(
    actor: Actor, base_url: str, key: VersionedKey, moment: Moment
) -> list[tuple[CardFace, date]]:
    """Return what stands on the valid cards of whoever asks, each with its day of issue.

    Raises NotFound for an account of nobody: there is no card of a machine's administrator.
    """
    actor.require(Action.OWN_CARD_SEE)
    if actor.person_id is None:
        raise NotFound("Tài khoản này không gắn với người nào trong sổ.")
    return [
        (
            _face(
                own.unit,
                _issuer(own.unit, moment.day),
                own.holder,
                code_of_card(own.card, key),
                base_url,
            ),
            own.card.issued_on,
        )
        for own in own_cards(actor.person_id, moment.day)
    ]


def _new_card(holder: CardHolder, key: VersionedKey, today: date) -> Card:
    card_uuid = uuid.uuid4().hex
    card = Card(
        uuid=card_uuid,
        key_id=key.current,
        code_hash=code_hash(card_code(card_uuid, key.secret)),
        line_id=holder.line_id,
        person_id=holder.person_id,
        issued_on=today,
    )
    db.session.add(card)
    return card


def code_of_card(card: Card, key: VersionedKey) -> str:
    """Return the code of a card, which stays what it was when the key was given a new version.

    Raises KeysRefused when the version it was made with is not at hand.
    """
    secret = key.by_id.get(card.key_id)
    if secret is None:
        raise KeysRefused(OUTDATED_KEYS)
    return card_code(card.uuid, secret)


def _issuer(unit: UnitRow, today: date) -> str:
    office = office_of(OfficeFunction.REVIEWING, unit.path, today)
    return office.name if office else ""


def _face(unit: UnitRow, issuer: str, holder: CardHolder, code: str, base_url: str) -> CardFace:
    return CardFace(
        name=holder.full_name,
        role=holder.role,
        unit=unit.located_name,
        category=member_category(unit.kind),
        issuer=issuer,
        code=grouped(code),
        # Capitals let the QR code use its denser alphanumeric mode.
        check_address=f"{base_url}/t/{code}".upper(),
        valid_from=holder.approved_since,
        valid_to=holder.valid_to,
    )


@one_at_a_time
def revoke(actor: Actor, card_id: int, reason: str, moment: Moment) -> None:
    """Make a card worthless (lost, damaged, misused); the next print issues a new one.

    Raises Invalid without a reason, Conflict when it is revoked already, NotFound outside the
    scope.
    """
    actor.require(Action.CARD_REVOKE)
    card = db.session.get(Card, card_id)
    unit_id = unit_of_card(card, moment.day) if card is not None else None
    if card is None or unit_id is None:
        raise NotFound
    actor.require_on(Action.CARD_REVOKE, path_on(unit_id, moment.day), unit_id)
    written = accepted(reason, "reason")
    if not written or len(written) > REASON_LENGTH:
        raise Invalid.on("reason", "Nhập lý do thu hồi (nhiều nhất 500 ký tự), ví dụ: mất thẻ.")
    if card.revoked_at is not None:
        raise Conflict("Thẻ này đã được thu hồi trước đó.")
    card.revoked_at = moment.instant
    card.revoke_reason = written
    db.session.flush()
    record(
        actor,
        Event(
            Deed.CARD_REVOKE,
            "cards",
            card.id,
            unit_id=unit_id,
            personal={"reason": card.revoke_reason},
            person_id=card.person_id,
        ),
        moment,
    )


def unit_of_card(card: Card, today: date) -> int | None:
    """Return the unit the card's membership belongs to: today's, else the last one it had."""
    periods = periods_of_line(card.line_id)
    for period in periods:
        if period.valid_from <= today and (period.valid_to is None or today < period.valid_to):
            return period.unit_id
    return periods[-1].unit_id if periods else None

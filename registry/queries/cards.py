"""Questions about cards: whose they are, whether valid today, which members have none yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select

from registry.domain.memberships import role_title
from registry.domain.permissions import Scope
from registry.domain.vietnamese.names import text_sort_key
from registry.models.base import db
from registry.models.cards import Card, CardPrint
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.queries.blocks import blocks
from registry.queries.memberships import approvals_of, approved_line_ids, approved_lines
from registry.queries.person_periods import said_of
from registry.queries.units.on_a_day import UnitRow, in_force, in_scope_of, unit_on, units_by_id

# Only people carry cards: a unit that is a member has its own papers.


@dataclass(frozen=True, slots=True)
class CardHolder:
    """An approved member in force, the live card if any, and when that was last printed.

    The title is that of the day asked. A card holds from `approved_since`, whenever the membership
    began: until then nobody had approved it. What later lists say of the same member, also of the
    unit that stands in the place of his own, leaves that day as it is printed. `valid_to` is the
    end of the membership.
    """

    line_id: str
    person_id: int
    full_name: str
    job_title: str | None
    role: str
    approved_since: date
    valid_to: date | None
    card: Card | None
    printed_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitCards:
    """A unit with how many members may carry a card, and how many of those were never printed."""

    unit: UnitRow
    holders: int
    unprinted: int


@dataclass(frozen=True, slots=True)
class ValidCard:
    """What the public check page may say of a valid card, and nothing more."""

    full_name: str
    role: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A card somebody carries today, with all that stands on it."""

    card: Card
    holder: CardHolder
    unit: UnitRow


def card_holders(unit_id: int, day: date) -> list[CardHolder]:
    """Return the people who on `day` are approved members of the unit, by given name."""
    return [holder for holder, _ in _holders(Membership.unit_id == unit_id, day)]


def own_cards(person_id: int, day: date) -> list[OwnCard]:
    """Return the cards of a person that are valid on `day`, by name of unit."""
    found = [
        OwnCard(holder.card, holder, unit)
        for holder, unit in _holders(Membership.person_id == person_id, day)
        if holder.card is not None
    ]
    return sorted(found, key=lambda own: text_sort_key(own.unit.located_name))


def _holders(whose: ColumnElement[bool], day: date) -> list[tuple[CardHolder, UnitRow]]:
    rows = db.session.execute(
        select(Membership, Person, PersonPeriod.job_title)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(PersonPeriod, said_of(Person.id, day))
        .where(whose, in_force(Membership, day))
        .order_by(Person.sort_key, Person.id)
    ).all()
    units = units_by_id((membership.unit_id for membership, *_ in rows), day)
    approvals = approvals_of((membership.line_id for membership, *_ in rows), day)
    cards = live_cards(approvals)
    printed = _last_prints(card.id for card in cards.values())
    return [
        (
            CardHolder(
                line_id=membership.line_id,
                person_id=person.id,
                full_name=person.full_name,
                job_title=job_title,
                role=role_title(membership.role, unit.kind, job_title),
                approved_since=approvals[membership.line_id][0].since,
                valid_to=membership.valid_to,
                card=card,
                printed_at=printed.get(card.id) if card else None,
            ),
            unit,
        )
        for membership, person, job_title in rows
        if membership.line_id in approvals
        for unit in [units.get(membership.unit_id)]
        if unit is not None
        for card in [cards.get(membership.line_id)]
    ]


def live_cards(line_ids: Iterable[str]) -> dict[str, Card]:
    """Return the card not revoked of each membership line that has one."""
    wanted = sorted(set(line_ids))
    if not wanted:
        return {}
    return {
        card.line_id: card
        for card in db.session.scalars(
            select(Card)
            .where(Card.line_id.in_(wanted), Card.revoked_at.is_(None))
            .order_by(Card.id)
        )
    }


def live_card_of(person_id: int, day: date) -> Card | None:
    """Return the newest card not revoked of a person's memberships in force on `day`."""
    lines = select(Membership.line_id).where(
        Membership.person_id == person_id, in_force(Membership, day)
    )
    return db.session.scalar(
        select(Card)
        .where(Card.line_id.in_(lines), Card.revoked_at.is_(None))
        .order_by(Card.issued_on.desc(), Card.id.desc())
        .limit(1)
    )


def _last_prints(card_ids: Iterable[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(CardPrint.card_id, func.max(CardPrint.printed_at))
        .where(CardPrint.card_id.in_(sorted(card_ids)))
        .group_by(CardPrint.card_id)
    )
    return {card_id: printed_at for card_id, printed_at in rows}  # noqa: C416 - a Row is no tuple


def may_carry_card(scope: Scope, today: date) -> ColumnElement[bool]:
    """Return the condition that a membership is that of an approved person in force in `scope`."""
    return and_(
        Membership.person_id.is_not(None),
        in_force(Membership, today),
        Membership.line_id.in_(approved_lines(today)),
        in_scope_of(scope, Membership.unit_id, today),
    )


def was_never_printed() -> ColumnElement[bool]:
    """Return the condition that a membership has no live card that was put on paper."""
    printed = (
        select(Card.line_id)
        .join(CardPrint, CardPrint.card_id == Card.id)
        .where(Card.revoked_at.is_(None))
    )
    return Membership.line_id.not_in(printed)


def units_with_holders(
    scope: Scope, today: date, *, only_unprinted: bool = False
) -> list[UnitCards]:
    """Return the units of the scope that have approved members in force today, by name of unit.

    `only_unprinted` leaves those with a card never printed.
    """
    unprinted = func.count().filter(was_never_printed())
    statement = (
        select(Membership.unit_id, func.count(), unprinted)
        .where(may_carry_card(scope, today))
        .group_by(Membership.unit_id)
    )
    if only_unprinted:
        statement = statement.having(unprinted > 0)
    rows = db.session.execute(statement).all()
    units = units_by_id((unit_id for unit_id, _, _ in rows), today)
    found = [
        UnitCards(units[unit_id], holders, never_printed)
        for unit_id, holders, never_printed in rows
        if unit_id in units
    ]
    return sorted(found, key=lambda row: text_sort_key(row.unit.located_name))


def card_by_hash(hash_of_code: str) -> Card | None:
    """Return the card with this code hash, revoked ones included."""
    return db.session.scalar(select(Card).where(Card.code_hash == hash_of_code))


def valid_card(hash_of_code: str, today: date) -> ValidCard | None:
    """Return what may be said of the card when it is valid today, else None.

    Valid: it was not revoked, and its membership line is in force and approved today. Nothing is
    stored about it, so an end of the membership shows on the next request.
    """
    card = card_by_hash(hash_of_code)
    if card is None or card.revoked_at is not None:
        return None
    row = db.session.execute(
        select(Membership, Person, PersonPeriod.job_title)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(PersonPeriod, said_of(Person.id, today))
        .where(Membership.line_id == card.line_id, in_force(Membership, today))
        .limit(1)
    ).one_or_none()
    if row is None or card.line_id not in approved_line_ids([card.line_id], today):
        return None
    membership, person, job_title = row
    unit = unit_on(membership.unit_id, today)
    if unit is None:
        return None
    role = role_title(membership.role, unit.kind, job_title)
    return ValidCard(person.full_name, role, unit.located_name)


def periods_of_line(line_id: str) -> list[Membership]:
    """Return every period of a membership line, the oldest first."""
    return list(
        db.session.scalars(
            select(Membership).where(Membership.line_id == line_id).order_by(Membership.valid_from)
        )
    )


def cards_on_lines(line_ids: Iterable[str]) -> int:
    """Count the cards not revoked of these membership lines."""
    count = 0
    for block in blocks(line_ids):
        count += (
            db.session.scalar(
                select(func.count())
                .select_from(Card)
                .where(Card.line_id.in_(block), Card.revoked_at.is_(None))
            )
            or 0
        )
    return count

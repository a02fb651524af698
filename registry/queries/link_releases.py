"""Which accounts are guarded, which links wait for a second person, and who that may be.

Guarded is an account with a role for an office in which anybody has a role over others' units, and
one that administers the system: whoever may release the links of his office is guarded himself, or
an administrator would reset him first and release with his account.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from registry.domain.accounts import FOR_PASSWORDS, OFFICE_WIDE, LinkEnd, LinkPurpose
from registry.domain.clock import Moment
from registry.domain.permissions import Action, Actor, Role
from registry.models.accounts import Account, Grant, PasswordLink, Session
from registry.models.base import db, ready_alias
from registry.queries.accounts import actor_of
from registry.queries.there_is import there_is

_USED = ready_alias(PasswordLink)
_SET_BY = ready_alias(PasswordLink)


@dataclass(frozen=True, slots=True)
class PendingLink:
    """A link that waits: for whom, what it is for, who asked when, until when it can be released.

    `asked_by` is None when a visitor asked. `paper_of` is the grant that has a scan of its paper.
    """

    id: int
    account_id: int
    login: str
    person_name: str | None
    grants: tuple[tuple[Role, int | None], ...]
    purpose: LinkPurpose
    asked_by: str | None
    asked_at: datetime
    expires_at: datetime
    paper_of: int | None


def not_over(day: date) -> ColumnElement[bool]:
    """Return the condition that a grant holds today or will."""
    return or_(Grant.valid_to.is_(None), Grant.valid_to > day)


def _guarded_offices(day: date) -> ColumnElement[bool]:
    """Return the condition that the office of a grant is one with a role over others' units."""
    return Grant.office_id.in_(
        select(Grant.office_id).where(Grant.role.in_(OFFICE_WIDE), not_over(day)).correlate(None)
    )


def _grant_of(account_id: Any, day: date, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Grant.account_id == account_id, not_over(day), *which)


def _is_guarded(account_id: Any, day: date) -> ColumnElement[bool]:
    """Return the condition that an account has a grant for which it is guarded."""
    guarding = or_(Grant.role == Role.SYSTEM_ADMINISTRATOR, _guarded_offices(day))
    return _grant_of(account_id, day, guarding)


def is_guarded(account_id: int, day: date) -> bool:
    """Tell whether a link to set the account's password has to be released by a second person."""
    return bool(db.session.scalar(select(_is_guarded(account_id, day))))


def guarding_offices(account_id: int, day: date) -> frozenset[int | None]:
    """Return the offices of which a second person may release the account's links.

    Those with a role over others' units; None, the system's administrators, where there is none.
    """
    offices = db.session.scalars(
        select(Grant.office_id).where(
            Grant.account_id == account_id, not_over(day), _guarded_offices(day)
        )
    ).all()
    return frozenset(offices) or frozenset({None})


def is_held(moment: Moment) -> ColumnElement[bool]:
    """Return the condition that a link waits for a second person: whoever that may be."""
    return and_(
        PasswordLink.ended_at.is_(None),
        PasswordLink.release.is_(None),
        PasswordLink.purpose.in_(FOR_PASSWORDS),
        PasswordLink.expires_at > moment.running,
        _is_guarded(PasswordLink.account_id, moment.day),
    )


def waits_for_release_by(actor: Actor, moment: Moment) -> ColumnElement[bool]:
    """Return the condition that a link waits, and that `actor` may be the second person.

    A colleague of the same office who neither asked for it nor is its holder. A link that a visitor
    asked for has been asked for by nobody known: who reads the outbox, where it goes, is then no
    second person but the only one. Nor is one whose own password was set by a link that nobody
    released, from before the account was guarded: an administrator may have used it.
    """
    day = moment.day
    own = [office for office in actor.offices if office is not None]
    at_own_office = _grant_of(
        PasswordLink.account_id, day, Grant.office_id.in_(own), _guarded_offices(day)
    )
    of_no_office = ~_grant_of(PasswordLink.account_id, day, _guarded_offices(day))
    asked_by_another = PasswordLink.asked_by_id != actor.account_id
    return and_(
        is_held(moment),
        ~_has_unreleased_password(actor.account_id),
        PasswordLink.account_id != actor.account_id,
        or_(at_own_office, of_no_office if None in actor.offices else false()),
        asked_by_another
        if actor.may(Action.OUTBOX_SEE)
        else or_(PasswordLink.asked_by_id.is_(None), asked_by_another),
    )


def _has_unreleased_password(account_id: int | None) -> ColumnElement[bool]:
    last_used = select(func.max(_USED.id)).where(
        _USED.account_id == account_id,
        _USED.purpose.in_(FOR_PASSWORDS),
        _USED.end_reason == LinkEnd.USED,
    )
    return exists().where(_SET_BY.id == last_used.scalar_subquery(), _SET_BY.release.is_(None))


def has_unreleased_password(account_id: int) -> bool:
    """Tell whether the account's password was set by a link that was handed to who asked for it."""
    return bool(db.session.scalar(select(_has_unreleased_password(account_id))))


def held_links(*which: ColumnElement[bool]) -> Sequence[PasswordLink]:
    """Return the links that fit, those asked for first in front."""
    return db.session.scalars(select(PasswordLink).where(*which).order_by(PasswordLink.id)).all()


def pending(actor: Actor, moment: Moment) -> list[PendingLink]:
    """Return the links that wait for `actor` as the second person, the oldest first."""
    return [
        PendingLink(
            id=link.id,
            account_id=link.account_id,
            login=link.account.login,
            person_name=link.account.person.full_name if link.account.person else None,
            grants=tuple(
                (grant.role, grant.office_id)
                for grant in link.account.grants
                if grant.valid_to is None or grant.valid_to > moment.day
            ),
            purpose=link.purpose,
            asked_by=_name_of(link.asked_by),
            asked_at=link.created_at,
            expires_at=link.expires_at,
            paper_of=next((g.id for g in link.account.grants if g.paper_id is not None), None),
        )
        for link in held_links(waits_for_release_by(actor, moment))
    ]


def held_of_own(actor: Actor, moment: Moment) -> PasswordLink | None:
    """Return the link of the actor's own account that waits, the latest if there are two."""
    found = held_links(PasswordLink.account_id == actor.account_id, is_held(moment))
    return found[-1] if found else None


def _name_of(account: Account | None) -> str | None:
    if account is None:
        return None
    return account.person.full_name if account.person else account.login


def possible_releasers(link: PasswordLink, moment: Moment) -> list[str]:
    """Return the logins of those who may release a link, having signed in some time before."""
    offices = guarding_offices(link.account_id, moment.day)
    candidates = db.session.scalars(
        select(Account)
        .where(
            exists().where(Session.account_id == Account.id),
            _grant_of(Account.id, moment.day, _at_one_of(offices)),
        )
        .order_by(Account.login_key)
    )
    return [
        account.login
        for account in candidates
        if is_waiting_for(link.id, actor_of(account, moment.day, ""), moment)
    ]


def _at_one_of(offices: Collection[int | None]) -> ColumnElement[bool]:
    if None in offices:
        return Grant.role == Role.SYSTEM_ADMINISTRATOR
    return Grant.office_id.in_(offices)


def is_waiting_for(link_id: int, actor: Actor, moment: Moment) -> bool:
    """Tell whether a link waits for `actor` as the second person."""
    waits = waits_for_release_by(actor, moment)
    return there_is(select(PasswordLink.id).where(PasswordLink.id == link_id, waits))


def held_accounts(moment: Moment) -> frozenset[int]:
    """Return the accounts of which a link waits for a second person."""
    return frozenset(
        db.session.scalars(select(PasswordLink.account_id).where(is_held(moment)).distinct())
    )


def is_first_of_role(role: Role, office_id: int | None) -> bool:
    """Tell whether nobody has ever been given the role for the office."""
    given = select(Grant.id).where(Grant.role == role, Grant.office_id == office_id)
    return not there_is(given)


def grant_with_paper(grant_id: int) -> Grant | None:
    """Return a grant that has the scan of its paper."""
    return db.session.scalar(select(Grant).where(Grant.id == grant_id, Grant.paper_id.is_not(None)))


def other_administrators(account_id: int, day: date) -> bool:
    """Tell whether anybody else administers the system and can sign in today."""
    return there_is(
        select(Grant.id)
        .join(Account, Account.id == Grant.account_id)
        .where(
            Grant.role == Role.SYSTEM_ADMINISTRATOR,
            Grant.valid_from <= day,
            not_over(day),
            Account.id != account_id,
            Account.disabled_at.is_(None),
            Account.password_hash.is_not(None),
        )
    )

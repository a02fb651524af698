"""What was done to accounts lately, told to their holders and to their offices on the first page.

It is read from the audit: what is announced is what was recorded, by a page or by a command.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, false, or_, select

from registry.domain.accounts import LinkPurpose, LinkRelease
from registry.domain.audit.deeds import Deed, deed_label, origin_label
from registry.domain.clock import Moment
from registry.domain.labelled import Labelled
from registry.domain.permissions import Actor, Role
from registry.models.accounts import Account, Grant
from registry.models.audit import AuditEvent
from registry.models.base import db, ready_alias
from registry.models.people import Person
from registry.queries.link_releases import not_over

TOLD_FOR = timedelta(days=14)
MOST_TOLD = 10

# What is done to an account, by whomever, and what its holder does with a link.
_DEEDS = (
    Deed.ACCOUNT_CONFIRM_EMAIL,
    Deed.ACCOUNT_CREATE,
    Deed.ACCOUNT_DECLINE_LINK,
    Deed.ACCOUNT_DISABLE,
    Deed.ACCOUNT_ENABLE,
    Deed.ACCOUNT_GRANT,
    Deed.ACCOUNT_INVITE,
    Deed.ACCOUNT_RELEASE_LINK,
    Deed.ACCOUNT_SET_PASSWORD,
)
_BY = ready_alias(Account)
_BY_PERSON = ready_alias(Person)


@dataclass(frozen=True, slots=True)
class News:
    """What was done to an account: when, by whom, what in words, to whose account.

    `note` says what the deed's words do not: what a link is for, and whether it waits.
    """

    at: datetime
    who: str
    words: str
    login: str
    name: str | None
    note: str


def news_of_own(actor: Actor, moment: Moment) -> Sequence[News]:
    """Return what was done to the actor's own account, the newest first.

    Since the sign-in before this one, and of the last days whenever one signed in.
    """
    if actor.account_id is None:
        return []
    since = moment.instant - TOLD_FOR
    before = _sign_in_before(actor.account_id)
    return _news(
        AuditEvent.object_id == str(actor.account_id),
        AuditEvent.at >= (min(since, before) if before else since),
    )


def news_of_office(actor: Actor, moment: Moment) -> Sequence[News]:
    """Return what was done lately to the accounts of the actor's offices, the newest first."""
    if not actor.offices:
        return []
    own = [office for office in actor.offices if office is not None]
    administers = Grant.role == Role.SYSTEM_ADMINISTRATOR
    at_office = or_(Grant.office_id.in_(own), administers if None in actor.offices else false())
    colleagues = (
        select(cast(Grant.account_id, String))
        .where(Grant.account_id != actor.account_id, not_over(moment.day), at_office)
        .distinct()
    )
    return _news(AuditEvent.object_id.in_(colleagues), AuditEvent.at >= moment.instant - TOLD_FOR)


def _sign_in_before(account_id: int) -> datetime | None:
    """Return when the account signed in before the sign-in that is in use."""
    return db.session.scalar(
        select(AuditEvent.at)
        .where(
            AuditEvent.noun == "accounts",
            AuditEvent.object_id == str(account_id),
            AuditEvent.action == Deed.SESSION_OPEN.value,
        )
        .order_by(AuditEvent.sequence.desc())
        .slice(1, 2)
    )


def _news(*which: ColumnElement[bool]) -> Sequence[News]:
    rows = db.session.execute(
        select(AuditEvent, Account.login, Person.full_name, _BY.login, _BY_PERSON.full_name)
        .join(Account, cast(Account.id, String) == AuditEvent.object_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(_BY, _BY.id == AuditEvent.account_id)
        .outerjoin(_BY_PERSON, _BY_PERSON.id == _BY.person_id)
        .where(
            and_(AuditEvent.noun == "accounts", AuditEvent.action.in_([d.value for d in _DEEDS])),
            *which,
        )
        .order_by(AuditEvent.sequence.desc())
        .limit(MOST_TOLD)
    )
    return [
        News(
            at=event.at,
            who=by_name or by_login or origin_label(event.origin),
            words=deed_label(event.action),
            login=login,
            name=name,
            note=_note(event.details),
        )
        for event, login, name, by_login, by_name in rows
    ]


def _note(details: object) -> str:
    """Return the role given, what a link is for, that it waits or goes to a confirmed address.

    Who else let it be used is who did it, and stands in front. What is not as events are written
    says nothing.
    """
    if not isinstance(details, Mapping):
        return ""
    kinds: tuple[tuple[str, type[Labelled]], ...] = (
        ("role", Role),
        ("purpose", LinkPurpose),
    )
    words = [(kind, str(details.get(name))) for name, kind in kinds]
    said = [kind(word).label for kind, word in words if word in set(kind)]
    if details.get("release") == LinkRelease.CONFIRMED_ADDRESS:
        said.append(LinkRelease.CONFIRMED_ADDRESS.label)
    if details.get("is_held"):
        said.append("chờ người khác của cơ quan cho phép")
    return "; ".join(said)

"""Sessions that end: those whose time is over, and all of an account's own at once."""

from datetime import timedelta

from sqlalchemy import not_

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Action, Actor
from registry.queries.sessions import is_within
from registry.services.accounts import close_expired_links, end_sessions, revoke_sessions
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.sign_ins import forget_devices


def close_expired(moment: Moment, idle: timedelta, life: timedelta) -> None:
    """End the sessions and links whose time is over.

    They are judged by the clock until then; once closed, a clock that goes back revives none.
    """
    end_sessions(moment, not_(is_within(moment.running, idle, life)))
    close_expired_links(moment)


@one_at_a_time
def end_own(actor: Actor, moment: Moment) -> int:
    """End every session of whoever asks, on all devices; return how many were open.

    Each of them is a stranger then, whose tries to sign in are counted with everybody's.

    Raises NotAllowed for a visitor.
    """
    actor.require(Action.SESSION_CLOSE)
    ended = revoke_sessions(actor.account_id, moment)
    forget_devices(actor.account_id)
    details = {"sessions": ended}
    record(
        actor, Event(Deed.SESSION_CLOSE_ALL, "accounts", actor.account_id, details=details), moment
    )
    return ended

"""Take a request up at the desk: ask for more, or decline it."""

from dataclasses import dataclass
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import Action, Actor
from registry.domain.signups import (
    SignupState,
    check_open,
)
from registry.domain.vietnamese.names import accepted
from registry.models.base import db
from registry.models.signups import Signup
from registry.queries.signups import (
    signup_in_scope,
)
from registry.services.one_at_a_time import one_at_a_time
from registry.services.signups.sending import record_signup

REASON_MAX_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseSignup:
    """A reviewer's answer with a reason; `version` is the one shown to him."""

    signup_id: int
    version: int
    reason: str


@one_at_a_time
def ask_completion(actor: Actor, command: RefuseSignup, moment: Moment) -> None:
    """Send a request back to its sender with the reason ("yêu cầu bổ sung").

    Raises NotFound outside the scope, Conflict when somebody was faster, Invalid without a reason.
    """
    _refuse(actor, command, SignupState.COMPLETION_ASKED, moment)


@one_at_a_time
def decline(actor: Actor, command: RefuseSignup, moment: Moment) -> None:
    """Decline a request for good, with the reason.

    Raises NotFound outside the scope, Conflict when somebody was faster, Invalid without a reason.
    """
    _refuse(actor, command, SignupState.DECLINED, moment)


def signup_to_review(actor: Actor, signup_id: int, today: date) -> Signup:
    """Return a request of the desk; raise NotFound outside the scope."""
    scope = actor.require(Action.SIGNUP_REVIEW)
    signup = signup_in_scope(signup_id, scope, today)
    if signup is None:
        raise NotFound
    return signup


def signup_to_decide(actor: Actor, signup_id: int, version: int, today: date) -> Signup:
    """Return a request that waits to be decided; raise Conflict when it does not, or changed."""
    signup = signup_to_review(actor, signup_id, today)
    check_open(signup.state)
    if signup.version != version:
        raise Conflict(
            f"Đăng ký vừa được cập nhật, nay là “{signup.state.label}”. "
            "Tải lại trang để xem nội dung mới rồi quyết định."
        )
    return signup


def _refuse(actor: Actor, command: RefuseSignup, state: SignupState, moment: Moment) -> None:
    signup = signup_to_decide(actor, command.signup_id, command.version, moment.day)
    reason = accepted(command.reason, "reason")
    if not reason:
        raise Invalid.on("reason", "Nhập lý do để người đăng ký biết cần làm gì.")
    if len(reason) > REASON_MAX_LENGTH:
        raise Invalid.on("reason", f"Lý do dài nhiều nhất {REASON_MAX_LENGTH} ký tự.")
    signup.state = state
    signup.reason = reason
    sign(signup, actor, moment)
    db.session.flush()
    declined = state is SignupState.DECLINED
    record_signup(
        actor, Deed.SIGNUP_DECLINE if declined else Deed.SIGNUP_ASK_COMPLETION, signup, moment
    )


def sign(signup: Signup, actor: Actor, moment: Moment) -> None:
    """Write who decided and when."""
    signup.decided_at = moment.instant
    signup.decided_by_id = actor.account_id

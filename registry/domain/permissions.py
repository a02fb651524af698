"""Who may do what: the one policy table, and the scope inside which it holds.

An action is named `<noun>.<verb>`. Services authorise with it, queries apply the scope, views
declare it. `docs/permissions.md` is printed from `TABLE`.
"""

from dataclasses import dataclass
from enum import StrEnum

from registry.domain.errors import NotAllowed, NotFound


class Role(StrEnum):
    """A role granted to an account for an office; `member` and `public` need no office rights."""

    SYSTEM_ADMINISTRATOR = "system_administrator"
    APPROVER = "approver"
    REVIEWER = "reviewer"
    VERIFIER = "verifier"
    VIEWER = "viewer"
    UNIT_OFFICER = "unit_officer"
    MEMBER = "member"
    PUBLIC = "public"


ROLE_LABELS = {
    Role.SYSTEM_ADMINISTRATOR: "Quản trị hệ thống",
    Role.APPROVER: "Phê duyệt",
    Role.REVIEWER: "Thẩm định",
    Role.VERIFIER: "Xác nhận cấp huyện",
    Role.VIEWER: "Ban Chỉ đạo (xem)",
    Role.UNIT_OFFICER: "Cán bộ đơn vị",
    Role.MEMBER: "Thành viên",
    Role.PUBLIC: "Công khai",
}


class Action(StrEnum):
    """Everything that can be asked of the registry."""

    HOME_SEE = "home.see"
    SIGNUP_SUBMIT = "signup.submit"
    CARD_CHECK = "card.check"
    SESSION_OPEN = "session.open"
    SESSION_CLOSE = "session.close"
    OWN_RECORD_SEE = "own_record.see"
    UNIT_SEE = "unit.see"
    UNIT_EDIT_CONTACT = "unit.edit_contact"
    UNIT_CHANGE_TEAM = "unit.change_team"
    UNIT_REORGANISE = "unit.reorganise"
    PERSON_SEE = "person.see"
    PERSON_EDIT = "person.edit"
    CITIZEN_ID_REVEAL = "citizen_id.reveal"
    MEMBERSHIP_EDIT = "membership.edit"
    ASSIGNMENT_SEE = "assignment.see"
    ASSIGNMENT_RECORD = "assignment.record"
    DECISION_SEE = "decision.see"
    SIGNUP_REVIEW = "signup.review"
    ROSTER_SEE = "roster.see"
    ROSTER_COMPOSE = "roster.compose"
    ROSTER_VERIFY = "roster.verify"
    ROSTER_REVIEW = "roster.review"
    ROSTER_APPROVE = "roster.approve"
    TRAINING_SEE = "training.see"
    TRAINING_RECORD = "training.record"
    CARD_PRINT = "card.print"
    CARD_REVOKE = "card.revoke"
    COVERAGE_SEE = "coverage.see"
    ACCOUNT_ADMINISTER = "account.administer"
    OUTBOX_SEE = "outbox.see"
    OUTBOX_PASS_ON = "outbox.pass_on"  # noqa: S105 - an action, not a secret
    AUDIT_SEE = "audit.see"


_PUBLIC = frozenset({Action.HOME_SEE, Action.SIGNUP_SUBMIT, Action.CARD_CHECK, Action.SESSION_OPEN})
_SIGNED_IN = _PUBLIC | {Action.SESSION_CLOSE, Action.OWN_RECORD_SEE}
_LOOKING = _SIGNED_IN | {
    Action.UNIT_SEE,
    Action.PERSON_SEE,
    Action.ASSIGNMENT_SEE,
    Action.DECISION_SEE,
    Action.ROSTER_SEE,
    Action.TRAINING_SEE,
    Action.COVERAGE_SEE,
}

_ADMINISTERING = frozenset(
    {
        Action.ACCOUNT_ADMINISTER,
        Action.OUTBOX_SEE,
        Action.OUTBOX_PASS_ON,
        Action.AUDIT_SEE,
    }
)

TABLE: dict[Role, frozenset[Action]] = {
    Role.PUBLIC: _PUBLIC,
    Role.MEMBER: _SIGNED_IN,
    Role.VIEWER: _LOOKING,
    Role.UNIT_OFFICER: _LOOKING
    | {
        Action.UNIT_CHANGE_TEAM,
        Action.UNIT_EDIT_CONTACT,
        Action.PERSON_EDIT,
        Action.CITIZEN_ID_REVEAL,
        Action.MEMBERSHIP_EDIT,
        Action.ASSIGNMENT_RECORD,
        Action.ROSTER_COMPOSE,
    },
    Role.VERIFIER: _LOOKING | {Action.ROSTER_VERIFY},
    Role.REVIEWER: _LOOKING
    | {
        Action.UNIT_CHANGE_TEAM,
        Action.UNIT_REORGANISE,
        Action.UNIT_EDIT_CONTACT,
        Action.PERSON_EDIT,
        Action.CITIZEN_ID_REVEAL,
        Action.MEMBERSHIP_EDIT,
        Action.ASSIGNMENT_RECORD,
        Action.SIGNUP_REVIEW,
        Action.ROSTER_REVIEW,
        Action.TRAINING_RECORD,
        Action.CARD_PRINT,
        Action.CARD_REVOKE,
    },
    Role.APPROVER: _LOOKING | {Action.ROSTER_APPROVE},
    Role.SYSTEM_ADMINISTRATOR: _SIGNED_IN | _ADMINISTERING,
}

# Actions that hold for the whole registry and are not about one unit.
WITHOUT_UNIT = _SIGNED_IN | _ADMINISTERING


@dataclass(frozen=True, slots=True)
class Scope:
    """The units a question may touch: every unit, or subtrees named by path prefixes.

    A path is `/1/7/302/` (ids from the root down); a subtree is everything whose path begins
    with the prefix.
    `closed_unit_ids` are units that ended and whose successors all lie in the subtrees today.
    """

    everything: bool = False
    prefixes: frozenset[str] = frozenset()
    closed_unit_ids: frozenset[int] = frozenset()

    def covers(self, path: str | None, unit_id: int | None = None) -> bool:
        """Tell whether a unit with today's `path` (None: it has none today) lies in the scope."""
        if self.everything:
            return True
        if unit_id is not None and unit_id in self.closed_unit_ids:
            return True
        return path is not None and any(path.startswith(prefix) for prefix in self.prefixes)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing lies in the scope."""
        return not (self.everything or self.prefixes or self.closed_unit_ids)


NOTHING = Scope()
EVERYTHING = Scope(everything=True)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: an account (None: the public), its person, and for each action its scope.

    `label` is the machine-readable origin for the audit ("web:12", "cli:system", "public").
    """

    account_id: int | None
    person_id: int | None
    label: str
    roles: frozenset[Role]
    scopes: dict[Action, Scope]

    def may(self, action: Action) -> bool:
        """Tell whether the actor may do `action` anywhere at all."""
        return action in self.scopes

    def scope(self, action: Action) -> Scope:
        """Return where the actor may do `action`; the empty scope when nowhere."""
        return self.scopes.get(action, NOTHING)

    def require(self, action: Action) -> Scope:
        """Return the scope of `action`.

        Raises NotAllowed when the actor may not do it anywhere.
        """
        if action not in self.scopes:
            raise NotAllowed("Tài khoản của bạn không có quyền làm việc này.")
        return self.scopes[action]

    def require_on(self, action: Action, path: str | None, unit_id: int) -> None:
        """Check that `action` may be done on one unit.

        Raises NotAllowed when it may be done nowhere, NotFound when the unit is outside the scope:
        out of scope reads like a thing that does not exist.
        """
        if not self.require(action).covers(path, unit_id):
            raise NotFound


PUBLIC_ACTOR = Actor(
    account_id=None,
    person_id=None,
    label="public",
    roles=frozenset({Role.PUBLIC}),
    scopes=dict.fromkeys(TABLE[Role.PUBLIC], NOTHING),
)


def system_actor(label: str = "cli:system") -> Actor:
    """Return the actor of commands: the system user, allowed everything everywhere."""
    return Actor(
        account_id=None,
        person_id=None,
        label=label,
        roles=frozenset({Role.SYSTEM_ADMINISTRATOR}),
        scopes=dict.fromkeys(Action, EVERYTHING),
    )

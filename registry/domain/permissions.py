"""Who may do what: the one policy table, and the scope inside which it holds.

An action is named `<noun>.<verb>`. Services authorise with it, queries apply the scope, views
declare it. `docs/permissions.md` is printed from `TABLE`.
"""

from dataclasses import dataclass

from registry.domain.errors import NotAllowed, NotFound
from registry.domain.labelled import Labelled
from registry.domain.words import ROLES


class Role(Labelled):
    """A role granted to an account for an office; `member` and `public` need no office rights."""

    SYSTEM_ADMINISTRATOR = "system_administrator", ROLES["system_administrator"]
    APPROVER = "approver", ROLES["approver"]
    REVIEWER = "reviewer", ROLES["reviewer"]
    VERIFIER = "verifier", ROLES["verifier"]
    VIEWER = "viewer", ROLES["viewer"]
    UNIT_OFFICER = "unit_officer", ROLES["unit_officer"]
    MEMBER = "member", ROLES["member"]
    PUBLIC = "public", ROLES["public"]


class Action(Labelled):
    """Everything that can be asked of the registry."""

    HOME_SEE = "home.see", "Xem trang chủ"
    SIGNUP_SUBMIT = "signup.submit", "Gửi đăng ký tham gia"
    CARD_CHECK = "card.check", "Kiểm tra thẻ thành viên"
    SESSION_OPEN = "session.open", "Đăng nhập, đặt mật khẩu"
    SESSION_CLOSE = "session.close", "Đăng xuất"
    OWN_ACCOUNT_MANAGE = "own_account.manage", "Xem tài khoản của chính mình, xác nhận thư điện tử"
    OWN_RECORD_SEE = "own_record.see", "Xem hồ sơ của chính mình"
    OWN_CARD_SEE = "own_card.see", "Xem, in thẻ của chính mình"
    UNIT_SEE = "unit.see", "Xem đơn vị"
    UNIT_EDIT_CONTACT = "unit.edit_contact", "Sửa liên hệ của đơn vị"
    UNIT_CHANGE_TEAM = (
        "unit.change_team",
        "Lập, đổi tên, chuyển, giải thể tổ, bộ phận, doanh nghiệp",
    )
    UNIT_REORGANISE = "unit.reorganise", "Sắp xếp đơn vị"
    PERSON_SEE = "person.see", "Xem người"
    PERSON_EDIT = "person.edit", "Thêm, sửa người"
    CITIZEN_ID_REVEAL = "citizen_id.reveal", "Xem đầy đủ số CCCD (có ghi nhật ký)"
    MEMBERSHIP_EDIT = "membership.edit", "Ghi, sửa, kết thúc tư cách thành viên của đơn vị"
    ASSIGNMENT_SEE = "assignment.see", "Xem phân công"
    ASSIGNMENT_RECORD = "assignment.record", "Ghi, sửa, kết thúc phân công"
    DECISION_SEE = "decision.see", "Xem văn bản và bản quét"
    SIGNUP_REVIEW = "signup.review", "Xử lý đăng ký tham gia"
    ROSTER_SEE = "roster.see", "Xem danh sách thành viên"
    ROSTER_COMPOSE = "roster.compose", "Lập, gửi danh sách thành viên"
    ROSTER_VERIFY = "roster.verify", "Xác nhận danh sách (cấp huyện)"
    ROSTER_REVIEW = "roster.review", "Thẩm định danh sách"
    ROSTER_APPROVE = "roster.approve", "Phê duyệt danh sách bằng quyết định"
    TRAINING_SEE = "training.see", "Xem lớp tập huấn"
    TRAINING_RECORD = "training.record", "Ghi lớp tập huấn, lượt tham dự"
    CARD_PRINT = "card.print", "In thẻ thành viên"
    CARD_REVOKE = "card.revoke", "Thu hồi thẻ thành viên"
    COVERAGE_SEE = "coverage.see", "Xem độ phủ"
    ACCOUNT_ADMINISTER = "account.administer", "Quản lý tài khoản"
    LINK_RELEASE = "link.release", "Cho phép liên kết đặt mật khẩu của tài khoản cùng cơ quan"
    OUTBOX_SEE = "outbox.see", "Xem thư gửi đi"
    OUTBOX_PASS_ON = "outbox.pass_on", "Gửi, chuyển thư"
    AUDIT_SEE = "audit.see", "Xem nhật ký"


_PUBLIC = frozenset({Action.HOME_SEE, Action.SIGNUP_SUBMIT, Action.CARD_CHECK, Action.SESSION_OPEN})
_SIGNED_IN = _PUBLIC | {
    Action.SESSION_CLOSE,
    Action.OWN_ACCOUNT_MANAGE,
    Action.OWN_RECORD_SEE,
    Action.OWN_CARD_SEE,
}
_LOOKING = _SIGNED_IN | {
    Action.LINK_RELEASE,
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
        Action.LINK_RELEASE,
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
    def above(self) -> frozenset[int]:
        """The heads of the subtrees and the units above them, whose names are no secret inside."""
        return frozenset(
            int(part) for prefix in self.prefixes for part in prefix.strip("/").split("/")
        )

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
    `offices` are those for which a role counts today; None among them stands for the whole
    registry, of which system administrators are the office.
    """

    account_id: int | None
    person_id: int | None
    label: str
    roles: frozenset[Role]
    scopes: dict[Action, Scope]
    offices: frozenset[int | None] = frozenset()

    @property
    def is_shell(self) -> bool:
        """Tell whether this is a command on the server."""
        return self.label.startswith(_SHELL)

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
            raise NotAllowed(
                "Tài khoản này không có quyền thực hiện việc này. "
                "Nếu cần, đề nghị quản trị hệ thống cấp quyền."
            )
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


_SHELL = "cli:"


def system_actor(label: str = f"{_SHELL}system") -> Actor:
    """Return the actor of commands: the system user, allowed everything everywhere."""
    return Actor(
        account_id=None,
        person_id=None,
        label=label,
        roles=frozenset({Role.SYSTEM_ADMINISTRATOR}),
        scopes=dict.fromkeys(Action, EVERYTHING),
    )

"""What may wait for somebody who signs in: each kind of work, whose it is, and its words.

The one register of them: the first page, the numbers in the menu and the lists behind both read it.
"""

from registry.domain.labelled import Labelled
from registry.domain.permissions import Action, Actor
from registry.domain.rosters import Step


class Task(Labelled):
    """A kind of work, in the order of the page; its word is what is counted.

    The values stand in addresses: `?viec=` narrows a list to what the task counts.
    """

    SIGNUPS_TO_RECEIVE = "signups_to_receive", "đăng ký tham gia chờ xử lý"
    ROSTERS_TO_DECIDE = "rosters_to_decide", "danh sách chờ phê duyệt"
    ROSTERS_TO_REVIEW = "rosters_to_review", "danh sách chờ thẩm định"
    ROSTERS_TO_VERIFY = "rosters_to_verify", "danh sách chờ cấp huyện xác nhận"
    ROSTERS_RETURNED = "rosters_returned", "danh sách được trả lại, chờ bổ sung"
    ROSTERS_DRAFTED = "rosters_drafted", "danh sách đang soạn, chưa gửi"
    BATCHES_COMPOSED = "batches_composed", "đợt sắp xếp đang soạn, chưa thực hiện"
    UNITS_LEFT_OVER = (
        "units_left_over",
        "đơn vị của tỉnh đã kết thúc, chờ ghi nhận kế thừa hoặc giải thể",
    )
    LINKS_TO_RELEASE = "links_to_release", "liên kết đặt mật khẩu chờ người của cơ quan cho phép"
    MAILS_WAITING = "mails_waiting", "thư đang chờ gửi"
    UNITS_UNCOVERED = "units_uncovered", "đơn vị chưa có đầu mối CĐS hoặc quá hạn chuyển tiếp"
    ASSIGNMENTS_UNDECIDED = "assignments_undecided", "phân công chờ quyết định"
    ASSIGNMENTS_CARRIED_OVER = (
        "assignments_carried_over",
        "phân công chuyển tiếp, chờ quyết định mới",
    )
    ASSIGNMENTS_ENDING = (
        "assignments_ending",
        "phân công đầu mối CĐS kết thúc trong 90 ngày tới",
    )
    ASSIGNMENTS_UNCHECKED = "assignments_unchecked", "phân công chưa đối chiếu văn bản"
    ROSTERS_UNDECIDED = "rosters_undecided", "danh sách đã thẩm định, chưa có quyết định"
    DECISIONS_WITHOUT_DAY = "decisions_without_day", "văn bản chưa có ngày ký"
    DECISIONS_WITHOUT_SCAN = "decisions_without_scan", "văn bản chưa có bản quét"
    PEOPLE_WITHOUT_PHONE = "people_without_phone", "người chưa có số điện thoại"
    CLASSES_WITHOUT_ATTENDANCE = (
        "classes_without_attendance",
        "lớp đã kết thúc, chưa ghi người tham dự",
    )
    CARDS_TO_PRINT = "cards_to_print", "đơn vị có thẻ chưa in"
    ACCOUNTS_WITHOUT_PASSWORD = "accounts_without_password", "tài khoản chờ đặt mật khẩu"
    ACCOUNTS_LOCKED = "accounts_locked", "tài khoản đang khóa"

    @property
    def action(self) -> Action:
        """What somebody must be allowed to do, and where, for this to be his work."""
        return _ACTIONS[self]

    @property
    def is_handed_over(self) -> bool:
        """Tell whether somebody waits for a step; otherwise a fact is lacking, and nobody asked.

        The menu counts only the former: a thousand missing telephones would hide one list.
        """
        return self in _HANDED_OVER


_ACTIONS = {
    Task.SIGNUPS_TO_RECEIVE: Action.SIGNUP_REVIEW,
    Task.ROSTERS_TO_DECIDE: Action.ROSTER_APPROVE,
    Task.ROSTERS_TO_REVIEW: Action.ROSTER_REVIEW,
    Task.ROSTERS_TO_VERIFY: Action.ROSTER_VERIFY,
    Task.ROSTERS_RETURNED: Action.ROSTER_COMPOSE,
    Task.ROSTERS_DRAFTED: Action.ROSTER_COMPOSE,
    Task.BATCHES_COMPOSED: Action.UNIT_REORGANISE,
    Task.UNITS_LEFT_OVER: Action.UNIT_REORGANISE,
    Task.LINKS_TO_RELEASE: Action.LINK_RELEASE,
    Task.MAILS_WAITING: Action.OUTBOX_PASS_ON,
    Task.UNITS_UNCOVERED: Action.ASSIGNMENT_RECORD,
    Task.ASSIGNMENTS_UNDECIDED: Action.ASSIGNMENT_RECORD,
    Task.ASSIGNMENTS_CARRIED_OVER: Action.ASSIGNMENT_RECORD,
    Task.ASSIGNMENTS_ENDING: Action.ASSIGNMENT_RECORD,
    Task.ASSIGNMENTS_UNCHECKED: Action.ROSTER_REVIEW,
    Task.ROSTERS_UNDECIDED: Action.ROSTER_REVIEW,
    Task.DECISIONS_WITHOUT_DAY: Action.ASSIGNMENT_RECORD,
    Task.DECISIONS_WITHOUT_SCAN: Action.ASSIGNMENT_RECORD,
    Task.PEOPLE_WITHOUT_PHONE: Action.PERSON_EDIT,
    Task.CLASSES_WITHOUT_ATTENDANCE: Action.TRAINING_RECORD,
    Task.CARDS_TO_PRINT: Action.CARD_PRINT,
    Task.ACCOUNTS_WITHOUT_PASSWORD: Action.ACCOUNT_ADMINISTER,
    Task.ACCOUNTS_LOCKED: Action.ACCOUNT_ADMINISTER,
}
_HANDED_OVER = frozenset(
    {
        Task.SIGNUPS_TO_RECEIVE,
        Task.ROSTERS_TO_DECIDE,
        Task.ROSTERS_TO_REVIEW,
        Task.ROSTERS_TO_VERIFY,
        Task.ROSTERS_RETURNED,
        Task.ROSTERS_DRAFTED,
        Task.BATCHES_COMPOSED,
        Task.LINKS_TO_RELEASE,
        Task.MAILS_WAITING,
    }
)

# The step of `TURNS` for which a list of this task waits. A returned list is begun anew instead.
ROSTER_STEPS = {
    Task.ROSTERS_TO_DECIDE: Step.DECIDE,
    Task.ROSTERS_TO_REVIEW: Step.REVIEW,
    Task.ROSTERS_TO_VERIFY: Step.VERIFY,
    Task.ROSTERS_DRAFTED: Step.SUBMIT,
}
ROSTER_TASKS = (Task.ROSTERS_RETURNED, *ROSTER_STEPS)


# Work that may come to whoever holds a role for an office, also to who otherwise only looks.
FROM_TIME_TO_TIME = frozenset({Task.LINKS_TO_RELEASE})


def tasks_of(actor: Actor) -> list[Task]:
    """Return the kinds of work that may wait for the actor, in the order of the page."""
    return [task for task in Task if actor.may(task.action)]

"""The policy table in words: who may do what, as Markdown for `docs/permissions.md`."""

from registry.domain.permissions import ROLE_LABELS, TABLE, WITHOUT_UNIT, Action, Role

ACTION_LABELS = {
    Action.HOME_SEE: "Xem trang chủ",
    Action.SIGNUP_SUBMIT: "Gửi đăng ký tham gia",
    Action.CARD_CHECK: "Kiểm tra thẻ thành viên",
    Action.SESSION_OPEN: "Đăng nhập, đặt mật khẩu",
    Action.SESSION_CLOSE: "Đăng xuất",
    Action.OWN_RECORD_SEE: "Xem hồ sơ của chính mình",
    Action.UNIT_SEE: "Xem đơn vị",
    Action.UNIT_EDIT_CONTACT: "Sửa liên hệ của đơn vị",
    Action.UNIT_CHANGE_TEAM: "Lập, đổi tên, chuyển, giải thể tổ, bộ phận, doanh nghiệp",
    Action.UNIT_REORGANISE: "Sắp xếp đơn vị",
    Action.PERSON_SEE: "Xem người",
    Action.PERSON_EDIT: "Thêm, sửa người",
    Action.CITIZEN_ID_REVEAL: "Xem đầy đủ số CCCD (có ghi nhật ký)",
    Action.MEMBERSHIP_EDIT: "Ghi, sửa, kết thúc tư cách thành viên của đơn vị",
    Action.ASSIGNMENT_SEE: "Xem phân công",
    Action.ASSIGNMENT_RECORD: "Ghi, sửa, kết thúc phân công",
    Action.DECISION_SEE: "Xem quyết định và bản quét",
    Action.SIGNUP_REVIEW: "Xử lý đăng ký tham gia",
    Action.ROSTER_SEE: "Xem danh sách thành viên",
    Action.ROSTER_COMPOSE: "Lập, gửi danh sách thành viên",
    Action.ROSTER_VERIFY: "Xác nhận danh sách (cấp huyện)",
    Action.ROSTER_REVIEW: "Thẩm định danh sách",
    Action.ROSTER_APPROVE: "Phê duyệt danh sách bằng quyết định",
    Action.TRAINING_SEE: "Xem lớp tập huấn",
    Action.TRAINING_RECORD: "Ghi lớp tập huấn, lượt tham dự",
    Action.CARD_PRINT: "In thẻ thành viên",
    Action.CARD_REVOKE: "Thu hồi thẻ thành viên",
    Action.COVERAGE_SEE: "Xem độ phủ",
    Action.ACCOUNT_ADMINISTER: "Quản lý tài khoản",
    Action.OUTBOX_SEE: "Xem thư gửi đi",
    Action.OUTBOX_PASS_ON: "Gửi, chuyển thư",
    Action.AUDIT_SEE: "Xem nhật ký",
}

_ORDER = tuple(reversed(Role))
_INTRODUCTION = """\
# Permissions

Printed by `flask permissions table` (`make docs`) from `registry/domain/permissions.py`; never
edited by hand.

● everywhere the role reaches · ○ not about a unit · empty: not allowed.

Where a role reaches: *Cán bộ đơn vị* its office and the units below it; *Xác nhận cấp huyện*,
*Thẩm định*, *Phê duyệt* and *Ban Chỉ đạo* the territory that `offices` gives their office today;
*Thành viên* the own record only. A grant counts while the account is enabled and its person is
today a member of the office; *Quản trị hệ thống* needs no person. Outside the scope a thing reads
like one that does not exist.
"""


def as_markdown() -> str:
    """Return the table: a row for each action, a column for each role, from the public up."""
    head = ["Việc", "", *(ROLE_LABELS[role] for role in _ORDER)]
    rows = [[ACTION_LABELS[action], f"`{action.value}`", *_marks(action)] for action in Action]
    lines = [head, ["---", "---", *([":-:"] * len(_ORDER))], *rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{_INTRODUCTION}\n{table}\n"


def _marks(action: Action) -> list[str]:
    mark = "○" if action in WITHOUT_UNIT else "●"
    return [mark if action in TABLE[role] else "" for role in _ORDER]

"""What an error of the database means: it was busy, or one of its rules said no, in words.

Both edges ask here, so that a page and a command say the same.
"""

from sqlalchemy.exc import DBAPIError, IntegrityError

from registry.domain.errors import Conflict

BUSY = "Hệ thống đang bận ghi dữ liệu khác. Chưa có gì được lưu; gửi lại sau ít giây."

# PostgreSQL: serialization failure, deadlock, lock not available. SQLite says it in words.
_TRANSIENT_STATES = frozenset({"40001", "40P01", "55P03"})
_TRANSIENT_WORDS = ("database is locked", "database table is locked")

# What no two rows may say of one day, by the name of its guard (models/guards.py).
_OVERLAPS = {
    "unit_periods_of_a_unit": "Đơn vị đã có thông tin khác trong khoảng thời gian này.",
    "unit_paths_of_a_unit": "Đơn vị đã có vị trí khác trong khoảng thời gian này.",
    "periods_of_a_person": "Người này đã có thông tin khác trong khoảng thời gian này.",
    "main_membership_of_a_person": "Người này đã có đơn vị chính trong khoảng thời gian này.",
    "membership_of_a_person_in_a_unit": (
        "Người này đã là thành viên của đơn vị trong khoảng thời gian này."
    ),
    "membership_of_a_unit_in_a_unit": (
        "Đơn vị này đã là thành viên của đơn vị kia trong khoảng thời gian này."
    ),
    "membership_line": "Tư cách thành viên này đã được ghi khác trong khoảng thời gian này.",
    "role_of_a_person_in_a_unit": "Người này đã giữ vai trò đó ở đơn vị trong thời gian này.",
    "role_of_a_section_in_a_unit": "Bộ phận này đã giữ vai trò đó ở đơn vị trong thời gian này.",
    "absence_of_a_holder": "Người này đã được ghi tạm vắng trong khoảng thời gian này.",
    "office_of_a_function": "Đã có cơ quan khác giữ việc này trong khoảng thời gian này.",
    "coverage_rule_of_a_kind": "Loại đơn vị này đã có quy định khác trong khoảng thời gian này.",
    "grant_of_an_account": "Tài khoản đã có vai trò này ở đơn vị trong khoảng thời gian này.",
}


def is_busy(error: DBAPIError) -> bool:
    """Tell whether others held what was asked for."""
    state = getattr(error.orig, "sqlstate", None)
    return state in _TRANSIENT_STATES or any(word in str(error.orig) for word in _TRANSIENT_WORDS)


def is_worth_retrying(error: DBAPIError) -> bool:
    """Tell whether a second try may end otherwise.

    The database was busy, or another writer wrote the same unique value between our look and our
    write: the second try then sees it and says so in words.
    """
    return is_busy(error) or isinstance(error, IntegrityError)


def refusal_of(error: DBAPIError) -> Conflict | None:
    """Return in words what the database refused, or None when it is a fault of ours."""
    if is_busy(error):
        return Conflict(BUSY)
    said = str(error.orig)
    for guard, words in _OVERLAPS.items():
        if f"no_overlap_{guard}" in said:
            return Conflict(f"{words} Kiểm tra lại ngày bắt đầu, ngày kết thúc.")
    return None

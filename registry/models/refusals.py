"""What an error of the database means in words: an outage, or a rule of its own that said no.

Both edges ask here, so that a page and a command say the same.
"""

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from registry.domain.errors import Conflict, Unavailable
from registry.domain.outages import Outage
from registry.models.outages import outage_of

# What there may be once, by the name of its index, and as SQLite says it.
_ONCE = {
    ("uq_cards_live", "cards.line_id"): (
        "Thành viên này vừa được cấp thẻ. Tải lại trang rồi in; thẻ đã cấp được in lại."
    ),
    (
        "uq_password_links_open",
        "password_links.account_id, password_links.purpose",
    ): "Tài khoản này vừa được cấp liên kết đặt mật khẩu. Tải lại trang để xem.",
}

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
    "membership_line": "Tư cách thành viên này đã có nội dung khác trong thời gian này.",
    "role_of_a_person_in_a_unit": "Người này đã giữ vai trò đó ở đơn vị trong thời gian này.",
    "role_of_a_section_in_a_unit": "Bộ phận này đã giữ vai trò đó ở đơn vị trong thời gian này.",
    "absence_of_a_holder": "Người này đã được ghi tạm vắng trong khoảng thời gian này.",
    "office_of_a_function": "Đã có cơ quan khác được giao nhiệm vụ này trong thời gian này.",
    "coverage_rule_of_a_kind": "Loại đơn vị này đã có quy định khác trong khoảng thời gian này.",
    "grant_of_an_account": "Tài khoản đã có vai trò này ở đơn vị trong khoảng thời gian này.",
}


def is_worth_retrying(error: DBAPIError | NoConnectionFree) -> bool:
    """Tell whether a second try may end otherwise, and repeats nothing that was done.

    The database was busy, or another writer wrote the same unique value between our look and our
    write: the second try then sees it and says so in words.
    """
    return outage_of(error) is Outage.BUSY or isinstance(error, IntegrityError)


def refusal_of(error: DBAPIError | NoConnectionFree) -> Conflict | Unavailable | None:
    """Return in words what the database refused, or None when it is a fault of ours."""
    outage = outage_of(error)
    if outage is Outage.BUSY:
        return Conflict(outage.message)
    if outage is not None:
        return Unavailable(outage.message)
    named = _named_by(error)
    for guard, words in _OVERLAPS.items():
        if f"no_overlap_{guard}" in named:
            return Conflict(f"{words} Kiểm tra lại ngày bắt đầu, ngày kết thúc.")
    return next(
        (Conflict(words) for names, words in _ONCE.items() if any(name in named for name in names)),
        None,
    )


def _named_by(error: DBAPIError | NoConnectionFree) -> str:
    """Return where the database names the rule: not among the values, which it may repeat."""
    driver = getattr(error, "orig", None)
    diagnosis = getattr(driver, "diag", None)
    return str(driver) if diagnosis is None else diagnosis.constraint_name or ""

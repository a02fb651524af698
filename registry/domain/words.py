"""The words of the menu and of the roles, for an official to proofread in one place.

By machine name. What a word stands for is declared where it is used: entries of the menu in
`registry/web/context.py`, roles and their rights in `registry/domain/permissions.py`.
"""

from collections.abc import Mapping

MENU: Mapping[str, str] = {
    "home": "Việc của tôi",
    "coverage": "Độ phủ",
    "units": "Đơn vị",
    "reorganisations": "Sắp xếp đơn vị",
    "people": "Người",
    "signups": "Đăng ký chờ xử lý",
    "rosters": "Danh sách thành viên",
    "trainings": "Tập huấn",
    "cards": "Thẻ thành viên",
    "own_record": "Hồ sơ của tôi",
    "own_card": "Thẻ của tôi",
    "accounts": "Tài khoản",
    "outbox": "Thư gửi đi",
    "audit": "Nhật ký",
}

ROLES: Mapping[str, str] = {
    "system_administrator": "Quản trị hệ thống",
    "approver": "Ghi nhận quyết định phê duyệt",
    "reviewer": "Thẩm định",
    "verifier": "Xác nhận cấp huyện",
    "viewer": "Lãnh đạo (xem)",
    "unit_officer": "Cán bộ đơn vị",
    "member": "Thành viên",
    "public": "Công khai",
}

# What a role lets somebody do, where a reviewer gives it with an accepted sign-up.
ROLES_EXPLAINED: Mapping[str, str] = {
    "member": "chỉ xem hồ sơ của mình",
    "unit_officer": "cập nhật người, phân công, danh sách thành viên của đơn vị",
}

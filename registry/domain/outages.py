"""What keeps the registry from answering although nobody did anything wrong, and what to do then.

Which error of a driver or of the disk is which stands in `registry/models/outages.py`.
"""

from enum import Enum

_TELL = "Nếu vẫn vậy, báo quản trị hệ thống"


class Outage(Enum):
    """An outage, with what is said of it: what became of the request, and what to do."""

    BUSY = "Hệ thống đang bận ghi dữ liệu khác. Chưa có gì được lưu; gửi lại sau ít giây."
    GONE = (
        "Hệ thống tạm thời không kết nối được cơ sở dữ liệu. Chưa có gì được lưu; "
        f"thử lại sau ít phút. {_TELL} kiểm tra máy chủ cơ sở dữ liệu."
    )
    LOST_AT_COMMIT = (
        "Mất kết nối cơ sở dữ liệu đúng lúc lưu, nên chưa rõ nội dung vừa gửi đã được lưu chưa. "
        "Chờ ít phút rồi mở lại trang để kiểm tra; chưa thấy thì gửi lại."
    )
    UNPREPARED = (
        "Cơ sở dữ liệu thiếu bảng cần có. Chưa có gì được lưu; báo quản trị hệ thống "
        "kiểm tra DATABASE_URL và REGISTRY_HOME, rồi chạy “flask init”."
    )
    CROWDED = (
        "Cơ sở dữ liệu hoặc máy chủ đang có quá nhiều kết nối. Chưa có gì được lưu; "
        f"thử lại sau ít phút. {_TELL}."
    )
    FULL = (
        "Máy chủ không ghi được vào đĩa (có thể đã hết chỗ). Chưa có gì được lưu; "
        "báo quản trị hệ thống kiểm tra đĩa, rồi gửi lại."
    )
    READ_ONLY = (
        "Máy chủ đang chỉ cho đọc, không cho ghi. Chưa có gì được lưu; "
        "báo quản trị hệ thống kiểm tra đĩa và cơ sở dữ liệu, rồi gửi lại."
    )

    @property
    def message(self) -> str:
        """What is said of it."""
        return self.value

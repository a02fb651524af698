"""What is said of a request that is not answered as asked, by its HTTP status.

Both who serves and who shows pages say it, the first where there is no application to ask.
"""

from html import escape

TITLES = {
    400: "Yêu cầu không hợp lệ",
    403: "Không có quyền mở trang này",
    404: "Không tìm thấy trang",
    405: "Thao tác với trang này không hợp lệ",
    409: "Nội dung đã thay đổi",
    413: "Tệp gửi lên quá lớn",
    422: "Có mục cần sửa",
    429: "Chưa thực hiện được ngay",
    431: "Địa chỉ hoặc cookie quá dài",
    500: "Hệ thống gặp lỗi",
    503: "Hệ thống tạm thời gián đoạn",
}

ADVICE = {
    400: "Quay lại trang trước, tải lại rồi thử lần nữa.",
    404: "Nội dung này không có, hoặc ngoài phạm vi được xem. Kiểm tra lại địa chỉ trang.",
    405: "Quay lại trang trước và dùng các nút trên trang.",
    413: "Tệp nặng quá giới hạn 10 MB. Quét lại ở 200 dpi hoặc nén tệp PDF rồi gửi lại.",
    429: "Đã gửi quá nhiều yêu cầu trong thời gian ngắn. Chờ một phút rồi thử lại.",
    431: "Xóa cookie của trang này trong trình duyệt, mở lại từ trang chủ rồi thử lần nữa.",
    500: "Chưa có gì được lưu. Thử lại sau ít phút; nếu vẫn lỗi, báo quản trị hệ thống.",
    503: "Chưa có gì được lưu. Thử lại sau ít phút; nếu vẫn lỗi, báo quản trị hệ thống.",
}

OTHER_TITLE = "Không thực hiện được yêu cầu"


def plain_page(status: int, advice: str | None = None) -> str:
    """Return a page that needs no template, no database and no user."""
    title = escape(TITLES.get(status, OTHER_TITLE))
    return f"""<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>{escape(advice or ADVICE.get(status, ""))}</p>
<p><a href="/">Về trang chủ</a></p>
</body>
</html>
"""

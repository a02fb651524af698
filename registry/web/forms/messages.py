"""The Vietnamese texts of WTForms and Flask-WTF, for when a page gives none of its own.

`tests/web/test_fields.py` reads both packages and fails when one of their messages is missing here.
"""

from registry.domain.vietnamese.reading import (
    WRONG_FORM_OF_DAY,
    WRONG_NUMBER,
    WRONG_WHOLE_NUMBER,
)

_PICK = "Chọn một trong các mục của danh sách."
SENT_BEFORE = (
    "Biểu mẫu này đã được gửi trước đó với nội dung khác: bấm vào đây để xem kết quả lần gửi đó. "
    "Nội dung đang nhập chưa được lưu; nếu vẫn cần, kiểm tra rồi gửi lại."
)
SESSION_OVER = "Phiên làm việc đã hết hạn. Kiểm tra lại rồi gửi lần nữa."
_OTHERWISE = "Giá trị không hợp lệ."

# Every message WTForms and Flask-WTF can show when a page gives none of its own.
MESSAGES = {
    "This field is required.": "Mục này bắt buộc nhập.",
    "Not a valid choice.": _PICK,
    "Invalid Choice: could not coerce.": _PICK,
    "Invalid choice(s): one or more data inputs could not be coerced.": _PICK,
    "'%(value)s' is not a valid choice for this field.": "“%(value)s” không có trong danh sách.",
    "'%(value)s' are not valid choices for this field.": "“%(value)s” không có trong danh sách.",
    "Choices cannot be None.": _PICK,
    "Invalid input.": _OTHERWISE,
    "Invalid value, must be one of: %(values)s.": "Chỉ nhận một trong các giá trị: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Không nhận các giá trị: %(values)s.",
    "Field must be equal to %(other_name)s.": "Hai lần nhập phải giống nhau.",
    "Field must be at least %(min)d character long.": "Nhập ít nhất %(min)d ký tự.",
    "Field must be at least %(min)d characters long.": "Nhập ít nhất %(min)d ký tự.",
    "Field cannot be longer than %(max)d character.": "Nhập nhiều nhất %(max)d ký tự.",
    "Field cannot be longer than %(max)d characters.": "Nhập nhiều nhất %(max)d ký tự.",
    "Field must be exactly %(max)d character long.": "Nhập đúng %(max)d ký tự.",
    "Field must be exactly %(max)d characters long.": "Nhập đúng %(max)d ký tự.",
    "Field must be between %(min)d and %(max)d characters long.": (
        "Nhập từ %(min)d đến %(max)d ký tự."
    ),
    "Number must be at least %(min)s.": "Nhập số không nhỏ hơn %(min)s.",
    "Number must be at most %(max)s.": "Nhập số không lớn hơn %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Nhập số từ %(min)s đến %(max)s.",
    "Date must be at least %(min)s.": "Nhập ngày không sớm hơn %(min)s.",
    "Date must be at most %(max)s.": "Nhập ngày không muộn hơn %(max)s.",
    "Date must be between %(min)s and %(max)s.": "Nhập ngày từ %(min)s đến %(max)s.",
    "Invalid email address.": "Địa chỉ thư điện tử không đúng dạng. Ví dụ: ten@donvi.gov.vn",
    "Invalid URL.": "Địa chỉ trang mạng không đúng dạng.",
    "Invalid IP address.": _OTHERWISE,
    "Invalid Mac address.": _OTHERWISE,
    "Invalid UUID.": _OTHERWISE,
    "Invalid field name '%s'.": _OTHERWISE,
    "Not a valid integer value.": WRONG_WHOLE_NUMBER,
    "Not a valid decimal value.": WRONG_NUMBER,
    "Not a valid float value.": WRONG_NUMBER,
    "Not a valid date value.": WRONG_FORM_OF_DAY,
    "Not a valid datetime value.": WRONG_FORM_OF_DAY,
    "Not a valid time value.": "Nhập giờ theo dạng giờ:phút, ví dụ 14:05.",
    "Not a valid week value.": _OTHERWISE,
    "This field cannot be edited.": "Mục này không sửa được.",
    "This field is disabled and cannot have a value.": "Mục này không nhận giá trị.",
    "File does not have an approved extension: {extensions}": "Chỉ nhận tệp: {extensions}.",
    "File does not have an approved extension.": "Loại tệp này không được nhận.",
    "Invalid CSRF Token.": SESSION_OVER,
    "CSRF token missing.": SESSION_OVER,
    "CSRF token expired.": SESSION_OVER,
    "CSRF failed.": SESSION_OVER,
}


class Messages:
    """What WTForms asks for its texts; one it does not know still comes out Vietnamese."""

    def gettext(self, message: str) -> str:
        """Return the Vietnamese text for WTForms' English one."""
        return MESSAGES.get(message, _OTHERWISE)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the same; Vietnamese has no plural forms."""
        return self.gettext(singular if count == 1 else plural)

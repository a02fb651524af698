"""What each field is called: on the form, in lists and files, in the audit. One name each.

By noun, as the audit names nouns, then by the field's name in the code.
"""

from collections.abc import Mapping

PERSON_FIELDS = {
    "full_name": "Họ và tên",
    "birth_date": "Ngày sinh",
    "birth_year": "Năm sinh",
    "phone": "Điện thoại",
    "email": "Thư điện tử công vụ",
    "job_title": "Chức vụ, chức danh",
    "education_level": "Trình độ",
    "it_major": "Chuyên ngành công nghệ thông tin",
    "contract_type": "Hình thức tuyển dụng",
    "is_manager": "Lãnh đạo, quản lý",
    "valid_from": "Thông tin này có từ ngày",
    "citizen_id": "Số CCCD",
}
SIGNUP_FIELDS = {
    "reference_code": "Mã hồ sơ",
    **{field: PERSON_FIELDS[field] for field in ("full_name", "job_title", "phone", "email")},
    "section": "Bộ phận",
}
MEMBERSHIP_FIELDS = {
    "role": "Vai trò",
    "organisation": "Tổ chức đại diện",
    "is_main": "Đơn vị chính",
    "is_secondment": "Biệt phái",
    "valid_from": "Tham gia từ ngày",
    "valid_to": "Thôi tham gia từ ngày",
    "reason": "Lý do",
}
ASSIGNMENT_FIELDS = {
    "role": "Vai trò",
    "duty": "Chế độ",
    "concurrent_fields": "Lĩnh vực kiêm nhiệm",
    "dedicated_basis": "Căn cứ xác định chuyên trách",
    "valid_from": "Phân công từ ngày",
    "valid_to": "Kết thúc từ ngày",
    "reason": "Lý do",
}
ABSENCE_FIELDS = {
    "kind": "Lý do tạm vắng",
    "valid_from": "Tạm vắng từ ngày",
    "valid_to": "Trở lại từ ngày",
}
DECISION_FIELDS = {
    "kind": "Loại văn bản",
    "number": "Số và ký hiệu",
    "issued_on": "Ngày ký",
    "issuer": "Cơ quan ban hành",
    "is_own": "Do thủ trưởng đơn vị ban hành",
    "signer": "Người ký",
    "signature": "Hình thức ký",
    "signer_form": "Quyền hạn, chức vụ của người ký",
    "effective_from": "Có hiệu lực từ ngày",
    "effective_to": "Hết hiệu lực từ ngày",
    "scan": "Bản quét văn bản",
}
REORGANISATION_FIELDS = {
    "number": DECISION_FIELDS["number"],
    "issued_on": DECISION_FIELDS["issued_on"],
    "effective_on": "Có hiệu lực từ ngày",
}
ROSTER_LINE_FIELDS = {
    "role": MEMBERSHIP_FIELDS["role"],
    "organisation": MEMBERSHIP_FIELDS["organisation"],
    "effective_from": "Hiệu lực từ ngày",
}
ANNEX_FIELDS = {
    "old_code": "Mã cũ",
    "old_name": "Tên cũ",
    "old_kind": "Loại cũ",
    "old_parent": "Đơn vị cấp trên cũ",
    "old_province": "Tỉnh, thành phố cũ",
    "new_code": "Mã mới",
    "new_name": "Tên mới",
    "new_kind": "Loại mới",
    "new_parent": "Đơn vị cấp trên mới",
    "new_province": "Tỉnh, thành phố mới",
    "new_province_code": "Mã tỉnh, thành phố mới",
    "part": "Toàn bộ hay một phần",
    "how": "Cách sắp xếp",
    "allocation": "Phân bổ",
}
UNIT_FIELDS = {
    "kind": "Loại đơn vị",
    "name": "Tên đơn vị",
}
CONTACT_FIELDS = {
    "phone": "Điện thoại",
    "email": "Thư điện tử công vụ",
    "address": "Địa chỉ trụ sở",
    "head_title": "Người đứng đầu",
}
CLASS_FIELDS = {
    "course": "Tên khóa",
    "name": "Tên lớp",
    "starts_on": "Ngày khai giảng",
    "ends_on": "Ngày kết thúc",
    "mode": "Hình thức",
    "organiser": "Đơn vị tổ chức",
    "place": "Địa điểm",
    "topics": "Chuyên đề",
}
ATTENDANCE_FIELDS = {
    "hours": "Số giờ",
    "score": "Điểm",
    "result": "Kết quả",
}
CARD_FIELDS = {
    "reason": "Lý do thu hồi",
}
ACCOUNT_FIELDS = {
    "login": "Tên đăng nhập",
}

FIELD_NAMES: Mapping[str, Mapping[str, str]] = {
    "accounts": ACCOUNT_FIELDS,
    "assignment_absences": ABSENCE_FIELDS,
    "assignments": ASSIGNMENT_FIELDS,
    "attendances": ATTENDANCE_FIELDS,
    "cards": CARD_FIELDS,
    "decisions": DECISION_FIELDS,
    "memberships": MEMBERSHIP_FIELDS,
    "people": PERSON_FIELDS,
    "reorganisation_rows": ANNEX_FIELDS,
    "reorganisations": REORGANISATION_FIELDS,
    "roster_lines": ROSTER_LINE_FIELDS,
    "signups": SIGNUP_FIELDS,
    "training_classes": CLASS_FIELDS,
    "unit_contacts": CONTACT_FIELDS,
    "units": UNIT_FIELDS,
}


def in_text(name: str) -> str:
    """Return the name of a field as it stands inside a sentence."""
    return name[0].lower() + name[1:]


def the_only_name(field: str) -> str | None:
    """Return what a field is called when every noun that has it calls it so, else None."""
    names = {names[field] for names in FIELD_NAMES.values() if field in names}
    return names.pop() if len(names) == 1 else None

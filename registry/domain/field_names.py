"""What each field is called: on the form, in lists and files, in the audit. One name each.

By noun, as the audit names nouns, then by the field's name in the code.
"""

from collections.abc import Mapping

PEOPLE = {
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
    "citizen_id": "Số CCCD",
}
SIGNUPS = {
    "reference_code": "Mã hồ sơ",
    **{field: PEOPLE[field] for field in ("full_name", "job_title", "phone", "email")},
}
MEMBERSHIPS = {
    "role": "Vai trò",
    "organisation": "Tổ chức đại diện",
    "is_main": "Đơn vị chính",
    "is_secondment": "Biệt phái",
    "valid_from": "Tham gia từ ngày",
    "valid_to": "Thôi tham gia từ ngày",
    "reason": "Lý do",
}
ASSIGNMENTS = {
    "role": "Vai trò",
    "duty": "Chế độ",
    "concurrent_fields": "Lĩnh vực kiêm nhiệm",
    "valid_from": "Phân công từ ngày",
    "valid_to": "Kết thúc từ ngày",
    "reason": "Lý do",
}
DECISIONS = {
    "kind": "Loại văn bản",
    "number": "Số và ký hiệu",
    "issued_on": "Ngày ký",
    "issuer": "Cơ quan ban hành",
    "signer": "Người ký",
    "signer_form": "Quyền hạn, chức vụ của người ký",
    "effective_from": "Có hiệu lực từ ngày",
    "effective_to": "Hết hiệu lực từ ngày",
    "scan": "Bản quét văn bản",
}
REORGANISATIONS = {
    "number": DECISIONS["number"],
    "issued_on": DECISIONS["issued_on"],
    "effective_on": "Có hiệu lực từ ngày",
}
ROSTER_LINES = {
    "role": MEMBERSHIPS["role"],
    "organisation": MEMBERSHIPS["organisation"],
    "effective_from": "Hiệu lực từ ngày",
}
UNITS = {
    "kind": "Loại đơn vị",
    "name": "Tên đơn vị",
}
UNIT_CONTACTS = {
    "phone": "Điện thoại",
    "email": "Thư điện tử công vụ",
    "address": "Địa chỉ trụ sở",
    "head_title": "Người đứng đầu",
}
TRAINING_CLASSES = {
    "course": "Tên khóa",
    "name": "Tên lớp",
    "starts_on": "Ngày khai giảng",
    "ends_on": "Ngày kết thúc",
    "mode": "Hình thức",
    "organiser": "Đơn vị tổ chức",
    "place": "Địa điểm",
    "topics": "Chuyên đề",
}
ATTENDANCES = {
    "hours": "Số giờ",
    "score": "Điểm",
    "result": "Kết quả",
}
CARDS = {
    "reason": "Lý do thu hồi",
}
ACCOUNTS = {
    "login": "Tên đăng nhập",
}

FIELD_NAMES: Mapping[str, Mapping[str, str]] = {
    "accounts": ACCOUNTS,
    "assignments": ASSIGNMENTS,
    "attendances": ATTENDANCES,
    "cards": CARDS,
    "decisions": DECISIONS,
    "memberships": MEMBERSHIPS,
    "people": PEOPLE,
    "reorganisations": REORGANISATIONS,
    "roster_lines": ROSTER_LINES,
    "signups": SIGNUPS,
    "training_classes": TRAINING_CLASSES,
    "unit_contacts": UNIT_CONTACTS,
    "units": UNITS,
}


def in_text(name: str) -> str:
    """Return the name of a field as it stands inside a sentence."""
    return name[0].lower() + name[1:]


def the_only_name(field: str) -> str | None:
    """Return what a field is called when every noun that has it calls it so, else None."""
    names = {names[field] for names in FIELD_NAMES.values() if field in names}
    return names.pop() if len(names) == 1 else None

"""What an event of the audit is called on the screen: its subject, and what was done."""

from registry.domain.field_names import FIELD_NAMES, in_text, the_only_name
from registry.domain.labelled import Labelled


class Deed(Labelled):
    """What an event of the audit records: `<subject>.<deed>` as it is stored, and its words.

    The stored text is part of what the chain covers: a deed may be added, never renamed.
    """

    ACCESS_DENIED = "access.denied", "Truy cập: bị từ chối"
    ACCOUNT_CREATE = "account.create", "Tài khoản: tạo mới"
    ACCOUNT_DISABLE = "account.disable", "Tài khoản: khóa"
    ACCOUNT_ENABLE = "account.enable", "Tài khoản: mở khóa"
    ACCOUNT_GRANT = "account.grant", "Tài khoản: giao vai trò"
    ACCOUNT_INVITE = "account.invite", "Tài khoản: tạo liên kết đặt mật khẩu"
    ACCOUNT_RESET_UNKNOWN = (
        "account.reset_unknown",
        "Tài khoản: xin liên kết cho tên đăng nhập không có hoặc bị khóa",
    )
    ACCOUNT_SET_PASSWORD = "account.set_password", "Tài khoản: đặt mật khẩu"
    ASSIGNMENT_ABSENCE = "assignment.absence", "Phân công: ghi tạm vắng"
    ASSIGNMENT_CHANGE = "assignment.change", "Phân công: thay đổi"
    ASSIGNMENT_CONFIRM = "assignment.confirm", "Phân công: xác nhận tiếp tục"
    ASSIGNMENT_CORRECT = "assignment.correct", "Phân công: đính chính"
    ASSIGNMENT_END = "assignment.end", "Phân công: kết thúc"
    ASSIGNMENT_EXPORT = "assignment.export", "Phân công: tải về"
    ASSIGNMENT_RECORD = "assignment.record", "Phân công: ghi"
    AUDIT_ERASE = "audit.erase", "Nhật ký: xóa giá trị cá nhân"
    BACKUP_CREATE = "backup.create", "Sao lưu: tạo mới"
    BACKUP_RESTORE = "backup.restore", "Sao lưu: phục hồi"
    CARD_PRINT = "card.print", "Thẻ thành viên: in"
    CARD_REVOKE = "card.revoke", "Thẻ thành viên: thu hồi"
    CITIZEN_ID_REVEAL = "citizen_id.reveal", "Số CCCD: xem đầy đủ"
    COVERAGE_EXPORT = "coverage.export", "Độ phủ: tải về"
    COVERAGE_KNOWN_FROM = "coverage.known_from", "Độ phủ: ghi ngày đủ số liệu của địa bàn"
    COVERAGE_SET = "coverage.set", "Độ phủ: đổi cách tính"
    DECISION_ATTACH_SCAN = "decision.attach_scan", "Văn bản: đính kèm bản quét"
    DECISION_COMPLETE = "decision.complete", "Văn bản: bổ sung"
    DECISION_CORRECT = "decision.correct", "Văn bản: đính chính"
    DECISION_END = "decision.end", "Văn bản: ghi thay thế, bãi bỏ"
    DECISION_END_TAKE_BACK = "decision.end_take_back", "Văn bản: bỏ ghi thay thế, bãi bỏ"
    DECISION_EXPORT = "decision.export", "Văn bản: tải về"
    DECISION_RECORD = "decision.record", "Văn bản: ghi"
    LEGAL_BASIS_END = "legal_basis.end", "Căn cứ ghi trên báo cáo: kết thúc"
    LEGAL_BASIS_RECORD = "legal_basis.record", "Căn cứ ghi trên báo cáo: ghi"
    MEMBERSHIP_CHANGE = "membership.change", "Tư cách thành viên: thay đổi"
    MEMBERSHIP_CORRECT = "membership.correct", "Tư cách thành viên: đính chính"
    MEMBERSHIP_END = "membership.end", "Tư cách thành viên: kết thúc"
    MEMBERSHIP_OPEN = "membership.open", "Tư cách thành viên: mở"
    OUTBOX_EXPIRE = "outbox.expire", "Thư gửi đi: hết hạn"
    OUTBOX_FAIL = "outbox.fail", "Thư gửi đi: chưa gửi được"
    OUTBOX_PASS_ON = "outbox.pass_on", "Thư gửi đi: chuyển tay"
    OUTBOX_SEND = "outbox.send", "Thư gửi đi: gửi"
    PAPER_CHECK_RECORD = "paper_check.record", "Đối chiếu văn bản: ghi"
    PAPER_CHECK_TAKE_BACK = "paper_check.take_back", "Đối chiếu văn bản: bỏ ghi"
    PEOPLE_EXPORT = "people.export", "Danh sách người: tải về"
    PERSON_CHANGE = "person.change", "Người: thay đổi thông tin công tác"
    PERSON_CORRECT = "person.correct", "Người: đính chính thông tin công tác"
    PERSON_CREATE = "person.create", "Người: tạo mới"
    PERSON_EDIT = "person.edit", "Người: sửa"
    REORGANISATION_ADD_ROW = "reorganisation.add_row", "Sắp xếp đơn vị: thêm dòng"
    REORGANISATION_ANSWER = "reorganisation.answer", "Sắp xếp đơn vị: trả lời câu hỏi"
    REORGANISATION_APPLY = "reorganisation.apply", "Sắp xếp đơn vị: thực hiện"
    REORGANISATION_COMPOSE = "reorganisation.compose", "Sắp xếp đơn vị: lập"
    REORGANISATION_DISCARD = "reorganisation.discard", "Sắp xếp đơn vị: bỏ"
    REORGANISATION_EXPORT = "reorganisation.export", "Sắp xếp đơn vị: tải về"
    REORGANISATION_LEAVE_GAP = (
        "reorganisation.leave_gap",
        "Sắp xếp đơn vị: xác nhận để đơn vị không còn đầu mối",
    )
    REORGANISATION_REMOVE_ROW = "reorganisation.remove_row", "Sắp xếp đơn vị: bỏ dòng"
    REORGANISATION_UNDO = "reorganisation.undo", "Sắp xếp đơn vị: hoàn tác"
    ROSTER_ADD_LINES = "roster.add_lines", "Danh sách thành viên: thêm dòng"
    ROSTER_APPROVE = "roster.approve", "Danh sách thành viên: phê duyệt"
    ROSTER_APPROVE_LINE = "roster.approve_line", "Danh sách thành viên: phê duyệt dòng"
    ROSTER_DELETE = "roster.delete", "Danh sách thành viên: xóa"
    ROSTER_EXPORT = "roster.export", "Danh sách thành viên: tải về"
    ROSTER_RETURN = "roster.return", "Danh sách thành viên: trả lại, yêu cầu bổ sung"
    ROSTER_REVIEW = "roster.review", "Danh sách thành viên: thẩm định"
    ROSTER_SAVE_LINES = "roster.save_lines", "Danh sách thành viên: lưu các dòng"
    ROSTER_START = "roster.start", "Danh sách thành viên: bắt đầu lập"
    ROSTER_SUBMIT = "roster.submit", "Danh sách thành viên: gửi"
    ROSTER_VERIFY = "roster.verify", "Danh sách thành viên: xác nhận"
    SEED_LOAD = "seed.load", "Dữ liệu gốc: nạp"
    SEED_RENEW_PASSWORDS = "seed.renew_passwords", "Dữ liệu dùng thử: tạo lại mật khẩu"
    SESSION_CLOSE = "session.close", "Phiên đăng nhập: kết thúc"
    SESSION_OPEN = "session.open", "Phiên đăng nhập: mở"
    SIGNUP_ACCEPT = "signup.accept", "Đăng ký tham gia: chấp nhận"
    SIGNUP_ASK_COMPLETION = "signup.ask_completion", "Đăng ký tham gia: yêu cầu bổ sung"
    SIGNUP_COMPLETE = "signup.complete", "Đăng ký tham gia: bổ sung"
    SIGNUP_DECLINE = "signup.decline", "Đăng ký tham gia: không chấp nhận"
    SIGNUP_EXPORT = "signup.export", "Đăng ký tham gia: tải về"
    SIGNUP_SUBMIT = "signup.submit", "Đăng ký tham gia: gửi"
    TRAINING_CORRECT_ATTENDANCE = "training.correct_attendance", "Tập huấn: đính chính lượt tham dự"
    TRAINING_CREATE_CLASS = "training.create_class", "Tập huấn: mở lớp"
    TRAINING_CREATE_COURSE = "training.create_course", "Tập huấn: thêm khóa"
    TRAINING_RECORD_ATTENDANCE = "training.record_attendance", "Tập huấn: ghi lượt tham dự"
    TRAINING_REMOVE_ATTENDANCE = "training.remove_attendance", "Tập huấn: xóa lượt tham dự"
    UNIT_CORRECT_NAME = "unit.correct_name", "Đơn vị: đính chính tên"
    UNIT_EDIT_CONTACT = "unit.edit_contact", "Đơn vị: sửa liên hệ"
    VACANCY_REPORT = "vacancy.report", "Phân công: đơn vị báo chưa bố trí đầu mối"
    VACANCY_WITHDRAW = "vacancy.withdraw", "Phân công: rút báo cáo chưa bố trí đầu mối"
    UNIT_KNOWN_UNTIL = "unit.known_until", "Đơn vị: ghi ngày cuối số liệu còn đúng"
    UNIT_REBUILD_PATHS = "unit.rebuild_paths", "Đơn vị: dựng lại đường dẫn"


NOUNS = {
    "accounts": "Tài khoản",
    "assignment_absences": "Tạm vắng",
    "assignments": "Phân công",
    "attendances": "Lượt tham dự",
    "backups": "Bản sao lưu",
    "cards": "Thẻ thành viên",
    "courses": "Khóa tập huấn",
    "completeness": "Ngày đủ số liệu của địa bàn",
    "coverage": "Độ phủ",
    "coverage_rules": "Quy định bố trí",
    "dated_settings": "Cách tính độ phủ",
    "decisions": "Văn bản",
    "grants": "Vai trò của tài khoản",
    "kind_placements": "Quy định vị trí loại đơn vị",
    "legal_bases": "Căn cứ ghi trên báo cáo",
    "memberships": "Tư cách thành viên",
    "offices": "Cơ quan thẩm định, phê duyệt",
    "outbox_messages": "Thư gửi đi",
    "paper_checks": "Đối chiếu văn bản",
    "parameters": "Tham số",
    "people": "Người",
    "platforms": "Nền tảng",
    "reorganisations": "Sắp xếp đơn vị",
    "roster_lines": "Dòng danh sách thành viên",
    "rosters": "Danh sách thành viên",
    "routes": "Trang",
    "signups": "Đăng ký tham gia",
    "topics": "Chuyên đề",
    "training_classes": "Lớp tập huấn",
    "trainings": "Tập huấn",
    "successions": "Kế thừa giữa các đơn vị",
    "unit_contacts": "Liên hệ của đơn vị",
    "unit_periods": "Thông tin đơn vị",
    "units": "Đơn vị",
    "vacancy_reports": "Báo chưa bố trí đầu mối",
}


# What an event tells beside the fields of its noun, and what fields of several nouns share.
_DETAILS = {
    "account_id": "mã số tài khoản",
    "action": "nội dung",
    "added": "số dòng đã thêm",
    "after": "sau",
    "answers": "câu trả lời",
    "absence": "tạm vắng",
    "absence_kind": "lý do tạm vắng",
    "approved": "số dòng được phê duyệt",
    "arguments": "mục",
    "as_of": "tính đến ngày",
    "assignment_id": "mã số phân công",
    "assignment_ids": "mã số các phân công",
    "attached": "gắn vào hồ sơ đang có",
    "attendance_id": "mã số lượt tham dự",
    "batch_id": "mã số đợt sắp xếp",
    "before": "trước",
    "by": "theo văn bản",
    "card_id": "mã số thẻ",
    "cards": "thẻ",
    "changed": "số dòng đã sửa",
    "citizen_id": "có số CCCD",
    "citation": "căn cứ ghi trên báo cáo",
    "class_id": "mã số lớp",
    "code": "mã",
    "concurrent_fields": "lĩnh vực kiêm nhiệm",
    "confirmed_on": "tiếp tục từ ngày",
    "continued": "tiếp tục",
    "continues": "tiếp theo phân công số",
    "decision": "văn bản",
    "decision_id": "văn bản",
    "dedicated_basis": "căn cứ xác định chuyên trách",
    "desk": "trả lại ở bước",
    "document": "văn bản",
    "duty": "chế độ",
    "effective_from": "hiệu lực từ ngày",
    "effective_on": "có hiệu lực từ ngày",
    "end_id": "mã số lần thay thế, bãi bỏ",
    "end_reason": "lý do kết thúc",
    "ended": "kết thúc",
    "established": "thành lập",
    "events": "số dòng nhật ký",
    "fields": "trường đã sửa",
    "format": "dạng tệp",
    "from": "từ ngày",
    "gap_from": "đơn vị không còn đầu mối từ ngày",
    "gaps": "đơn vị không còn đầu mối",
    "holders": "số người, bộ phận",
    "id": "mã số",
    "line_id": "mã dòng",
    "kind": "loại",
    "lines": "số dòng",
    "membership_id": "mã số tư cách thành viên",
    "message_id": "mã số thư",
    "messages": "thư",
    "method": "thao tác",
    "number": "số",
    "of": "bản sao lưu lúc",
    "paths": "số đường dẫn",
    "people": "số người",
    "period_id": "mã số thông tin công tác",
    "periods": "số giai đoạn",
    "person": "người",
    "person_id": "mã số người",
    "reason": "lý do",
    "reference_code": "mã hồ sơ",
    "remarks": "số dòng có ghi chú",
    "returned": "số dòng không được phê duyệt",
    "role": "vai trò",
    "role_before": "vai trò trước đó",
    "roster_id": "mã số danh sách",
    "row": "dòng số",
    "rows": "số dòng",
    "section_id": "bộ phận",
    "signup_id": "mã số đăng ký",
    "since": "từ ngày",
    "source": "nguồn",
    "state": "trạng thái",
    "token": "mã liên kết",
    "unit_id": "mã số đơn vị",
    "units": "đơn vị",
    "valid_from": "từ ngày",
    "valid_to": "đến trước ngày",
    "was_member": "đã là thành viên",
}

_ORIGINS = {"public": "Khách", "cli:system": "Lệnh trên máy chủ"}


def deed_label(stored: str) -> str:
    """Return the words of a stored deed; one that is declared no more stays as it was written."""
    return Deed(stored).label if stored in set(Deed) else stored


def noun_label(noun: str) -> str:
    """Return what the things of `noun` are called; what has no words stays as it is."""
    return NOUNS.get(noun, noun)


def field_label(noun: str, field: str) -> str:
    """Return what a detail or a field of `noun` is called; what has no words stays as it is."""
    named = FIELD_NAMES.get(noun, {}).get(field)
    if named is None and field in _DETAILS:
        return _DETAILS[field]
    named = named or the_only_name(field)
    return in_text(named) if named else field


def origin_label(origin: str) -> str:
    """Return who acted where it was no account: a visitor, or a command on the server."""
    return _ORIGINS.get(origin, origin)

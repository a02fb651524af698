"""What an event of the audit is called on the screen: its subject, and what was done."""

from registry.domain.field_names import FIELD_NAMES, in_text, the_only_name
from registry.domain.labelled import Labelled


class Deed(Labelled):
    """What an event of the audit records: `<subject>.<deed>` as it is stored, and its words.

    The words stand between who did it and to what (`object_in_words`). The stored text is part of
    what the chain covers: a deed may be added, never renamed.
    """

    ACCESS_DENIED = "access.denied", "bị từ chối truy cập"
    ACCOUNT_ASK_EMAIL = "account.ask_email", "tạo liên kết xác nhận thư điện tử của tài khoản"
    ACCOUNT_CONFIRM_EMAIL = "account.confirm_email", "xác nhận thư điện tử của tài khoản"
    ACCOUNT_CREATE = "account.create", "tạo tài khoản"
    ACCOUNT_DECLINE_LINK = (
        "account.decline_link",
        "không cho phép liên kết đặt mật khẩu của tài khoản",
    )
    ACCOUNT_DISABLE = "account.disable", "khóa tài khoản"
    ACCOUNT_ENABLE = "account.enable", "mở khóa tài khoản"
    ACCOUNT_EXPORT_PAPER = (
        "account.export_paper",
        "tải về văn bản giao vai trò của tài khoản",
    )
    ACCOUNT_GIVE_PAPER = "account.give_paper", "lưu văn bản giao vai trò của tài khoản"
    ACCOUNT_GRANT = "account.grant", "giao vai trò cho tài khoản"
    ACCOUNT_INVITE = "account.invite", "tạo liên kết đặt mật khẩu cho tài khoản"
    ACCOUNT_RELEASE_LINK = (
        "account.release_link",
        "cho phép liên kết đặt mật khẩu của tài khoản",
    )
    ACCOUNT_RESET_AGAIN = (
        "account.reset_again",
        "đề nghị lại liên kết đặt mật khẩu khi liên kết vừa tạo còn dùng được, của tài khoản",
    )
    ACCOUNT_RESET_UNKNOWN = (
        "account.reset_unknown",
        "xin liên kết đặt mật khẩu cho tên đăng nhập không có hoặc bị khóa",
    )
    ACCOUNT_SET_PASSWORD = "account.set_password", "đặt mật khẩu của tài khoản"
    ASSIGNMENT_ABSENCE = "assignment.absence", "ghi tạm vắng đối với phân công"
    ASSIGNMENT_CHANGE = "assignment.change", "thay đổi phân công"
    ASSIGNMENT_CONFIRM = "assignment.confirm", "xác nhận tiếp tục phân công"
    ASSIGNMENT_CORRECT = "assignment.correct", "đính chính phân công"
    ASSIGNMENT_END = "assignment.end", "kết thúc phân công"
    ASSIGNMENT_EXPORT = "assignment.export", "tải về danh sách phân công"
    ASSIGNMENT_RECORD = "assignment.record", "ghi phân công"
    ASSIGNMENT_TAKE_BACK = "assignment.take_back", "gỡ bỏ do ghi nhầm phân công"
    AUDIT_ERASE = "audit.erase", "xóa giá trị cá nhân trong nhật ký của"
    AUDIT_SEAL = "audit.seal", "niêm phong các dòng nhật ký đã có"
    BACKUP_CREATE = "backup.create", "tạo bản sao lưu"
    BACKUP_RESTORE = "backup.restore", "phục hồi dữ liệu từ bản sao lưu"
    CARD_PRINT = "card.print", "in thẻ thành viên của"
    CARD_REVOKE = "card.revoke", "thu hồi thẻ thành viên của"
    CITIZEN_ID_REVEAL = "citizen_id.reveal", "xem đầy đủ số CCCD của"
    COVERAGE_EXPORT = "coverage.export", "tải về báo cáo độ phủ"
    COVERAGE_KNOWN_FROM = "coverage.known_from", "ghi ngày đủ số liệu của"
    COVERAGE_SET = "coverage.set", "đổi cách tính độ phủ:"
    DECISION_ATTACH_SCAN = "decision.attach_scan", "gắn bản quét của"
    DECISION_COMPLETE = "decision.complete", "bổ sung thông tin của"
    DECISION_CORRECT = "decision.correct", "đính chính thông tin của"
    DECISION_END = "decision.end", "ghi văn bản thay thế, bãi bỏ đối với"
    DECISION_END_TAKE_BACK = (
        "decision.end_take_back",
        "bỏ việc ghi văn bản thay thế, bãi bỏ đối với",
    )
    DECISION_EXPORT = "decision.export", "tải về bản quét của"
    DECISION_RECORD = "decision.record", "ghi vào sổ"
    DECISION_TAKE_BACK = "decision.take_back", "gỡ bỏ do ghi nhầm"
    DUPLICATE_SETTLE = "duplicate.settle", "đóng các bản ghi trùng, giữ bản mới nhất:"
    KEY_MOVE = "key.move", "mã hóa lại dữ liệu bằng khóa mới:"
    KEY_NOTE = "key.note", "ghi nhận khóa của sổ"
    KEY_ROTATE = "key.rotate", "đổi khóa:"
    LEGAL_BASIS_END = "legal_basis.end", "kết thúc căn cứ ghi trên báo cáo của"
    LEGAL_BASIS_RECORD = "legal_basis.record", "ghi căn cứ ghi trên báo cáo của"
    MEMBERSHIP_CHANGE = "membership.change", "thay đổi tư cách thành viên của"
    MEMBERSHIP_CORRECT = "membership.correct", "đính chính tư cách thành viên của"
    MEMBERSHIP_END = "membership.end", "kết thúc tư cách thành viên của"
    MEMBERSHIP_OPEN = "membership.open", "ghi tư cách thành viên của"
    MEMBERSHIP_TAKE_BACK = "membership.take_back", "gỡ bỏ do ghi nhầm tư cách thành viên của"
    OUTBOX_EXPIRE = "outbox.expire", "bỏ các thư đã quá hạn"
    OUTBOX_FAIL = "outbox.fail", "chưa gửi được thư"
    OUTBOX_PASS_ON = "outbox.pass_on", "chuyển trực tiếp thư"
    OUTBOX_SEND = "outbox.send", "gửi thư"
    PAPER_CHECK_RECORD = "paper_check.record", "ghi kết quả đối chiếu văn bản"
    PAPER_CHECK_TAKE_BACK = "paper_check.take_back", "bỏ kết quả đối chiếu văn bản"
    PEOPLE_EXPORT = "people.export", "tải về danh sách người"
    PERSON_CHANGE = "person.change", "thay đổi thông tin công tác của"
    PERSON_CORRECT = "person.correct", "đính chính thông tin công tác của"
    PERSON_CREATE = "person.create", "lập hồ sơ của"
    PERSON_EDIT = "person.edit", "sửa hồ sơ của"
    PERSON_TAKE_BACK = "person.take_back", "gỡ bỏ do ghi nhầm hồ sơ của"
    REORGANISATION_ADD_ANNEXES = (
        "reorganisation.add_annexes",
        "nạp thêm phụ lục vào đợt sắp xếp",
    )
    REORGANISATION_ADD_ROW = "reorganisation.add_row", "thêm dòng vào đợt sắp xếp"
    REORGANISATION_ANSWER = "reorganisation.answer", "trả lời câu hỏi của đợt sắp xếp"
    REORGANISATION_APPLY = "reorganisation.apply", "thực hiện đợt sắp xếp"
    REORGANISATION_COMPOSE = "reorganisation.compose", "lập đợt sắp xếp"
    REORGANISATION_CONFIRM_COLUMNS = (
        "reorganisation.confirm_columns",
        "xác nhận các cột của phụ lục",
    )
    REORGANISATION_DISCARD = "reorganisation.discard", "bỏ đợt sắp xếp"
    REORGANISATION_EXPORT = "reorganisation.export", "tải về tài liệu của đợt sắp xếp"
    REORGANISATION_LEAVE_GAP = (
        "reorganisation.leave_gap",
        "xác nhận để đơn vị không còn đầu mối CĐS trong đợt sắp xếp",
    )
    REORGANISATION_REMOVE_ANNEX = (
        "reorganisation.remove_annex",
        "bỏ phụ lục khỏi đợt sắp xếp",
    )
    REORGANISATION_CORRECT_DAY = (
        "reorganisation.correct_day",
        "đính chính ngày có hiệu lực của đợt sắp xếp",
    )
    REORGANISATION_REMOVE_ROW = "reorganisation.remove_row", "bỏ dòng khỏi đợt sắp xếp"
    REORGANISATION_UNDO = "reorganisation.undo", "hoàn tác đợt sắp xếp"
    ROSTER_ADD_LINES = "roster.add_lines", "thêm dòng vào danh sách thành viên"
    ROSTER_APPROVE = "roster.approve", "phê duyệt danh sách thành viên"
    ROSTER_APPROVE_LINE = "roster.approve_line", "phê duyệt một dòng của danh sách thành viên"
    ROSTER_DELETE = "roster.delete", "xóa danh sách thành viên"
    ROSTER_EXPORT = "roster.export", "tải về danh sách thành viên"
    ROSTER_RETURN = "roster.return", "trả lại, yêu cầu bổ sung danh sách thành viên"
    ROSTER_REVIEW = "roster.review", "thẩm định danh sách thành viên"
    ROSTER_SAVE_LINES = "roster.save_lines", "lưu các dòng của danh sách thành viên"
    ROSTER_START = "roster.start", "bắt đầu lập danh sách thành viên"
    ROSTER_SUBMIT = "roster.submit", "gửi danh sách thành viên"
    ROSTER_VERIFY = "roster.verify", "xác nhận danh sách thành viên"
    SEED_LOAD = "seed.load", "nạp dữ liệu gốc:"
    SEED_RENEW_PASSWORDS = "seed.renew_passwords", "tạo lại mật khẩu của các tài khoản dùng thử"
    SESSION_CLOSE = "session.close", "đăng xuất"
    SESSION_CLOSE_ALL = "session.close_all", "thoát khỏi mọi thiết bị"
    SCAN_REMOVE_REPLACED = "scan.remove_replaced", "xóa các bản quét đã được thay"
    SESSION_OPEN = "session.open", "đăng nhập"
    SIGNUP_ACCEPT = "signup.accept", "chấp nhận đăng ký tham gia"
    SIGNUP_ASK_COMPLETION = "signup.ask_completion", "yêu cầu bổ sung đăng ký tham gia"
    SIGNUP_COMPLETE = "signup.complete", "bổ sung đăng ký tham gia"
    SIGNUP_DECLINE = "signup.decline", "không chấp nhận đăng ký tham gia"
    SIGNUP_EXPORT = "signup.export", "tải về danh sách đăng ký tham gia"
    SIGNUP_SUBMIT = "signup.submit", "gửi đăng ký tham gia"
    TRAINING_CORRECT_ATTENDANCE = (
        "training.correct_attendance",
        "đính chính lượt tham dự tập huấn của",
    )
    TRAINING_CREATE_CLASS = "training.create_class", "mở lớp tập huấn"
    TRAINING_CREATE_COURSE = "training.create_course", "thêm khóa tập huấn"
    TRAINING_RECORD_ATTENDANCE = "training.record_attendance", "ghi lượt tham dự lớp tập huấn"
    TRAINING_REMOVE_ATTENDANCE = "training.remove_attendance", "xóa lượt tham dự lớp tập huấn"
    UNIT_CORRECT_NAME = "unit.correct_name", "đính chính thông tin của"
    UNIT_EDIT_CONTACT = "unit.edit_contact", "sửa liên hệ của"
    UNIT_KNOWN_UNTIL = "unit.known_until", "ghi"
    UNIT_REBUILD_PATHS = "unit.rebuild_paths", "dựng lại đường dẫn của các đơn vị"
    VACANCY_REPORT = "vacancy.report", "báo chưa bố trí đầu mối CĐS tại"
    VACANCY_WITHDRAW = "vacancy.withdraw", "rút báo cáo chưa bố trí đầu mối CĐS tại"


NOUNS = {
    "accounts": "Tài khoản",
    "assignment_absences": "Tạm vắng",
    "assignments": "Phân công",
    "attendances": "Lượt tham dự",
    "audit_events": "Nhật ký",
    "backups": "Bản sao lưu",
    "cards": "Thẻ thành viên",
    "courses": "Khóa tập huấn",
    "completeness": "Ngày đủ số liệu của địa bàn",
    "coverage": "Độ phủ",
    "coverage_rules": "Quy định bố trí",
    "dated_settings": "Cách tính độ phủ",
    "decisions": "Văn bản",
    "grants": "Vai trò của tài khoản",
    "keys": "Khóa của sổ",
    "kind_placements": "Quy định vị trí loại đơn vị",
    "legal_bases": "Căn cứ ghi trên báo cáo",
    "memberships": "Tư cách thành viên",
    "offices": "Cơ quan thẩm định, phê duyệt",
    "outbox_messages": "Thư gửi đi",
    "paper_checks": "Đối chiếu văn bản",
    "parameters": "Tham số",
    "password_links": "Liên kết đặt mật khẩu",
    "people": "Người",
    "platforms": "Nền tảng",
    "reorganisations": "Sắp xếp đơn vị",
    "roster_lines": "Dòng danh sách thành viên",
    "rosters": "Danh sách thành viên",
    "routes": "Trang",
    "signups": "Đăng ký tham gia",
    "stored_files": "Bản quét",
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
    "account_id": "tài khoản",
    "action": "nội dung",
    "added": "số dòng đã thêm",
    "after": "sau",
    "after_applying": "trả lời sau khi thực hiện",
    "answers": "câu trả lời",
    "absence": "tạm vắng",
    "absence_kind": "lý do tạm vắng",
    "approved": "số dòng được phê duyệt",
    "arguments": "mục",
    "asked_by": "người đề nghị",
    "as_of": "tính đến ngày",
    "assignment_id": "phân công",
    "assignment_ids": "các phân công",
    "attached": "gắn vào hồ sơ đang có",
    "attendance_id": "lượt tham dự",
    "batch_id": "đợt sắp xếp",
    "before": "trước",
    "by": "theo văn bản",
    "card_id": "thẻ",
    "cards": "thẻ của",
    "changed": "số dòng đã sửa",
    "citizen_id": "có số CCCD",
    "citation": "căn cứ ghi trên báo cáo",
    "class_id": "lớp",
    "closed": "mã số đã đóng",
    "code": "mã",
    "concurrent_fields": "lĩnh vực kiêm nhiệm",
    "confirmed_on": "tiếp tục từ ngày",
    "continued": "số đơn vị tiếp tục",
    "continues": "tiếp theo phân công",
    "days": "số ngày giữ lại",
    "decision": "văn bản",
    "decision_id": "văn bản",
    "dedicated_basis": "căn cứ xác định chuyên trách",
    "desk": "trả lại ở bước",
    "document": "văn bản",
    "duty": "chế độ",
    "effective_from": "hiệu lực từ ngày",
    "effective_on": "có hiệu lực từ ngày",
    "end_id": "mã số lần thay thế, bãi bỏ",
    "end_kind": "hình thức",
    "end_reason": "lý do kết thúc",
    "ended": "số đơn vị kết thúc",
    "established": "số đơn vị thành lập",
    "events": "số dòng nhật ký",
    "fields": "trường đã sửa",
    "files": "số tệp",
    "format": "dạng tệp",
    "from": "từ ngày",
    "gap_from": "đơn vị không còn đầu mối từ ngày",
    "gaps": "đơn vị không còn đầu mối",
    "holders": "số người, bộ phận",
    "id": "mã số",
    "key_id": "mã khóa",
    "keys": "khóa",
    "line": "người, đơn vị",
    "line_id": "mã dòng",
    "is_held": "chờ người khác của cơ quan cho phép",
    "kept": "mã số được giữ",
    "kind": "loại",
    "lines": "số dòng",
    "membership_id": "tư cách thành viên",
    "message_id": "thư",
    "messages": "thư",
    "method": "thao tác",
    "number": "số",
    "of": "bản sao lưu lúc",
    "parent_id": "đơn vị cấp trên",
    "paths": "số đường dẫn",
    "people": "người",
    "period_id": "mã số thông tin công tác",
    "periods": "số giai đoạn",
    "person": "người",
    "person_id": "người",
    "purpose": "mục đích",
    "reason": "lý do",
    "reference_code": "mã hồ sơ",
    "release": "được dùng nhờ",
    "remarks": "số dòng có ghi chú",
    "returned": "số dòng không được phê duyệt",
    "role": "vai trò",
    "role_before": "vai trò trước đó",
    "roster_id": "danh sách",
    "row": "dòng số",
    "rows": "số dòng",
    "section_id": "bộ phận",
    "sessions": "số thiết bị",
    "signup_id": "đăng ký",
    "since": "từ ngày",
    "source": "nguồn",
    "state": "trạng thái",
    "token": "mã liên kết",
    "unit_id": "đơn vị",
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

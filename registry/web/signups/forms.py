"""Forms of self-registration."""

from typing import Any

from wtforms.validators import ValidationError

from registry.domain.field_names import MEMBERSHIP_FIELDS, SIGNUP_FIELDS
from registry.domain.labelled import Labelled
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Role
from registry.domain.words import ROLES_EXPLAINED
from registry.services.signups.deciding import REASON_MAX_LENGTH
from registry.services.signups.sending import Applicant
from registry.web.forms.choices import labelled, role_choices
from registry.web.forms.fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    CodeField,
    EmailField,
    LongTextField,
    PhoneField,
    QueryForm,
    RadioField,
    SelectField,
    TextField,
    VersionField,
    VietnameseDateField,
    at_most,
    optional,
    required,
)
from registry.web.forms.name_field import NameField
from registry.web.forms.successors import SuccessorForm

NEW_PERSON = "new"


def _explained(role: Role) -> str:
    return f"{role.label} – {ROLES_EXPLAINED[role.value]}"


class Access(Labelled):
    """The roles a person may be accepted with, and what each lets him do."""

    MEMBER = Role.MEMBER.value, _explained(Role.MEMBER)
    UNIT_OFFICER = Role.UNIT_OFFICER.value, _explained(Role.UNIT_OFFICER)


class UnitSearchForm(QueryForm):
    """Find one's unit."""

    q = TextField(
        "Tên đơn vị công tác",
        validators=[at_most(100, "Tên đơn vị")],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class ApplicantForm(BaseForm):
    """What a person types about himself."""

    full_name = NameField(
        SIGNUP_FIELDS["full_name"],
        validators=[required("Nhập họ và tên."), at_most(100, "Họ và tên")],
        render_kw={"autocomplete": "name"},
    )
    job_title = TextField(
        SIGNUP_FIELDS["job_title"],
        validators=[
            required("Nhập chức vụ, chức danh."),
            at_most(200, "Chức vụ, chức danh"),
        ],
        render_kw={"autocomplete": "organization-title"},
    )
    section = TextField(SIGNUP_FIELDS["section"], validators=[optional(), at_most(200, "Bộ phận")])
    phone = PhoneField(
        SIGNUP_FIELDS["phone"],
        validators=[required("Nhập số điện thoại."), at_most(20, "Số điện thoại")],
        description="Là tên đăng nhập sau khi đăng ký được chấp nhận. Ví dụ: 0912 345 678",
        render_kw={"inputmode": "tel"},
    )
    email = EmailField(
        SIGNUP_FIELDS["email"],
        validators=[optional(), at_most(254, "Thư điện tử")],
        render_kw={"inputmode": "email"},
    )

    def applicant(self) -> Applicant:
        """Return what was typed."""
        return Applicant(
            full_name=self.full_name.data or "",
            job_title=self.job_title.data or "",
            phone=self.phone.data or "",
            email=self.email.data or None,
            section=self.section.data or None,
        )


class SignupForm(ApplicantForm):
    """A request: the person, and that he read what happens to his data."""

    notice_read = CheckboxField(
        "Tôi đã đọc thông báo về dữ liệu cá nhân ở trên và đồng ý",
        validators=[required("Đọc thông báo về dữ liệu cá nhân, rồi đánh dấu vào ô này.")],
    )


class StatusForm(QueryForm):
    """Ask for a request by its code."""

    ma = CodeField(
        "Mã hồ sơ",
        description="16 chữ số và chữ cái, ví dụ 7K2M-94QX-00AB-CDEF",
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )


class AcceptForm(SuccessorForm):
    """The reviewer's choices when he accepts."""

    version = VersionField()
    attach = RadioField(
        "Hồ sơ của người này",
        validators=[required("Chọn lập hồ sơ mới, hoặc gắn vào một hồ sơ đang có.")],
    )
    take_over = CheckboxesField(
        "Lấy từ đăng ký này vào hồ sơ đang có",
        choices=[
            ("phone", SIGNUP_FIELDS["phone"]),
            ("email", SIGNUP_FIELDS["email"]),
            ("job_title", SIGNUP_FIELDS["job_title"]),
        ],
        description="Chỉ dùng khi gắn vào hồ sơ đang có. Mục không đánh dấu thì hồ sơ giữ nguyên.",
    )
    role = RadioField(
        "Quyền trên hệ thống",
        choices=labelled(Access),
        default=Role.MEMBER.value,
        validators=[required("Chọn quyền trên hệ thống.")],
    )
    member_role = SelectField(
        MEMBERSHIP_FIELDS["role"],
        choices=role_choices(),
        default=MemberRole.MEMBER.value,
    )
    valid_from = VietnameseDateField(
        MEMBERSHIP_FIELDS["valid_from"], validators=[required("Nhập ngày bắt đầu là thành viên.")]
    )

    @property
    def person_id(self) -> int | None:
        """The person to attach to, or None for a new one."""
        chosen: str = self.attach.data
        return None if chosen == NEW_PERSON else int(chosen)

    def validate_take_over(self, field: Any) -> None:
        """Refuse fields to take over when there is no record to take them into."""
        if field.data and self.attach.data == NEW_PERSON:
            raise ValidationError("Hồ sơ mới lấy mọi nội dung của đăng ký; bỏ đánh dấu ở đây.")


class ReasonForm(BaseForm):
    """A reviewer's reason, which the sender reads."""

    version = VersionField()
    reason = LongTextField(
        "Lý do",
        validators=[
            required("Nhập lý do để người đăng ký biết cần làm gì."),
            at_most(REASON_MAX_LENGTH, "Lý do"),
        ],
        description=(
            "Hiện cho người có mã hồ sơ: không ghi họ tên, số điện thoại hoặc thông tin "
            "của người khác."
        ),
    )

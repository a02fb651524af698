"""Forms of memberships."""

from registry.domain.field_names import MEMBERSHIP_FIELDS
from registry.domain.memberships import MemberRole
from registry.web.forms.choices import labelled
from registry.web.forms.fields import (
    BaseForm,
    CheckboxField,
    DatedChangeForm,
    RadioField,
    SelectField,
    TextField,
    VersionField,
    VietnameseDateField,
    at_most,
    number_or_none,
    optional,
    required,
)
from registry.web.forms.gaps import gap_field

_ROLES = labelled(MemberRole)


class EndForm(BaseForm):
    """From which day a member is none any more, and why."""

    version = VersionField()
    valid_to = VietnameseDateField(
        MEMBERSHIP_FIELDS["valid_to"],
        validators=[required("Nhập ngày thôi tham gia.")],
        description="Ngày đầu tiên không còn là thành viên. Ví dụ: 05/12/2024",
    )
    reason = TextField(
        MEMBERSHIP_FIELDS["reason"],
        validators=[required("Nhập lý do."), at_most(300, "Lý do")],
        description="Ví dụ: nghỉ hưu; chuyển công tác; thay đổi phân công",
    )
    accept_gap = gap_field()


class EditForm(DatedChangeForm):
    """What a membership is; the days are part of a correction only."""

    version = VersionField()
    role = SelectField(MEMBERSHIP_FIELDS["role"], choices=_ROLES)
    organisation = TextField(
        MEMBERSHIP_FIELDS["organisation"],
        validators=[optional(), at_most(200, "Tổ chức đại diện")],
    )
    is_main = CheckboxField(MEMBERSHIP_FIELDS["is_main"])
    valid_from = VietnameseDateField(
        MEMBERSHIP_FIELDS["valid_from"], description="Chỉ dùng khi đính chính."
    )
    valid_to = VietnameseDateField(
        MEMBERSHIP_FIELDS["valid_to"],
        validators=[optional()],
        description="Chỉ dùng khi đính chính; để trống nếu vẫn đang tham gia.",
    )
    accept_gap = gap_field()


class TransferForm(BaseForm):
    """Where a member goes, from which day, and whether he stays a member here."""

    version = VersionField()
    unit_query = TextField("Đơn vị chuyển đến", validators=[at_most(200, "Tên đơn vị")])
    unit_id = RadioField(
        "Chọn đơn vị", coerce=number_or_none, validators=[required("Chọn đơn vị.")]
    )
    role = SelectField("Vai trò ở đơn vị mới", choices=_ROLES)
    day = VietnameseDateField("Chuyển từ ngày", validators=[required("Nhập ngày chuyển.")])
    is_secondment = CheckboxField(
        MEMBERSHIP_FIELDS["is_secondment"],
        description="Vẫn là thành viên của đơn vị hiện tại.",
    )
    reason = TextField(MEMBERSHIP_FIELDS["reason"], validators=[optional(), at_most(300, "Lý do")])
    accept_gap = gap_field()

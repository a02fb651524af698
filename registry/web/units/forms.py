"""Forms of units."""

from wtforms import fields as plain

from registry.domain.field_names import CONTACT_FIELDS, REORGANISATION_FIELDS, UNIT_FIELDS
from registry.domain.labelled import Labelled
from registry.services.reorganisations.everyday import Change
from registry.services.units.naming import NAME_MAX_LENGTH
from registry.web.forms.decision_fields import cited_day, cited_number
from registry.web.forms.fields import (
    BaseForm,
    CodeField,
    EmailField,
    PhoneField,
    RadioField,
    TextField,
    VersionField,
    VietnameseDateField,
    at_most,
    number_or_none,
    optional,
    required,
)
from registry.web.forms.gaps import gap_field


class OfferedChange(Labelled):
    """What may be chosen about a unit: to correct what is said of it, or a change from a day on."""

    CORRECT = "correct", "Đính chính (luôn đúng như vậy)"
    RENAME = Change.RENAME.value, "Đổi tên từ ngày …"
    MOVE = Change.MOVE.value, "Chuyển sang đơn vị cấp trên khác từ ngày …"
    CLOSE = Change.CLOSE.value, "Giải thể từ ngày …"


class ContactForm(BaseForm):
    """How a unit is reached."""

    version = VersionField()
    phone = PhoneField(
        CONTACT_FIELDS["phone"],
        validators=[optional()],
        description="Số máy bàn hoặc di động dùng để liên hệ công việc.",
    )
    email = EmailField(
        CONTACT_FIELDS["email"], validators=[optional(), at_most(254, "Thư điện tử")]
    )
    address = TextField(CONTACT_FIELDS["address"], validators=[optional(), at_most(300, "Địa chỉ")])
    head_title = TextField(
        CONTACT_FIELDS["head_title"],
        validators=[optional(), at_most(200, "Người đứng đầu")],
        description="Ví dụ: Chủ tịch UBND xã",
    )


class DatedForm(BaseForm):
    """From which day, and the paper that says so."""

    effective_on = VietnameseDateField(
        REORGANISATION_FIELDS["effective_on"], validators=[required("Nhập ngày có hiệu lực.")]
    )
    number = cited_number()
    issued_on = cited_day()


class ChangeForm(DatedForm):
    """What happens to one unit."""

    wrong_name = plain.HiddenField()
    wrong_code = plain.HiddenField()
    change = RadioField("Nội dung", choices=[], validators=[required("Chọn nội dung thay đổi.")])
    new_name = TextField(
        "Tên mới, hoặc tên đúng", validators=[optional(), at_most(NAME_MAX_LENGTH, "Tên đơn vị")]
    )
    new_code = CodeField("Mã đúng", validators=[optional()])
    parent_query = TextField(
        "Tìm đơn vị cấp trên mới, hoặc đúng", validators=[at_most(100, "Tên đơn vị")]
    )
    find = plain.SubmitField()
    new_parent_id = RadioField(
        "Đơn vị cấp trên mới, hoặc đúng", choices=[], coerce=number_or_none, validators=[optional()]
    )
    accept_gap = gap_field()

    def without_paper(self) -> None:
        """Ask for no day and no paper: a correction has none."""
        for field in (self.effective_on, self.number, self.issued_on):
            field.validators = [optional()]


class TakeBackForm(BaseForm):
    """A change of today that is to be taken back."""

    accept_gap = gap_field()


class DayForm(BaseForm):
    """The day from which a change always held."""

    wrong_day = plain.HiddenField()
    effective_on = VietnameseDateField(
        "Ngày có hiệu lực đúng", validators=[required("Nhập ngày có hiệu lực đúng.")]
    )
    accept_gap = gap_field()


class FoundForm(DatedForm):
    """A new unit below another."""

    kind = RadioField(UNIT_FIELDS["kind"], choices=[], validators=[required("Chọn loại đơn vị.")])
    new_name = TextField(
        "Tên đơn vị",
        validators=[required("Nhập tên đơn vị."), at_most(NAME_MAX_LENGTH, "Tên đơn vị")],
        description="Tên đầy đủ, ví dụ: Tổ công nghệ số cộng đồng thôn Một",
    )

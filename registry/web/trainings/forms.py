"""Forms of training."""

from registry.domain.field_names import ATTENDANCE_FIELDS, CLASS_FIELDS
from registry.domain.trainings import TrainingMode, TrainingResult
from registry.services.trainings import RecordClass
from registry.web.forms.choices import labelled
from registry.web.forms.fields import (
    BaseForm,
    CheckboxesField,
    DecimalNumberField,
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
from registry.web.numbers import row_number

_MODES = labelled(TrainingMode)
_RESULTS = labelled(TrainingResult)


class ClassForm(BaseForm):
    """A class held, or to be held."""

    course = TextField(
        CLASS_FIELDS["course"],
        validators=[required("Nhập tên khóa tập huấn."), at_most(300, "Tên khóa")],
        description="Nhập đúng tên khóa đã có để ghi thêm một lớp của khóa đó.",
    )
    topics = CheckboxesField(CLASS_FIELDS["topics"], validators=[optional()])
    name = TextField(
        CLASS_FIELDS["name"],
        validators=[required("Nhập tên lớp."), at_most(200, "Tên lớp")],
        description="Ví dụ: Lớp 01 năm 2024",
    )
    starts_on = VietnameseDateField(
        CLASS_FIELDS["starts_on"], validators=[required("Nhập ngày khai giảng.")]
    )
    ends_on = VietnameseDateField(
        CLASS_FIELDS["ends_on"], validators=[required("Nhập ngày kết thúc.")]
    )
    mode = RadioField(
        CLASS_FIELDS["mode"],
        choices=_MODES,
        validators=[required("Chọn hình thức tổ chức.")],
    )
    place = TextField(CLASS_FIELDS["place"], validators=[optional(), at_most(300, "Địa điểm")])
    organiser = SelectField(
        CLASS_FIELDS["organiser"],
        coerce=row_number,
        validators=[required("Chọn đơn vị tổ chức.")],
    )

    def command(self) -> RecordClass:
        """Return the class as it was typed."""
        return RecordClass(
            course=self.course.data,
            topic_codes=self.topics.data or [],
            name=self.name.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            place=self.place.data or None,
            mode=TrainingMode(self.mode.data),
            organiser_id=self.organiser.data,
        )


class FindPeopleForm(QueryForm):
    """Find who attended."""

    ten = TextField(
        "Tìm người theo tên",
        description="Gõ có dấu hoặc không dấu đều được, ví dụ: nguyen van d",
        render_kw={"autocomplete": "off"},
    )


class AttendanceForm(BaseForm):
    """Those ticked attended."""

    person_ids = CheckboxesField("Người tham dự", coerce=row_number, validate_choice=False)
    hours = DecimalNumberField(ATTENDANCE_FIELDS["hours"], validators=[optional()])
    result = RadioField(
        ATTENDANCE_FIELDS["result"],
        choices=_RESULTS,
        default=TrainingResult.COMPLETED.value,
        validators=[required("Chọn kết quả.")],
    )


class CorrectAttendanceForm(BaseForm):
    """Đính chính of one attendance."""

    version = VersionField()
    hours = DecimalNumberField(ATTENDANCE_FIELDS["hours"], validators=[optional()])
    score = DecimalNumberField(ATTENDANCE_FIELDS["score"], validators=[optional()])
    result = RadioField(
        ATTENDANCE_FIELDS["result"], choices=_RESULTS, validators=[required("Chọn kết quả.")]
    )

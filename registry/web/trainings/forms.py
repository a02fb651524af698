"""Forms of training."""

from registry.domain.field_names import ATTENDANCES, TRAINING_CLASSES
from registry.domain.trainings import TrainingMode, TrainingResult
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
        TRAINING_CLASSES["course"],
        validators=[required("Nhập tên khóa tập huấn."), at_most(300, "Tên khóa")],
        description="Nhập đúng tên khóa đã có để ghi thêm một lớp của khóa đó.",
    )
    topics = CheckboxesField(TRAINING_CLASSES["topics"], validators=[optional()])
    name = TextField(
        TRAINING_CLASSES["name"],
        validators=[required("Nhập tên lớp."), at_most(200, "Tên lớp")],
        description="Ví dụ: Lớp 01 năm 2024",
    )
    starts_on = VietnameseDateField(
        TRAINING_CLASSES["starts_on"], validators=[required("Nhập ngày khai giảng.")]
    )
    ends_on = VietnameseDateField(
        TRAINING_CLASSES["ends_on"], validators=[required("Nhập ngày kết thúc.")]
    )
    place = TextField(TRAINING_CLASSES["place"], validators=[optional(), at_most(300, "Địa điểm")])
    mode = RadioField(
        TRAINING_CLASSES["mode"], choices=_MODES, validators=[required("Chọn hình thức tổ chức.")]
    )
    organiser = SelectField(
        TRAINING_CLASSES["organiser"],
        coerce=row_number,
        validators=[required("Chọn đơn vị tổ chức.")],
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
    hours = DecimalNumberField(ATTENDANCES["hours"], validators=[optional()])
    result = RadioField(
        ATTENDANCES["result"],
        choices=_RESULTS,
        default=TrainingResult.COMPLETED.value,
        validators=[required("Chọn kết quả.")],
    )


class CorrectAttendanceForm(BaseForm):
    """Đính chính of one attendance."""

    version = VersionField()
    hours = DecimalNumberField(ATTENDANCES["hours"], validators=[optional()])
    score = DecimalNumberField(ATTENDANCES["score"], validators=[optional()])
    result = RadioField(
        ATTENDANCES["result"], choices=_RESULTS, validators=[required("Chọn kết quả.")]
    )

"""Forms of how coverage is counted."""

from datetime import date

from registry.domain.assignments import CountingSetting
from registry.web.forms.fields import (
    BaseForm,
    RadioField,
    VersionField,
    VietnameseDateField,
    WholeNumberField,
    number_or_none,
    optional,
    required,
)


class CountingForm(BaseForm):
    """A value of a setting, a number of days or yes and no, and from which day it holds."""

    since = VietnameseDateField(
        "Thay đổi từ ngày",
        validators=[required("Nhập ngày bắt đầu áp dụng.")],
        description="Số liệu của các ngày trước đó giữ nguyên. Ví dụ: 01/10/2025",
    )
    version = VersionField(default="0")  # of a value to come, there is none yet
    value = WholeNumberField("Giá trị", validators=[required("Nhập giá trị.")])

    @classmethod
    def of(cls, setting: CountingSetting, corrected: date | None) -> "CountingForm":
        """Return the form of a setting: a number of days, or a choice of yes and no."""
        form = cls() if setting is CountingSetting.GRACE_DAYS else _YesNoForm()
        if corrected is not None:
            form.since.validators = [optional()]
        return form


class _YesNoForm(CountingForm):
    value = RadioField(
        "Có được tính không?",
        choices=[(1, "Có"), (0, "Không")],
        coerce=number_or_none,
        validators=[required("Chọn có hoặc không.")],
    )


class TakeBackForm(BaseForm):
    """A button: the version of the value it takes back."""

    version = VersionField()


class CompletenessForm(BaseForm):
    """From which day on all is known of a province."""

    version = VersionField()
    day = VietnameseDateField(
        "Đủ số liệu từ ngày",
        validators=[required("Nhập ngày.")],
        description="Các ngày trước đó được hiển thị là “Chưa có số liệu”, không tính tỷ lệ.",
    )

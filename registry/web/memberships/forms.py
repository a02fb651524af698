"""Forms of memberships."""

from collections.abc import Sequence

from registry.domain.field_names import MEMBERSHIP_FIELDS
from registry.queries.assignments.rows import AssignmentRow
from registry.services.memberships.changes import Hanging
from registry.web.forms.choices import role_choices
from registry.web.forms.fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    DatedChangeForm,
    HiddenField,
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
from registry.web.forms.successors import SuccessorForm
from registry.web.numbers import row_number, row_number_or

_ROLES = role_choices()


class LeavingForm(BaseForm):
    """What becomes of the assignments that hang on a membership as it ends."""

    kept = CheckboxesField(
        "Phân công gắn với tư cách thành viên này",
        coerce=row_number,
        validate_choice=False,
        description="Phân công kết thúc cùng ngày, trừ phân công được đánh dấu. Phân công giữ lại "
        "vẫn nằm trong sổ, nhưng không được tính khi người này không còn là thành viên của đơn vị.",
    )
    shown = HiddenField()

    def offer(self, rows: Sequence[AssignmentRow]) -> None:
        """Ask about these assignments."""
        self.kept.choices = [(row.id, f"Giữ lại: {_named(row)}") for row in rows]
        self.shown.data = " ".join(str(row.id) for row in rows)

    def hanging(self) -> Hanging:
        """Return what was answered, and about which assignments."""
        shown = (row_number_or(0, word) for word in (self.shown.data or "").split())
        return Hanging(
            kept=frozenset(self.kept.data or ()),
            shown=frozenset(shown),
        )


def _named(row: AssignmentRow) -> str:
    paper = row.decision_name or "chưa có quyết định"
    return f"{row.role.label} – {row.unit_name} ({paper})"


class EndForm(LeavingForm):
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


class TakeBackForm(BaseForm):
    """Which version of a membership is to be taken out."""

    version = VersionField()
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


class TransferForm(LeavingForm, SuccessorForm):
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
    until = VietnameseDateField(
        "Biệt phái đến trước ngày",
        validators=[optional()],
        description="Ngày đầu tiên không còn biệt phái. Để trống nếu chưa biết.",
    )
    reason = TextField(MEMBERSHIP_FIELDS["reason"], validators=[optional(), at_most(300, "Lý do")])
    accept_gap = gap_field()

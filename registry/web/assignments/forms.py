"""Forms of assignments."""

from collections.abc import Iterable
from typing import Any

from wtforms.validators import ValidationError

from registry.domain.assignments import AbsenceKind, AssignmentRole, Duty
from registry.domain.field_names import ABSENCE_FIELDS, ASSIGNMENT_FIELDS, UNIT_FIELDS
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_day
from registry.models.decisions import Decision
from registry.queries.assignments.holders import Holder
from registry.queries.assignments.rows import AssignmentRow
from registry.services.assignments.checks import TEXT_MAX_LENGTH
from registry.services.assignments.commands import AssignmentDetails
from registry.services.paper_checks import ShownLine
from registry.web.forms.choices import labelled
from registry.web.forms.decision_fields import (
    PAPER_FIELDS,
    DecisionFields,
    decision_typed,
    paper_label,
)
from registry.web.forms.fields import (
    CHANGE,
    BaseForm,
    CheckboxesField,
    CheckboxField,
    DatedChangeForm,
    FormProblem,
    HiddenField,
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
from registry.web.forms.gaps import gap_field
from registry.web.forms.successors import SuccessorForm
from registry.web.numbers import row_number_or

NEW_DECISION = "new"
NO_DECISION = "none"

# The kinds of units that assignments are mostly for; the filter of the waiting list.
_KINDS = (
    UnitKind.DEPARTMENT,
    UnitKind.DISTRICT,
    UnitKind.COMMUNE,
    UnitKind.MASS_ORGANISATION,
    UnitKind.CENTRAL_AGENCY,
)


class _AssignmentFields(DecisionFields):
    """Holder, role, duty and decision; the page gives the choices that depend on the unit."""

    holder_query = TextField(
        "Tìm người theo tên", validators=[optional(), at_most(100, "Tên cần tìm")]
    )
    # Whoever is chosen is checked by the service for the first day, with a message that says why
    # not; the list shown may be that of another day or of another search.
    holder = RadioField(
        "Người hoặc bộ phận được phân công",
        validators=[required("Chọn người hoặc bộ phận được phân công.")],
        validate_choice=False,
    )
    role = RadioField(
        ASSIGNMENT_FIELDS["role"],
        choices=labelled(AssignmentRole),
        validators=[required("Chọn vai trò.")],
    )
    duty = RadioField(
        ASSIGNMENT_FIELDS["duty"],
        choices=labelled(Duty),
        validators=[required("Chọn chuyên trách, kiêm nhiệm hoặc phụ trách.")],
    )
    concurrent_fields = TextField(
        ASSIGNMENT_FIELDS["concurrent_fields"],
        validators=[optional(), at_most(TEXT_MAX_LENGTH, "Lĩnh vực kiêm nhiệm")],
        description="Ví dụ: văn phòng, thống kê, cải cách hành chính",
    )
    dedicated_basis = TextField(
        ASSIGNMENT_FIELDS["dedicated_basis"],
        validators=[optional(), at_most(TEXT_MAX_LENGTH, "Căn cứ xác định chuyên trách")],
        description="Chỉ nhập khi chuyên trách mà còn lĩnh vực kiêm nhiệm: văn bản hoặc vị trí "
        "việc làm ghi rõ. Ví dụ: Vị trí việc làm Quản trị hệ thống, Quyết định số 12/QĐ-UBND",
    )
    decision_choice = RadioField(
        "Căn cứ",
        validators=[required("Chọn văn bản làm căn cứ, hoặc “Chưa có quyết định”.")],
    )

    def problems(self) -> list[FormProblem]:
        """Return what is wrong in the order of the page: the decision, then the change, last."""
        places = {f"#{name}": 1 for name in PAPER_FIELDS}
        places |= {f"#{name}": 2 for name in ("change_kind", "change_from", "accept_gap")}
        found: list[FormProblem] = super().problems()  # type: ignore[misc] # mixed into a form
        return sorted(found, key=lambda problem: places.get(problem.href or "", 0))

    def validate_number(self, field: Any) -> None:
        """Ask for the number where a new decision is to be recorded."""
        if self.decision_choice.data == NEW_DECISION and not field.data:
            raise ValidationError("Nhập số và ký hiệu văn bản.")

    def validate_decision_choice(self, field: Any) -> None:
        """Refuse a new number beside another choice: one of the two is a slip."""
        if field.data != NEW_DECISION and self.number.data:
            raise ValidationError(
                "Đã nhập số văn bản mới: chọn “Ghi văn bản mới”, hoặc xóa số đã nhập."
            )

    def offer_decisions(self, decisions: Iterable[Decision]) -> None:
        """Give the decisions known for the unit, beside a new one and none."""
        self.decision_choice.choices = [
            *((f"d{decision.id}", paper_label(decision)) for decision in decisions),
            (NEW_DECISION, "Ghi văn bản mới"),
            (NO_DECISION, "Chưa có quyết định (chờ quyết định)"),
        ]

    def details(self, unit_id: int) -> AssignmentDetails:
        """Return what was chosen and typed, once the form was found whole."""
        chosen = self.decision_choice.data
        return AssignmentDetails(
            holder=self.chosen_holder(),
            role=AssignmentRole(self.role.data),
            duty=Duty(self.duty.data),
            concurrent_fields=self.concurrent_fields.data or None,
            dedicated_basis=self.dedicated_basis.data or None,
            decision_id=_number_after("d", chosen),
            new_decision=decision_typed(self, unit_id) if chosen == NEW_DECISION else None,
        )

    def chosen_holder(self) -> Holder:
        """Return the chosen person or section; an empty holder for anything else."""
        return Holder(
            person_id=_number_after("p", self.holder.data),
            section_id=_number_after("s", self.holder.data),
        )


def holder_value(holder: Holder) -> str:
    """Return how a holder is named in the choice."""
    return f"p{holder.person_id}" if holder.person_id is not None else f"s{holder.section_id}"


def _number_after(letter: str, value: str | None) -> int | None:
    """Return 12 for "p12"; None for another letter, or what is no row's number."""
    is_of_letter = value is not None and value.startswith(letter)
    return row_number_or(None, value.removeprefix(letter)) if value and is_of_letter else None


class RecordAssignmentForm(_AssignmentFields, SuccessorForm):
    """A new assignment of a unit."""

    valid_from = VietnameseDateField(
        ASSIGNMENT_FIELDS["valid_from"], validators=[required("Nhập ngày bắt đầu phân công.")]
    )
    valid_to = VietnameseDateField(
        ASSIGNMENT_FIELDS["valid_to"],
        validators=[optional()],
        description="Chỉ nhập khi quyết định ghi thời hạn, ví dụ phụ trách thay người tạm vắng.",
    )


class EditAssignmentForm(_AssignmentFields, DatedChangeForm):
    """An assignment corrected, or changed from a day on."""

    valid_from = VietnameseDateField(
        ASSIGNMENT_FIELDS["valid_from"], validators=[required("Nhập ngày bắt đầu phân công.")]
    )
    valid_to = VietnameseDateField(
        ASSIGNMENT_FIELDS["valid_to"],
        validators=[optional()],
        description="Ngày đầu tiên không còn giữ vai trò. Để trống nếu chưa kết thúc.",
    )
    accept_gap = gap_field()
    version = VersionField()
    # The days as they were stored when the form was made: a change from a day leaves them alone.
    days_shown = HiddenField()

    def validate_valid_from(self, field: Any) -> None:
        """Refuse a change that also moves the days of what was before."""
        self._keep_the_days(field)

    def validate_valid_to(self, field: Any) -> None:
        """As the first day."""
        self._keep_the_days(field)

    def _keep_the_days(self, field: Any) -> None:
        shown = (self.days_shown.data or "").split("|")
        day = field.data.isoformat() if field.data else ""
        if self.change_kind.data == CHANGE and day not in shown:
            raise ValidationError(
                "Ngày này chỉ sửa khi đính chính. Để thay đổi từ một ngày, nhập ngày đó ở mục "
                "“Thay đổi từ ngày” bên dưới."
            )


class EndAssignmentForm(BaseForm):
    """An assignment that ends."""

    ends_on = VietnameseDateField(
        ASSIGNMENT_FIELDS["valid_to"],
        validators=[required("Nhập ngày kết thúc.")],
        description="Ngày đầu tiên không còn giữ vai trò. Ví dụ: 05/12/2024",
    )
    reason = TextField(
        ASSIGNMENT_FIELDS["reason"],
        validators=[required("Nhập lý do kết thúc."), at_most(TEXT_MAX_LENGTH, "Lý do")],
        description="Ví dụ: chuyển công tác, nghỉ hưu, phân công lại",
    )
    accept_gap = gap_field()
    version = VersionField()


class TakeBackForm(BaseForm):
    """Which version of an assignment is to be taken out."""

    version = VersionField()
    accept_gap = gap_field()


class WaitingForm(QueryForm):
    """Narrows the list of what waits for a decision."""

    q = TextField("Đơn vị", validators=[at_most(100, "Tên đơn vị")])
    kind = SelectField(
        UNIT_FIELDS["kind"],
        choices=[("", "Tất cả"), *labelled(_KINDS)],
        default="",
    )
    role = SelectField(
        ASSIGNMENT_FIELDS["role"],
        choices=[("", "Tất cả"), *labelled(AssignmentRole)],
        default="",
    )


class VacancyForm(BaseForm):
    """Since when a unit has no focal point."""

    since = VietnameseDateField(
        "Chưa có đầu mối từ ngày",
        validators=[required("Nhập ngày.")],
        description="Nếu không nhớ rõ, giữ ngày hôm nay.",
    )


class AbsenceForm(BaseForm):
    """Somebody is away and stays what he is; another acts meanwhile."""

    kind = RadioField(
        ABSENCE_FIELDS["kind"],
        choices=labelled(AbsenceKind),
        validators=[required("Chọn lý do tạm vắng.")],
    )
    valid_from = VietnameseDateField(
        ABSENCE_FIELDS["valid_from"], validators=[required("Nhập ngày bắt đầu tạm vắng.")]
    )
    valid_to = VietnameseDateField(
        ABSENCE_FIELDS["valid_to"],
        validators=[optional()],
        description="Ngày đầu tiên làm việc lại. Để trống nếu chưa biết.",
    )
    acting = RadioField("Người phụ trách thay", validators=[optional()], default="")
    taken_back = CheckboxField("Ghi nhầm: bỏ tạm vắng này")
    accept_gap = gap_field()
    version = VersionField()

    def offer(self, others: Iterable[AssignmentRow]) -> None:
        """Give the assignments of others to the same role, beside nobody."""
        self.acting.choices = [
            *((str(row.id), _who_acts(row)) for row in others),
            ("", "Chưa có người phụ trách thay"),
        ]

    def acting_id(self) -> int | None:
        """Return the assignment chosen; None for nobody."""
        chosen = str(self.acting.data or "").strip()
        return int(chosen) if chosen and chosen in dict(self.acting.choices) else None


def _who_acts(row: AssignmentRow) -> str:
    end = f" đến trước {format_day(row.valid_to)}" if row.valid_to else ""
    paper = row.decision_name or "chưa có quyết định"
    return f"{row.holder_name}, từ {format_day(row.valid_from)}{end} ({paper})"


_KEY_PARTS = 4


def check_key(row: AssignmentRow) -> str:
    """Return what a page of unchecked lines sends of one: its paper, itself, what was shown."""
    return f"{row.decision_id}-{row.id}-{row.version}-{row.decision_version}"


class CheckForm(BaseForm):
    """Which lines were compared with their paper: one by one, or all shown of a paper.

    `shown` are the keys of all lines of the page, which is what "all of this paper" means.
    """

    lines = CheckboxesField("Phân công", validate_choice=False)
    papers = CheckboxesField("Văn bản", validate_choice=False)
    shown = CheckboxesField("Phân công trên trang", validate_choice=False)

    @property
    def chosen(self) -> list[ShownLine]:
        """The lines chosen, each once; what is no key fits no line."""
        papers = set(self.papers.data or ())
        of_papers = (key for key in self.shown.data or () if key.partition("-")[0] in papers)
        return [_shown_line(key) for key in dict.fromkeys([*(self.lines.data or ()), *of_papers])]


def _shown_line(key: str) -> ShownLine:
    parts = [row_number_or(-1, part) for part in key.split("-")]
    return ShownLine(*parts[1:]) if len(parts) == _KEY_PARTS else ShownLine(-1, -1, -1)


class WithdrawForm(BaseForm):
    """A button: the day of the report it takes back."""

    since = HiddenField()

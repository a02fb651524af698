"""Forms of member lists. Rows of a list are small forms of their own: a list may have hundreds."""

import re
from collections.abc import Callable
from typing import Any

from wtforms import Form
from wtforms import fields as plain
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from registry.domain.decisions import DecisionKind
from registry.domain.field_names import ROSTER_LINE_FIELDS
from registry.domain.rosters import Party
from registry.services.decisions import TEXT_MAX_LENGTH, RecordDecision
from registry.services.memberships.checks import ORGANISATION_MAX_LENGTH
from registry.services.rosters.deciding import REMARK_MAX_LENGTH
from registry.web.forms.choices import role_choices
from registry.web.forms.decision_fields import (
    DecisionFields,
    signature_chosen,
    uploaded_scan,
)
from registry.web.forms.fields import (
    BaseForm,
    HiddenField,
    LongTextField,
    RadioField,
    SelectField,
    TextField,
    VietnameseDateField,
    at_most,
    clean_line,
    not_after,
    number_or_none,
    optional,
    required,
)
from registry.web.forms.gaps import gap_field
from registry.web.forms.messages import Messages
from registry.web.numbers import row_number
from registry.web.request import today

_ROLES = role_choices()
_PERSON, _UNIT = "p", "u"
# Far more than any list has; each line of a forged request would cost time.
MOST_LINES = 3000
_PARTY = re.compile(r"([pu])([0-9]{1,15})")


class _Row(Form):
    """One line of a list within a form: no token of its own."""

    class Meta:
        """The messages of every other form."""

        def get_translations(self, _form: Any) -> Messages:
            """Give the fields of the row the Vietnamese messages."""
            return Messages()


class _RowNumberField(plain.IntegerField):
    """A row's number or version."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number sent; without one that a row may have, `data` is None."""
        self.data = None
        if valuelist:
            try:
                self.data = row_number(valuelist[0])
            except ValueError:
                raise ValueError(self.gettext("Not a valid integer value.")) from None


def _hidden_number() -> Any:
    return _RowNumberField()


class LineFields(_Row):
    """A line of a draft."""

    line_id = _hidden_number()
    role = plain.SelectField(choices=dict(_ROLES))
    organisation = plain.StringField(
        filters=[clean_line], validators=[at_most(ORGANISATION_MAX_LENGTH, "Tổ chức đại diện")]
    )
    effective_from = VietnameseDateField(validators=[required("Nhập ngày hiệu lực của dòng này.")])
    remove = plain.BooleanField()


class RemarkRow(_Row):
    """A line under review."""

    line_id = _hidden_number()
    remark = plain.StringField(
        filters=[clean_line], validators=[at_most(REMARK_MAX_LENGTH, "Ý kiến")]
    )


class OutcomeRow(RemarkRow):
    """A line to be decided on."""

    approved = plain.BooleanField()


class StartForm(BaseForm):
    """Which unit, and from which day."""

    unit_query = TextField("Tìm đơn vị", validators=[at_most(100, "Tên đơn vị")])
    find = plain.SubmitField()
    unit_id = RadioField(
        "Đơn vị",
        choices=[],
        coerce=number_or_none,
        validators=[required("Chọn đơn vị lập danh sách.")],
    )
    effective_from = VietnameseDateField(
        ROSTER_LINE_FIELDS["effective_from"],
        validators=[required("Nhập ngày hiệu lực.")],
        description="Áp dụng cho mọi dòng; sau đó có thể sửa từng dòng.",
    )


class VersionForm(BaseForm):
    """A step on a list in the version shown."""

    version = _hidden_number()


class ComposeForm(VersionForm):
    """The lines of a draft; each button saves them and says where to go next."""

    lines = plain.FieldList(plain.FormField(LineFields), max_entries=MOST_LINES)
    then_add = plain.SubmitField()
    then_check = plain.SubmitField()
    then_next = plain.SubmitField()

    def goes_on(self) -> bool:
        """Tell whether the button pressed leads to another page."""
        return bool(self.then_add.data or self.then_check.data or self.then_next.data)


class AddForm(VersionForm):
    """Who is added to a draft: admitted, changed or ended."""

    words = TextField("Tìm theo tên", validators=[at_most(100, "Tên")])
    find = plain.SubmitField()
    add = plain.SelectMultipleField(choices=[], validate_choice=False)
    change = plain.SelectMultipleField(choices=[], validate_choice=False)
    end = plain.SelectMultipleField(choices=[], validate_choice=False)
    effective_from = VietnameseDateField(
        ROSTER_LINE_FIELDS["effective_from"], validators=[required("Nhập ngày hiệu lực.")]
    )

    def parties(self, name: str) -> tuple[Party, ...]:
        """Return the parties ticked in `add`, `change` or `end`; what is no party is left out."""
        return tuple(
            party for key in self[name].data or () if (party := party_from(key)) is not None
        )


def party_key(party: Party) -> str:
    """Return how a party is written as a value of a form."""
    if party.person_id is not None:
        return f"{_PERSON}{party.person_id}"
    return f"{_UNIT}{party.member_unit_id}"


def party_from(key: str) -> Party | None:
    """Read what `party_key` wrote; None for anything else."""
    found = _PARTY.fullmatch(key)
    if found is None:
        return None
    number = int(found[2])
    return Party(number) if found[1] == _PERSON else Party(None, number)


def _reason(label: str) -> Any:
    return LongTextField(label, validators=[optional(), at_most(REMARK_MAX_LENGTH, "Lý do")])


class VerifyForm(VersionForm):
    """The level between confirms, or returns the list."""

    reason = _reason("Lý do (khi yêu cầu bổ sung)")
    return_list = plain.SubmitField()


class ReviewForm(VersionForm):
    """The reviewing office's remarks, and whether the list goes on or back."""

    lines = plain.FieldList(plain.FormField(RemarkRow), max_entries=MOST_LINES)
    reason = _reason("Lý do (khi yêu cầu bổ sung)")
    return_list = plain.SubmitField()

    def remarks(self) -> dict[int, str]:
        """Return what was typed at each line."""
        return {
            row.form.line_id.data: row.form.remark.data or ""
            for row in self.lines
            if row.form.line_id.data is not None
        }


class ApproveForm(VersionForm, DecisionFields):
    """Which lines are approved, and on which decision."""

    content_hash = HiddenField()
    issued_on = VietnameseDateField("Ngày ký", validators=[not_after(today, "Ngày ký")])
    issuer = TextField(
        "Cơ quan ban hành", validators=[at_most(TEXT_MAX_LENGTH, "Cơ quan ban hành")]
    )
    signer = TextField("Người ký", validators=[at_most(TEXT_MAX_LENGTH, "Người ký")])
    lines = plain.FieldList(plain.FormField(OutcomeRow), max_entries=MOST_LINES)
    reason = _reason("Lý do đối với các dòng không phê duyệt, hoặc khi yêu cầu bổ sung")
    decision_id = SelectField("Quyết định", coerce=number_or_none, choices=[])
    accept_gap = gap_field()
    return_list = plain.SubmitField()
    choose = plain.StringField()
    kind = None
    effective_to = None

    def validate_number(self, field: Any) -> None:
        """Refuse a new number beside a decision chosen: one of the two was a slip."""
        if self.decision_id.data is not None and field.data:
            raise ValidationError(
                "Đã chọn một quyết định có sẵn. Xóa số vừa nhập, hoặc chọn “Nhập quyết định mới”."
            )

    def add_problem(self, field_name: str, message: str) -> None:
        """Show a problem of a line, `line-<id>`, at its tick; others as every form does."""
        for row in self.lines:
            if field_name == f"line-{row.form.line_id.data}":
                row.form.approved.errors = [*row.form.approved.errors, message]
                return
        super().add_problem(field_name, message)

    def returned(self) -> dict[int, str]:
        """Return the remark of each line left without a tick."""
        return self._remarks(lambda row: not row.approved.data)

    def remarks(self) -> dict[int, str]:
        """Return what was typed at each line."""
        return self._remarks(lambda _row: True)

    def approved(self) -> frozenset[int]:
        """Return the lines ticked."""
        return frozenset(
            row.form.line_id.data
            for row in self.lines
            if row.form.approved.data and row.form.line_id.data is not None
        )

    def decision(self) -> RecordDecision | None:
        """Return the new decision typed, None when one was chosen; the service knows the office."""
        if self.decision_id.data is not None:
            return None
        return RecordDecision(
            unit_id=0,
            number=self.number.data or "",
            kind=DecisionKind.DECISION,
            issued_on=self.issued_on.data,
            issuer=self.issuer.data or None,
            signer=self.signer.data or None,
            signer_form=self.signer_form.data or None,
            signature=signature_chosen(self),
            effective_from=self.effective_from.data,
            scan=uploaded_scan(self.scan),
        )

    def _remarks(self, wanted: Callable[[Any], bool]) -> dict[int, str]:
        return {
            row.form.line_id.data: row.form.remark.data or ""
            for row in self.lines
            if row.form.line_id.data is not None and wanted(row.form)
        }

"""Forms of decisions."""

from collections.abc import Sequence
from typing import Any

from wtforms import ValidationError

from registry.domain.decisions import CITATION_MAX_LENGTH, EndKind
from registry.domain.field_names import DECISION_FIELDS
from registry.domain.vietnamese.writing import format_day
from registry.models.decisions import Decision
from registry.queries.paper_ends import NamedHolder
from registry.web.forms.choices import labelled
from registry.web.forms.decision_fields import NUMBER_HINT, DecisionFields, PaperFields, scan_field
from registry.web.forms.fields import (
    BaseForm,
    CheckboxesField,
    CodeField,
    RadioField,
    SelectField,
    VersionField,
    at_most,
    number_or_none,
    required,
)
from registry.web.forms.gaps import gap_field

WHOLE, PART = "whole", "part"


class TakeBackForm(BaseForm):
    """Which version of a paper is to be taken out."""

    version = VersionField()


def _number() -> CodeField:
    return CodeField(
        "Số và ký hiệu",
        validators=[
            required("Nhập số và ký hiệu văn bản."),
            at_most(CITATION_MAX_LENGTH, "Số và ký hiệu"),
        ],
        description=NUMBER_HINT,
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class RecordDecisionForm(DecisionFields, BaseForm):
    """A decision of a unit."""

    number = _number()


class CorrectDecisionForm(PaperFields, BaseForm):
    """What a decision always said; also what was not known when it was recorded."""

    number = _number()
    accept_gap = gap_field()
    version = VersionField()


class AttachScanForm(BaseForm):
    """The scan of a decision."""

    scan = scan_field(DECISION_FIELDS["scan"], required("Chọn tệp bản quét."))
    version = VersionField()


class EndPaperForm(BaseForm):
    """Which later paper, how, and for whom."""

    by_id = SelectField(
        "Văn bản thay thế hoặc bãi bỏ",
        choices=[],
        coerce=number_or_none,
        validators=[required("Chọn văn bản thay thế hoặc bãi bỏ.")],
        description="Văn bản phải được ghi vào sổ trước. Hiệu lực tính từ ngày của văn bản đó.",
    )
    manner = RadioField(
        "Nội dung",
        choices=labelled(EndKind),
        validators=[required("Chọn thay thế hoặc bãi bỏ.")],
    )
    extent = RadioField(
        "Phạm vi",
        choices=[(WHOLE, "Toàn bộ văn bản"), (PART, "Chỉ đối với người, bộ phận được chọn")],
        default=WHOLE,
        validators=[required("Chọn phạm vi.")],
    )
    holders = CheckboxesField("Người, bộ phận", choices=[])
    accept_gap = gap_field()

    def offer(self, papers: Sequence[Decision], holders: Sequence[NamedHolder]) -> None:
        """Fill in the papers and the people to choose from."""
        self.by_id.choices = [("", "Chọn văn bản")] + [(paper.id, _said(paper)) for paper in papers]
        self.holders.choices = [(holder.key, holder.name) for holder in holders]

    @property
    def chosen_holders(self) -> tuple[str, ...]:
        """The keys of those chosen; none where the whole paper is meant."""
        return tuple(self.holders.data or ()) if self.extent.data == PART else ()

    def validate_holders(self, field: Any) -> None:
        """Ask for whom, where not for all."""
        if self.extent.data == PART and not field.data:
            raise ValidationError("Chọn ít nhất một người hoặc bộ phận.")


def _said(paper: Decision) -> str:
    day = format_day(paper.issued_on) if paper.issued_on else "chưa có ngày ký"
    return f"{paper.name} ({day})"

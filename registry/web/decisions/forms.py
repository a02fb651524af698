"""Forms of decisions."""

from registry.domain.decisions import CITATION_MAX_LENGTH
from registry.domain.field_names import DECISION_FIELDS
from registry.web.forms.decision_fields import NUMBER_HINT, DecisionFields, PaperFields, scan_field
from registry.web.forms.fields import (
    BaseForm,
    CodeField,
    VersionField,
    at_most,
    required,
)
from registry.web.forms.gaps import gap_field


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

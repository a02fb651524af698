"""The fields of a decision wherever one is typed, and scans up to a size that can still be told.

The pages of decisions, of assignments and of member lists share them.
"""

import os
from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import FileStorage
from wtforms.validators import ValidationError

from registry.domain.decisions import (
    CITATION_MAX_LENGTH,
    DecisionKind,
    SignatureForm,
    split_signature,
)
from registry.domain.errors import Invalid
from registry.domain.field_names import DECISION_FIELDS
from registry.models.decisions import Decision
from registry.services.decisions import TEXT_MAX_LENGTH, RecordDecision, Scan
from registry.web.forms.choices import labelled
from registry.web.forms.fields import (
    CodeField,
    FileField,
    SelectField,
    TextField,
    VietnameseDateField,
    at_most,
    not_after,
    optional,
    required,
)
from registry.web.request import settings, today
from registry.web.uploads import kind_of_scan, read_scans, reads_first

# A form with a scan far too large is still read, so that the page can say so beside the field and
# keep what was typed. Beyond this only the page of status 413 answers.
LARGEST_UPLOAD = 25 * 1024 * 1024

NUMBER_HINT = "Ví dụ: 15/QĐ-UBND; dán cả “Quyết định số 15/QĐ-UBND ngày 05/7/2025” cũng được."


# In the order of the page.
PAPER_FIELDS = (
    "number",
    "kind",
    "issued_on",
    "issuer",
    "signer",
    "signature",
    "signer_form",
    "effective_from",
    "effective_to",
    "scan",
)


def accept_uploads(
    blueprint: Blueprint, *views: Callable[..., Any], read: Callable[[], None] = read_scans
) -> None:
    """Let the forms of `views` be up to `LARGEST_UPLOAD` bytes, and `read` what files they bring.

    The first must happen before the token is looked for in the form, which is before any view runs;
    the second before the transaction.
    """
    for view in views:
        reads_first(view, read)
    endpoints = {f"{blueprint.name}.{view.__name__}" for view in views}

    def raise_limit(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        if endpoint in endpoints:
            request.max_content_length = LARGEST_UPLOAD

    blueprint.url_value_preprocessor(raise_limit)


def within_limit(_form: Any, field: Any) -> None:
    """Refuse a scan larger than the settings allow, and one that was refused when it was read."""
    if not isinstance(field.data, FileStorage) or not field.data.filename:
        return
    size = field.data.stream.seek(0, os.SEEK_END)
    field.data.stream.seek(0)
    limit = settings().scan_max_bytes
    if size > limit:
        megabyte = 1024 * 1024
        tenths = -(-size * 10 // megabyte)
        raise ValidationError(
            f"Tệp nặng {tenths // 10},{tenths % 10} MB, giới hạn là {limit // megabyte} MB. "
            "Quét lại ở độ phân giải 200 dpi hoặc nén tệp PDF rồi chọn lại."
        )
    try:
        kind_of_scan(field.name)
    except Invalid as refusal:
        raise ValidationError(refusal.message) from None


def uploaded_scan(field: Any) -> Scan | None:
    """Return the uploaded scan of a file field, or None when no file was chosen."""
    if not isinstance(field.data, FileStorage) or not field.data.filename:
        return None
    content = field.data.read()
    return Scan(name=field.data.filename, content=content, kind=kind_of_scan(field.name))


def scan_field(label: str, *more: Any) -> Any:
    """Return the file field of a scan; `more` are validators that go before its own."""
    return FileField(
        label,
        validators=[*more, within_limit],
        description="Tệp PDF, JPG hoặc PNG, nhiều nhất 10 MB.",
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png"},
    )


class PaperFields:
    """Number, kind, days and signature of a decision; a form mixes them in, or leaves some out."""

    number: Any = CodeField(
        DECISION_FIELDS["number"],
        validators=[at_most(CITATION_MAX_LENGTH, "Số và ký hiệu")],
        description=NUMBER_HINT,
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    kind: Any = SelectField(
        DECISION_FIELDS["kind"],
        choices=[("", "Theo ký hiệu của văn bản"), *labelled(DecisionKind)],
        default="",
        description="QĐ, NQ, CV, TTr, TB, KH trong ký hiệu cho biết loại; văn bản cử thì chọn.",
    )
    issued_on: Any = VietnameseDateField(
        DECISION_FIELDS["issued_on"],
        validators=[optional(), not_after(today, "Ngày ký")],
        description="Ví dụ: 05/12/2024. Để trống nếu chưa biết, bổ sung sau.",
    )
    issuer: Any = TextField(
        DECISION_FIELDS["issuer"],
        validators=[optional(), at_most(TEXT_MAX_LENGTH, "Cơ quan ban hành")],
        description="Ví dụ: UBND xã Bình Minh, Chủ tịch UBND xã Bình Minh, HĐND tỉnh",
    )
    signer: Any = TextField(
        DECISION_FIELDS["signer"], validators=[optional(), at_most(TEXT_MAX_LENGTH, "Người ký")]
    )
    signature: Any = SelectField(
        DECISION_FIELDS["signature"],
        choices=[("", "Không ghi"), *labelled(SignatureForm)],
        default="",
    )
    signer_form: Any = TextField(
        DECISION_FIELDS["signer_form"],
        validators=[optional(), at_most(TEXT_MAX_LENGTH, "Chức vụ")],
        description="Ghi như trên văn bản, ví dụ: ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH, PHÓ CHỦ TỊCH",
    )
    effective_from: Any = VietnameseDateField(
        DECISION_FIELDS["effective_from"],
        validators=[optional()],
        description="Để trống nếu có hiệu lực từ ngày ký.",
    )
    effective_to: Any = VietnameseDateField(
        DECISION_FIELDS["effective_to"],
        validators=[optional()],
        description="Ngày đầu tiên không còn hiệu lực. Để trống nếu văn bản không nêu.",
    )


class DecisionFields(PaperFields):
    """The same with the scan: what is typed when a decision is recorded."""

    scan: Any = scan_field(DECISION_FIELDS["scan"], optional())


def cited_number() -> Any:
    """Return the field for the number of the decision a change of units rests on."""
    return CodeField(
        DECISION_FIELDS["number"],
        validators=[
            required("Nhập số quyết định hoặc nghị quyết."),
            at_most(CITATION_MAX_LENGTH, "Số và ký hiệu"),
        ],
        description="Của quyết định, nghị quyết. Ví dụ: 1659/NQ-UBTVQH15",
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


def cited_day() -> Any:
    """Return the field for the day on which such a decision was signed."""
    return VietnameseDateField(
        DECISION_FIELDS["issued_on"],
        validators=[optional(), not_after(today, "Ngày ký")],
        description="Ví dụ: 16/06/2025. Để trống nếu chưa biết.",
    )


def paper_values(form: Any) -> dict[str, Any]:
    """Return the arguments that `RecordDecision` and `CorrectDecision` share, as typed."""
    return {
        "number": form.number.data or "",
        "kind": DecisionKind(form.kind.data) if form.kind.data else None,
        "issued_on": form.issued_on.data,
        "issuer": form.issuer.data or None,
        "signer": form.signer.data or None,
        "signature": signature_chosen(form),
        "signer_form": form.signer_form.data or None,
        "effective_from": form.effective_from.data,
        "effective_to": form.effective_to.data,
    }


def signature_chosen(form: Any) -> SignatureForm | None:
    """Return the form of signature chosen in a form with `PaperFields`."""
    return SignatureForm(form.signature.data) if form.signature.data else None


def decision_typed(form: Any, unit_id: int) -> RecordDecision:
    """Return the decision typed into a form with `DecisionFields`."""
    return RecordDecision(unit_id=unit_id, scan=uploaded_scan(form.scan), **paper_values(form))


def fill_paper(form: Any, decision: Decision) -> None:
    """Show what is stored of a decision in a form with `PaperFields`."""
    form.number.data = decision.number
    form.kind.data = decision.kind.value
    form.issued_on.data = decision.issued_on
    form.issuer.data = decision.issuer
    form.signer.data = decision.signer
    signature, form.signer_form.data = split_signature(decision.signer_form)
    form.signature.data = signature.value if signature else ""
    form.effective_from.data = decision.effective_from
    form.effective_to.data = decision.effective_to


def paper_label(decision: Decision) -> str:
    """Return how a decision is told in a choice: its name, its day, who issued it."""
    day = f"ngày {decision.issued_on:%d/%m/%Y}" if decision.issued_on else "chưa có ngày ký"
    issuer = f" của {decision.issuer}" if decision.issuer else ""
    return f"{decision.name} {day}{issuer}"

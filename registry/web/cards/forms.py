"""Forms of cards."""

from registry.domain.field_names import CARD_FIELDS
from registry.web.forms.fields import (
    BaseForm,
    CheckboxesField,
    CodeField,
    QueryForm,
    TextField,
    at_most,
    required,
)


class PrintForm(BaseForm):
    """Which members' cards to print; the choices are those of the unit."""

    line_ids = CheckboxesField("Thành viên", validate_choice=False)


class RevokeForm(BaseForm):
    """Why a card is withdrawn."""

    reason = TextField(
        CARD_FIELDS["reason"],
        validators=[required("Nhập lý do thu hồi."), at_most(500, "Lý do")],
        description="Ví dụ: mất thẻ, thẻ hỏng, in sai",
    )


class LookUpForm(QueryForm):
    """A code typed by hand."""

    ma = CodeField(
        "Mã thẻ",
        description="16 chữ số và chữ cái in dưới mã QR, ví dụ 7K3M-9QTR-X2AB-44CD",
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )

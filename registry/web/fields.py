"""The base form and the field classes every page uses: Vietnamese messages, clean text, govuk-frontend markup.

Forms check shape, services check truth. The widgets are those of govuk-frontend-wtf; `_InVietnamese`
replaces the English they hard-code. `tests/web/test_fields.py` proves no English message is left.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileAllowed, FileSize
from flask_wtf.file import FileField as PlainFileField
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovFileInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms import fields as plain
from wtforms.validators import Length, Optional, StopValidation, ValidationError

from registry.domain.errors import Invalid
from registry.domain.vietnamese import normalise
from registry.domain.vietnamese_format import format_day, format_number, parse_day

CORRECTION = "correction"
CHANGE = "change"

DAY_HINT = "Ví dụ: 05/12/2024"

_SUBMIT_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_PHONE_SHAPE = re.compile(r"\+?[0-9 .()-]{8,20}")
_EMAIL_SHAPE = re.compile(r"[^@\s<>,;:\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_GROUPED_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+|-?[0-9]+")

_PICK = "Chọn một trong các mục của danh sách."
_NOT_A_DAY = "Ngày không có thật. Nhập ngày theo dạng dd/mm/yyyy, ví dụ 05/12/2024."
_SESSION_OVER = "Phiên làm việc đã hết hạn. Kiểm tra lại rồi gửi lần nữa."
_OTHERWISE = "Giá trị không hợp lệ."

# Every message WTForms and Flask-WTF can show when a page gives none of its own.
MESSAGES = {
    "This field is required.": "Mục này bắt buộc nhập.",
    "Not a valid choice.": _PICK,
    "Invalid Choice: could not coerce.": _PICK,
    "Invalid choice(s): one or more data inputs could not be coerced.": _PICK,
    "'%(value)s' is not a valid choice for this field.": "“%(value)s” không có trong danh sách.",
    "'%(value)s' are not valid choices for this field.": "“%(value)s” không có trong danh sách.",
    "Choices cannot be None.": _PICK,
    "Invalid input.": _OTHERWISE,
    "Invalid value, must be one of: %(values)s.": "Chỉ nhận một trong các giá trị: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Không nhận các giá trị: %(values)s.",
    "Field must be equal to %(other_name)s.": "Hai lần nhập phải giống nhau.",
    "Field must be at least %(min)d character long.": "Nhập ít nhất %(min)d ký tự.",
    "Field must be at least %(min)d characters long.": "Nhập ít nhất %(min)d ký tự.",
    "Field cannot be longer than %(max)d character.": "Nhập nhiều nhất %(max)d ký tự.",
    "Field cannot be longer than %(max)d characters.": "Nhập nhiều nhất %(max)d ký tự.",
    "Field must be exactly %(max)d character long.": "Nhập đúng %(max)d ký tự.",
    "Field must be exactly %(max)d characters long.": "Nhập đúng %(max)d ký tự.",
    "Field must be between %(min)d and %(max)d characters long.": (
        "Nhập từ %(min)d đến %(max)d ký tự."
    ),
    "Number must be at least %(min)s.": "Nhập số không nhỏ hơn %(min)s.",
    "Number must be at most %(max)s.": "Nhập số không lớn hơn %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Nhập số từ %(min)s đến %(max)s.",
    "Date must be at least %(min)s.": "Nhập ngày không sớm hơn %(min)s.",
    "Date must be at most %(max)s.": "Nhập ngày không muộn hơn %(max)s.",
    "Date must be between %(min)s and %(max)s.": "Nhập ngày từ %(min)s đến %(max)s.",
    "Invalid email address.": "Địa chỉ thư điện tử không đúng dạng. Ví dụ: ten@donvi.gov.vn",
    "Invalid URL.": "Địa chỉ trang mạng không đúng dạng.",
    "Invalid IP address.": _OTHERWISE,
    "Invalid Mac address.": _OTHERWISE,
    "Invalid UUID.": _OTHERWISE,
    "Invalid field name '%s'.": _OTHERWISE,
    "Not a valid integer value.": "Nhập một số nguyên, ví dụ 25.",
    "Not a valid decimal value.": "Nhập một số, ví dụ 8,5.",
    "Not a valid float value.": "Nhập một số, ví dụ 8,5.",
    "Not a valid date value.": _NOT_A_DAY,
    "Not a valid datetime value.": _NOT_A_DAY,
    "Not a valid time value.": "Nhập giờ theo dạng giờ:phút, ví dụ 14:05.",
    "Not a valid week value.": _OTHERWISE,
    "This field cannot be edited.": "Mục này không sửa được.",
    "This field is disabled and cannot have a value.": "Mục này không nhận giá trị.",
    "File does not have an approved extension: {extensions}": "Chỉ nhận tệp: {extensions}.",
    "File does not have an approved extension.": "Loại tệp này không được nhận.",
    "Invalid CSRF Token.": _SESSION_OVER,
    "CSRF token missing.": _SESSION_OVER,
    "CSRF token expired.": _SESSION_OVER,
    "CSRF failed.": _SESSION_OVER,
}


class _Messages:
    """The translations object WTForms asks; a message it does not know still comes out Vietnamese."""

    def gettext(self, message: str) -> str:
        return MESSAGES.get(message, _OTHERWISE)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self.gettext(singular if count == 1 else plural)


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One line of the error summary: the message and, for a field, the fragment that leads to it."""

    text: str
    href: str | None


def clean_line(text: str | None) -> str | None:
    """Return one line of text in NFC without stray or invisible spaces; None stays None."""
    return None if text is None else normalise(text)


def clean_lines(text: str | None) -> str | None:
    """Clean each line like `clean_line`, keep the line breaks, drop empty lines at both ends."""
    if text is None:
        return None
    return "\n".join(normalise(line) for line in text.splitlines()).strip("\n")


def _kept_submit_key(sent: str | None) -> str:
    """Keep the key of a form sent before; a missing or forged one is replaced."""
    if sent is not None and _SUBMIT_KEY.fullmatch(sent):
        return sent
    return secrets.token_urlsafe(16)


class _Meta(FlaskForm.Meta):
    def get_translations(self, form: Any) -> _Messages:
        """Give every field and validator of `form` the Vietnamese messages."""
        return _Messages()

    def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
        """Bind a field, cleaning what is typed into text fields (not passwords, not hidden values)."""
        kind = unbound_field.field_class
        if issubclass(kind, plain.StringField) and not issubclass(
            kind, (plain.PasswordField, plain.HiddenField)
        ):
            clean = clean_lines if issubclass(kind, plain.TextAreaField) else clean_line
            options["filters"] = [clean, *unbound_field.kwargs.pop("filters", [])]
        return unbound_field.bind(form=form, **options)


class BaseForm(FlaskForm):
    """A form that is posted: CSRF token, Vietnamese messages and the key that makes a repeat harmless.

    `submit_key.data` is new for a fresh form and kept when the same form is shown again; the
    service that writes remembers it, so a double click or a resend creates nothing twice.
    """

    Meta = _Meta

    submit_key = plain.HiddenField(
        default=lambda: secrets.token_urlsafe(16), filters=[_kept_submit_key]
    )

    def problems(self) -> list[FormProblem]:
        """Return what is wrong, in the order of the page, for `error_summary`."""
        found = [FormProblem(text, None) for text in self.form_errors]
        for field in self:
            found.extend(_problems_of(field, self.meta.csrf_field_name))
        return found

    def add_problem(self, field_name: str, message: str) -> None:
        """Show `message` at the field of that name, or above the form when there is no such field."""
        field = self._fields.get(field_name)
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]


class QueryForm(BaseForm):
    """A form that is sent with GET (filters, searches): no token, nothing to repeat.

    Build it with `QueryForm(request.args)`.
    """

    class Meta(_Meta):
        csrf = False

    submit_key = None


def _problems_of(field: Any, csrf_name: str) -> Iterator[FormProblem]:
    if field.name == csrf_name:
        if field.errors:
            yield FormProblem(_SESSION_OVER, None)
    elif isinstance(field, plain.FormField):
        for inner in field.form:
            yield from _problems_of(inner, csrf_name)
    elif isinstance(field, plain.FieldList):
        for entry in field.entries:
            yield from _problems_of(entry, csrf_name)
    elif field.errors:
        yield FormProblem(str(field.errors[0]), f"#{field.id}")


# --- widgets ---------------------------------------------------------------------------------------


class _InVietnamese:
    """Turns what govuk-frontend-wtf hands to its macros into Vietnamese, accessible parameters."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        kwargs.pop("required", None)  # the browser's own message would be in the browser's language
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)  # type: ignore[misc]  # mixin
        if params.get("errorMessage"):
            params["errorMessage"]["visuallyHiddenText"] = "Lỗi"
            params.setdefault("attributes", {})
        hint = params.get("hint")
        if hint is not None and not (hint.get("text") or hint.get("html")):
            params["hint"] = None
        if field.flags.optional:
            _mark_optional(params)
        return params


def _mark_optional(params: dict[str, Any]) -> None:
    label = params["fieldset"]["legend"] if "fieldset" in params else params.get("label")
    if label and label.get("text"):
        label["html"] = Markup('{} <span class="optional">(không bắt buộc)</span>').format(
            label.pop("text")
        )


class _TextInput(_InVietnamese, GovTextInput):
    pass


class _PasswordInput(_InVietnamese, GovTextInput):
    """A password box that never sends the password back to the page."""

    input_type = "password"

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        kwargs["value"] = ""
        return super().__call__(field, **kwargs)  # type: ignore[no-any-return]  # untyped package


class _TextArea(_InVietnamese, GovTextArea):
    pass


class _Select(_InVietnamese, GovSelect):
    pass


class _Radios(_InVietnamese, GovRadioInput):
    pass


class _Checkboxes(_InVietnamese, GovCheckboxesInput):
    pass


class _Checkbox(_InVietnamese, GovCheckboxInput):
    pass


class _FileInput(_InVietnamese, GovFileInput):
    pass


# --- fields ----------------------------------------------------------------------------------------


class TextField(plain.StringField):
    """One line of text."""

    widget = _TextInput()


class LongTextField(plain.TextAreaField):
    """Several lines of text."""

    widget = _TextArea()


class SecretField(plain.PasswordField):
    """A password; `render_kw={"autocomplete": "new-password"}` where one is chosen."""

    widget = _PasswordInput()


class SelectField(plain.SelectField):
    """One of a list, folded; `choices` are (value, label)."""

    widget = _Select()


class RadioField(plain.RadioField):
    """One of a short list, all in sight; `choices` are (value, label)."""

    widget = _Radios()


class CheckboxesField(plain.SelectMultipleField):
    """Any of a list; `choices` are (value, label)."""

    widget = _Checkboxes()


class CheckboxField(plain.BooleanField):
    """A single yes."""

    widget = _Checkbox()


class FileField(PlainFileField):
    """One uploaded file."""

    widget = _FileInput()


class VietnameseDateField(plain.Field):
    """A day typed as dd/mm/yyyy (also d/m/yyyy and ISO); `data` is a date or None."""

    widget = _TextInput()

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        description: str = DAY_HINT,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, description=description, **kwargs)
        self.render_kw = {"inputmode": "numeric", "autocomplete": "off"} | (self.render_kw or {})

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_day(self.data) if isinstance(self.data, date) else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day typed; an empty box is None."""
        self.data = None
        typed = str(valuelist[0]).strip() if valuelist else ""
        if typed:
            try:
                self.data = parse_day(typed)
            except Invalid as refusal:
                raise ValueError(refusal.problems[0].message) from None


class PhoneField(TextField):
    """A telephone number as typed; only its shape is checked, `registry.domain` reads it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.render_kw = {"type": "tel", "autocomplete": "tel"} | (self.render_kw or {})

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be a telephone number."""
        if self.data and not _PHONE_SHAPE.fullmatch(self.data):
            raise ValidationError("Số điện thoại không đúng dạng. Ví dụ: 0912 345 678")


class EmailField(TextField):
    """An e-mail address; only its shape is checked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.render_kw = {"type": "email", "autocomplete": "email", "spellcheck": "false"} | (
            self.render_kw or {}
        )

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be an address."""
        if self.data and not _EMAIL_SHAPE.fullmatch(self.data):
            raise ValidationError(MESSAGES["Invalid email address."])


class _NumberField(plain.Field):
    widget = _TextInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.render_kw = {"inputmode": "decimal", "autocomplete": "off"} | (self.render_kw or {})

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_number(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        typed = str(valuelist[0]).strip() if valuelist else ""
        if typed:
            self.data = self.read(typed)

    def read(self, typed: str) -> int | Decimal:
        raise NotImplementedError


class WholeNumberField(_NumberField):
    """A whole number, with or without dots for thousands; `data` is an int or None."""

    def read(self, typed: str) -> int:
        """Return the number typed, or raise ValueError with what to type instead."""
        if not _GROUPED_NUMBER.fullmatch(typed) or len(typed) > 15:
            raise ValueError(MESSAGES["Not a valid integer value."])
        return int(typed.replace(".", ""))


class DecimalNumberField(_NumberField):
    """A number with a decimal comma ("8,5"; a point is understood too); `data` is a Decimal or None."""

    def read(self, typed: str) -> Decimal:
        """Return the number typed, or raise ValueError with what to type instead."""
        try:
            number = Decimal(typed.replace(",", "."))
        except InvalidOperation:
            raise ValueError(MESSAGES["Not a valid decimal value."]) from None
        if not number.is_finite() or len(typed) > 15:
            raise ValueError(MESSAGES["Not a valid decimal value."])
        return number


# --- validators ------------------------------------------------------------------------------------


class required:  # noqa: N801  used like a function: required("Nhập họ và tên.")
    """Refuse an empty field with `message`, which names it: "Nhập họ và tên."."""

    field_flags = {"required": True}  # noqa: RUF012  the attribute WTForms reads

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        nothing_sent = not any(_is_given(value) for value in field.raw_data or [])
        if nothing_sent or (not field.errors and field.data in (None, "")):
            field.errors = []
            raise StopValidation(self.message)
        if field.errors:
            raise StopValidation  # what was typed could not be read; that message stands alone


def _is_given(value: Any) -> bool:
    if isinstance(value, FileStorage):
        return bool(value.filename)
    return bool(str(value).strip())


def optional() -> Optional:
    """Let an empty field pass and mark its label "(không bắt buộc)"."""
    return Optional()


def at_most(characters: int, what: str) -> Length:
    """Limit a text; `what` names it: at_most(200, "Họ và tên")."""
    return Length(
        max=characters, message=f"{what} dài nhiều nhất {format_number(characters)} ký tự."
    )


def at_least(characters: int, what: str) -> Length:
    """Ask for a shortest length; `what` names the text."""
    return Length(
        min=characters, message=f"{what} dài ít nhất {format_number(characters)} ký tự."
    )


def file_types(extensions: Iterable[str]) -> FileAllowed:
    """Accept files with these extensions (without the dot) only; the service looks at the content."""
    names = list(extensions)
    listed = ", ".join(f".{name}" for name in names)
    return FileAllowed(names, message=f"Chỉ nhận tệp {listed}.")


def file_limit(megabytes: int) -> FileSize:
    """Refuse a larger file."""
    return FileSize(megabytes * 1024 * 1024, message=f"Tệp lớn quá {megabytes} MB.")


def not_after(today: Callable[[], date], what: str) -> Callable[[Any, Any], None]:
    """Refuse a day in the future; `what` names it: not_after(current_day, "Ngày ban hành")."""

    def check(_form: Any, field: Any) -> None:
        if field.data is not None and field.data > today():
            raise ValidationError(f"{what} không được sau ngày hôm nay.")

    return check


class DatedChangeForm(BaseForm):
    """Asks which of the two an edit of a dated fact is; shown by the macro `change_chooser`."""

    change_kind = RadioField(
        "Nội dung sửa là",
        choices=[(CORRECTION, "Đính chính (sửa sai sót)"), (CHANGE, "Thay đổi từ ngày …")],
        validators=[required("Chọn đính chính hoặc thay đổi từ ngày.")],
    )
    change_from = VietnameseDateField("Thay đổi từ ngày")

    def validate_change_from(self, field: Any) -> None:
        """Ask for the day of a change; a correction has none."""
        if self.change_kind.data == CORRECTION:
            field.data = None
            field.errors = []
            raise StopValidation
        if self.change_kind.data == CHANGE and field.data is None and not field.errors:
            raise ValidationError("Nhập ngày bắt đầu thay đổi.")

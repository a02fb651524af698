"""The forms and fields every page uses: Vietnamese messages, clean text, govuk-frontend markup.

Forms check shape, services check truth.
"""

import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField as PlainFileField
from flask_wtf.file import FileSize
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import fields as plain
from wtforms.validators import Length, Optional, StopValidation, ValidationError

from registry.domain.emails import read_email
from registry.domain.errors import Invalid
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise, normalise_signs
from registry.domain.vietnamese.reading import parse_day, parse_number, parse_whole_number
from registry.domain.vietnamese.writing import format_day, format_number
from registry.web.forms.messages import SENT_BEFORE, SESSION_OVER, Messages
from registry.web.forms.widgets import (
    Checkbox,
    Checkboxes,
    FileInput,
    PasswordInput,
    Radios,
    Select,
    TextArea,
    TextInput,
)
from registry.web.numbers import row_number, row_number_or

CORRECTION = "correction"
CHANGE = "change"

DAY_HINT = "Ví dụ: 05/12/2024"

_SUBMIT_KEY = re.compile(r"[A-Za-z0-9_-]{22}")
_PHONE_SHAPE = re.compile(r"\+?[0-9 .()-]{8,20}")


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One line of the error summary: the message and, for a field, the way to it."""

    text: str
    href: str | None


def clean_line(text: str | None) -> str | None:
    """Return one line of text in NFC without stray or invisible spaces; None stays None."""
    return None if text is None else normalise(text)


def clean_code(text: str | None) -> str | None:
    """Return what is no prose like `clean_line`, dashes and slashes as a keyboard has them."""
    return None if text is None else normalise_signs(text)


def clean_lines(text: str | None) -> str | None:
    """Clean each line like `clean_line`, keep the line breaks, drop empty lines at both ends."""
    if text is None:
        return None
    return "\n".join(normalise(line) for line in text.splitlines()).strip("\n")


def _permitted(text: str | None) -> str | None:
    """Return a cleaned text; raise ValueError, as filters do, for what no paper can print."""
    if text is not None and (said := refusal_of(text)):
        raise ValueError(said)
    return text


def _kept_submit_key(sent: str | None) -> str:
    """Keep the key of a form sent before; a missing or forged one is replaced."""
    if sent is not None and _SUBMIT_KEY.fullmatch(sent):
        return sent
    return secrets.token_urlsafe(16)


class _Meta(FlaskForm.Meta):
    # What is typed will be stored, and printed one day.
    stores_text = True

    def get_translations(self, form: Any) -> Messages:
        """Give every field and validator of `form` the Vietnamese messages."""
        return Messages()

    def wrap_formdata(self, form: Any, formdata: Any) -> Any:
        """Return what fills `form`: of a POST the files to the fields of files, text to others.

        Anybody may send a file under the name of any field, and a body that is no form at all.
        """
        if formdata is None or isinstance(formdata, MultiDict):
            return formdata
        if not form.is_submitted():
            return None
        sent: MultiDict[str, Any] = MultiDict(request.form)
        for field in form:
            if isinstance(field, FileField):
                sent.setlist(field.name, request.files.getlist(field.name))
        return sent

    def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
        """Bind a field; text typed in is cleaned, passwords and hidden values are not."""
        kind = unbound_field.field_class
        if issubclass(kind, plain.StringField) and not issubclass(
            kind, (plain.PasswordField, plain.HiddenField)
        ):
            clean = clean_line
            if issubclass(kind, plain.TextAreaField):
                clean = clean_lines
            elif issubclass(kind, CodeField):
                clean = clean_code
            own = unbound_field.kwargs.pop("filters", [])
            options["filters"] = [clean, *[_permitted] * self.stores_text, *own]
        return unbound_field.bind(form=form, **options)


class BaseForm(FlaskForm):
    """A form that is posted: token, Vietnamese messages, and a key that makes a repeat harmless.

    `submit_key.data` is new for a fresh form and kept when the same form is shown again; it is
    remembered with what the form said, so a double click or a resend creates nothing twice.
    """

    Meta = _Meta

    submit_key = plain.HiddenField(
        default=lambda: secrets.token_urlsafe(16), filters=[_kept_submit_key]
    )
    _first_result: str | None = None

    def was_sent_before(self, location: str) -> None:
        """Say that this form was accepted with another content, and let it be sent once more."""
        self._first_result = location
        self.submit_key.data = secrets.token_urlsafe(16)

    def problems(self) -> list[FormProblem]:
        """Return what is wrong, in the order of the page, for `error_summary`."""
        found = [FormProblem(text, None) for text in self.form_errors]
        if self._first_result:
            found.insert(0, FormProblem(SENT_BEFORE, self._first_result))
        for field in self:
            found.extend(_problems_of(field, self.meta.csrf_field_name))
        return found

    def add_problem(self, field_name: str, message: str) -> None:
        """Show `message` at the field of that name, else above the form."""
        field = self._fields.get(field_name)
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]


class ButtonForm(BaseForm):
    """A button that changes something: only the token and the key."""


class QueryForm(BaseForm):
    """A form that is sent with GET (filters, searches): no token, nothing to repeat.

    Build it with `QueryForm(request.args)`.
    """

    class Meta(_Meta):
        """As `BaseForm`, without the token: what is only looked for may be anything."""

        csrf = False
        stores_text = False

    submit_key = None


def _problems_of(field: Any, csrf_name: str) -> Iterator[FormProblem]:
    if field.name == csrf_name:
        if field.errors:
            yield FormProblem(SESSION_OVER, None)
    elif isinstance(field, plain.FormField):
        for inner in field.form:
            yield from _problems_of(inner, csrf_name)
    elif isinstance(field, plain.FieldList):
        for entry in field.entries:
            yield from _problems_of(entry, csrf_name)
    elif field.errors:
        yield FormProblem(str(field.errors[0]), f"#{field.id}")


# --- fields -----------------------------------------------------------------------------


class TextField(plain.StringField):
    """One line of text."""

    widget = TextInput()


class CodeField(TextField):
    """One line that is no prose: a code, the number of a paper, of a telephone, an address."""


class LongTextField(plain.TextAreaField):
    """Several lines of text."""

    widget = TextArea()


class SecretField(plain.PasswordField):
    """A password; `render_kw={"autocomplete": "new-password"}` where one is chosen."""

    widget = PasswordInput()


class _Choices:
    """Takes choices as (value, label) pairs; WTForms is about to drop them for a mapping."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        choices: Iterable[tuple[Any, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, choices=dict(choices), **kwargs)  # type: ignore[call-arg] # mixin

    @property
    def choices(self) -> dict[Any, str]:
        """The choices in their order, label by value; may be assigned as pairs."""
        found: dict[Any, str] = super().choices  # type: ignore[misc] # mixin
        return found

    @choices.setter
    def choices(self, pairs: Iterable[tuple[Any, str]]) -> None:
        plain.SelectField.choices.fset(self, dict(pairs))


class SelectField(_Choices, plain.SelectField):
    """One of a list, folded; `choices` are (value, label)."""

    widget = Select()


class RadioField(_Choices, plain.RadioField):
    """One of a short list, all in sight; `choices` are (value, label)."""

    widget = Radios()


class CheckboxesField(_Choices, plain.SelectMultipleField):
    """Any of a list; `choices` are (value, label)."""

    widget = Checkboxes()


class CheckboxField(plain.BooleanField):
    """A single yes."""

    widget = Checkbox()


class HiddenField(plain.HiddenField):
    """A value the page carries along; it comes back as anyone may have changed it."""


class VersionField(HiddenField):
    """The version of the row a form was filled from."""

    @property
    def number(self) -> int:
        """Return the version that came back; what is no number fits no row."""
        return row_number_or(-1, self.data)


class FileField(PlainFileField):
    """One uploaded file."""

    widget = FileInput()


def _with_attributes(arguments: dict[str, Any], **defaults: str) -> dict[str, Any]:
    """Add HTML attributes to a field's arguments; those the page gives win."""
    return {**arguments, "render_kw": defaults | (arguments.get("render_kw") or {})}


class _ReadField(plain.Field, ABC):
    """A value read from what was typed, which is cleaned first; an empty box is None."""

    data: Any  # a value wherever `required` has passed, which types cannot tell
    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; an empty box is None."""
        self.data = None
        typed = normalise_signs(str(valuelist[0])) if valuelist else ""
        if typed:
            try:
                self.data = self.read(typed)
            except Invalid as refusal:
                raise ValueError(refusal.problems[0].message) from None

    @abstractmethod
    def read(self, typed: str) -> Any:
        """Return the value typed, or raise Invalid with what to type instead."""

    @abstractmethod
    def write(self, value: Any) -> str:
        """Return a stored value as it is typed."""


class VietnameseDateField(_ReadField):
    """A day as people type it (`parse_day`); `data` is a date or None."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        description: str = DAY_HINT,
        **kwargs: Any,
    ) -> None:
        kwargs = _with_attributes(kwargs, inputmode="numeric", autocomplete="off")
        super().__init__(label, validators, description=description, **kwargs)

    def read(self, typed: str) -> date:
        """Return the day typed, or raise Invalid with what to type instead."""
        return parse_day(typed)

    def write(self, value: date) -> str:
        """Return a stored day as it is typed."""
        return format_day(value)


class PhoneField(CodeField):
    """A telephone number as typed; only its shape is checked, `registry.domain` reads it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **_with_attributes(kwargs, type="tel", autocomplete="tel"))

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be a telephone number."""
        if self.data and not _PHONE_SHAPE.fullmatch(self.data):
            raise ValidationError("Số điện thoại không đúng dạng. Ví dụ: 0912 345 678")


class EmailField(CodeField):
    """An e-mail address; only its shape is checked, `data` is in small letters."""

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = _with_attributes(kwargs, type="email", autocomplete="email", spellcheck="false")
        super().__init__(*args, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be an address."""
        if self.data:
            try:
                self.data = read_email(self.data)
            except Invalid as refusal:
                raise ValidationError(refusal.message) from None


class _NumberField(_ReadField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = _with_attributes(kwargs, inputmode="decimal", autocomplete="off")
        super().__init__(*args, **kwargs)

    def write(self, value: int | Decimal) -> str:
        """Return a stored number as it is typed."""
        return format_number(value)


class WholeNumberField(_NumberField):
    """A whole number, with or without dots for thousands; `data` is an int or None."""

    def read(self, typed: str) -> int:
        """Return the number typed, or raise Invalid with what to type instead."""
        return parse_whole_number(typed)


class DecimalNumberField(_NumberField):
    """A number with a decimal comma or point: "8,5"; `data` is a Decimal or None."""

    def read(self, typed: str) -> Decimal:
        """Return the number typed, or raise Invalid with what to type instead."""
        return parse_number(typed)


def number_or_none(value: Any) -> int | None:
    """Read the value of a choice that is a row's number: `coerce=number_or_none`; "" is None."""
    return None if value in (None, "") else row_number(value)


# --- validators -------------------------------------------------------------------------


class required:  # noqa: N801  used like a function: required("Nhập họ và tên.")
    """Refuse an empty field with `message`, which names it: "Nhập họ và tên."."""

    field_flags = {"required": True}  # noqa: RUF012  the attribute WTForms reads

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Stop the chain of validators with `message` when nothing was typed or chosen."""
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
    """Limit the length of a text; `what` names it: "Họ và tên"."""
    return Length(
        max=characters, message=f"{what} dài nhiều nhất {format_number(characters)} ký tự."
    )


def file_limit(megabytes: int) -> FileSize:
    """Refuse a larger file."""
    return FileSize(
        megabytes * 1024 * 1024, message=f"Tệp lớn hơn {megabytes} MB. Chọn tệp nhỏ hơn."
    )


def not_after(today: Callable[[], date], what: str) -> Callable[[Any, Any], None]:
    """Refuse a day later than `today()`; `what` names the field: "Ngày ban hành"."""
    message = f"{what} không được sau hôm nay."

    def check(_form: Any, field: Any) -> None:
        if field.data is not None and field.data > today():
            raise ValidationError(message)

    return check


class DatedChangeForm(BaseForm):
    """Asks which of the two an edit of a dated fact is; shown by the macro `change_chooser`."""

    change_kind = RadioField(
        "Nội dung sửa là",
        choices=[(CORRECTION, "Đính chính (sửa sai sót)"), (CHANGE, "Thay đổi từ ngày …")],
        validators=[required("Chọn đính chính hoặc thay đổi từ ngày.")],
    )
    change_from = VietnameseDateField("Thay đổi từ ngày")

    def problems(self) -> list[FormProblem]:
        """Return what is wrong; the question asked here stands at the end of the page."""
        asked_last = {f"#{self.change_kind.id}", f"#{self.change_from.id}"}
        return sorted(super().problems(), key=lambda problem: problem.href in asked_last)

    def validate_change_from(self, field: Any) -> None:
        """Ask for the day of a change; a correction has none."""
        if self.change_kind.data == CORRECTION:
            field.data = None
            field.errors = []
            raise StopValidation
        if self.change_kind.data == CHANGE and field.data is None and not field.errors:
            raise ValidationError("Nhập ngày bắt đầu thay đổi.")

"""The field of a person's name: what was typed is put right, and never in silence."""

from typing import Any

from markupsafe import Markup
from wtforms.validators import ValidationError

from registry.domain.errors import Invalid
from registry.domain.vietnamese.typed_names import TypedName, read_name
from registry.web.forms.fields import TextField
from registry.web.forms.widgets import TextInput


class _NameInput(TextInput):
    """The box of a name, with what was asked of it in a hidden one."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Return the box; the hidden one only after a question."""
        box: Markup = super().__call__(field, **kwargs)
        if not field.asked:
            return box
        hidden = Markup('<input type="hidden" name="{}" value="{}">')
        return box + hidden.format(field.asked_name, field.asked)


class NameField(TextField):
    """A person's name; `data` is without a form of address, which `notices` tells.

    A name all in capitals or all in small letters is put right in the box and asked about once:
    the hidden value beside the box remembers what was asked, so that it may be insisted on.
    """

    data: Any  # a name wherever `required` has passed, which types cannot tell
    widget = _NameInput()
    asked = ""
    notices: tuple[str, ...] = ()
    _typed: str | None = None

    def _value(self) -> str:
        """Show what was typed, form of address and all, until it is saved and told."""
        return self._typed or self.data or ""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Take a form of address off, and remember what was asked of the name before."""
        super().process(formdata, *args, **kwargs)
        self.asked = (formdata.get(self.asked_name) or "") if formdata else ""
        read = self._read() if formdata else None
        if read is not None and read.taken_off:
            self._typed, self.data = self.data, read.name
            self.notices = (f"Đã bỏ “{read.taken_off}” đứng trước họ tên “{read.name}”.",)

    def _read(self) -> TypedName | None:
        """Return the name read; None for what is none, which the service refuses with all else."""
        try:
            return read_name(self.data or "")
        except Invalid:
            return None

    @property
    def asked_name(self) -> str:
        """The name of the hidden value."""
        return f"{self.name}_asked"

    def pre_validate(self, _form: Any) -> None:
        """Ask about a name all in capitals or all in small letters."""
        read = self._read()
        if read is not None and read.name not in (read.put_right, self.asked):
            self.asked, self.data, self._typed = read.name, read.put_right, None
            question = (
                f"Đã sửa chữ hoa, chữ thường thành “{read.put_right}”. Xem lại rồi gửi lần nữa; "
                "nếu họ tên đúng là viết như đã nhập thì nhập lại như cũ."
            )
            raise ValidationError(" ".join((*self.notices, question)))

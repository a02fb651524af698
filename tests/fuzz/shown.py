"""What a page offers: its forms with their fields as shown, and its links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

# Inputs that carry no value of their own.
_BUTTONS = {"submit", "button", "reset", "image"}


@dataclass(slots=True)
class ShownField:
    """A field by its kind (`text`, `select`, `radio`, `checkbox`, `file`, …) and what it offers."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ShownForm:
    """A form; fields of one name are one field."""

    method: str
    action: str
    fields: dict[str, ShownField] = field(default_factory=dict)

    def offered(self, name: str, kind: str) -> ShownField:
        """Return the field of that name, new when the form has none."""
        return self.fields.setdefault(name, ShownField(name, kind))


class _Reader(HTMLParser):
    """Collects forms and links while a page is read."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[ShownForm] = []
        self.links: list[str] = []
        self._form: ShownForm | None = None
        self._field: ShownField | None = None
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        elif tag == "form":
            self._form = ShownForm(given.get("method", "get").upper(), given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None and given.get("name"):
            self._begin_field(tag, given, self._form)
        elif tag == "option" and self._field is not None:
            self._field.options.append(given.get("value", ""))
            if "selected" in given:
                self._field.values.append(given.get("value", ""))

    def _begin_field(self, tag: str, given: dict[str, str], form: ShownForm) -> None:
        kind = given.get("type", "text") if tag == "input" else tag
        if tag == "button" or kind in _BUTTONS:
            form.offered(given["name"], "button").options.append(given.get("value", ""))
            return
        offered = form.offered(given["name"], kind)
        if tag == "select":
            self._field = offered
        elif tag == "textarea":
            self._field, self._text = offered, []
        elif kind in {"radio", "checkbox"}:
            offered.options.append(given.get("value", "on"))
            if "checked" in given:
                offered.values.append(given.get("value", "on"))
        elif kind != "file":
            offered.values.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._field is not None and self._text is not None:
            self._field.values.append("".join(self._text).removeprefix("\n"))
            self._field = self._text = None
        elif tag == "select":
            self._field = None


def read_page(page: str) -> tuple[list[ShownForm], list[str]]:
    """Return the forms of a page and the addresses it links to, in its order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms, reader.links

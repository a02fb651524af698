"""The widgets of govuk-frontend-wtf without the English they hard-code."""

from typing import Any

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


class _InVietnamese:
    """Turns what govuk-frontend-wtf hands to its macros into Vietnamese, accessible parameters."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        kwargs.pop("required", None)  # the browser's own message would be in the browser's language
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)  # type: ignore[misc]  # mixin
        if params.get("errorMessage"):
            params["errorMessage"]["visuallyHiddenText"] = "Lỗi"
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


class TextInput(_InVietnamese, GovTextInput):
    """A single-line box."""


class PasswordInput(_InVietnamese, GovTextInput):
    """A password box that never sends the password back to the page."""

    input_type = "password"

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Return the empty box."""
        kwargs["value"] = ""
        return super().__call__(field, **kwargs)  # type: ignore[no-any-return]  # untyped package


class TextArea(_InVietnamese, GovTextArea):
    """A box of several lines."""


class Select(_InVietnamese, GovSelect):
    """A folded list."""


class Radios(_InVietnamese, GovRadioInput):
    """One of several, all in sight."""


class Checkboxes(_InVietnamese, GovCheckboxesInput):
    """Any of several."""


class Checkbox(_InVietnamese, GovCheckboxInput):
    """A single yes."""


class FileInput(_InVietnamese, GovFileInput):
    """A file chooser."""

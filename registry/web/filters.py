"""What templates may use beside Jinja's own: Vietnamese formats, static addresses, `here`."""

import hashlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for

from registry.documents.coverage.listed import LIST_OF_LACK, headline_parts, unchecked_words
from registry.domain.boundary_translation import NOT_SEPARABLE
from registry.domain.coverage import Basis, Standard
from registry.domain.field_names import FIELD_NAMES
from registry.domain.labelled import Labelled
from registry.domain.memberships import role_title
from registry.domain.vietnamese.writing import (
    format_day,
    format_long_day,
    format_moment,
    format_number,
    format_percent,
    format_phone,
    format_short_day,
    upper_first,
)
from registry.web.paging import PAGE_PARAMETER


def register(app: Flask) -> None:
    """Give the templates of `app` the filters and globals named in docs/front-end.md."""
    app.add_template_filter(format_day, "day")
    app.add_template_filter(format_long_day, "long_day")
    app.add_template_filter(format_short_day, "short_day")
    app.add_template_filter(format_moment, "moment")
    app.add_template_filter(format_number, "number")
    app.add_template_filter(format_phone, "phone")
    app.add_template_filter(_percent, "percent")
    app.add_template_filter(_label, "label")
    app.add_template_filter(_lower_first, "lower_first")
    app.add_template_filter(upper_first, "upper_first")
    app.add_template_filter(role_title, "role_title")
    app.add_template_global(Standard, "Standard")
    app.add_template_global(Basis, "Basis")
    app.add_template_global(headline_parts)
    app.add_template_global(unchecked_words)
    app.jinja_env.globals["LIST_OF_LACK"] = LIST_OF_LACK
    app.jinja_env.globals["NOT_SEPARABLE"] = NOT_SEPARABLE
    app.jinja_env.globals["field_names"] = FIELD_NAMES
    app.add_template_global(asset)
    app.add_template_global(here)


def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content and may be kept for ever."""
    folder = current_app.static_folder
    if folder is None:
        raise RuntimeError("the application has no static folder")
    return url_for("static", filename=name, v=_content_hash(Path(folder, name)))


def here(**changes: object) -> str:
    """Return the address of this page with query parameters changed; None takes one away.

    Changing anything but the page's cursor goes back to the first page.
    """
    query = request.args.to_dict(flat=False)
    if PAGE_PARAMETER not in changes:
        query.pop(PAGE_PARAMETER, None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = [str(value)]
    return f"{request.path}?{urlencode(query, doseq=True)}" if query else request.path


def _percent(counts: tuple[int, int]) -> str:
    numerator, denominator = counts
    return format_percent(numerator, denominator)


def _label(value: Labelled | None) -> str:
    """Return the word of a value; what is not known has none."""
    return value.label if value is not None else ""


def _lower_first(text: str) -> str:
    """Return a label as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


@lru_cache
def _content_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]

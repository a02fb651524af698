"""PDF set by Typst from `templates/print/*.typ`.

What people wrote reaches Typst as JSON in `sys.inputs` and is never part of the markup, so "#let"
or "*" in a name is printed as it stands. Only the fonts shipped with the project are used, hence
the same input gives the same bytes on every machine.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import typst
from pypdf import PdfReader, PdfWriter

from registry.domain.vietnamese.characters import printable

PROJECT = Path(__file__).parents[2]
TEMPLATES = PROJECT / "templates" / "print"
FONTS = PROJECT / "registry" / "static" / "vendor" / "fonts"

# Typst forgets a cached layout when ten runs have not asked for it again.
_RUNS_TO_FORGET = 11


def typeset_in_parts(template: str, title: str, parts: Iterable[Mapping[str, object]]) -> bytes:
    """Set `template` with each of `parts` and return one PDF of all, called `title`.

    A run of any length needs the memory of one part and of the finished file.
    """
    joined = PdfWriter()
    for data in parts:
        joined.append(PdfReader(BytesIO(typeset(template, data))))
        _forget_layouts()
    joined.add_metadata({"/Title": title})
    target = BytesIO()
    joined.write(target)
    return target.getvalue()


def typeset(template: str, data: Mapping[str, object], *, archival: bool = False) -> bytes:
    """Set `template` with `data` and return the PDF; without archival form it carries no tags."""
    return typst.compile(
        TEMPLATES / template,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_as_printed(data))},
        format="pdf",
        pdf_standards="a-2a" if archival else [],
        pdf_tags=archival,
    )


def _as_printed(value: object) -> object:
    """Return what goes into a template with each text in it as our fonts can print it.

    In archival form one letter without a shape would fail the whole paper.
    """
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {name: _as_printed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_printed(one) for one in value]
    return value


def _forget_layouts() -> None:
    """Empty Typst's cache, which else keeps the layouts of ten batches (some 50 MB each)."""
    for _ in range(_RUNS_TO_FORGET):
        typst.compile(b"", font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts shipped with the project, and no others."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )

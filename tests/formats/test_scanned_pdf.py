"""Scanned papers as PDF: read apart, so that no file takes this process's memory or time."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.formats import scanned_pdf
from registry.formats.scanned_pdf import (
    ACTIVE_PDF,
    DAMAGED,
    FOREIGN_DATA,
    LOCKED_PDF,
    TOO_INTRICATE,
    fault_found,
    fault_of,
)

MEGABYTE = 1024 * 1024
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"


def pdf(more: bytes) -> bytes:
    """Return a PDF of one page, with another object that its catalog leads to."""
    parts = [b"<</Type/Catalog/Pages 2 0 R/More 4 0 R>>", PAGES, PAGE, more]
    content, places = b"%PDF-1.5\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        content
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(content)
    )


def packed_pdf(more: bytes) -> bytes:
    """Return the same, with the other object in a packed stream of objects."""
    content, places = b"%PDF-1.5\n", {4: (2, 5)}
    packed = zlib.compress(b"4 0 " + more, 9)
    parts = {
        1: b"<</Type/Catalog/Pages 2 0 R/More 4 0 R>>",
        2: PAGES,
        3: PAGE,
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
        % (len(packed), packed),
    }
    for number, part in parts.items():
        places[number] = 1, len(content)
        content += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    places[6] = 1, len(content)
    entries = b"\0" * 6 + b"".join(
        kind.to_bytes() + place.to_bytes(4) + b"\0" for _, (kind, place) in sorted(places.items())
    )
    return (
        content
        + b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(entries)
        + entries
        + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[6][1]
    )


def test_a_paper_of_many_megabytes_is_let_in() -> None:
    picture = bytes(range(256)) * (9 * MEGABYTE // 256)
    assert fault_of(pdf(b"<</Length %d>>stream\n%b\nendstream" % (len(picture), picture))) is None


def test_what_is_packed_is_looked_at() -> None:
    assert fault_of(packed_pdf(b"<</More[1 2]>>")) is None
    assert fault_of(packed_pdf(b"<</S/JavaScript/JS(app)>>")) == ACTIVE_PDF


def test_a_small_file_that_unfolds_to_millions_of_objects_is_refused() -> None:
    numbers = b"[" + b"1 " * 90_000 + b"]"
    trap = packed_pdf(b"[" + numbers * 400 + b"]")
    assert len(trap) < MEGABYTE // 8
    assert fault_of(trap) == TOO_INTRICATE


def test_a_file_that_takes_much_work_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanned_pdf, "_MOST_SECONDS", 1)
    numbers = b"[" + b"1 " * 90_000 + b"]"
    assert fault_of(pdf(b"[" + numbers * 50 + b"]")) == TOO_INTRICATE


@given(st.sampled_from([pdf(b"[1]"), packed_pdf(b"[1]")]), st.integers(0), st.binary(max_size=4))
def test_whatever_happens_to_a_file_it_is_let_in_or_refused_and_nothing_else(
    content: bytes, position: int, noise: bytes
) -> None:
    position %= len(content)
    changed = content[:position] + noise + content[position + len(noise) :]
    assert fault_found(changed) in {None, FOREIGN_DATA, DAMAGED, ACTIVE_PDF, LOCKED_PDF}

"""Scans: what is let in, what is refused and how, and the names files go out under."""

import unicodedata
import zlib
from io import BytesIO
from time import process_time
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from registry.domain.errors import Invalid
from registry.formats.scanned_pdf import ACTIVE_PDF, DAMAGED, FOREIGN_DATA, LOCKED_PDF
from registry.formats.scans import (
    EMPTY_FILE,
    MEGABYTE,
    NOT_A_SCAN,
    WRONG_ENDING,
    ScanType,
    check_scan,
    safe_download_name,
)

pytestmark = pytest.mark.usefixtures("read_here")


def picture(kind: str, **options) -> bytes:
    target = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(target, kind, **options)
    return target.getvalue()


def archive() -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as parts:
        parts.writestr("a.html", "<script>alert(1)</script>")
    return target.getvalue()


def pdf(change=None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if change:
        change(writer)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def with_open_action(**action: str):
    entries = {NameObject(f"/{key}"): NameObject(value) for key, value in action.items()}

    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(  # noqa: SLF001
            DictionaryObject(entries)
        )

    return change


def with_deep_script(writer: PdfWriter) -> None:
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app")}
    )
    nested = ArrayObject([DictionaryObject({NameObject("/A"): script})])
    writer.pages[0][NameObject("/Annots")] = nested


def with_named_script(writer: PdfWriter) -> None:
    scripts = DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})
    writer.root_object[NameObject("/Names")] = scripts


def compressed_pdf(catalog: bytes) -> bytes:
    """Return a PDF whose objects, the catalog among them, are in a compressed object stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    offsets = [sum(len(part) + 1 for part in objects[:number]) for number in range(3)]
    index = b"".join(b"%d %d " % (number, offset) for number, offset in enumerate(offsets, 1))
    packed = zlib.compress(index + b"\n".join(objects))
    content = b"%PDF-1.7\n"
    stream_at = len(content)
    content += b"4 0 obj<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>stream\n" % (
        len(index),
        len(packed),
    )
    content += packed + b"\nendstream\nendobj\n"
    table_at = len(content)
    rows = [(0, 0, 255), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, stream_at, 0), (1, table_at, 0)]
    table = b"".join(
        kind.to_bytes(1) + place.to_bytes(4) + part.to_bytes(1) for kind, place, part in rows
    )
    content += b"5 0 obj<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return content + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table_at


PDF = pdf()
PNG = picture("PNG")
JPEG = picture("JPEG")
PROGRESSIVE = picture("JPEG", progressive=True, quality=30)
HTML = b"<html><script>alert(1)</script></html>"


def refusal(content: bytes, name: str = "qd.pdf", **options) -> str:
    with pytest.raises(Invalid) as refused:
        check_scan(name, content, **options)
    (problem,) = refused.value.problems
    assert problem.field == "scan"
    return problem.message


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Quyết định 12.pdf", PDF, ScanType.PDF),
        ("qd.PDF", PDF + b"\r\n\0\0", ScanType.PDF),
        ("anh.jpg", JPEG, ScanType.JPEG),
        ("anh.jpeg", PROGRESSIVE, ScanType.JPEG),
        ("anh.jpg", JPEG + b"\0" * 16 + PROGRESSIVE, ScanType.JPEG),
        ("anh.png", PNG, ScanType.PNG),
        ("image", JPEG, ScanType.JPEG),
        ("anh.jpg", PNG, ScanType.PNG),
    ],
)
def test_scans_are_known_by_their_content(name, content, kind):
    assert check_scan(name, content) is kind


def test_the_kinds_say_how_they_are_served():
    assert [(kind.media_type, kind.ending) for kind in ScanType] == [
        ("application/pdf", ".pdf"),
        ("image/jpeg", ".jpg"),
        ("image/png", ".png"),
    ]


def test_a_heavy_scan_is_refused_with_its_size_and_what_to_do():
    assert refusal(PDF + b"\0" * (20 * MEGABYTE - len(PDF))) == (
        "Tệp nặng 20 MB, giới hạn là 10 MB. Quét lại ở độ phân giải 200 dpi hoặc nén tệp PDF."
    )


def test_one_byte_too_many_never_reads_as_the_limit():
    assert check_scan("a.pdf", PDF + b"\0" * (10 * MEGABYTE - len(PDF))) is ScanType.PDF
    assert "Tệp nặng 10,1 MB, giới hạn là 10 MB." in refusal(b"\0" * (10 * MEGABYTE + 1))
    assert "Tệp nặng 2,3 MB, giới hạn là 2 MB." in refusal(
        b"\0" * (9 * MEGABYTE // 4), max_bytes=2 * MEGABYTE
    )


def test_an_empty_file_is_refused():
    assert refusal(b"") == EMPTY_FILE


@pytest.mark.parametrize(
    "content",
    [
        HTML,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        archive(),
        b"MZ" + b"\0" * 100,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"GIF89a" + b"\0" * 50,
        picture("TIFF"),
        b" " + PDF,
        HTML + PDF,
        archive() + PDF,
        HTML + PNG,
        HTML + JPEG,
        b"\xef\xbb\xbf" + PDF,
    ],
)
def test_other_kinds_of_file_and_scans_behind_them_are_refused(content):
    assert refusal(content) == NOT_A_SCAN


@pytest.mark.parametrize("scan", [PDF, PNG, JPEG, PROGRESSIVE])
@pytest.mark.parametrize("appended", [HTML, archive(), b"x", PNG, b"\xff\xd8"])
def test_a_scan_with_something_behind_it_is_refused(scan, appended):
    assert refusal(scan + appended) == FOREIGN_DATA


def test_an_archive_whose_comment_ends_like_a_pdf_is_refused():
    target = BytesIO(PDF)
    with ZipFile(target, "a") as parts:
        parts.writestr("a.html", HTML)
        parts.comment = b"\n%%EOF\n"
    assert refusal(target.getvalue()) == FOREIGN_DATA


@pytest.mark.parametrize("name", ["qd.pdf.html", "qd.svg", "qd.exe", "qd.docm", "qd.pdf.html "])
def test_a_name_that_would_open_otherwise_is_refused(name):
    assert refusal(PDF, name) == WRONG_ENDING


@pytest.mark.parametrize(
    "change",
    [
        with_named_script,
        lambda writer: writer.add_attachment("a.exe", b"MZ"),
        with_open_action(S="/JavaScript", JS="/x"),
        with_open_action(S="/Launch", F="/cmd.exe"),
        with_open_action(S="/SubmitForm", F="/x"),
        with_open_action(S="/GoToR", F="/x"),
        with_deep_script,
    ],
)
def test_a_pdf_with_scripts_actions_or_attachments_is_refused(change):
    assert refusal(pdf(change)) == ACTIVE_PDF


def test_a_script_in_a_compressed_part_of_the_file_is_refused():
    assert check_scan("a.pdf", compressed_pdf(b"")) is ScanType.PDF
    script = compressed_pdf(b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")
    assert b"JavaScript" not in script
    assert refusal(script) == ACTIVE_PDF


def test_a_script_under_an_escaped_name_is_refused():
    escaped = pdf(with_open_action(S="/JavaScript")).replace(b"/JavaScript", b"/J#61vaScript")
    assert b"/J#61vaScript" in escaped
    assert refusal(escaped) == ACTIVE_PDF


def test_a_script_that_nothing_refers_to_is_refused():
    hidden = PDF.replace(b"%%EOF", b"9 0 obj<</S/JavaScript/JS(x)>>endobj\n%%EOF")
    assert refusal(hidden) == ACTIVE_PDF


def test_a_pdf_that_only_opens_at_a_page_is_let_in():
    def change(writer: PdfWriter) -> None:
        destination = ArrayObject([writer.pages[0].indirect_reference, NameObject("/Fit")])
        writer.root_object[NameObject("/OpenAction")] = destination

    assert check_scan("a.pdf", pdf(change)) is ScanType.PDF


def test_a_locked_pdf_is_refused_with_what_to_do():
    locked = pdf(lambda writer: writer.encrypt("", "owner", algorithm="AES-256"))
    assert refusal(locked) == LOCKED_PDF
    assert refusal(pdf(lambda writer: writer.encrypt("secret"))) == LOCKED_PDF


def png_of(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)
        for kind, body in chunks
    )


HEADER = (1).to_bytes(4) * 2 + b"\1\0\0\0\0"


@pytest.mark.parametrize(
    "content",
    [
        PDF[: len(PDF) // 2],
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + b"[" * 50_000 + b"\n%%EOF",
        PNG[:-4],
        PNG[:200],
        PNG.replace(b"IDAT", b"IDAX"),
        PNG[:40] + b"\0" + PNG[41:],
        png_of((b"IDAT", b""), (b"IEND", b"")),
        png_of((b"IHDR", HEADER), (b"IEND", b"")),
        png_of((b"IHDR", b"\x7f\xff\xff\xff" * 2 + HEADER[8:]), (b"IDAT", b""), (b"IEND", b"")),
        png_of((b"IHDR", b"\0" * 13), (b"IDAT", b""), (b"IEND", b"")),
        JPEG[:-2],
        JPEG[:100],
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0" + HTML,
        b"\xff\xd8\xff" + b"\xff" * 1_000,
        b"\xff\xd8\xff\xd8\xff\xd9",
    ],
)
def test_a_damaged_file_is_refused(content):
    assert refusal(content) == DAMAGED


def test_many_small_pictures_in_one_file_take_no_more_time_than_their_size():
    one = b"\xff\xd8\xff\xc0\0\7\x08\0\1\0\1\xff\xd9"
    started = process_time()
    assert check_scan("a.jpg", one * 150_000) is ScanType.JPEG
    assert process_time() - started < 4  # copying the rest for each of them: half a minute


@given(st.sampled_from([PNG, JPEG, PROGRESSIVE]), st.integers(0), st.binary(max_size=4))
def test_whatever_happens_to_a_file_it_is_let_in_or_refused_and_nothing_else(
    content, position, noise
):
    position %= len(content)
    changed = content[:position] + noise + content[position + len(noise) :]
    assert answer_to(changed) in {*ScanType, NOT_A_SCAN, FOREIGN_DATA, DAMAGED}


def answer_to(content: bytes) -> ScanType | str:
    try:
        return check_scan("a.pdf", content)
    except Invalid as refused:
        return refused.problems[0].message


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Quyết định 12.pdf", "Quyết định 12.pdf"),
        (unicodedata.normalize("NFD", "Quyết định.pdf"), "Quyết định.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\an\\qd.pdf", "qd.pdf"),
        ("qd\r\nSet-Cookie: a=b.pdf", "qd Set-Cookie_ a=b.pdf"),
        ("qd\u202efdp.exe", "qdfdp.exe"),
        ("qd\0.pdf", "qd.pdf"),
        ('a"b<c>|?*.pdf', "a_b_c____.pdf"),
        ("CON", "_CON"),
        ("con.pdf", "_con.pdf"),
        ("contract.pdf", "contract.pdf"),
        ("...", "van-ban"),
        ("", "van-ban"),
        (".pdf", "pdf"),
    ],
)
def test_a_download_name_is_one_plain_file_name(name, safe):
    assert safe_download_name(name) == safe


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("qd.png", ScanType.PDF, "qd.pdf"),
        ("qd", ScanType.JPEG, "qd.jpg"),
        ("qd.JPEG", ScanType.JPEG, "qd.jpg"),
        ("Số 12.2024", ScanType.PDF, "Số 12.2024.pdf"),
        ("qd.pdf.html", ScanType.PDF, "qd.pdf.html.pdf"),
    ],
)
def test_a_download_name_ends_as_its_content_is(name, kind, safe):
    assert safe_download_name(name, kind) == safe


@given(st.text(max_size=400))
def test_every_download_name_is_short_and_holds_nothing_that_steers(name):
    for kind in (None, *ScanType):
        safe = safe_download_name(name, kind)
        assert 0 < len(safe.encode()) <= 150
        assert not {"/", "\\", '"', "\r", "\n", "\0"} & set(safe)
        assert not {unicodedata.category(character) for character in safe} & {"Cc", "Cf", "Cs"}
        assert unicodedata.is_normalized("NFC", safe)
        assert safe not in {".", ".."}


# --- what happens unasked ------------------------------------------------------------------------


def action(kind: str, **more) -> DictionaryObject:
    entries = {NameObject("/S"): NameObject(kind)}
    return DictionaryObject(entries | {NameObject(f"/{key}"): it for key, it in more.items()})


URI = action("/URI", URI=TextStringObject("https://example.invalid/"))


def at_opening(what):
    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = what(writer)

    return change


def of_page(key: str, what):
    def change(writer: PdfWriter) -> None:
        writer.pages[0][NameObject(key)] = what

    return change


def annotation(**entries) -> ArrayObject:
    named = {NameObject(f"/{key}"): value for key, value in entries.items()}
    return ArrayObject([DictionaryObject({NameObject("/Subtype"): NameObject("/Link")} | named)])


def to_first_page(writer: PdfWriter) -> ArrayObject:
    return ArrayObject([writer.pages[0].indirect_reference, NameObject("/Fit")])


@pytest.mark.parametrize(
    "change",
    [
        at_opening(lambda _: URI),
        at_opening(lambda writer: writer._add_object(URI)),  # noqa: SLF001
        at_opening(lambda _: action("/GoTo", D=ArrayObject(), Next=URI)),
        at_opening(lambda _: action("/Named", N=NameObject("/NextPage"), Next=ArrayObject([URI]))),
        at_opening(lambda _: action("/GoTo", F=TextStringObject("//host/share"))),
        at_opening(lambda _: action("/Thread")),
        at_opening(lambda _: DictionaryObject()),
        of_page("/AA", DictionaryObject({NameObject("/O"): URI})),
        of_page("/Annots", annotation(AA=DictionaryObject({NameObject("/PO"): URI}))),
        lambda writer: writer.root_object.__setitem__(
            NameObject("/AA"), DictionaryObject({NameObject("/WC"): URI})
        ),
    ],
)
def test_a_pdf_that_does_something_by_itself_is_refused(change):
    assert refusal(pdf(change)) == ACTIVE_PDF


def under_names(tree: str, *leaves) -> DictionaryObject:
    """Return the names of a catalog: a tree in which `leaves` lie two levels down."""
    lowest = DictionaryObject({NameObject("/Names"): ArrayObject(leaves)})
    top = DictionaryObject({NameObject("/Kids"): ArrayObject([lowest])})
    return DictionaryObject({NameObject(tree): top})


def of_catalog(key: str, what):
    return lambda writer: writer.root_object.__setitem__(NameObject(key), what)


def shown_from(key: str):
    """Return the change by which a page shows a form whose content lies in another file."""
    form = StreamObject()
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject(key)] = DictionaryObject({NameObject("/F"): TextStringObject("//host/a.pdf")})

    def change(writer: PdfWriter) -> None:
        shown = DictionaryObject({NameObject("/Fm0"): writer._add_object(form)})  # noqa: SLF001
        resources = DictionaryObject({NameObject("/XObject"): shown})
        writer.pages[0][NameObject("/Resources")] = resources

    return change


@pytest.mark.parametrize(
    "change",
    [
        of_catalog("/Names", under_names("/Dests", TextStringObject("a"), URI)),
        of_catalog("/Names", under_names("/URLS", TextStringObject("a"), URI)),
        of_page("/Annots", annotation(PA=URI)),
        of_page("/Annots", annotation(A=action("/URI", Next=URI))),
        of_page("/Annots", annotation(A=action("/GoTo", D=ArrayObject(), Next=URI))),
        at_opening(lambda _: ArrayObject([action("/URI", Type=NameObject("/Page"))])),
        of_page(
            "/Annots", annotation(FS=DictionaryObject({NameObject("/FS"): NameObject("/URL")}))
        ),
        of_page(
            "/Annots",
            annotation(FS=DictionaryObject({NameObject("/Type"): NameObject("/Filespec")})),
        ),
        shown_from("/F"),
        shown_from("/Ref"),
    ],
)
def test_an_address_waits_for_a_press_and_nothing_is_shown_from_elsewhere(change):
    assert refusal(pdf(change)) == ACTIVE_PDF


def test_an_action_that_two_links_bear_is_read_both_ways():
    def change(writer: PdfWriter) -> None:
        shared = writer._add_object(DictionaryObject(URI))  # noqa: SLF001
        links = ArrayObject([*annotation(A=shared), *annotation(PA=shared)])
        writer.pages[0][NameObject("/Annots")] = links

    assert refusal(pdf(change)) == ACTIVE_PDF


def test_a_file_in_front_of_another_is_refused():
    assert refusal(pdf(at_opening(lambda _: URI)) + PDF) == FOREIGN_DATA


@pytest.mark.parametrize(
    "kind",
    ["/Launch", "/SubmitForm", "/GoToR", "/GoToE", "/ImportData", "/Thread", "/Hide", "/GoToDp"],
)
def test_an_action_that_leaves_the_file_is_refused_wherever_it_waits(kind):
    for change in (
        at_opening(lambda _: action(kind)),
        of_page("/Annots", annotation(A=action(kind))),
    ):
        assert refusal(pdf(change)) == ACTIVE_PDF


@pytest.mark.parametrize(
    "change",
    [
        at_opening(to_first_page),
        at_opening(lambda writer: action("/GoTo", D=to_first_page(writer))),
        at_opening(lambda _: NameObject("/trang-dau")),
        of_page("/Annots", annotation(A=URI)),
        of_page("/AA", DictionaryObject()),
    ],
)
def test_a_pdf_that_shows_its_own_page_or_bears_a_link_to_press_is_let_in(change):
    assert check_scan("qd.pdf", pdf(change)) is ScanType.PDF

"""The macros and the frame, rendered together: no English, no inline style, no broken reference."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, flash
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.datastructures import MultiDict

from registry.domain.tasks import Task
from registry.queries.paging import Window, page_of_rows
from registry.web import filters
from registry.web.forms import fields
from registry.web.forms.fields import required
from registry.web.forms.gaps import gap_field

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "registry/static/vendor"

ENGLISH = re.compile(
    r"\b(error|warning|there is|problem|previous|next|page|show|hide|password|breadcrumb|"
    r"not a valid|this field|required|optional|search|submit|close|menu|skip|success|important|"
    r"day|month|year)\b",
    re.IGNORECASE,
)


class EveryField(fields.DatedChangeForm):
    text = fields.TextField("Chữ", validators=[required("Nhập chữ.")])
    day = fields.VietnameseDateField("Ngày", validators=[required("Nhập ngày.")])
    long_text = fields.LongTextField("Đoạn", validators=[required("Nhập đoạn.")])
    secret = fields.SecretField("Mật khẩu", validators=[required("Nhập mật khẩu.")])
    select = fields.SelectField("Chọn", choices=[("a", "A")], validators=[required("Chọn.")])
    radio = fields.RadioField("Chọn một", choices=[("a", "A")], validators=[required("Chọn.")])
    boxes = fields.CheckboxesField("Nhiều", choices=[("a", "A")], validators=[required("Chọn.")])
    box = fields.CheckboxField("Đồng ý", validators=[required("Cần đồng ý.")])
    file = fields.FileField("Tệp", validators=[required("Chọn tệp.")])
    phone = fields.PhoneField("Điện thoại", validators=[required("Nhập số.")])
    whole = fields.WholeNumberField("Số", validators=[required("Nhập số.")])
    accept_gap = gap_field()
    unit_query = fields.TextField("Đơn vị")
    unit_id = fields.RadioField("Chọn đơn vị", choices=[("1", "Xã")])


@pytest.fixture(scope="module")
def application() -> Flask:
    """Return an application of templates alone, which compiles them once for all tests."""
    app = Flask("registry")
    app.config["SECRET_KEY"] = "invented"
    CSRFProtect(app)
    ports = ("govuk_frontend_jinja", "govuk_frontend_wtf")
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader([ROOT / "templates", Path(__file__).parent / "templates"]),
            PrefixLoader({name: PackageLoader(name) for name in ports}),
        ]
    )
    filters.register(app)
    return app


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    with application.test_request_context("/don-vi?q=a&sort=-name&page=5", method="POST"):
        yield application


def link(label: str, group: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(label=label, href="/x", active=label == "Mục 1", group=group)


def rendered(app: Flask, *, entries: int, signed_in: bool) -> str:
    form = EveryField(MultiDict([("day", "31/02/2024")]))
    form.validate()
    flash("Đã thêm 3 người.", "success")
    flash("Không gửi được.", "error")
    account = SimpleNamespace(display_name="Nguyễn Văn A", role_labels=["Người xem"])
    return app.jinja_env.get_template("every_component.html").render(
        form=form,
        demo=True,
        province_name="Tỉnh Thử",
        today=date(2024, 12, 5),
        page=page_of_rows(Window(1, "5"), range(25)),
        task=Task.SIGNUPS_TO_RECEIVE,
        current_account=account if signed_in else None,
        navigation=[link(f"Mục {number}", "Nhóm") for number in range(entries)],
        account_links=[link("Hồ sơ")],
        sign_in_href="/dang-nhap",
        sign_out_href="/dang-xuat",
        footer_links=[link("Hướng dẫn")],
    )


@pytest.mark.parametrize(("entries", "signed_in"), [(0, False), (4, False), (12, True)])
def test_a_page_shows_no_english(app: Flask, entries: int, *, signed_in: bool) -> None:
    page = rendered(app, entries=entries, signed_in=signed_in)
    spoken = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', page)
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert ENGLISH.findall(" ".join([text, *spoken])) == []


def test_a_page_has_no_inline_style_or_script_and_no_foreign_address(app: Flask) -> None:
    page = rendered(app, entries=12, signed_in=True)
    assert "style=" not in page
    assert "<style" not in page
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []
    assert re.findall(r"\son\w+=", page) == []
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', page)
    assert [address for address in addresses if address[:1] not in ("/", "#")] == []


def test_every_reference_inside_the_page_leads_somewhere_and_no_id_is_used_twice(
    app: Flask,
) -> None:
    page = rendered(app, entries=12, signed_in=True)
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    named = re.findall(r'\s(?:for|aria-describedby|data-copy)="([^"]*)"', page)
    named += re.findall(r'href="#([^"]*)"', page)
    assert {name for each in named for name in each.split()} - set(ids) == set()


def test_the_demo_banner_and_the_error_prefix_of_the_title_stand_on_the_page(app: Flask) -> None:
    page = rendered(app, entries=4, signed_in=False)
    assert "BẢN DÙNG THỬ – số liệu người là hư cấu" in page
    assert "<title>Lỗi: Thử – Mạng lưới CĐS – Tỉnh Thử</title>" in page


def test_pages_far_apart_are_left_out_and_sorting_turns_round(app: Flask) -> None:
    page = rendered(app, entries=0, signed_in=False)
    numbers = re.findall(r'aria-label="Trang (\d+)"', page)
    assert numbers == ["1", "4", "5", "6", "25"]
    assert 'href="/don-vi?q=a&amp;sort=name"' in page
    assert 'aria-sort="descending"' in page


def test_a_filter_form_keeps_the_other_parameters_and_drops_the_page(app: Flask) -> None:
    page = rendered(app, entries=0, signed_in=False)
    (form,) = re.findall(r'<form class="filter-bar".*?</form>', page, flags=re.DOTALL)
    assert '<input type="hidden" name="sort" value="-name">' in form
    assert 'name="page"' not in form
    assert form.count('name="q"') == 1


def test_a_stacked_bar_fills_its_whole_width(app: Flask) -> None:
    page = rendered(app, entries=0, signed_in=False)
    (drawing,) = re.findall(r'<svg[^>]*role="img".*?</svg>', page, flags=re.DOTALL)
    widths = re.findall(r'<rect x="[\d.]+" width="([\d.]+)" height="26" fill="#(?!fff)', drawing)
    assert sum(map(float, widths)) == 1000
    assert "Đủ 3/4; Thiếu 1/4; Khác 0/4" in drawing


def test_vendored_files_are_those_of_the_lock() -> None:
    locked = {entry["file"]: entry for entry in json.loads((VENDOR / "lock.json").read_text())}
    present = {
        path.relative_to(VENDOR).as_posix(): path
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "lock.json"
    }
    assert locked.keys() == present.keys()
    for name, path in present.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == locked[name]["sha256"], name
        assert locked[name]["licence"] in ("MIT", "OFL-1.1")


def test_an_attribute_given_by_the_page_replaces_that_of_the_field(app: Flask) -> None:
    template = app.jinja_env.from_string(
        '{% from "components/forms.html" import field %}'
        '{{ field(form.phone, autocomplete="off", inputmode="tel") }}'
    )
    markup = template.render(form=EveryField(formdata=None))
    assert re.findall(r'autocomplete="(\w+)"', markup) == ["off"]
    assert re.findall(r'inputmode="(\w+)"', markup) == ["tel"]

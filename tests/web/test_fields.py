import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import flask_wtf
import pytest
import wtforms
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.datastructures import FileStorage, MultiDict

from registry.web import filters
from registry.web.forms import fields
from registry.web.forms.fields import CHANGE, CORRECTION, required
from registry.web.forms.messages import MESSAGES

ROOT = Path(__file__).parents[2]


class PersonForm(fields.DatedChangeForm):
    full_name = fields.TextField("Họ và tên", validators=[required("Nhập họ và tên.")])
    birth_day = fields.VietnameseDateField("Ngày sinh", validators=[fields.optional()])
    signed_on = fields.VietnameseDateField(
        "Ngày ký",
        validators=[
            required("Nhập ngày ký."),
            fields.not_after(lambda: date(2024, 12, 5), "Ngày ký"),
        ],
    )
    phone = fields.PhoneField("Số điện thoại", validators=[fields.optional()])
    email = fields.EmailField("Thư điện tử", validators=[fields.optional()])
    password = fields.SecretField("Mật khẩu")
    duty = fields.SelectField(
        "Hình thức",
        choices=[("", "Chọn"), ("full", "Chuyên trách")],
        validators=[required("Chọn hình thức.")],
    )
    role = fields.RadioField(
        "Vai trò", choices=[("focal", "Đầu mối")], validators=[required("Chọn vai trò.")]
    )
    topics = fields.CheckboxesField(
        "Chuyên đề", choices=[("1", "Kỹ năng số")], validators=[fields.optional()]
    )
    agrees = fields.CheckboxField("Tôi đồng ý", validators=[required("Cần đồng ý.")])
    hours = fields.WholeNumberField("Số giờ", validators=[fields.optional()])
    score = fields.DecimalNumberField("Điểm", validators=[fields.optional()])
    note = fields.LongTextField(
        "Ghi chú", validators=[fields.optional(), fields.at_most(20, "Ghi chú")]
    )
    scan = fields.FileField("Bản quét", validators=[fields.file_limit(1)])


GOOD = {
    "full_name": "Nguyễn Văn A",
    "signed_on": "5/12/2024",
    "duty": "full",
    "role": "focal",
    "agrees": "y",
    "change_kind": CORRECTION,
}


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="invented", WTF_CSRF_ENABLED=False)
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            PrefixLoader(
                {
                    name: PackageLoader(name)
                    for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")
                }
            ),
        ]
    )
    filters.register(app)
    with app.test_request_context("/", method="POST"):
        yield app


def person_form(**changes: object) -> PersonForm:
    sent = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return PersonForm(formdata=MultiDict(sent))


def errors_of(field: str, **changes: object) -> list[str]:
    form = person_form(**changes)
    form.validate()
    return list(form[field].errors)


@pytest.mark.usefixtures("app")
def test_a_form_filled_in_well_is_accepted() -> None:
    form = person_form(
        birth_day="2/9/1990", phone="0912 345 678", email="a@b.gov.vn", hours="1.250"
    )
    assert form.validate(), form.errors
    assert form.birth_day.data == date(1990, 9, 2)
    assert form.hours.data == 1250


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("field", "sent", "message"),
    [
        ("full_name", None, "Nhập họ và tên."),
        ("full_name", " \u00a0 ", "Nhập họ và tên."),
        ("full_name", "\u200b", "Nhập họ và tên."),
        ("duty", "", "Chọn hình thức."),
        ("duty", "half", "Chọn một trong các mục của danh sách."),
        ("role", None, "Chọn vai trò."),
        ("agrees", None, "Cần đồng ý."),
        ("signed_on", "", "Nhập ngày ký."),
        ("signed_on", "6/12/2024", "Ngày ký không được sau hôm nay."),
        ("phone", "gọi sau", "Số điện thoại không đúng dạng. Ví dụ: 0912 345 678"),
        ("email", "a@b", "Địa chỉ thư điện tử không đúng dạng. Ví dụ: ten@donvi.gov.vn"),
        ("hours", "8,5", "Nhập một số nguyên, ví dụ 25."),
        ("hours", "1.25", "Nhập một số nguyên, ví dụ 25."),
        ("score", "nan", "Nhập một số, ví dụ 8,5."),
        ("score", "tám", "Nhập một số, ví dụ 8,5."),
        ("note", "a" * 21, "Ghi chú dài nhiều nhất 20 ký tự."),
        ("topics", "9", "“9” không có trong danh sách."),
        ("change_kind", None, "Chọn đính chính hoặc thay đổi từ ngày."),
    ],
)
def test_each_fault_has_one_vietnamese_message(field: str, sent: object, message: str) -> None:
    assert errors_of(field, **{field: sent}) == [message]


def test_a_file_sent_under_the_name_of_a_text_is_not_read_as_one(app: Flask) -> None:
    sent = {name: (BytesIO(b"x"), "x.pdf") for name in person_form()._fields}
    with app.test_request_context("/", method="POST", data=sent):
        form = PersonForm()
        assert not form.validate()
        assert form.scan.data.filename == "x.pdf"
        assert form["full_name"].errors == ["Nhập họ và tên."]
        assert form["signed_on"].errors == ["Nhập ngày ký."]


@pytest.mark.parametrize("body", ["{", "[1]", '{"full_name": 7, "password": ["x"]}'])
def test_a_body_that_is_no_form_fills_in_nothing(app: Flask, body: str) -> None:
    content = {"data": body, "content_type": "application/json"}
    with app.test_request_context("/", method="POST", **content):
        form = PersonForm()
        assert not form.validate()
        assert form["full_name"].errors == ["Nhập họ và tên."]


@pytest.mark.usefixtures("app")
def test_an_impossible_day_is_named_as_such_and_not_as_missing() -> None:
    (message,) = errors_of("signed_on", signed_on="31/02/2024")
    assert message.startswith("Ngày không có trong lịch (31/02)")


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("field", "sent", "read"),
    [
        ("signed_on", "\u200b01/06/2024", date(2024, 6, 1)),
        ("signed_on", "\u202a01/06/2024\u202c", date(2024, 6, 1)),
        ("signed_on", "01 / 06 / 2024", date(2024, 6, 1)),
        ("signed_on", "\uff10\uff11/\uff10\uff16/\uff12\uff10\uff12\uff14", date(2024, 6, 1)),
        ("signed_on", "01\u221206\u22122024", date(2024, 6, 1)),
        ("signed_on", "01062024", date(2024, 6, 1)),
        ("signed_on", "1/6/24", date(2024, 6, 1)),
        ("hours", "\ufeff1.250\u200e", 1250),
        ("hours", "\uff11\uff12", 12),
        ("score", "8\uff0c5\u00a0", Decimal("8.5")),
        ("phone", "0912\u2011345\u2010678", "0912-345-678"),
        ("email", "\u200ban\u2011le@quangnam.gov.vn\ufeff", "an-le@quangnam.gov.vn"),
        ("full_name", "Nguyễn Văn\u200b A\ufeff", "Nguyễn Văn A"),
    ],
)
def test_whatever_is_typed_is_cleaned_before_it_is_read(
    field: str, sent: str, read: object
) -> None:
    form = person_form(**{field: sent})
    assert form.validate(), form.errors
    assert form[field].data == read


@pytest.mark.usefixtures("app")
def test_text_is_cleaned_and_a_password_is_not() -> None:
    form = person_form(
        full_name="  Nguye\u0302\u0303n\u00a0 Va\u0306n  A ",
        note="  dòng 1  \r\n\r\n dòng 2 \n\n",
        password="  mật  khẩu ",
    )
    assert form.full_name.data == "Nguyễn Văn A"
    assert form.note.data == "dòng 1\n\ndòng 2"
    assert form.password.data == "  mật  khẩu "


@pytest.mark.usefixtures("app")
def test_a_score_is_read_with_a_comma_or_a_point() -> None:
    assert person_form(score="8,5").score.data == Decimal("8.5")
    assert person_form(score="8.5").score.data == Decimal("8.5")


@pytest.mark.usefixtures("app")
def test_what_was_typed_is_shown_again_even_when_it_could_not_be_read() -> None:
    form = person_form(birth_day="31/02/1990", hours="nhiều")
    assert 'value="31/02/1990"' in form.birth_day()
    assert 'value="nhiều"' in form.hours()


@pytest.mark.usefixtures("app")
def test_a_stored_day_is_shown_as_it_is_typed() -> None:
    form = PersonForm(formdata=None, data={"birth_day": date(1990, 9, 2), "hours": 1250})
    assert 'value="02/09/1990"' in form.birth_day()
    assert 'value="1.250"' in form.hours()


@pytest.mark.usefixtures("app")
def test_a_password_is_never_sent_back() -> None:
    assert "bí mật" not in person_form(password="bí mật").password()


@pytest.mark.usefixtures("app")
def test_the_submit_key_is_kept_when_the_form_comes_back_and_new_when_it_is_fresh() -> None:
    fresh = PersonForm(formdata=None).submit_key.data
    assert person_form(submit_key=fresh).submit_key.data == fresh
    assert PersonForm(formdata=None).submit_key.data != fresh


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("forged", [None, "", "x" * 500, "<script>", "a" * 21])
def test_a_missing_or_forged_submit_key_is_replaced(forged: str | None) -> None:
    key = person_form(submit_key=forged).submit_key.data
    assert key != forged
    assert re.fullmatch(r"[\w-]{22}", key)


@pytest.mark.usefixtures("app")
def test_a_change_needs_its_day_and_a_correction_forgets_it() -> None:
    assert errors_of("change_from", change_kind=CHANGE) == ["Nhập ngày bắt đầu thay đổi."]
    correction = person_form(change_kind=CORRECTION, change_from="31/02/2024")
    assert correction.validate()
    assert correction.change_from.data is None


@pytest.mark.usefixtures("app")
def test_problems_lead_to_their_fields_and_general_ones_come_first() -> None:
    form = person_form(full_name="", change_kind=None)
    form.validate()
    form.add_problem("phone", "Số điện thoại đã có người dùng.")
    form.add_problem("", "Danh sách đã được người khác sửa.")
    assert [(problem.text, problem.href) for problem in form.problems()] == [
        ("Danh sách đã được người khác sửa.", None),
        ("Nhập họ và tên.", "#full_name"),
        ("Số điện thoại đã có người dùng.", "#phone"),
        ("Chọn đính chính hoặc thay đổi từ ngày.", "#change_kind"),
    ]


@pytest.mark.usefixtures("app")
def test_an_error_is_announced_in_vietnamese_and_the_browser_adds_none_of_its_own() -> None:
    form = person_form(full_name="")
    form.validate()
    markup = str(form.full_name())
    assert "Lỗi:" in markup
    assert "Error" not in markup
    assert "required" not in markup


@pytest.mark.usefixtures("app")
def test_an_optional_field_says_so_and_no_field_has_an_empty_hint() -> None:
    form = PersonForm(formdata=None)
    assert "(không bắt buộc)" in form.topics()
    assert "(không bắt buộc)" in form.phone()
    assert "(không bắt buộc)" not in form.full_name()
    assert "govuk-hint" not in form.topics()
    assert "govuk-hint" not in form.agrees()


@pytest.mark.usefixtures("app")
def test_a_label_cannot_bring_markup_along() -> None:
    class Form(fields.BaseForm):
        unit = fields.TextField("<b>Xã</b>", validators=[fields.optional()])

    assert "&lt;b&gt;Xã&lt;/b&gt; <span" in Form(formdata=None).unit()


@pytest.mark.usefixtures("app")
def test_choices_found_by_the_view_may_be_given_later() -> None:
    class Form(fields.BaseForm):
        unit = fields.RadioField("Đơn vị", coerce=fields.number_or_none)
        district = fields.SelectField("Huyện", coerce=fields.number_or_none)

    form = Form(MultiDict([("unit", "7"), ("district", "")]))
    form.unit.choices = [(7, "Xã Bình An"), (8, "Xã Bình Minh")]
    form.district.choices = [("", "Tất cả"), (3, "Thăng Bình")]
    assert form.validate(), form.errors
    assert (form.unit.data, form.district.data) == (7, None)
    assert "Xã Bình Minh" in form.unit()


@pytest.mark.usefixtures("app")
def test_a_file_that_is_too_large_is_refused() -> None:
    large = FileStorage(BytesIO(b"%" * (1024 * 1024 + 1)), "quyet-dinh.pdf")
    assert errors_of("scan", scan=large) == ["Tệp lớn hơn 1 MB. Chọn tệp nhỏ hơn."]


def test_a_query_form_has_neither_token_nor_submit_key(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    class Search(fields.QueryForm):
        q = fields.TextField("Tên")

    with app.test_request_context("/?q=%20h%C3%B2a%20"):
        form = Search(MultiDict([("q", " hòa ")]))
        assert form.validate()
        assert [field.name for field in form] == ["q"]
        assert form.q.data == "hòa"


def test_every_message_of_wtforms_has_its_vietnamese_text() -> None:
    packages = [Path(package.__file__ or "").parent for package in (wtforms, flask_wtf)]
    sources = "\n".join(
        path.read_text() for package in packages for path in sorted(package.rglob("*.py"))
    )
    called = re.findall(r"gettext\(\s*((?:\"[^\"]*\"\s*,?\s*)+)", sources)
    messages = {text for call in called for text in re.findall(r"\"([^\"]*)\"", call)}
    assert len(messages) > 30
    assert messages - MESSAGES.keys() == set()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("sign", ["★", "①", "✓", "\uf0b7", "😀", "\ufffd"])
def test_a_field_of_text_refuses_by_its_name_what_no_paper_can_print(sign: str) -> None:
    for field in ("full_name", "note", "email", "phone"):
        (error, *_) = errors_of(field, **{field: f"A {sign}"})
        assert f"Ký tự “{sign}”" in error
        assert "không dùng được" in error


@pytest.mark.usefixtures("app")
def test_what_is_only_looked_for_may_be_anything() -> None:
    class SearchForm(fields.QueryForm):
        q = fields.TextField("Tìm")

    form = SearchForm(MultiDict({"q": "Xã ★"}))
    assert form.validate(), form.errors
    assert form.q.data == "Xã ★"

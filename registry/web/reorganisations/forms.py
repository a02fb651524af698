"""Forms of the reorganisation desk and of everyday changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wtforms import Form
from wtforms import fields as plain
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

from registry.domain.reorganisations.annex import DESIGNATIONS, How
from registry.domain.units.kinds import UnitKind
from registry.services.units.changes import Change
from registry.services.units.contacts import NAME_MAX_LENGTH
from registry.web.forms.choices import labelled
from registry.web.forms.fields import (
    BaseForm,
    CheckboxField,
    FileField,
    RadioField,
    SelectField,
    TextField,
    VietnameseDateField,
    at_most,
    clean_line,
    file_limit,
    not_after,
    number_or_none,
    optional,
    required,
)
from registry.web.forms.gaps import gap_field
from registry.web.forms.messages import Messages
from registry.web.forms.widgets import FileInput
from registry.web.request import today

CODE_MAX_LENGTH = 20
CORRECT = "correct"

_TABLE_FILES = {"accept": ".csv,.xlsx"}
_OWN_WORD = frozenset({UnitKind.COMMUNE, UnitKind.DISTRICT})
KIND_CHOICES = [
    ("", "Chọn loại đơn vị"),
    *((word, word.capitalize()) for word in DESIGNATIONS if word != "tỉnh"),
    *labelled(kind for kind in UnitKind if kind not in _OWN_WORD),
]


class FilesField(plain.MultipleFileField):
    """Several uploaded files."""

    widget = FileInput()


def _number() -> Any:
    return TextField(
        "Số quyết định, nghị quyết",
        validators=[
            required("Nhập số quyết định hoặc nghị quyết."),
            at_most(50, "Số quyết định"),
        ],
        description="Ví dụ: 1659/NQ-UBTVQH15",
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


def _issued_on() -> Any:
    return VietnameseDateField(
        "Ngày ký",
        validators=[optional(), not_after(today, "Ngày ký")],
        description="Ví dụ: 16/06/2025. Để trống nếu chưa biết.",
    )


class CreateForm(BaseForm):
    """A new batch: its decision, its day, its annexes."""

    number = _number()
    issued_on = _issued_on()
    effective_on = VietnameseDateField(
        "Có hiệu lực từ ngày",
        validators=[required("Nhập ngày có hiệu lực.")],
        description="Ngày đầu tiên theo đơn vị mới, trước hoặc sau hôm nay. Ví dụ: 01/07/2025",
    )
    files = FilesField(
        "Phụ lục",
        description="Một hoặc nhiều tệp CSV (UTF-8) hoặc Excel (.xlsx). "
        "Không chọn tệp nếu nhập từng dòng trên màn hình.",
        render_kw={"multiple": True, **_TABLE_FILES},
    )
    create_missing = CheckboxField("Lập trước các đơn vị cũ mà sổ chưa có")
    known_from = VietnameseDateField(
        "Sổ biết các đơn vị cũ đó từ ngày",
        validators=[optional()],
        description="Để trống: chỉ một ngày trước ngày có hiệu lực, số liệu cũ không đổi.",
    )


class VersionForm(BaseForm):
    """A step on a batch in the version shown."""

    version = plain.IntegerField(widget=HiddenInput())


class RemoveForm(BaseForm):
    """A row to take out."""

    row_id = plain.IntegerField(widget=HiddenInput())


class _AnswerRow(Form):
    """The answer to one question, in a form of many."""

    class Meta:
        """The messages of every other form."""

        def get_translations(self, _form: Any) -> Messages:
            """Give the fields of the row the Vietnamese messages."""
            return Messages()

    item = plain.StringField(validators=[at_most(300, "Mục")])
    target = plain.StringField(filters=[clean_line], validators=[at_most(300, "Đơn vị nhận")])


class AnswerForm(BaseForm):
    """Where what hangs on split or dissolved units goes."""

    answers = plain.FieldList(plain.FormField(_AnswerRow), max_entries=3000)


class AllocationForm(BaseForm):
    """The allocation file, filled in."""

    file = FileField(
        "Tệp phân bổ đã điền",
        validators=[required("Chọn tệp phân bổ."), file_limit(5)],
        description="CSV hoặc Excel theo tệp mẫu, cột “target” ghi mã hoặc tên đơn vị nhận.",
        render_kw=_TABLE_FILES,
    )


def _may_be_left(_form: Any, field: Any) -> None:
    """Let nothing be chosen: another field may say it, and the row is checked as a whole."""
    if not field.raw_data:
        field.errors = []
        raise StopValidation


# --- a row composed on screen --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deed:
    """What a row composed on screen does, and which fields it asks for."""

    key: str
    label: str
    hint: str
    how: How | None
    fields: tuple[str, ...]


_OLD = ("old_query", "find_old", "old_id")
_PARENT = ("parent_query", "find_parent", "parent_id", "new_parent", "new_province")
_TARGET = ("target_query", "find_target", "target_id")
_NEW = ("new_name", "new_kind", "new_code", *_PARENT)

DEEDS = {
    deed.key: deed
    for deed in (
        Deed("thanh-lap", "Thành lập", "Đơn vị mới, không kế tiếp đơn vị nào.", None, _NEW),
        Deed(
            "doi-ten",
            "Đổi tên",
            "Vẫn đơn vị đó, tên khác.",
            How.RENAME,
            (*_OLD, "new_name"),
        ),
        Deed(
            "doi-loai",
            "Đổi loại",
            "Vẫn đơn vị đó, loại khác: xã thành phường, huyện thành thị xã.",
            How.RENAME,
            (*_OLD, "new_name", "new_kind"),
        ),
        Deed(
            "chuyen",
            "Chuyển",
            "Vẫn đơn vị đó, đứng dưới đơn vị cấp trên khác.",
            How.MOVE,
            (*_OLD, "parent_query", "find_parent", "parent_id"),
        ),
        Deed(
            "nhap-vao",
            "Nhập vào",
            "Đơn vị cũ nhập vào một đơn vị đang có; đơn vị đó tiếp tục tồn tại.",
            How.ABSORB,
            (*_OLD, *_TARGET, "only_part"),
        ),
        Deed(
            "hop-nhat",
            "Hợp nhất",
            "Nhiều đơn vị cũ thành một đơn vị mới: mỗi đơn vị cũ một dòng, cùng tên mới.",
            How.MERGE,
            (*_OLD, *_NEW),
        ),
        Deed(
            "chia",
            "Chia",
            "Đơn vị cũ kết thúc, chia cho nhiều đơn vị mới: mỗi đơn vị mới một dòng.",
            How.DIVIDE,
            (*_OLD, *_NEW),
        ),
        Deed(
            "tach",
            "Tách",
            "Một phần tách ra thành đơn vị mới; đơn vị cũ vẫn còn.",
            How.SEPARATE,
            (*_OLD, *_NEW),
        ),
        Deed(
            "giai-the",
            "Giải thể",
            "Đơn vị kết thúc, không có đơn vị kế tiếp.",
            How.DISSOLVE,
            _OLD,
        ),
    )
}


class RowForm(BaseForm):
    """A row composed on screen; the fields a deed does not ask for are taken out."""

    old_query = TextField("Tìm đơn vị cũ", validators=[at_most(100, "Tên đơn vị")])
    find_old = plain.SubmitField()
    old_id = RadioField(
        "Đơn vị cũ",
        choices=[],
        coerce=number_or_none,
        validators=[required("Tìm rồi chọn đơn vị cũ.")],
    )
    target_query = TextField("Tìm đơn vị nhận", validators=[at_most(100, "Tên đơn vị")])
    find_target = plain.SubmitField()
    target_id = RadioField(
        "Đơn vị nhận",
        choices=[],
        coerce=number_or_none,
        validators=[required("Tìm rồi chọn đơn vị nhận.")],
    )
    only_part = CheckboxField("Chỉ một phần của đơn vị cũ")
    new_name = TextField(
        "Tên mới",
        validators=[required("Nhập tên đơn vị mới."), at_most(NAME_MAX_LENGTH, "Tên đơn vị")],
        description="Tên đầy đủ, ví dụ: Xã Quế Phước",
    )
    new_kind = SelectField(
        "Loại đơn vị", choices=KIND_CHOICES, validators=[required("Chọn loại đơn vị.")]
    )
    new_code = TextField(
        "Mã chính thức",
        validators=[optional(), at_most(CODE_MAX_LENGTH, "Mã")],
        description="Chỉ tỉnh, huyện, xã có mã. Để trống nếu không có.",
    )
    parent_query = TextField("Tìm đơn vị cấp trên", validators=[at_most(100, "Tên đơn vị")])
    find_parent = plain.SubmitField()
    parent_id = RadioField(
        "Đơn vị cấp trên", choices=[], coerce=number_or_none, validators=[_may_be_left]
    )
    new_parent = TextField(
        "Tên đơn vị cấp trên", validators=[optional(), at_most(NAME_MAX_LENGTH, "Tên")]
    )
    new_province = TextField(
        "Tỉnh, thành phố", validators=[optional(), at_most(NAME_MAX_LENGTH, "Tên")]
    )
    once_more = plain.SubmitField()

    def keep_only(self, names: Iterable[str]) -> None:
        """Take out the fields that are not asked for."""
        wanted = {*names, "submit_key", "csrf_token", "once_more"}
        for name in [name for name in self._fields if name not in wanted]:
            del self[name]

    @property
    def only_looks(self) -> bool:
        """Whether a button that searches was pressed."""
        finders = ("find_old", "find_target", "find_parent")
        return any(name in self and self[name].data for name in finders)


# --- everyday changes ----------------------------------------------------------------------------

CHANGE_LABELS = {
    CORRECT: "Đính chính tên (sửa sai sót)",
    Change.RENAME: "Đổi tên từ ngày …",
    Change.MOVE: "Chuyển sang đơn vị cấp trên khác từ ngày …",
    Change.CLOSE: "Giải thể từ ngày …",
}


class _DatedForm(BaseForm):
    """From which day, and the paper that says so."""

    effective_on = VietnameseDateField(
        "Có hiệu lực từ ngày", validators=[required("Nhập ngày có hiệu lực.")]
    )
    number = _number()
    issued_on = _issued_on()


class ChangeForm(_DatedForm):
    """What happens to one unit."""

    wrong_name = plain.HiddenField()
    change = RadioField("Nội dung", choices=[], validators=[required("Chọn nội dung thay đổi.")])
    new_name = TextField(
        "Tên mới, hoặc tên đúng", validators=[optional(), at_most(NAME_MAX_LENGTH, "Tên đơn vị")]
    )
    parent_query = TextField("Tìm đơn vị cấp trên mới", validators=[at_most(100, "Tên đơn vị")])
    find = plain.SubmitField()
    new_parent_id = RadioField(
        "Đơn vị cấp trên mới", choices=[], coerce=number_or_none, validators=[optional()]
    )
    accept_gap = gap_field()

    def without_paper(self) -> None:
        """Ask for no day and no paper: a correction has none."""
        for field in (self.effective_on, self.number, self.issued_on):
            field.validators = [optional()]


class FoundForm(_DatedForm):
    """A new unit below another."""

    kind = RadioField("Loại đơn vị", choices=[], validators=[required("Chọn loại đơn vị.")])
    new_name = TextField(
        "Tên đơn vị",
        validators=[required("Nhập tên đơn vị."), at_most(NAME_MAX_LENGTH, "Tên đơn vị")],
        description="Tên đầy đủ, ví dụ: Tổ công nghệ số cộng đồng thôn Một",
    )

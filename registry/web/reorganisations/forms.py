"""Forms of the reorganisation desk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import Form
from wtforms import fields as plain
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

from registry.domain.field_names import ANNEX_FIELDS, REORGANISATION_FIELDS
from registry.domain.reorganisations.annex import DESIGNATIONS, How
from registry.domain.units.kinds import UnitKind
from registry.formats.annex_columns import MEANINGS
from registry.formats.workbook_weight import MAX_COLUMNS
from registry.queries.units.left_over import LeftOver
from registry.services.units.naming import NAME_MAX_LENGTH
from registry.web.forms.choices import labelled
from registry.web.forms.decision_fields import cited_day, cited_number
from registry.web.forms.fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    CodeField,
    FileField,
    RadioField,
    SelectField,
    TextField,
    VietnameseDateField,
    at_most,
    clean_line,
    file_limit,
    number_or_none,
    optional,
    required,
)
from registry.web.forms.messages import Messages
from registry.web.forms.widgets import FileInput

CODE_MAX_LENGTH = 20

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


class CreateForm(BaseForm):
    """A new batch: its decision, its day, its annexes."""

    number = cited_number()
    issued_on = cited_day()
    effective_on = VietnameseDateField(
        REORGANISATION_FIELDS["effective_on"],
        validators=[required("Nhập ngày có hiệu lực.")],
        description="Ngày đầu tiên theo đơn vị mới, trước hoặc sau hôm nay. Ví dụ: 01/07/2025",
    )
    files = FilesField(
        "Phụ lục",
        description="Một hoặc nhiều tệp CSV (UTF-8) hoặc Excel (.xlsx). "
        "Không chọn tệp nếu nhập từng dòng trên màn hình.",
        render_kw={"multiple": True, **_TABLE_FILES},
    )
    dissolved = CheckboxesField(
        "Đơn vị giải thể theo văn bản này",
        coerce=number_or_none,
        description="Chỉ chọn đơn vị mà văn bản ghi giải thể. Đơn vị có đơn vị kế thừa: lập đợt "
        "rồi thêm từng dòng, hoặc điền phụ lục có sẵn các đơn vị này.",
    )
    create_missing = CheckboxField("Bổ sung đơn vị cũ chưa có trong sổ")
    known_from = VietnameseDateField(
        "Số liệu các đơn vị cũ đó có từ ngày",
        validators=[optional()],
        description="Để trống: chỉ một ngày trước ngày có hiệu lực, số liệu cũ không đổi.",
    )

    def offer_dissolving(self, bodies: Sequence[LeftOver]) -> None:
        """Give the bodies left over to choose from; without any the field is taken out."""
        if bodies:
            self.dissolved.choices = [(body.id, body.name) for body in bodies]
        else:
            del self.dissolved


class AnnexesForm(BaseForm):
    """More annexes of a batch."""

    files = FilesField(
        "Phụ lục",
        description="Một hoặc nhiều tệp CSV (UTF-8) hoặc Excel (.xlsx).",
        render_kw={"multiple": True, **_TABLE_FILES},
    )


class _ColumnRow(Form):
    """What one column of an annex is, in a form of many; "" for nothing of use."""

    class Meta:
        """The messages of every other form."""

        def get_translations(self, _form: Any) -> Messages:
            """Give the fields of the row the Vietnamese messages."""
            return Messages()

    place = plain.IntegerField()
    meaning = SelectField("Là", choices=[("", "Bỏ qua"), *MEANINGS.items()])


class ColumnsForm(BaseForm):
    """What each column of an annex is."""

    columns = plain.FieldList(plain.FormField(_ColumnRow), max_entries=MAX_COLUMNS)

    @property
    def chosen(self) -> dict[int, str | None]:
        """Return what was chosen, by places."""
        rows = (row.form for row in self.columns)
        return {
            row.place.data: row.meaning.data or None for row in rows if row.place.data is not None
        }

    def show(self, fields: Mapping[int, str | None]) -> None:
        """Offer what the columns were taken for."""
        for place, name in fields.items():
            self.columns.append_entry({"place": place, "meaning": name or ""})


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


class _AlongGroup(Form):
    """What of a unit goes along with the part it gives away: what is ticked, or all of a noun."""

    unit = plain.IntegerField(widget=HiddenInput(), validators=[optional()])
    items = plain.SelectMultipleField(validate_choice=False)
    nouns = plain.SelectMultipleField(validate_choice=False)
    target = plain.StringField(filters=[clean_line], validators=[at_most(300, "Đơn vị nhận")])

    class Meta(_AnswerRow.Meta):
        """The messages of every other form."""


class AnswerForm(BaseForm):
    """Where what hangs on units that end or give a part away goes, and who leads teams."""

    answers = plain.FieldList(plain.FormField(_AnswerRow), max_entries=3000)
    along = plain.FieldList(plain.FormField(_AlongGroup), max_entries=3000)


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
class RowDeed:
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

ROW_DEEDS = {
    deed.key: deed
    for deed in (
        RowDeed("thanh-lap", "Thành lập", "Đơn vị mới, không kế tiếp đơn vị nào.", None, _NEW),
        RowDeed(
            "doi-ten",
            "Đổi tên",
            "Vẫn đơn vị đó, tên khác.",
            How.RENAME,
            (*_OLD, "new_name"),
        ),
        RowDeed(
            "doi-loai",
            "Đổi loại",
            "Vẫn là đơn vị đó, loại khác: xã thành phường, huyện thành thị xã.",
            How.RENAME,
            (*_OLD, "new_name", "new_kind"),
        ),
        RowDeed(
            "chuyen",
            "Chuyển",
            "Vẫn là đơn vị đó, trực thuộc đơn vị cấp trên khác.",
            How.MOVE,
            (*_OLD, "parent_query", "find_parent", "parent_id"),
        ),
        RowDeed(
            "nhap-vao",
            "Nhập vào",
            "Đơn vị cũ nhập vào một đơn vị đang có; đơn vị đó tiếp tục tồn tại.",
            How.ABSORB,
            (*_OLD, *_TARGET, "only_part"),
        ),
        RowDeed(
            "hop-nhat",
            "Hợp nhất",
            "Nhiều đơn vị cũ thành một đơn vị mới: mỗi đơn vị cũ một dòng, cùng tên mới.",
            How.MERGE,
            (*_OLD, *_NEW),
        ),
        RowDeed(
            "chia",
            "Chia",
            "Đơn vị cũ kết thúc, chia cho nhiều đơn vị mới: mỗi đơn vị mới một dòng.",
            How.DIVIDE,
            (*_OLD, *_NEW),
        ),
        RowDeed(
            "tach",
            "Tách",
            "Một phần tách ra thành đơn vị mới; đơn vị cũ vẫn còn.",
            How.SEPARATE,
            (*_OLD, *_NEW),
        ),
        RowDeed(
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
        ANNEX_FIELDS["new_name"],
        validators=[required("Nhập tên đơn vị mới."), at_most(NAME_MAX_LENGTH, "Tên đơn vị")],
        description="Tên đầy đủ, ví dụ: Xã Quế Phước",
    )
    new_kind = SelectField(
        ANNEX_FIELDS["new_kind"], choices=KIND_CHOICES, validators=[required("Chọn loại đơn vị.")]
    )
    new_code = CodeField(
        ANNEX_FIELDS["new_code"],
        validators=[optional(), at_most(CODE_MAX_LENGTH, "Mã")],
        description="Chỉ đơn vị hành chính có mã. Để trống nếu không có.",
    )
    parent_query = TextField("Tìm đơn vị cấp trên", validators=[at_most(100, "Tên đơn vị")])
    find_parent = plain.SubmitField()
    parent_id = RadioField(
        "Đơn vị cấp trên", choices=[], coerce=number_or_none, validators=[_may_be_left]
    )
    new_parent = TextField(
        ANNEX_FIELDS["new_parent"], validators=[optional(), at_most(NAME_MAX_LENGTH, "Tên")]
    )
    new_province = TextField(
        ANNEX_FIELDS["new_province"], validators=[optional(), at_most(NAME_MAX_LENGTH, "Tên")]
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

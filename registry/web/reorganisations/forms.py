"""Forms of the reorganisation desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Form
from wtforms import fields as plain
from wtforms.widgets import HiddenInput

from registry.domain.field_names import REORGANISATION_FIELDS
from registry.formats.annex_columns import MEANINGS
from registry.formats.workbook_weight import MAX_COLUMNS
from registry.queries.units.left_over import LeftOver
from registry.web.forms.decision_fields import cited_day, cited_number
from registry.web.forms.fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    FileField,
    SelectField,
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

_TABLE_FILES = {"accept": ".csv,.xlsx"}


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

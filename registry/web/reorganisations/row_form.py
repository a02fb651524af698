"""A row composed on screen: what it does, and what is asked for it."""

from dataclasses import dataclass
from typing import Any

from wtforms import fields as plain
from wtforms.validators import StopValidation

from registry.domain.field_names import ANNEX_FIELDS
from registry.domain.reorganisations.annex import DESIGNATIONS, How, Part
from registry.domain.reorganisations.wording import share_in_words
from registry.domain.units.kinds import UnitKind
from registry.services.units.naming import NAME_MAX_LENGTH
from registry.web.forms.choices import labelled
from registry.web.forms.fields import (
    BaseForm,
    CodeField,
    RadioField,
    SelectField,
    TextField,
    at_most,
    number_or_none,
    optional,
    required,
)

CODE_MAX_LENGTH = 20

_OWN_WORD = frozenset({UnitKind.COMMUNE, UnitKind.DISTRICT})
KIND_CHOICES = [
    ("", "Chọn loại đơn vị"),
    *((word, word.capitalize()) for word in DESIGNATIONS if word != "tỉnh"),
    *labelled(kind for kind in UnitKind if kind not in _OWN_WORD),
]


@dataclass(frozen=True, slots=True)
class RowDeed:
    """What a row composed on screen does, and which fields it asks for.

    `shares` are how much of the old unit it may be about; a choice only where there are several.
    `takes_more`: several old units may become one new, each by a row. `may_lack_old`: the old unit
    may be left out.
    """

    key: str
    label: str
    hint: str
    how: How | None
    fields: tuple[str, ...]
    shares: tuple[Part, ...] = ()
    takes_more: bool = False
    may_lack_old: bool = False


_OLD = ("old_query", "find_old", "old_id")
_PARENT = ("parent_query", "find_parent", "parent_id", "new_parent", "new_province")
_TARGET = ("target_query", "find_target", "target_id")
_NEW = ("new_name", "new_kind", "new_code", *_PARENT)
_ANY_SHARE = (Part.WHOLE, Part.PART, Part.REST)

ROW_DEEDS = {
    deed.key: deed
    for deed in (
        RowDeed(
            "thanh-lap", "Thành lập", "Đơn vị mới, không kế tiếp đơn vị nào.", How.ESTABLISH, _NEW
        ),
        RowDeed(
            "sap-xep",
            "Sắp xếp thành",
            "Mỗi đơn vị cũ một dòng, cùng tên mới; cùng mã và tên thì vẫn là đơn vị đó.",
            None,
            (*_OLD, *_NEW),
            shares=_ANY_SHARE,
            takes_more=True,
        ),
        RowDeed(
            "nhap-vao",
            "Nhập vào",
            "Đơn vị cũ nhập vào một đơn vị đang có; đơn vị đó tiếp tục tồn tại.",
            How.ABSORB,
            (*_OLD, *_TARGET),
            shares=_ANY_SHARE,
            takes_more=True,
        ),
        RowDeed(
            "hop-nhat",
            "Hợp nhất",
            "Nhiều đơn vị cũ thành một đơn vị mới: mỗi đơn vị cũ một dòng, cùng tên mới.",
            How.MERGE,
            (*_OLD, *_NEW),
            shares=_ANY_SHARE,
            takes_more=True,
        ),
        RowDeed(
            "chia",
            "Chia",
            "Đơn vị cũ kết thúc, chia cho nhiều đơn vị mới: mỗi đơn vị mới một dòng.",
            How.DIVIDE,
            (*_OLD, *_NEW),
            shares=(Part.PART, Part.REST),
        ),
        RowDeed(
            "tach",
            "Tách",
            "Một phần tách ra thành đơn vị mới; đơn vị cũ vẫn còn.",
            How.SEPARATE,
            (*_OLD, *_NEW),
            shares=(Part.PART,),
        ),
        RowDeed(
            "dieu-chinh",
            "Điều chỉnh địa giới",
            "Một phần của đơn vị cũ về một đơn vị đang có; cả hai vẫn còn.",
            How.ADJUST,
            (*_OLD, *_TARGET),
            shares=(Part.PART,),
        ),
        RowDeed(
            "nguyen-trang",
            "Thành lập trên cơ sở nguyên trạng",
            "Vẫn là đơn vị đó, tên gọi khác: xã thành phường, huyện thành thị xã.",
            How.PROMOTE,
            (*_OLD, "new_name", "new_kind"),
        ),
        RowDeed(
            "doi-ten",
            "Đổi tên",
            "Vẫn là đơn vị đó, tên khác.",
            How.RENAME,
            (*_OLD, "new_name"),
        ),
        RowDeed(
            "doi-loai",
            "Đổi loại",
            "Vẫn là cơ quan, tổ chức đó, loại khác.",
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
            "tai-lap",
            "Tái lập",
            "Đơn vị mới mang tên một đơn vị đã kết thúc, gắn với đơn vị đó.",
            How.REESTABLISH,
            (*_OLD, *_NEW),
            may_lack_old=True,
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
# By what a row says of how: the deed by which another old unit becomes the same new one.
TAKES_MORE = {deed.how: deed.key for deed in ROW_DEEDS.values() if deed.takes_more}


def may_be_left(_form: Any, field: Any) -> None:
    """Let nothing be chosen: another field may say it, and the row is checked as a whole."""
    if not field.raw_data:
        field.errors = []
        raise StopValidation


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
    share = RadioField("Toàn bộ hay một phần đơn vị cũ", choices=[])
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
        "Đơn vị cấp trên", choices=[], coerce=number_or_none, validators=[may_be_left]
    )
    new_parent = TextField(
        ANNEX_FIELDS["new_parent"], validators=[optional(), at_most(NAME_MAX_LENGTH, "Tên")]
    )
    new_province = TextField(
        ANNEX_FIELDS["new_province"], validators=[optional(), at_most(NAME_MAX_LENGTH, "Tên")]
    )
    once_more = plain.SubmitField()

    def ask_for(self, deed: RowDeed) -> None:
        """Take out the fields that a deed does not ask for, and offer what it lets choose."""
        share = {"share"} if len(deed.shares) > 1 else set()
        wanted = {*deed.fields, *share, "submit_key", "csrf_token", "once_more"}
        for name in [name for name in self._fields if name not in wanted]:
            del self[name]
        if share:
            self.share.choices = [
                (part.value, share_in_words(part).capitalize()) for part in deed.shares
            ]
            if not self.share.raw_data:
                self.share.data = deed.shares[0].value
        if deed.may_lack_old:
            self.old_query.label.text = "Tìm đơn vị cũ (nếu tách ra từ một đơn vị đang có)"
            self.old_id.validators = [may_be_left]

    @property
    def only_looks(self) -> bool:
        """Whether a button that searches was pressed."""
        finders = ("find_old", "find_target", "find_parent")
        return any(name in self and self[name].data for name in finders)

"""The columns of an annex: the machine names of its headings, or what printed ones usually say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from registry.domain.field_names import ANNEX_FIELDS
from registry.domain.vietnamese.names import normalise
from registry.formats.annex_words import (
    looks_like_code,
    looks_like_unit,
    reads_as_how,
    reads_as_part,
)
from registry.formats.columns import (
    Column,
    Field,
    Guess,
    Vocabulary,
    Why,
    below_counts,
    guess_columns,
    headings_in,
)
from registry.formats.uploaded_table import Cell

CODES = ("old_code", "new_code", "new_province_code")
NAMES = ("old_name", "old_parent", "old_province", "new_name", "new_parent", "new_province")
KINDS = ("old_kind", "new_kind")
WORDS = ("part", "how")
KNOWN = frozenset((*CODES, *NAMES, *KINDS, *WORDS))
MEANINGS: Mapping[str, str] = {name: ANNEX_FIELDS[name] for name in ANNEX_FIELDS if name in KNOWN}
"""What a column of an annex may mean, in the words of the screen."""

_ALSO_CALLED = {"old_district": "old_parent", "new_district": "new_parent"}
_REQUIRED = (
    "old_code",
    "old_name",
    "old_parent",
    "old_province",
    "new_code",
    "new_name",
    "new_kind",
    "new_province_code",
    "new_province",
    "part",
)
_MOST_ROWS_ABOVE = 60
# A row that bears as many machine names is headed by them; a data row or a title bears none.
_LEAST_NAMES = 3

_OLD = (
    *("cũ", "trước", "trước đây", "trước sắp xếp", "trước khi sắp xếp", "trước sáp nhập"),
    *("trước khi sáp nhập", "trước khi thực hiện sắp xếp", "hiện trạng", "hiện tại", "hiện nay"),
    *("hiện có", "hiện hành", "ban đầu", "thực hiện sắp xếp", "được sắp xếp", "sáp nhập"),
    *("thực hiện sáp nhập", "được sáp nhập", "nhập", "được nhập", "trước khi tổ chức lại"),
    *("trước khi nhập", "trước ngày", "sáp nhập từ", "hợp nhất từ", "nhập từ", "thành lập từ"),
    *("hình thành từ", "trước kiện toàn", "trước khi kiện toàn"),
)
_NEW = (
    *("mới", "sau", "sau này", "sau sắp xếp", "sau khi sắp xếp", "sau sáp nhập"),
    *("sau khi sáp nhập", "sau khi thực hiện sắp xếp", "hình thành", "hình thành sau sắp xếp"),
    *("hình thành sau khi sắp xếp", "hình thành mới", "mới hình thành", "thành lập"),
    *("thành lập mới", "mới thành lập", "sau thành lập", "sau khi thành lập", "sau hợp nhất"),
    *("sau khi hợp nhất", "sau khi tổ chức lại", "tiếp nhận", "kế thừa", "kế tiếp", "phương án"),
    *("phương án sắp xếp", "dự kiến", "sau khi nhập", "sau kiện toàn", "sau khi kiện toàn"),
    *("kiện toàn", "thành lập lại", "sắp xếp thành", "kết quả sắp xếp", "từ ngày"),
    *("sáp nhập vào", "nhập vào đơn vị", "nhập vào xã"),
)
_UNIT = (
    *("tên", "tên gọi", "đơn vị", "đơn vị hành chính", "đvhc", "xã", "phường", "thị trấn"),
    *("đặc khu", "cơ quan", "tổ chức", "tổ", "tổ cnscđ", "tổ công nghệ số cộng đồng", "thôn"),
    *("khu phố", "tổ dân phố", "khối phố"),
)
_DISTRICT = ("huyện", "quận", "thị xã", "cấp huyện")
# What a team stands under; in an annex of communes the same words name the unit itself, and say it
# more.
_COMMUNE, _COMMUNE_ABOVE = ("xã", "phường", "cấp xã"), 0.5
_PROVINCE = ("tỉnh", "tỉnh thành", "tỉnh thành phố", "tỉnh tp", "cấp tỉnh", "thành phố")
_CODE = ("mã", "mã số", "mã đvhc", "mã đơn vị", "code")
_ANY_SIDE = (*_OLD, *_NEW, *_UNIT, "cấp huyện", "cấp tỉnh")


_LOOKS = {"code": looks_like_code, "name": looks_like_unit}
# A column headed "Trước sắp xếp" and nothing more names the units.
_NAME = {"old": (*_UNIT, *_OLD), "new": (*_UNIT, *_NEW)}


def _both(name: str, words: Sequence[Sequence[str]], beside: Sequence[str]) -> Iterator[Field]:
    """Yield a column of the old side and the same of the new side."""
    for side in ("old", "new"):
        yield Field(
            name=f"{side}_{name}",
            words=words or (_NAME[side],),
            beside=beside,
            group=side,
            leads=name == "code",
            # Since July 2025 nothing new stands in a district.
            rare=(side, name) == ("new", "parent"),
            looks=_LOOKS.get(name),
            by_cells=name == "name",
        )


VOCABULARY = Vocabulary(
    fields=(
        *_both("code", (_CODE,), ("xã", "phường", "thị trấn", "định danh", "tổ", "trong sổ")),
        *_both("name", (), ("gọi", "đầy đủ", "danh sách")),
        *_both(
            "kind",
            (("loại", "loại hình", "loại đơn vị"),),
            ("xã", "phường", "thị trấn", "huyện", "quận"),
        ),
        *_both(
            "parent",
            ((*_DISTRICT, "đơn vị cấp trên", "cấp trên", "trực thuộc", "thuộc"),),
            ("tên", "thành phố", "thuộc", "trực thuộc", "tp", "tx", "xã", "phường"),
        ),
        *(
            replace(one, weight=_COMMUNE_ABOVE)
            for one in _both("parent", (_COMMUNE,), ("tên", "thuộc", "trực thuộc", "xã", "phường"))
        ),
        *_both(
            "province",
            (_PROVINCE,),
            ("tên", "thành", "tp", "thuộc", "trực thuộc", "trung ương", "thuộc trung ương"),
        ),
        Field(
            name="new_province_code",
            words=(_CODE, _PROVINCE),
            group="new",
            leads=True,
            looks=looks_like_code,
        ),
        Field(
            name="part",
            words=(("toàn bộ", "một phần", "phạm vi", "mức độ", "quy mô sắp xếp"),),
            beside=(
                "hay",
                "hoặc",
                "sắp xếp",
                "nhập",
                "sáp nhập",
                "phần",
                "còn lại",
                "phần còn lại",
            ),
            looks=reads_as_part,
            by_cells=True,
        ),
        Field(
            name="how",
            words=(
                (
                    *("hình thức", "cách", "cách thức", "phương thức", "phương án"),
                    *("biện pháp", "nội dung sắp xếp", "loại hình sắp xếp"),
                ),
            ),
            beside=("sắp xếp", "sáp nhập", "thực hiện", "tổ chức lại", "nhập"),
            looks=reads_as_how,
            by_cells=True,
        ),
    ),
    needed=(("old_name", "old_code"), ("new_name",)),
    others=(
        Field(name="number", words=(("stt", "tt", "số tt", "số thứ tự", "thứ tự"),)),
        Field(
            name="figure",
            words=(
                (
                    *("diện tích", "dân số", "số dân", "nhân khẩu", "số hộ", "mật độ", "tỷ lệ"),
                    *("số lượng", "tiêu chuẩn", "biên chế", "km2", "số đơn vị"),
                ),
            ),
            beside=(*_ANY_SIDE, "tự nhiên", "quy mô", "người", "km2", "ha", "đạt", "so với", "hộ"),
        ),
        Field(
            name="seat",
            words=(("trụ sở", "trung tâm hành chính", "nơi đặt"),),
            beside=(*_ANY_SIDE, "đặt", "làm việc"),
        ),
        Field(
            name="code of a district",
            words=(_CODE, _DISTRICT),
            beside=(*_ANY_SIDE, "thành phố"),
        ),
        Field(
            name="code of an old province",
            words=(_CODE, _PROVINCE),
            group="old",
            needs_group=True,
        ),
        # What a note says may still be how much of a unit is meant: its cells tell.
        Field(
            name="note",
            words=(("ghi chú", "chú thích", "lý do", "giải trình", "căn cứ", "nghị quyết"),),
            beside=(*_ANY_SIDE, "sắp xếp"),
            weight=0.3,
        ),
    ),
    groups={"old": _OLD, "new": _NEW},
    beside=(
        "của",
        "các",
        "khi",
        "và",
        "hoặc",
        "cấp xã",
        "cấp",
        "nếu có",
        "đơn vị",
        "hành chính",
        "đvhc",
    ),
)


@dataclass(frozen=True, slots=True)
class Headings:
    """How an annex is headed. Where `are_names`, by machine names, and there is no doubt."""

    guess: Guess
    are_names: bool

    @property
    def taken(self) -> list[Column]:
        """Return the columns that tell something."""
        return [column for column in self.guess.columns if column.field is not None]

    def with_fields(self, chosen: Mapping[int, str | None]) -> "Headings":
        """Return the same headings, each column being what somebody chose for its place."""
        columns = tuple(
            replace(column, field=chosen.get(column.place)) for column in self.guess.columns
        )
        return replace(self, guess=_judged(replace(self.guess, columns=columns)))


def find_headings(table: Sequence[Sequence[Cell]]) -> Headings | None:
    """Return how a table is headed; None where no row reads like headings."""
    named = [(len(_names_in(row)), -at) for at, row in enumerate(table[:_MOST_ROWS_ABOVE])]
    most, where = max(named, default=(0, 0))
    if most >= _LEAST_NAMES:
        return _by_name(table, -where)
    guess = guess_columns(table, VOCABULARY)
    if guess is not None:
        return Headings(guess, are_names=False)
    return _by_name(table, -where) if most else None


def missing_names(headings: Headings) -> Iterator[tuple[str, str]]:
    """Yield what a table lacks: a column, and what to do."""
    if headings.are_names:
        found = {column.field for column in headings.guess.columns}
        for name in _REQUIRED:
            if name not in found:
                other = next((also for also, same in _ALSO_CALLED.items() if same == name), "")
                either = f" (hoặc “{other}”)" if other else ""
                yield name, f"Thiếu cột “{name}”{either}. Thêm cột này vào dòng tiêu đề."
    for names in headings.guess.missing:
        name = next(iter(names))
        called = MEANINGS[name]
        yield name, f"Không có cột “{called}”. Chọn cột đó, hoặc ghi tiêu đề “{called}” trong tệp."


def names_given_twice(headings: Headings) -> Iterator[tuple[str, str]]:
    """Yield the columns that say the same as another one, and what to do."""
    found = set[str | None]()
    for column in headings.taken:
        if column.field in found:
            yield (
                column.heading if headings.are_names else column.field or "",
                f"Tiêu đề có hai cột “{column.heading}” như nhau. Bỏ một cột."
                if headings.are_names
                else f"Hai cột cùng là “{MEANINGS[column.field or '']}”. Chọn một cột.",
            )
        found.add(column.field)


def _judged(guess: Guess) -> Guess:
    found = {column.field for column in guess.columns}
    missing = tuple(one for one in VOCABULARY.needed if found.isdisjoint(one))
    return replace(guess, missing=missing)


def _written(cell: Cell) -> str:
    """Return a heading as machine names are compared."""
    return "_".join(normalise(str(cell or "")[:100]).casefold().replace("-", " ").split())


def _name(cell: Cell) -> str | None:
    written = _written(cell)
    name = _ALSO_CALLED.get(written, written)
    return name if name in KNOWN else None


def _names_in(row: Sequence[Cell]) -> set[str]:
    return {name for name in map(_name, row) if name is not None}


def _by_name(table: Sequence[Sequence[Cell]], row: int) -> Headings:
    """Return the columns of a table that is headed by machine names."""
    columns = tuple(
        Column(place, _written(cell), name, Why.HEADING if name else None, 1.0 if name else 0.0)
        for place, cell in enumerate(table[row])
        for name in [_name(cell)]
    )
    first = below_counts(table, row + 1)
    headings = headings_in(table[row:first])
    return Headings(Guess(row, first, columns, (), headings), are_names=True)

"""Invented names: Kinh, Cơ Tu, Giẻ Triêng and Xơ Đăng, the tone mark written in both ways."""

import unicodedata
from collections.abc import Callable, Iterator
from itertools import count

from invention import dice


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Repeated as often as they are common.
_FAMILY = _words(
    "Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Trần Lê Lê Lê "
    "Phạm Phạm Huỳnh Huỳnh Huỳnh Phan Phan Phan Võ Võ Võ Đặng Đặng Bùi Đỗ Hồ Ngô Dương Lý Đoàn "
    "Trương Trương Đinh Mai Hà Tạ Lương Châu Thái Tô Trịnh Ung Kiều Thân"
)
_KINH_MIDDLE = {
    "man": _words(
        "Bá Công Đăng Đình Gia Hữu Khắc Minh Phước Quý Tấn Thế Thiện Trọng Văn Văn Văn Viết Xuân "
        "Ngọc Duy Nhật"
    ),
    "woman": _words(
        "Thị Thị Thị Thị Bích Cẩm Diễm Hoài Hồng Khánh Kim Lệ Mai Mỹ Ngọc Phương Quỳnh Thanh Thảo "
        "Thu Thuý Thùy Tường Xuân"
    ),
}
_KINH_GIVEN = {
    "man": _words(
        "An Ân Ánh Bảo Bình Cảnh Chính Cường Danh Đạt Đăng Đức Giang Hải Hào Hiển Hiếu Hoà Hòa "
        "Hoàng Huấn Huy Khải Khang Khánh Khoa Khôi Kiên Lâm Lập Lộc Long Luân Mẫn Nam Nghĩa Nguyên "
        "Nhân Phát Phong Phú Phương Quân Quý Sang Sáng Sơn Tài Tâm Thạch Thắng Thịnh Thuận Thức "
        "Tiến Toàn Toản Triều Trung Tú Tùng Tường Vĩnh Vương Vỹ Ý"
    ),
    "woman": _words(
        "An Anh Ánh Ân Châu Chi Diệu Dung Duyên Đào Giang Hà Hạnh Hảo Hằng Hiền Hoà Hòa Hoa Hoài "
        "Huệ Hương Hường Khuê Lài Lam Lan Liên Linh Loan Ly Lý Mẫn My Nga Ngân Nghĩa Nguyệt Nhàn "
        "Nhi Nhung Oanh Phượng Quyên Quý Sương Tâm Thảo Thắm Thoa Thơ Thuận Thuỷ Thủy Thư Tiên "
        "Trang Trâm Trinh Trúc Tuyền Tuyết Uyên Vân Vi Vy Xuyến Yên Yến"
    ),
}
_CO_TU_FAMILY = ("Alăng", "Ating", "Arâl", "Bnướch", "Bríu", "Cơlâu", "Hôih", "Pơloong", "Zơrâm")
_CO_TU_MIDDLE = {"man": ("", "", "Văn", "Ngọc"), "woman": ("", "Thị", "Thị Thu")}
_CO_TU_GIVEN = _words(
    "Bhơi Bhui Chrưl Crênh Dhia Đhên Êch Hrang Jơng Lơơi Mơng Ngơơi Nhêếc Nhới Pêng Rơnh Tơơi Vơơi "
    "Zênh Zưl"
)
_HIGHLAND_FAMILY = {
    "man": ("A", "A Viết", "Hiên", "Hồ Văn", "Đinh Văn", "Kring"),
    "woman": ("Y", "Y Thị", "Hồ Thị", "Đinh Thị"),
}
_HIGHLAND_GIVEN = _words(
    "Blong Brêu Chớp Dêu Đrai Giêng Hrum Jét Klâu Lêêng Mrơi Ngrêu Nhiêng Phêu Rốp Sim Thiêng "
    "Trưng Wêng Xuôi"
)

_CO_TU_DISTRICTS = frozenset({"504", "505", "510"})
_HIGHLAND_DISTRICTS = frozenset({"511", "515", "516"})


def fold(text: str) -> str:
    """Return `text` in small letters without marks, đ as d: two spellings of a name are equal."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def candidates(key: str, district: str, gender: str = "") -> Iterator[str]:
    """Yield names that belong to `key`, one after the other until the caller takes one.

    `district` is the code of the person's district, empty at province level; `gender` is "woman",
    "man", or empty to leave it to chance.
    """
    for attempt in count():
        name = f"{key}/{attempt}"
        chance = "woman" if dice.happens(f"{name}/woman", 48) else "man"
        yield _maker(name, district)(name, gender or chance)


def _maker(name: str, district: str) -> Callable[[str, str], str]:
    local = dice.happens(f"{name}/local", 60)
    if local and district in _CO_TU_DISTRICTS:
        return _co_tu
    if local and district in _HIGHLAND_DISTRICTS:
        return _highland
    return _kinh


def _kinh(name: str, gender: str) -> str:
    family = dice.pick(f"{name}/family", _FAMILY)
    middle = dice.pick(f"{name}/middle", _KINH_MIDDLE[gender])
    given = [word for word in _KINH_GIVEN[gender] if fold(word) != fold(middle)]
    return f"{family} {middle} {dice.pick(f'{name}/given', given)}"


def _co_tu(name: str, gender: str) -> str:
    words = (
        dice.pick(f"{name}/family", _CO_TU_FAMILY),
        dice.pick(f"{name}/middle", _CO_TU_MIDDLE[gender]),
        dice.pick(f"{name}/given", _CO_TU_GIVEN),
    )
    return " ".join(word for word in words if word)


def _highland(name: str, gender: str) -> str:
    family = dice.pick(f"{name}/family", _HIGHLAND_FAMILY[gender])
    return f"{family} {dice.pick(f'{name}/given', _HIGHLAND_GIVEN)}"

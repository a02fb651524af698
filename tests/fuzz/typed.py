"""What is typed into fields: what somebody means, and what nobody types by accident."""

import re
from random import Random

from tests.factories.decisions import pdf

HOSTILE = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "2147483648",
    "9223372036854775808",
    "9" * 30,
    "9" * 5000,
    "1e400",
    "NaN",
    "٣",
    "²",
    "0x10",
    "None",
    "true",
    "31/12/9999",
    "01/01/0001",
    "00/00/0000",
    "29/02/2023",
    "2024-99-99",
    "9999-12-31",
    "0001-01-01",
    "31/02/2024",
    "1/1/24",
    "01/01/10000",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\r\nSet-Cookie: a=b",
    "\u202e\u200b\ufeff",
    "\ud7a3\U0001f600",
    "①★✓•",
    "e\u0301" * 300,
    "\U000e0041",
    "'; DROP TABLE people; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%s%n%(name)s",
    "..%2f..%2fetc/passwd",
    "../../etc/passwd",
    "//khac.vidu.invalid/",
    "http://khac.vidu.invalid/",
    "%",
    "_",
    "\\",
    '"',
    "=1+1",
    "@SUM(A1)",
    "a" * 101,
    "ă" * 5000,
    "Nguyễn " * 300,
    "ß" * 60,
    "ŉ" * 60,
    "İ" * 60,
    "\u2028\u2029\x85\x0b\x0c",
    "[]",
    "{}",
    '{"a": 1}',
    "a,b;c\td\n",
)

FILES = (
    ("quyet-dinh.pdf", pdf()),
    ("trong.pdf", b""),
    ("gia.pdf", b"%PDF-1.4\n"),
    ("khong-phai.pdf", b"\x00\xff" * 40),
    ("anh.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 30),
    ("bang.csv", "Mã,Tên\n1,Xã A\n".encode()),
    ("bang.csv", b"\xff\xfe\x00"),
    ("bang.csv", b'"' * 300),
    ("bang.xlsx", b"PK\x03\x04" + b"\x00" * 60),
    ("bang.xlsx", b"PK\x05\x06" + b"\x00" * 18),
    ("..\\..\\x\x00.pdf", pdf()),
    ("ă" * 300 + ".pdf", pdf()),
    ("", pdf()),
)

_NAMES = ("Trần Thị Bình", "Lê Văn Cường", "Nguyễn Thị Ánh Nguyệt", "Y Moan Êban", "Hồ Xuân")
# By a part of a field's name, what somebody may mean; the first that fits.
_MEANT = (
    (r"phone|dien.?thoai", ("0591 234 567", "0235 3810 999", "+84 90 123 45 67")),
    (r"mail", ("ai.do@vidu.invalid", "b@vidu.invalid")),
    (r"citizen|cccd", ("049185000017", "049085001234", "001204012345")),
    (r"birth_year|year", ("1985", "2000", "1890")),
    (r"number|so_", ("12/QĐ-UBND", "7/QĐ-SNV", "12", "74/QĐ-STTTT")),
    (r"name|signer|^q$|ten", (*_NAMES, "Tổ công nghệ số thôn 9", "binh", "xã")),
    (r"password", ("một mật khẩu thử dài", "ngắn")),
    (r"login", ("canboxa", "quantri", "khong-co")),
    (r"hours|score|value|grace", ("1", "7,5", "10", "14")),
    (r"code|ma$", ("20812", "49-SBN-01", "ABCD-2345-6789")),
)
_OTHERWISE = ("Theo đề nghị của đơn vị", "Chuyên viên", "5", "10/06/2024")
_A_DAY = re.compile(r"_on$|_from$|_to$|since|until|ngay|day|_at$")


def meant(name: str, random: Random) -> str:
    """Return what somebody may type into a field of that name and mean it."""
    if _A_DAY.search(name):
        year = random.choice((2023, 2024, 2024, 2025))
        return f"{random.randint(1, 28):02}/{random.randint(1, 12):02}/{year}"
    for part, values in _MEANT:
        if re.search(part, name):
            return random.choice(values)
    return random.choice(_OTHERWISE)


def hostile(random: Random) -> str:
    """Return what nobody types by accident."""
    if random.random() < 0.15:
        signs = (chr(random.randrange(0x11_0000)) for _ in range(random.randint(1, 40)))
        return "".join(sign for sign in signs if not "\ud800" <= sign <= "\udfff")
    return random.choice(HOSTILE)

"""Which characters a text may hold: those that every page, paper and workbook can print.

One rule for whatever people type, wherever it comes in. What older rows hold beside them is printed
as a sign that something is there.
"""

import re
import unicodedata
from collections.abc import Iterator

# In the fonts of our papers (tests/formats/test_pdf.py prints each of them).
_RANGES = (
    (0x0020, 0x007E),  # a keyboard's
    (0x00A1, 0x00AC),  # Latin, with its signs
    (0x00AE, 0x024F),
    (0x02B0, 0x02FF),  # letters that modify others, an apostrophe among them
    (0x0300, 0x034E),  # marks
    (0x0350, 0x036F),
    (0x1E00, 0x1EFF),  # Latin, among it most of Vietnamese
    (0x2010, 0x2027),  # dashes, quotation marks, bullets, ellipsis
    (0x2030, 0x205E),
    (0x2070, 0x2071),  # small figures above and below the line
    (0x2074, 0x208E),
    (0x20A0, 0x20BE),  # money
    (0x2100, 0x2125),  # №, ℃, ™
    (0x2153, 0x2154),
    (0x215B, 0x215E),
)
_SINGLE = "←↑→↓↔↕∂∆∏∑\u2212\u2215∙√∞∟∩∫≈≠≡≤≥─│■□▪▫▬▲►▼◄◊○●◦"
_STANDS_FOR_ANOTHER = "□"
_MOST_NAMED = 3
# More marks on one letter than any language has: they run over the lines above.
_TOO_MANY_MARKS = re.compile("[^\u0300-\u036f]?[\u0300-\u036f]{4,}")
_WITHOUT_SHAPE = {"Cc": "", "Cf": ""}
_LINE_BREAKS = frozenset("\n\u2028\u2029")


def _in_all_cases() -> Iterator[str]:
    """Yield what stands in the ranges, in capitals too: papers write names in them."""
    there = {chr(code) for first, last in _RANGES for code in range(first, last + 1)} | {*_SINGLE}
    for character in there:
        if unicodedata.category(character) != "Cn" and there.issuperset(character.upper()):
            yield character


PERMITTED = frozenset(_in_all_cases())


def refusal_of(text: str) -> str | None:
    """Return why a text cannot be taken, naming what in it; None when it can.

    `text` is one that `normalise` has cleaned, or several lines of it.
    """
    refused = list(dict.fromkeys(one for one in text if one not in PERMITTED and one != "\n"))
    if refused:
        named = ", ".join(map(_named, refused[:_MOST_NAMED]))
        more = ", …" if len(refused) > _MOST_NAMED else ""
        if all(unicodedata.category(one).startswith("L") for one in refused):
            # They may look like ours: who typed one sees nothing wrong.
            return (
                f"Chữ {named}{more} thuộc bảng chữ cái khác, có thể trông giống chữ tiếng Việt. "
                "Xóa cả từ có chữ này rồi gõ lại."
            )
        return (
            f"Ký tự {named}{more} không dùng được vì không in được trên văn bản. Xóa đi hoặc thay "
            "bằng chữ, số, dấu câu thông thường."
        )
    if found := _TOO_MANY_MARKS.search(text):
        return f"Chữ “{found[0]}” mang quá nhiều dấu. Gõ lại chữ này."
    return None


def printable(text: str) -> str:
    """Return a stored text as a paper can print it: what it cannot is a box, never left out unseen.

    Lines stay lines; what has no shape at all is taken away.
    """
    return "".join(map(_printable, text)) if not PERMITTED.issuperset(text) else text


def _printable(character: str) -> str:
    if character in _LINE_BREAKS:
        return "\n"
    category = unicodedata.category(character)
    if character in PERMITTED or category == "Zs":
        return character
    return _WITHOUT_SHAPE.get(category, _STANDS_FOR_ANOTHER) if character != "\t" else " "


def _named(character: str) -> str:
    """Return a character as people see it, and its number where there may be nothing to see."""
    code = f"U+{ord(character):04X}"
    is_seen = character.isprintable() and unicodedata.category(character) not in {"Co", "Mn"}
    return f"“{character}”" if is_seen else f"“{character}” ({code})"

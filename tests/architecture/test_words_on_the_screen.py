"""What the screens say: words that were given up do not come back, wherever a page takes them from.

Looked for in templates and in the texts of the code; letters and notices to the public may
address their reader.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.tree import ROOT

TO_THE_PUBLIC = {
    "registry/services/accounts.py",
    "registry/services/confirmed_emails.py",
    "templates/signups/_notice.html",
}

# The words that annexes may say: they are read there, and never shown.
READ_ONLY = {"registry/formats/annex_words.py"}


def texts_of(path: Path) -> Iterator[str]:
    """Yield what a template or the literals of a module say, without comments and docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def saying(pattern: str) -> list[str]:
    """Return the files whose texts hold the words, in small or capital letters."""
    words = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    files = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("registry/**/*.py")])
    assert files
    return [
        path.relative_to(ROOT).as_posix()
        for path in files
        if any(words.search(text) for text in texts_of(path))
    ]


def test_no_screen_addresses_its_reader_but_letters_and_notices_to_the_public() -> None:
    assert set(saying("bạn|anh/chị|quý vị")) - TO_THE_PUBLIC == set()


@pytest.mark.parametrize(
    "given_up",
    [
        "sống tiếp",
        "thiếu đã|thiếu từ",
        "ai đã thay đổi gì",
        "lập trước (các )?đơn vị cũ",
        "được thay bằng",
        "gộp",
        "nâng cấp",
        "ngoài phạm vi bố trí",
        "cơ quan ngoài phạm vi",
        r"Ban Chỉ đạo \(xem\)",
    ],
)
def test_words_that_were_given_up_for_better_ones_stand_nowhere(given_up: str) -> None:
    assert set(saying(given_up)) - READ_ONLY == set()

"""The allocation file: where each person, team and assignment of a split or dissolved unit goes."""

from collections.abc import Mapping

from registry.domain.errors import Invalid
from registry.domain.reorganisations.questions import Item
from registry.domain.vietnamese.names import normalise
from registry.formats.uploaded_table import read_apart, read_table

NO_COLUMNS = "Tệp phân bổ cần hai cột “item” và “target”. Tải tệp mẫu rồi điền cột “target”."


def read_allocation(content: bytes) -> Mapping[Item, str]:
    """Return the answers of a CSV or a workbook: item -> code or name of the unit it goes to.

    Rows without target are left out. Raises Invalid on "file" when it cannot be read or a column is
    missing.
    """
    return {Item.parse(key): word for key, word in read_apart(_answers_in, content).items()}


def _answers_in(content: bytes) -> dict[str, str]:
    table = read_table(content)
    names = [normalise(str(cell or "")).casefold() for cell in table[0]] if table else []
    if "item" not in names or "target" not in names:
        raise Invalid.on("file", NO_COLUMNS)
    item, target = names.index("item"), names.index("target")
    answers: dict[str, str] = {}
    for row in table[1:]:
        if len(row) > max(item, target):
            key, word = (normalise(str(row[place] or "")) for place in (item, target))
            if key and word:
                answers[key] = word
    return answers

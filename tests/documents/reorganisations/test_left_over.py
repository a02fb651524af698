"""The annex of what was left over tells the words it knows, and is read back."""

from datetime import date
from io import BytesIO

from python_calamine import CalamineWorkbook

from registry.documents.reorganisations.left_over import left_over_annex
from registry.domain.reorganisations.annex import How
from registry.domain.units.kinds import UnitKind
from registry.formats.annex import read_annex
from registry.queries.units.left_over import LeftOver

DAY = date(2025, 7, 1)
BODY = LeftOver(1, "H12", "Hội Thử Nghiệm", UnitKind.MASS_ORGANISATION, "Tỉnh Thử Nghiệm", DAY)


def test_it_tells_every_word_of_its_columns_above_them_and_is_read_back_all_the_same() -> None:
    file = left_over_annex([BODY], DAY)
    part, how, *_ = CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0).to_python()
    assert part[0] == "Cột part: whole (toàn bộ), part (một phần), rest (phần còn lại)."
    assert all(word in str(how[0]) for word in How)
    rows, problems = read_annex("phu-luc.xlsx", file)
    assert problems == []
    assert [row.old_name for row in rows] == ["Hội Thử Nghiệm"]

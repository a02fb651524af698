"""A row says where a unit lies, unless its name says so already."""

from registry.documents.reorganisations.words import shown_row
from registry.domain.reorganisations.annex import RowContent
from registry.models.reorganisations import ReorganisationRow


def test_a_place_that_stands_in_the_name_is_not_said_again() -> None:
    row = ReorganisationRow(number=1, source="phụ lục")
    row.content = RowContent(
        old_name="Sở Nội vụ tỉnh Quảng Nam",
        old_parent="Tỉnh Quảng Nam",
        old_province="Tỉnh Quảng Nam",
        new_code="20194",
        new_name="Phường Hải Vân",
        new_province="Thành phố Đà Nẵng",
    )
    shown = shown_row(row)
    assert (shown.old_note, shown.new_note) == ("", "mã 20194 · Thành phố Đà Nẵng")

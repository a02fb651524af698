"""The allocation file: what goes out comes back, and a file that is something else is refused."""

import pytest

from registry.domain.errors import Invalid
from registry.domain.reorganisations.questions import Item
from registry.formats.allocation import allocation_csv, read_allocation

ROW = ("membership:1f", "Người", "Xã Bình Minh", "Lê Văn A – Trưởng", "90107 | 90108")


def test_the_file_to_fill_in_names_every_question_and_what_may_be_chosen():
    text = allocation_csv([(*ROW, "")])
    assert text.splitlines()[0].lstrip("\ufeff") == "item,noun,unit,label,choices,target"
    assert "Lê Văn A – Trưởng,90107 | 90108," in text


def test_a_filled_file_comes_back_and_empty_targets_are_left_out():
    text = allocation_csv([(*ROW, "90107"), ("unit:7", "Đơn vị", "Xã", "Tổ", "", "")])
    assert read_allocation(text.encode()) == {"membership:1f": "90107"}


def test_columns_may_stand_in_any_order_and_others_be_missing():
    assert read_allocation(b"Target,item\r\n90107,unit:7\r\n") == {Item.parse("unit:7"): "90107"}


@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2\r\n", b"item\r\nunit:7\r\n"])
def test_a_file_without_the_two_columns_is_refused(content):
    with pytest.raises(Invalid):
        read_allocation(content)

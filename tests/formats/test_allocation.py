"""The allocation file: its answers are read, and a file that is something else is refused."""

import pytest

from registry.domain.errors import Invalid
from registry.domain.reorganisations.questions import Item
from registry.formats.allocation import read_allocation

pytestmark = pytest.mark.usefixtures("read_here")


def test_columns_may_stand_in_any_order_and_others_be_missing():
    assert read_allocation(b"Target,item\r\n90107,unit:7\r\n") == {Item.parse("unit:7"): "90107"}


@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2\r\n", b"item\r\nunit:7\r\n"])
def test_a_file_without_the_two_columns_is_refused(content):
    with pytest.raises(Invalid):
        read_allocation(content)

"""How an answer names what it is about."""

import pytest

from registry.domain.reorganisations.annex import RowProblem
from registry.domain.reorganisations.questions import AskedNoun, Item, Question


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("unit:90101", Item(AskedNoun.UNIT, "90101")),
        ("unit:49-SBN-03", Item(AskedNoun.UNIT, "49-SBN-03")),
        ("membership:1f:2", Item(AskedNoun.MEMBERSHIP, "1f:2")),
        ("assignment:", Item(AskedNoun.ASSIGNMENT, "")),
        ("grant:7", Item(None, "grant:7")),
        ("unit", Item(None, "unit")),
        (":7", Item(None, ":7")),
        ("", Item(None, "")),
    ],
)
def test_what_is_written_is_read_as_an_item_and_written_the_same_again(written, item):
    assert Item.parse(written) == item
    assert str(item) == written


def test_a_question_asks_about_the_item_an_answer_names():
    asked = Question(AskedNoun.UNIT, "90101-CNSCD-01", "Tổ thôn Một", 7, "Xã Bình Minh", ())
    assert asked.item == Item.parse("unit:90101-CNSCD-01")


def test_a_problem_with_an_answer_is_said_by_its_key_or_by_a_name():
    problem = RowProblem.with_answer(Item.parse("unit:1"), "không có mục đó.")
    assert (problem.row, problem.field) == (0, "allocation")
    assert problem.text == "Phân bổ “unit:1”: không có mục đó."
    assert problem.about("“Tổ thôn Một”") == "Phân bổ “Tổ thôn Một”: không có mục đó."


def test_a_problem_of_a_row_is_said_as_it_is():
    assert RowProblem(2, "old_name", "Thiếu tên.").text == "Thiếu tên."

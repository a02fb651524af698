"""A labelled value is its machine name, and knows its word."""

import pytest

from registry.domain.labelled import Labelled


class Colour(Labelled):
    RED = "red", "Đỏ"


def test_a_labelled_value_is_its_machine_name_and_says_its_word():
    assert Colour("red") is Colour.RED
    assert (Colour.RED == "red", f"{Colour.RED}", Colour.RED.value) == (True, "red", "red")
    assert Colour.RED.label == "Đỏ"


def test_a_value_without_a_word_cannot_be_declared():
    with pytest.raises(TypeError, match="no label"):
        Labelled("Nameless", {"BLUE": "blue"})

"""A labelled value is its machine name, and knows its word."""

from registry.domain.labelled import Labelled


class Colour(Labelled):
    RED = "red", "Đỏ"


def test_a_labelled_value_is_its_machine_name_and_says_its_word():
    assert Colour("red") is Colour.RED
    assert (Colour.RED == "red", f"{Colour.RED}", Colour.RED.value) == (True, "red", "red")
    assert Colour.RED.label == "Đỏ"

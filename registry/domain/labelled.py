"""Values that have a machine name and a word on the screen."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A text value whose member also says what it is called in Vietnamese.

    A member is written `NAME = "machine_name", "Lời trên màn hình"`. It compares, is stored and is
    serialised as its machine name; templates write `{{ value | label }}`.
    """

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make a member equal to `value`, with its `label` beside it.

        The default only lets a type checker accept `Kind(value)`, which looks a member up.
        """
        if not label:
            message = f"{cls.__name__}: {value!r} has no label"
            raise TypeError(message)
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

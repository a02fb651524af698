"""What a reorganisation asks about units that end or give a part away, and what answers say."""

from dataclasses import dataclass

from registry.domain.labelled import Labelled

STAYS = "ở lại"
"""The answer by which something stays where it is, or with what is left of its unit."""
LATER = "chọn sau"
"""The answer by which it is left open who leads a team."""


class AskedNoun(Labelled):
    """What hangs on a unit that ends or gives a part away, and goes nowhere by itself."""

    UNIT = "unit", "Đơn vị trực thuộc"
    MEMBERSHIP = "membership", "Người"
    ASSIGNMENT = "assignment", "Phân công"
    HEAD = "head", "Người đứng đầu"


@dataclass(frozen=True, slots=True)
class Item:
    """One such thing: a unit by its code, a membership or an assignment by its line.

    Who leads a team is asked by the code of its superior and its own name: "head:20341/Tổ …".

    It is written "unit:90101" or "membership:<line>". Text that names none of the nouns is kept as
    it is, without noun: nobody asks for it, which is what its answer is told.
    """

    noun: AskedNoun | None
    key: str

    @classmethod
    def parse(cls, text: str) -> "Item":
        """Return the item that is written so."""
        word, colon, key = text.partition(":")
        noun = next((noun for noun in AskedNoun if colon and noun == word), None)
        return cls(None, text) if noun is None else cls(noun, key)

    def __str__(self) -> str:
        """Return how the item is written, in the allocation file and where answers are kept."""
        return self.key if self.noun is None else f"{self.noun.value}:{self.key}"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a unit that ends or gives a part away: where something of it goes.

    `key` is that of the `item`; `choices` are the successors (none for a dissolved unit), each as
    an answer names it and as it is shown. Unanswered it goes by the `default`, named and shown
    like a choice; where there is none it ends, so that an answer is needed.
    """

    noun: AskedNoun
    key: str
    label: str
    unit_id: int
    unit_name: str
    choices: tuple[tuple[str, str], ...]
    default: tuple[str, str] | None = None

    @property
    def item(self) -> Item:
        """Return how the answer names it."""
        return Item(self.noun, self.key)

    @property
    def may_stay(self) -> bool:
        """Whether it stays at its unit, which lives on, unless an answer sends it along."""
        return self.default is not None and self.default[0] == STAYS

    @property
    def offered(self) -> tuple[tuple[str, str], ...]:
        """Return all that may be answered, the default first."""
        return self.choices if self.default is None else (self.default, *self.choices)

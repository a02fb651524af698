"""What a reorganisation must ask about split or dissolved units, and how an answer names it."""

from dataclasses import dataclass

from registry.domain.labelled import Labelled


class AskedNoun(Labelled):
    """What hangs on a split or dissolved unit and goes nowhere by itself."""

    UNIT = "unit", "Đơn vị trực thuộc"
    MEMBERSHIP = "membership", "Người"
    ASSIGNMENT = "assignment", "Phân công"


@dataclass(frozen=True, slots=True)
class Item:
    """One such thing: a unit by its code, a membership or an assignment by its line.

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
    """What must be asked about a split or dissolved unit: where something of it goes.

    `key` is that of the `item`; `choices` are the successors (none for a dissolved unit), each as
    an answer names it and as it is shown.
    """

    noun: AskedNoun
    key: str
    label: str
    unit_id: int
    unit_name: str
    choices: tuple[tuple[str, str], ...]

    @property
    def item(self) -> Item:
        """Return how the answer names it."""
        return Item(self.noun, self.key)

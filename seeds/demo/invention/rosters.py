"""Member lists already approved by the province: members and cards to look at."""

from invention.book import Book
from invention.rows import Roster

_FIRST_DECISION, _SECOND_DECISION = "49-qd-ds-1", "49-qd-ds-2"
# Unit, and the decision that approved its list: the first before 10 June, the second after.
_APPROVED = (
    ("20812", _FIRST_DECISION),
    ("20362", _FIRST_DECISION),
    ("20398", _SECOND_DECISION),
    ("507-VHTT", _SECOND_DECISION),
    ("20812-CNSCD-01", _SECOND_DECISION),
)


def invent(book: Book) -> None:
    """Add the two decisions and the five lists they approve."""
    province = book.unit("49")
    for decision, effective_from in (
        (_FIRST_DECISION, "2024-06-07"),
        (_SECOND_DECISION, "2024-06-20"),
    ):
        book.decide(decision, province, effective_from)
    for unit, decision in _APPROVED:
        members = sorted(entry.person for entry in book.memberships if entry.unit == unit)
        book.rosters.append(Roster(f"{unit}-ds-1", unit, decision, ";".join(members)))

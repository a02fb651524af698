"""One account of each role; passwords are never part of the data."""

from invention import organisations
from invention.book import Book
from invention.departments import IT_DEPARTMENT
from invention.rows import Account

_ACCOUNTS = (
    ("quantri", "system_administrator", "", ""),
    ("pheduyet", "approver", "49", organisations.PROVINCE_DESK),
    ("thamdinh", "reviewer", IT_DEPARTMENT, organisations.REVIEW_DESK),
    ("caphuyen", "verifier", "513", organisations.VERIFY_DESK),
    ("lanhdao", "viewer", "49-BCD", organisations.COMMITTEE_MEMBER),
    ("canboxa", "unit_officer", "20812", "20812-vptk"),
    ("thanhvien", "member", "20812", "20812-vhxh"),
)


def invent(book: Book) -> None:
    """Add the accounts."""
    book.accounts += [
        Account(login, login, role, office, person) for login, role, office, person in _ACCOUNTS
    ]

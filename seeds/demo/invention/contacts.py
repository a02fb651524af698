"""The directory entry of each office: invented numbers and mail addresses, generic places."""

from invention import heads, names
from invention.book import MAIL_DOMAIN, Book
from invention.rows import Contact, Unit

_KINDS = ("province", "department", "district", "commune", "mass_organisation")
# The province's area code, then digits not known to be in use.
_LANDLINE = ("023530",)


def invent(book: Book) -> None:
    """Add a contact for the province and for every office that is to name a focal point."""
    for kind in _KINDS:
        for unit in book.of_kind(kind):
            book.contacts.append(
                Contact(
                    unit=unit.key,
                    phone=book.free_number(unit.key, _LANDLINE, 5),
                    email=f"{_mailbox(unit)}@{MAIL_DOMAIN}",
                    address=_address(book, unit),
                    head_title=heads.head_title(unit),
                )
            )


def _mailbox(unit: Unit) -> str:
    name = unit.name if unit.designation else unit.short_name
    letters = "".join(letter for letter in names.fold(name) if letter.isalnum())
    # Trà Don and Trà Dơn of one district differ by a mark only: the code tells them apart.
    return f"{letters}.{unit.code}" if unit.kind == "commune" else letters


def _address(book: Book, unit: Unit) -> str:
    if not unit.designation:
        return f"Trụ sở {unit.name.removesuffix(' tỉnh Quảng Nam')}, tỉnh Quảng Nam"
    places = [f"Trụ sở {unit.short_name}"]
    if unit.kind == "commune":
        places.append(book.unit(unit.parent).designation_and_name)
    if unit.kind != "province":
        places.append("tỉnh Quảng Nam")
    return ", ".join(places)

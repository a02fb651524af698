"""How the name of a unit is written: in a sentence, with its place, in the number of a paper."""

from registry.domain.units.kinds import UnitKind

COMMITTEE = "UBND"
_COMMITTEE_IN_FULL = "Ủy ban nhân dân"
_COMMUNES = ("Xã ", "Phường ", "Thị trấn ", "Đặc khu ")
_LINKING_WORDS = frozenset({"và", "của", "các", "-"})


def running_name(name: str, designation: str | None) -> str:
    """Return the name as it stands inside a sentence: "tỉnh Quảng Nam", but "Sở Nội vụ"."""
    return name[:1].lower() + name[1:] if _is_designated(name, designation) else name


def bare_name(name: str, designation: str | None) -> str:
    """Return the name of a place without what kind of place it is: "Đà Nẵng"; "" for a body."""
    if designation is None or not _is_designated(name, designation):
        return ""
    return name[len(designation) :].strip()


def _is_designated(name: str, designation: str | None) -> bool:
    return bool(designation) and name.lower().startswith(f"{designation} ".lower())


def located_name(name: str, kind: UnitKind, parent_name: str | None) -> str:
    """Return the name of a team with its commune: "Tổ CNSCĐ thôn 1, xã Bình Minh".

    There is a team of the first village in every other commune. `parent_name` is that of the day;
    what is no team, or names its commune itself, stays as it is.
    """
    if kind is not UnitKind.COMMUNITY_TEAM or not parent_name:
        return name
    kind_of_place = next((one for one in _COMMUNES if parent_name.startswith(one)), "")
    place = kind_of_place.lower() + parent_name.removeprefix(kind_of_place)
    if place.casefold() in name.casefold():
        return name
    if kind_of_place and f"{name} ".endswith(f" {kind_of_place.lower()}"):
        return f"{name} {parent_name.removeprefix(kind_of_place)}"
    return f"{name}, {place}"


def is_committee(name: str) -> bool:
    """Tell whether the body is a people's committee, by the name it is shown under."""
    return name.startswith(f"{COMMITTEE} ")


def committee_in_full(name: str) -> str:
    """Write "UBND xã …" out: only the superior's name may be abbreviated (Decree 30/2020/NĐ-CP)."""
    return name.replace(COMMITTEE, _COMMITTEE_IN_FULL, 1)


def document_symbol(name: str) -> str:
    """Return the initials of an issuer as they stand in the number of a paper: "SKHCN".

    `name` is that of the day, without its superior's (Decree 30/2020/NĐ-CP, Appendix I, II.3).
    """
    if is_committee(name):
        return COMMITTEE
    words = [word for word in name.split() if word not in _LINKING_WORDS]
    return "".join(word[0].upper() for word in words if word[0].isalpha())

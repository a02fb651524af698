"""How the name of a unit is written in papers: in a sentence, under its superior, in a number."""

COMMITTEE = "UBND"
_COMMITTEE_IN_FULL = "Ủy ban nhân dân"
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

"""Why a sign-up may be somebody already known: warnings for the reviewer, never a decision."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from registry.domain.name_likeness import why_similar
from registry.domain.vietnamese.names import exact_key, search_key


class MatchKind(StrEnum):
    """What two records share, the strongest sign first."""

    SAME_PHONE = "same_phone"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"


_STRENGTH = list(MatchKind)


@dataclass(frozen=True, slots=True)
class Known:
    """A person, or another request, that the sign-up is compared with.

    `phone` is E.164. `in_unit`: a member of, or a request for, the unit asked for; others are
    compared by telephone first. `may_be_named` False: the reviewer's scope does not reach this
    person, so the warning says no more than that there is one.
    """

    full_name: str = field(repr=False)
    phone: str | None = field(repr=False)
    in_unit: bool
    person_id: int | None = None
    reference_code: str | None = None
    may_be_named: bool = True


@dataclass(frozen=True, slots=True)
class MatchWarning:
    """One reason to look twice; `person_id` is whom it may be attached to, None for requests."""

    kind: MatchKind
    message: str = field(repr=False)
    person_id: int | None


def find_matches(full_name: str, phone: str | None, known: Iterable[Known]) -> list[MatchWarning]:
    """Return why the sign-up of `full_name` with `phone` (E.164) may be one of `known`.

    Names are compared inside the unit, and with whoever has the same telephone. Same telephone
    comes first, then same name, then similar name; otherwise in the order of `known`.
    """
    warnings = [
        warning
        for one in known
        for warning in _compare(full_name, phone, one)
        if warning is not None
    ]
    return sorted(warnings, key=lambda warning: _STRENGTH.index(warning.kind))


def _compare(full_name: str, phone: str | None, known: Known) -> list[MatchWarning | None]:
    same_phone = phone is not None and phone == known.phone
    if not known.may_be_named:
        message = "Trùng số điện thoại với một người thuộc đơn vị khác."
        return [MatchWarning(MatchKind.SAME_PHONE, message, None) if same_phone else None]
    by_phone = (
        MatchWarning(
            MatchKind.SAME_PHONE, f"Trùng số điện thoại với {_label(known)}.", known.person_id
        )
        if same_phone
        else None
    )
    return [by_phone, _compare_names(full_name, known) if known.in_unit or same_phone else None]


def _compare_names(full_name: str, known: Known) -> MatchWarning | None:
    label = _label(known)
    if exact_key(full_name) == exact_key(known.full_name):
        return MatchWarning(MatchKind.SAME_NAME, f"Trùng họ tên với {label}.", known.person_id)
    if search_key(full_name) == search_key(known.full_name):
        message = f"Trùng họ tên với {label} nếu không tính dấu."
        return MatchWarning(MatchKind.SAME_NAME, message, known.person_id)
    why = why_similar(full_name, known.full_name)
    if why is None:
        return None
    message = f"Họ tên gần giống {label}: {why}."
    return MatchWarning(MatchKind.SIMILAR_NAME, message, known.person_id)


def _label(known: Known) -> str:
    request = f" (đăng ký {known.reference_code})" if known.reference_code else ""
    return f"“{known.full_name}”{request}"

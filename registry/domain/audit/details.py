"""What the details of an event say on the screen: each in Vietnamese words, or not at all."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.domain.assignments import AssignmentRole, CountingSetting, Duty
from registry.domain.audit.deeds import field_label, noun_label
from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.labelled import Labelled
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Role
from registry.domain.rosters import LineAction, Step
from registry.domain.signups import SignupState
from registry.domain.vietnamese.writing import format_day
from registry.domain.words import MENU

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUTH = {True: "có", False: "không", None: "–"}
# Fingerprints and keys of rows: the chain needs them, nobody reads them.
_LEFT_OUT = frozenset(
    {
        "acting_line_id",
        "content_hash",
        "line",
        "line_id",
        "membership_line_id",
        "scan_sha256",
        "with_membership",
    }
)
# What an event tells of things of another noun than its own.
_NOUN_OF = {"absence": "assignment_absences"}
_UNITS = frozenset({"section_id"})
_DECISIONS = frozenset({"decision_id"})
_VALUES: Mapping[str, tuple[type[Labelled], ...]] = {
    "action": (LineAction,),
    "duty": (Duty,),
    "kind": (DecisionKind, EndKind),
    "role": (MemberRole, AssignmentRole, Role),
    "role_before": (MemberRole,),
    "state": (SignupState,),
}
_STEPS = {
    Step.SUBMIT.value: "gửi",
    Step.VERIFY.value: "xác nhận",
    Step.REVIEW.value: "thẩm định",
    Step.DECIDE.value: "phê duyệt",
}
_METHODS = {"GET": "xem", "HEAD": "xem", "POST": "gửi"}
_PARAMETERS = {"last_day": "Ngày cuối số liệu còn đúng"}
# Nouns whose events tell what was changed as a pair: before, after.
_TOLD_IN_PAIRS = frozenset({"assignments", "decisions"})
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Names:
    """What the things are called whose ids the details hold; what has no name is told by its id."""

    units: Mapping[int, str] = field(default_factory=dict)
    decisions: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """One detail as the page shows it."""

    label: str
    words: str


def details_in_words(noun: str, details: Mapping[str, Any], names: Names) -> list[Told]:
    """Return the details of an event in their order, without what only machines read."""
    if noun == "decisions" and _are_fingerprints(details):
        return []
    return [
        Told(field_label(noun, name), _said(noun, name, value, names))
        for name, value in details.items()
        if name not in _LEFT_OUT
    ]


def object_in_words(noun: str, object_id: str | None) -> str:
    """Return what an event was done to: the word of its noun with the number, or its name."""
    if noun == "routes" and object_id is not None:
        return f"{noun_label(noun)} {page_in_words(object_id)}"
    if noun == "dated_settings" and object_id in set(CountingSetting):
        return f"{noun_label(noun)}: {CountingSetting(object_id).label}"
    if noun == "parameters" and object_id in _PARAMETERS:
        return _PARAMETERS[object_id]
    return noun_label(noun) if object_id is None else f"{noun_label(noun)} {object_id}"


def page_in_words(endpoint: str) -> str:
    """Return the part of the registry to which a page belongs, in the words of the menu."""
    part = endpoint.partition(".")[0]
    return f"“{MENU.get(part) or noun_label(part)}”"


def ids_told(details: Iterable[Mapping[str, Any]]) -> tuple[set[int], set[int]]:
    """Return the ids of the units and of the decisions that the details tell of."""
    units: set[int] = set()
    decisions: set[int] = set()
    for told in details:
        units |= {int(unit_id) for unit_id in told.get("gaps", {})}
        units |= {one for name in _UNITS for one in _numbers(told.get(name))}
        decisions |= {one for name in _DECISIONS for one in _numbers(told.get(name))}
    return units, decisions


def _numbers(value: Any) -> list[int]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, int)]


def _are_fingerprints(details: Mapping[str, Any]) -> bool:
    """Tell whether all that is told is which file took the place of which."""
    return set(details) == {"before", "after"}


def _said(noun: str, name: str, value: Any, names: Names) -> str:
    if isinstance(value, dict):
        of = _NOUN_OF.get(name, noun)
        return _gaps(value, names) if name == "gaps" else _nested(of, value, names)
    if isinstance(value, list):
        return _listed(noun, name, value, names)
    known = names.units if name in _UNITS else names.decisions if name in _DECISIONS else {}
    return known[value] if value in known else _word(noun, name, value)


def _gaps(days: Mapping[str, str], names: Names) -> str:
    """Return which units lost their last focal point, and from which day on."""
    return "; ".join(
        f"{names.units.get(int(unit_id)) or f'đơn vị số {unit_id}'} từ ngày {_day(day)}"
        for unit_id, day in days.items()
    )


def _nested(noun: str, details: Mapping[str, Any], names: Names) -> str:
    told = details_in_words(noun, details, names)
    return "; ".join(f"{one.label}: {one.words}" for one in told)


def _listed(noun: str, name: str, values: list[Any], names: Names) -> str:
    if name == "fields":
        return ", ".join(field_label(noun, one) for one in values)
    said = [_said(noun, name, one, names) for one in values]
    if noun in _TOLD_IN_PAIRS and len(said) == _PAIR:
        return f"{said[0]} → {said[1]}"
    return ", ".join(said) or "–"


def _word(noun: str, name: str, value: Any) -> str:
    """Return one value as people write it: days, truth, and the words of what has words."""
    if value is None or isinstance(value, bool):
        return _TRUTH[value]
    text = str(value)
    if name == "desk":
        return _STEPS.get(text, text)
    if name == "method":
        return _METHODS.get(text, text)
    for kind in (Role,) if (noun, name) == ("accounts", "role") else _VALUES.get(name, ()):
        if text in set(kind):
            return kind(text).label
    return _day(text)


def _day(text: str) -> str:
    """Return a stored day as people write it, any other text as it is."""
    return format_day(date.fromisoformat(text)) if _ISO_DAY.fullmatch(text) else text

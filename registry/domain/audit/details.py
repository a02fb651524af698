"""What the details of an event say on the screen: each in Vietnamese words, or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from registry.domain.accounts import LinkPurpose, LinkRelease
from registry.domain.assignments import AbsenceKind, AssignmentRole, CountingSetting, Duty
from registry.domain.audit.deeds import Deed, field_label, noun_label
from registry.domain.audit.values import as_written
from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.field_names import in_text
from registry.domain.keyring import KeyName
from registry.domain.labelled import Labelled
from registry.domain.memberships import MemberRole, role_title
from registry.domain.permissions import Role
from registry.domain.rosters import LineAction, Step
from registry.domain.signups import SignupState
from registry.domain.stored_text import day_kept
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_day, format_moment
from registry.domain.words import MENU

_TRUTH = {True: "có", False: "không", None: "–"}
# Details in which events of earlier days keep a day as text, without saying that it is one.
_DAYS = frozenset(
    {
        "as_of",
        "effective_from",
        "effective_on",
        "effective_to",
        "ends_on",
        "from",
        "gap_from",
        "issued_on",
        "known_from",
        "since",
        "starts_on",
        "valid_from",
        "valid_to",
    }
)
# Nouns of which the whole change is one day.
_CHANGE_OF_DAY = frozenset({"completeness", "parameters"})
# Fingerprints and keys of rows: the chain needs them, nobody reads them. The period a route asks
# for has no name.
_LEFT_OUT = frozenset(
    {
        "acting_line_id",
        "content_hash",
        "line_id",
        "membership_line_id",
        "period_id",
        "scan_sha256",
        "with_membership",
    }
)
_SIDES = frozenset({"before", "after"})
# What an event tells of things of another noun than its own.
_NOUN_OF = {"absence": "assignment_absences"}
# Details that hold the ids of things, and of which: they are told by their names.
_IDS = {
    "account_id": "accounts",
    "asked_by": "accounts",
    "assignment_id": "assignments",
    "assignment_ids": "assignments",
    "attendance_id": "attendances",
    "batch_id": "reorganisations",
    "card_id": "cards",
    "cards": "cards",
    "class_id": "training_classes",
    "continues": "assignments",
    "decision_id": "decisions",
    "line": "roster_lines",
    "membership_id": "memberships",
    "message_id": "outbox_messages",
    "parent_id": "units",
    "people": "people",
    "person": "people",
    "person_id": "people",
    "roster_id": "rosters",
    "section_id": "units",
    "signup_id": "signups",
    "unit_id": "units",
}
_VALUES: Mapping[str, tuple[type[Labelled], ...]] = {
    "absence_kind": (AbsenceKind,),
    "action": (LineAction,),
    "duty": (Duty,),
    "end_kind": (EndKind,),
    "kind": (DecisionKind, EndKind, AbsenceKind),
    "purpose": (LinkPurpose,),
    "release": (LinkRelease,),
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
_DOCUMENTS = {
    "bao-cao-do-phu": "báo cáo",
    "bao-cao-do-phu-don-vi-hien-nay": "báo cáo theo đơn vị hiện nay",
    "danh-sach": "danh sách đơn vị",
    "do-phu": "bảng số liệu",
    "do-phu-don-vi-hien-nay": "bảng số liệu theo đơn vị hiện nay",
}
# Parts of the registry whose pages stand under another entry of the menu.
_PARTS = {
    "assignments": "Phân công",
    "counting": "Cách tính độ phủ",
    "paper_checks": "Đối chiếu văn bản",
    "paper_ends": "Văn bản thay thế, bãi bỏ",
    "memberships": "Tư cách thành viên",
}
_METHODS = {"GET": "xem", "HEAD": "xem", "POST": "gửi"}
_OWN_WORDS: Mapping[str, Mapping[str, str]] = {
    "desk": _STEPS,
    "document": _DOCUMENTS,
    "method": _METHODS,
}
_PARAMETERS = {"last_day": "Ngày cuối số liệu còn đúng"}
# Nouns whose events tell what was changed as a pair: before, after.
_TOLD_IN_PAIRS = frozenset({"assignments", "decisions"})
_PAIR = 2
# A territory's day of complete data, and the basis of its reports, are kept under its own id.
_SAME_IDS = {"completeness": "units", "coverage": "units"}
_WHICH = {"people": "người ", "completeness": "đơn vị ", "units": "đơn vị "}
_DIGITS = 10  # more than any id has


# A thing an event tells of: its noun and its id.
Thing = tuple[str, int]
# What things are called; one that has no name any more is told by its number.
Names = Mapping[Thing, str]


@dataclass(frozen=True, slots=True)
class Told:
    """One detail as the page shows it."""

    label: str
    words: str


def details_in_words(noun: str, details: object, names: Names) -> list[Told]:
    """Return the details of an event in their order, without what only machines read.

    Whatever is stored can be told: what is not as events are written is told as it stands.
    """
    return list(_told(noun, _by_name(as_written(details)), names))


def _by_name(details: object) -> Mapping[str, Any]:
    return details if isinstance(details, Mapping) else {"details": details}


def _told(noun: str, details: Mapping[str, Any], names: Names) -> Iterator[Told]:
    if noun == "decisions" and _are_fingerprints(details):
        return
    told_together = _SIDES if details.keys() >= _SIDES else frozenset()
    yield from _changed(noun, details, names)
    for name, value in details.items():
        if name not in _LEFT_OUT | told_together and value not in (None, {}, []):
            yield Told(field_label(noun, name), _said(noun, name, value, names))


def _changed(noun: str, details: Mapping[str, Any], names: Names) -> Iterator[Told]:
    """Yield what stood before and stands after, of several fields only those that differ."""
    if not details.keys() >= _SIDES or details["before"] == details["after"]:
        return
    sides = [details["before"], details["after"]]
    if not all(isinstance(side, Mapping) for side in sides if side is not None):
        name = "since" if noun in _CHANGE_OF_DAY else ""
        yield Told("thay đổi", " → ".join(_said(noun, name, one, names) for one in sides))
        return
    fields = dict.fromkeys(name for side in sides for name in side or ())
    for name in fields:
        said = [_said(noun, name, side.get(name), names) for side in sides if side]
        if name not in _LEFT_OUT and (len(said) < _PAIR or said[0] != said[1]):
            yield Told(field_label(noun, name), " → ".join(said))


def object_in_words(action: str, noun: str, object_id: str | None, names: Names) -> str:
    """Return what an event was done to, as it follows the words of its deed; "" for no one thing.

    Its name, or its number where it has none any more.
    """
    if object_id is None:
        return in_text(noun_label(noun)) if action == Deed.SEED_LOAD else ""
    if action in {Deed.SESSION_OPEN, Deed.SESSION_CLOSE, Deed.SESSION_CLOSE_ALL}:
        return ""  # of the account that did it
    return _named_by_its_key(noun, object_id) or _named(noun, object_id, names)


def _named_by_its_key(noun: str, key: str) -> str | None:
    """Return the name of what is told by a word and not by a number; None for anything else."""
    if noun == "routes":
        return f"trang {page_in_words(key)}"
    if noun == "keys" and key in set(KeyName):
        return KeyName(key).label
    if noun == "dated_settings" and key in set(CountingSetting):
        return in_text(CountingSetting(key).label)
    return in_text(_PARAMETERS[key]) if noun == "parameters" and key in _PARAMETERS else None


def _named(noun: str, object_id: str, names: Names) -> str:
    found = _thing(noun, object_id)
    return (names.get(found) if found else None) or _numbered(noun, object_id)


def _numbered(noun: str, key: object) -> str:
    """Return how a thing is told that has no name any more."""
    return f"{_WHICH.get(noun, '')}số {key}"


def page_in_words(endpoint: str) -> str:
    """Return the part of the registry to which a page belongs, in the words of the menu."""
    part = endpoint.partition(".")[0]
    return f"“{MENU.get(part) or _PARTS.get(part) or noun_label(part)}”"


def things_told(noun: str, object_id: str | None, details: object) -> Iterator[Thing]:
    """Yield the things an event tells of: what it was done to, and those in its details."""
    if object_id is not None and (done_to := _thing(noun, object_id)):
        yield done_to
    yield from _things_in(_by_name(details))


def _things_in(details: Mapping[str, Any]) -> Iterator[Thing]:
    for name, value in details.items():
        if name == "gaps" and isinstance(value, Mapping):
            yield from filter(None, (_thing("units", unit_id) for unit_id in value))
        elif name in _IDS:
            values = value if isinstance(value, list) else [value]
            yield from filter(None, (_thing(_IDS[name], one) for one in values))
        elif isinstance(value, Mapping):
            yield from _things_in(value)


def _thing(noun: str, key: Any) -> Thing | None:
    """Return the thing of an id, which the address of a page gives as text."""
    text = str(key)
    is_id = not isinstance(key, bool) and text.isascii() and text.isdigit() and len(text) < _DIGITS
    return (_SAME_IDS.get(noun, noun), int(text)) if is_id else None


def _are_fingerprints(details: Mapping[str, Any]) -> bool:
    """Tell whether all that is told is which file took the place of which."""
    return set(details) == _SIDES


def _said(noun: str, name: str, value: Any, names: Names) -> str:
    if isinstance(value, Mapping):
        of = _NOUN_OF.get(name, noun)
        return _gaps(value, names) if name == "gaps" else _nested(of, value, names)
    if isinstance(value, list):
        return _listed(noun, name, value, names)
    if name in _IDS and (thing := _thing(_IDS[name], value)):
        return names.get(thing) or _numbered("", value)
    return _word(noun, name, value)


def _gaps(days: Mapping[str, Any], names: Names) -> str:
    """Return which units lost their last focal point, and from which day on."""
    named = {
        unit_id: names.get(thing) if (thing := _thing("units", unit_id)) else None
        for unit_id in days
    }
    return "; ".join(
        f"{named[unit_id] or _numbered('units', unit_id)} từ ngày {_word('', 'since', day)}"
        for unit_id, day in days.items()
    )


def _nested(noun: str, details: Mapping[str, Any], names: Names) -> str:
    return "; ".join(f"{one.label}: {one.words}" for one in _told(noun, details, names))


def _listed(noun: str, name: str, values: list[Any], names: Names) -> str:
    if name == "fields":
        return ", ".join(field_label(noun, str(one)) for one in values)
    said = [_said(noun, name, one, names) for one in values]
    if noun in _TOLD_IN_PAIRS and len(said) == _PAIR:
        return f"{said[0]} → {said[1]}"
    return ", ".join(said) or "–"


def _word(noun: str, name: str, value: Any) -> str:
    """Return one value as people write it: days, truth, and the words of what has words."""
    match value:
        case None | bool():
            return _TRUTH[value]
        case datetime():
            return format_moment(value)
        case date():
            return format_day(value)
        case _:
            return _word_for(noun, name, str(value))


def _word_for(noun: str, name: str, text: str) -> str:
    """Return the word of a text that has one, and any other as it is.

    Its name alone says what it is read as, never its looks: anybody may type what looks like a day.
    """
    if name in _OWN_WORDS:
        return _OWN_WORDS[name].get(text, text)
    if name in {"role", "role_before"} and noun != "accounts" and text in set(MemberRole):
        return role_title(MemberRole(text), UnitKind.DEPARTMENT)
    for kind in (Role,) if (noun, name) == ("accounts", "role") else _VALUES.get(name, ()):
        if text in set(kind):
            return kind(text).label
    day = day_kept(text) if name in _DAYS else None
    return format_day(day) if day else text

"""Who issued a paper, told from how the issuer is written on it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from registry.domain.vietnamese.names import search_key

_WRITTEN_OUT = {
    "uy ban nhan dan": "ubnd",
    "hoi dong nhan dan": "hdnd",
    "ub nhan dan": "ubnd",
}
# Each may stand for another word too, "Sở TP" for Sở Tư pháp: both readings are tried.
_ABBREVIATED = {
    "tp": "thanh pho",
    "tx": "thi xa",
    "h": "huyen",
    "x": "xa",
    "p": "phuong",
    "ub": "ubnd",
    "vp": "van phong",
    "bql": "ban quan ly",
    "ct": "chu tich",
    "pct": "pho chu tich",
    "btv": "ban thuong vu",
}
_COMMITTEE_SAID_SHORT = re.compile(
    r"\buy ban(?= (?:tinh|thanh pho|thi xa|huyen|quan|xa|phuong|thi tran|dac khu)\b)"
)
_WITH_THE_COUNCIL = re.compile(r"\bhdnd (?:va )?(?=ubnd\b)")
_OF_BEFORE = re.compile(r" cu$")
_INITIALS_WITH_DOTS = re.compile(r"(?<!\w)(?:\w\.){1,4}\w(?!\w)")
# What stands before or behind the body: "TM. UBND xã", "KT. Giám đốc Sở", "UBND xã, Chủ tịch".
_POSTS = tuple(
    post.split()
    for post in (
        *("tm", "kt", "tl", "tuq", "q", "pho", "quyen", "chu tich", "tong giam doc", "giam doc"),
        *("chi huy truong", "cuc truong", "chi cuc truong", "vien truong", "hieu truong"),
        *("truong ban", "truong phong", "truong", "chanh an", "chanh", "bi thu", "thu truong"),
        *("nguoi dung dau", "lanh dao", "ban thuong vu", "ban thuong truc", "thuong truc"),
    )
)
_SIGNING = tuple(
    post.split()
    for post in ("kt", "tl", "tuq", "chu tich", "pho chu tich", "giam doc", "thu truong")
)
_INITIALS = 2
_ANY_UNIT = frozenset({"", "don vi", "co quan", "to chuc"})
_COMMITTEE = "ubnd"
_LEFT_OUT = frozenset({"va", "cua", "cac"})
_COUNTRY = ["viet", "nam"]
_PLACES = tuple(
    kind.split()
    for kind in (
        *("tinh", "thanh pho", "thi xa", "huyen", "quan", "xa", "phuong", "thi tran", "dac khu"),
    )
)
# Bodies beside the administration; their secretary ("Bí thư") is of the Party or the Youth Union.
_PARTY = (
    "dang",
    "huyen uy",
    "thi uy",
    "thanh uy",
    "tinh uy",
    "quan uy",
    "du",
    "hu",
    "chi bo",
    "bch",
)
_OTHERS = (
    *(
        "hdnd",
        *_PARTY,
        "ban chi dao",
        "bcd",
        "mttq",
        "mat tran",
        "ubmttq",
        "ubmttqvn",
        "ub mttq",
        "uy ban mttq",
    ),
    *("chi doan", "hlhpn", "ubkt", "to", "doi", "tram", "vnpt", "viettel", "mobifone", "fpt"),
    *("buu dien", "vien thong", "dien luc", "tong", "trung uong", "chinh phu", "thu tuong"),
    *("quoc hoi", "ubtvqh", "bo truong", "nha nuoc"),
)
_YOUTH_OR_PARTY = ("doan", "tinh doan", "thanh doan", "huyen doan", *_PARTY)
_BODIES = (
    *("so", "ban", "phong", "van phong", "hoi", "trung tam", "cong ty", "tap doan", "chi cuc"),
    *("cuc", "tong cuc", "bo", "thanh tra", "vien", "truong", "benh vien", "doan", "lien doan"),
    *("lien hiep", "lien minh", "hiep hoi", "uy ban", "cong an", "toa an", "kho bac", "ngan hang"),
)


def issuer_key(issuer: str) -> str:
    """Return what two spellings of an issuer share: "Ủy ban nhân dân xã A" and "UBND xã A"."""
    written = _INITIALS_WITH_DOTS.sub(lambda found: found[0].replace(".", ""), issuer)
    key = _in_short(search_key(written.replace(" & ", " ")), _WRITTEN_OUT)
    key = _COMMITTEE_SAID_SHORT.sub(_COMMITTEE, _in_short(key, {"tp": "thanh pho"}))
    return _OF_BEFORE.sub("", _WITH_THE_COUNCIL.sub("", key))


def _in_short(key: str, words: Mapping[str, str]) -> str:
    padded = f" {key} "
    for one, other in words.items():
        padded = padded.replace(f" {one} ", f" {other} ")
    return padded.strip()


def _readings(issuer: str) -> Iterator[str]:
    """Yield what an issuer may mean: as it stands, or with abbreviations written out.

    Who is secretary and chairman signs as both: "Bí thư Đảng ủy, Chủ tịch UBND xã".
    """
    first, comma, second = issuer.partition(",")
    of_two_posts = comma and search_key(first).startswith("bi thu")
    for part in (issuer, second) if of_two_posts else (issuer,):
        plain = search_key(_INITIALS_WITH_DOTS.sub(lambda found: found[0].replace(".", ""), part))
        for key in (plain, issuer_key(part)):
            yield key
            yield _in_short(key, _ABBREVIATED)


def is_own_head(
    issuer: str | None, names: Collection[str], superiors: Collection[str] = ()
) -> bool:
    """Tell whether the head of a unit issued the paper (Plan 4660 III.1b: of the unit's own head).

    `names` are those the unit bears or bore, full and short, `superiors` those of the units above
    it. The post stands before or behind the body, or alone: "Giám đốc". The body may be said by its
    kind, "UBND xã", by initials, "Sở LĐ-TB&XH", and with what it stands under. An issuer is another
    body's only where it names one; what is not known, or names none, is taken for the unit's own.
    """
    if issuer is None:
        return True
    own = {issuer_key(name) for name in names}
    above = {issuer_key(name) for name in superiors}
    readings = [reading for reading in _readings(issuer) if reading]
    if all(_is_of_a_secretary(reading, own) for reading in readings):
        return False
    bodies = [
        " ".join(words)
        for reading in readings
        if not _is_of_a_secretary(reading, own)
        for words in _without_posts(reading.split())
    ]
    if any(_is_named(body, own, above) for body in bodies):
        return True
    return not any(_names_a_body(body) for body in bodies)


def _is_of_a_secretary(reading: str, own: Collection[str]) -> bool:
    """Say that a secretary signs, of the Party or the Youth Union, which the unit is not."""
    return reading.startswith("bi thu") and not _begins(own, _YOUTH_OR_PARTY)


def _without_posts(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the words, and what is left of them each time a post is taken off their beginning."""
    yield words
    for post in _POSTS:
        if list(words[: len(post)]) == post:
            yield from _without_posts(words[len(post) :])


def _names_a_body(body: str) -> bool:
    places = tuple(" ".join(kind) for kind in _PLACES)
    return _begins({body}, (_COMMITTEE, *_OTHERS, *places, *_BODIES))


def _begins(texts: Iterable[str], with_words: Iterable[str]) -> bool:
    begun = tuple(with_words)
    return any(f"{text} ".startswith(f"{one} ") for text in texts for one in begun)


def _is_named(body: str, own: Collection[str], above: Collection[str]) -> bool:
    """Say that a unit of these names may be written so."""
    if body in _ANY_UNIT:
        return True
    committees = {name for name in own if _of_a_place(name) or name.startswith(f"{_COMMITTEE} ")}
    if body == _COMMITTEE:
        return bool(committees)
    if body.startswith(f"{_COMMITTEE} "):
        places = {name.removeprefix(f"{_COMMITTEE} ") for name in committees}
        bare = {" ".join(name.split()[len(kind) :]) for name in places for kind in _kinds(name)}
        wanted, candidates = body.removeprefix(f"{_COMMITTEE} "), places | bare
    else:
        wanted, candidates = body, set(own)
        candidates |= {name.removeprefix(f"{_COMMITTEE} ") for name in committees}
    return any(_agree(wanted.split(), name.split(), above) for name in candidates if name)


def _of_a_place(name: str) -> bool:
    return any(True for _ in _kinds(name))


def _kinds(name: str) -> Iterator[list[str]]:
    """Yield what kind of place begins a name."""
    words = name.split()
    return (kind for kind in _PLACES if words[: len(kind)] == kind)


def _agree(said: Sequence[str], name: Sequence[str], above: Collection[str]) -> bool:
    """Say that what was written is a name, in full, in initials or by its kind alone."""
    said = [word for word in said if word not in _LEFT_OUT]
    words = [word for word in name if word not in _LEFT_OUT]
    return any(_agree_word_by_word(said, one, above) for one in (words, _without(words, _COUNTRY)))


def _without(words: list[str], left_out: list[str]) -> list[str]:
    for at in range(len(words)):
        if words[at : at + len(left_out)] == left_out:
            return words[:at] + words[at + len(left_out) :]
    return words


def _agree_word_by_word(said: list[str], name: list[str], above: Collection[str]) -> bool:
    said = _without_signature(said)
    at, read = _read_along(said, name)
    if at == len(said):
        kind_alone = " ".join(said) in {*_BODIES, *map(" ".join, _PLACES)}
        return kind_alone or _is_where(name[read:], above)
    return read >= len(name) and _is_where(said[at:], above)


def _read_along(said: Sequence[str], name: Sequence[str]) -> tuple[int, int]:
    """Return how many words said stand for how many of a name; one may be initials of several."""
    at = read = 0
    while at < len(said) and read < len(name):
        length = 1 if said[at] == name[read] else len(said[at])
        of_name = name[read : read + length]
        if said[at] != name[read] and (
            length < _INITIALS or "".join(word[0] for word in of_name) != said[at]
        ):
            break
        at, read = at + 1, read + length
    return at, read


def _without_signature(said: list[str]) -> list[str]:
    """Return the words before the posts that sign: "UBND phường, KT. Chủ tịch"."""
    for at in range(1, len(said)):
        if any(said[at : at + len(post)] == post for post in _SIGNING):
            return said[:at]
    return said


def _is_where(rest: Sequence[str], above: Collection[str]) -> bool:
    """Say that the words only tell under what the body stands."""
    if not rest:
        return True
    if rest[0] in {"truc", "thuoc"}:
        return _is_where(rest[1:], above)
    for name in above:
        words = [word for word in name.split() if word not in _LEFT_OUT]
        for one in (words, *(words[len(kind) :] for kind in _kinds(name))):
            at, read = _read_along(rest, one)
            if one and read >= len(one):
                return _is_where(rest[at:], above)
    kinds = list(_kinds(" ".join(rest)))
    if not kinds:
        return False
    return len(rest) == len(kinds[0]) or not above

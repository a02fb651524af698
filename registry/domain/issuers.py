"""Who issued a paper, told from how the issuer is written on it."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from registry.domain.vietnamese.names import search_key

_WRITTEN_OUT = {"uy ban nhan dan": "ubnd", "hoi dong nhan dan": "hdnd", "ub nhan dan": "ubnd"}
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
_OTHERS = ("hdnd", "dang", "huyen uy", "thi uy", "thanh uy", "tinh uy", "quan uy", "ban chi dao")
_YOUTH_OR_PARTY = ("doan", "tinh doan", "thanh doan", "huyen doan", "dang", *_OTHERS[2:7])
_BODIES = (
    *("so", "ban", "phong", "van phong", "hoi", "trung tam", "cong ty", "tap doan", "chi cuc"),
    *("cuc", "tong cuc", "bo", "thanh tra", "vien", "truong", "benh vien", "doan", "lien doan"),
    *("lien hiep", "lien minh", "hiep hoi", "uy ban", "cong an", "toa an", "kho bac", "ngan hang"),
)


def issuer_key(issuer: str) -> str:
    """Return what two spellings of an issuer share: "Ủy ban nhân dân xã A" and "UBND xã A"."""
    written = _INITIALS_WITH_DOTS.sub(lambda found: found[0].replace(".", ""), issuer)
    key = f" {search_key(written.replace(' & ', ' '))} "
    for in_full, short in (*_WRITTEN_OUT.items(), *_ABBREVIATED.items()):
        key = key.replace(f" {in_full} ", f" {short} ")
    return key.strip()


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
    key = issuer_key(issuer)
    own = {issuer_key(name) for name in names}
    if key.startswith("bi thu") and not _begins(own, _YOUTH_OR_PARTY):
        return False
    bodies = [" ".join(words) for words in _without_posts(key.split())]
    above = {issuer_key(name) for name in superiors}
    if any(_is_named(body, own, above) for body in bodies):
        return True
    return not any(_names_a_body(body) for body in bodies)


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
    for at in range(len(words) - 1):
        if words[at : at + 2] == left_out:
            return words[:at] + words[at + 2 :]
    return words


def _agree_word_by_word(said: list[str], name: list[str], above: Collection[str]) -> bool:
    at = read = 0
    while at < len(said) and read < len(name):
        length = 1 if said[at] == name[read] else len(said[at])
        of_name = name[read : read + length]
        if length > 1 and "".join(word[0] for word in of_name) != said[at]:
            break
        if length == 1 and said[at] != name[read]:
            break
        at, read = at + 1, read + length
    kind_alone = at == len(said) and " ".join(said) in {*_BODIES, *map(" ".join, _PLACES)}
    if at == len(said):
        return kind_alone or _is_where(name[read:], above)
    return read >= len(name) and _is_where(said[at:], above)


def _is_where(rest: Sequence[str], above: Collection[str]) -> bool:
    """Say that the words only tell under what the body stands, or who signs for it."""
    if not rest or any(list(rest[: len(post)]) == post for post in _POSTS):
        return True
    if rest[0] in {"truc", "thuoc"}:
        return _is_where(rest[1:], above)
    text = " ".join(rest)
    for name in above:
        for one in {name, *(" ".join(name.split()[len(kind) :]) for kind in _kinds(name))}:
            if one and f"{text} ".startswith(f"{one} "):
                return _is_where(text[len(one) :].split(), above)
    kinds = list(_kinds(text))
    if not kinds:
        return False
    return len(rest) == len(kinds[0]) or not above

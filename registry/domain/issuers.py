"""Who issued a paper, told from how the issuer is written on it."""

from collections.abc import Iterable

from registry.domain.vietnamese.names import search_key

_WRITTEN_OUT = {
    "uy ban nhan dan": "ubnd",
    "hoi dong nhan dan": "hdnd",
    "tp": "thanh pho",
    "tx": "thi xa",
}
# What stands before the body: "TM. UBND xã", "KT. Giám đốc Sở", "Phó Chủ tịch UBND phường".
_POSTS = (
    *("tm", "kt", "tl", "tuq", "q", "pho", "quyen", "chu tich", "tong giam doc", "giam doc"),
    *("hieu truong", "bi thu", "thu truong", "nguoi dung dau", "lanh dao", "truong ban", "truong"),
    "chanh",
)
_COMMITTEE = "ubnd"
_ANY_UNIT = frozenset({"", "don vi", "co quan", "to chuc"})
# What may follow the name of a body: the place or the body above it.
_SUPERIORS = ("tinh", "thanh pho", "thi xa", "huyen", "quan", "truc thuoc", "thuoc")
_LINKING_WORDS = frozenset({"va", "cua", "cac"})


def issuer_key(issuer: str) -> str:
    """Return what two spellings of an issuer share: "Ủy ban nhân dân xã A" and "UBND xã A"."""
    key = f" {search_key(issuer)} "
    for written_out, short in _WRITTEN_OUT.items():
        key = key.replace(f" {written_out} ", f" {short} ")
    return key.strip()


def is_own_head(issuer: str | None, names: Iterable[str]) -> bool:
    """Tell whether the head of a unit issued the paper (Plan 4660 III.1b: of the unit's own head).

    `names` are those the unit bears or bore, full and short. The post goes before the body,
    "Chủ tịch UBND xã A", or stands alone, "Giám đốc"; the body may be said by its kind alone,
    "UBND xã", by its initials, "Sở TTTT", and with what it stands under, "xã A, huyện B". The
    Party committee or the council of the place are other bodies. One not known: the unit's own.
    """
    if issuer is None:
        return True
    bodies = set(_without_posts(issuer_key(issuer)))
    if bodies & _ANY_UNIT:
        return True
    own = {_without_committee(issuer_key(name)) for name in names}
    return any(_is_named(_without_committee(body), name) for body in bodies for name in own if name)


def _without_posts(key: str) -> Iterable[str]:
    """Yield the key, and what is left of it each time a post is taken off its beginning."""
    yield key
    for post in _POSTS:
        if key == post or key.startswith(f"{post} "):
            yield from _without_posts(key[len(post) :].strip())


def _without_committee(key: str) -> str:
    return key.removeprefix(_COMMITTEE).strip()


def _is_named(body: str, name: str) -> bool:
    """Say that a body of this name may be written so."""
    if body in _KINDS:
        return name.startswith(f"{body} ")
    short = {_initials(name, _LINKING_WORDS), _initials(name, frozenset())}
    return (
        body in (name, "")
        or _continues(body, name)
        or _continues(name, body)
        or body.replace(" ", "") in short
    )


def _continues(longer: str, shorter: str) -> bool:
    """Say that only what the body stands under is said by one more fully than by the other."""
    return any(f"{longer} ".startswith(f"{shorter} {one} ") for one in _SUPERIORS) or any(
        shorter.endswith(f" {one}") and longer.startswith(f"{shorter} ") for one in _SUPERIORS
    )


def _initials(name: str, left_out: frozenset[str]) -> str:
    """Return the name with its first word alone written out: "sotttt"."""
    first, *others = name.split()
    return first + "".join(word[0] for word in others if word not in left_out)


_KINDS = frozenset(
    {
        *("tinh", "thanh pho", "thi xa", "huyen", "quan", "xa", "phuong", "thi tran", "dac khu"),
        *("so", "ban", "phong", "van phong", "hoi", "trung tam", "cong ty", "chi cuc", "cuc"),
    }
)

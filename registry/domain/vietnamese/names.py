"""Vietnamese text: clean spelling, keys to search by, keys to sort by.

Nothing here rewrites what a person is called: "Hoà" and "Hòa" both occur in the official lists and
both stay as written; only the keys fold them together.
"""

import re
import unicodedata
from collections.abc import Iterable

from registry.domain.errors import Invalid
from registry.domain.vietnamese.characters import PERMITTED, refusal_of

NAME_MAX_LENGTH = 100

_FULL_WIDTH = re.compile("[\uff01-\uff5e]")
_FULL_WIDTH_OFFSET = 0xFEE0
_SPACE_CATEGORIES = {"Zs", "Zl", "Zp"}
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs"}
# Printable to Unicode, and yet nothing to see: variation selectors, a joiner, an object left out.
_UNSEEN = re.compile("[\u034f\ufe00-\ufe0f\ufffc]")
_PLAIN_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63", "-"),
        **dict.fromkeys("\u2044\u2215", "/"),
    }
)

_BREVE, _CIRCUMFLEX, _HORN = "\u0306", "\u0302", "\u031b"
_LETTER_MARKS = frozenset((_BREVE, _CIRCUMFLEX, _HORN))
# ngang is 0; then huyền, hỏi, ngã, sắc, nặng: the order of CLDR's "vi" collation.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_NO_TONE = "0"
_OTHER_MARK = "6"
_MARKS_OF_A_LETTER = re.compile("[\u0300\u0301\u0302\u0303\u0306\u0309]{2,}")
_TONE_BEFORE_HAT = re.compile("[\u0300\u0301\u0303\u0309][\u0302\u0306]")

_NAME_SPELLING = str.maketrans(
    {
        # Letters that look like Đ and are not: eth and the African D.
        **dict.fromkeys("\u00d0\u0189", "Đ"),
        **dict.fromkeys("\u00f0\u0256", "đ"),
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"),
    }
)
_NAME_PUNCTUATION = frozenset(" '-.")
_TOO_MANY_MARKS = re.compile("[\u0300-\u036f]{3}")

# "Tr'Hy" is one word to whoever types "trhy"; "TT&TT" is one word to whoever types "tttt".
_JOINERS = re.compile("['\u2018\u2019\u02bc\u00b4`]|(?<=[^\\W_])&(?=[^\\W_])")
_LETTER = re.compile("([^\\W_])([\u0300-\u036f]*)")
_WORD = re.compile("(?:[^\\W_][\u0300-\u036f]*)+")
# Lookalikes of đ; and the apostrophe that comes out of "ŉ" taken apart.
_FOLDED_SPELLING = str.maketrans("ðɖ", "đđ", "\u02bc")
_STROKED = str.maketrans("đɗƀɓ", "ddbb")


def normalise(text: str) -> str:
    """Return `text` in NFC on one line: single spaces, nothing invisible, no full-width forms.

    Every text that is typed, pasted, read from a file or given to a command goes through here;
    days, numbers and codes by way of `normalise_signs`.
    """
    if not text.isprintable():
        text = "".join(_visible(character) for character in text)
    text = _UNSEEN.sub("", text)
    text = _FULL_WIDTH.sub(lambda found: chr(ord(found[0]) - _FULL_WIDTH_OFFSET), text)
    text = unicodedata.normalize("NFD", text)
    if _TONE_BEFORE_HAT.search(text):
        text = _MARKS_OF_A_LETTER.sub(_letter_marks_first, text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def accepted(text: str, field: str = "") -> str:
    """Return `text` as `normalise` does; raise Invalid on `field` for what no paper can print."""
    return _refuse_signs(normalise(text), field)


def accepted_signs(text: str, field: str = "") -> str:
    """Return `text` as `normalise_signs` does; raise Invalid as `accepted`."""
    return _refuse_signs(normalise_signs(text), field)


def _refuse_signs(text: str, field: str) -> str:
    if said := refusal_of(text):
        raise Invalid.on(field, said)
    return text


def normalise_signs(text: str) -> str:
    """Return `text` as `normalise` does, every dash and slash in the plain form of a keyboard.

    For whatever is not prose: days, numbers, codes, addresses, names. Word and telephones put
    hyphens that do not break, dashes and minus signs where "-" was meant.
    """
    return normalise(text).translate(_PLAIN_SIGNS)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACE_CATEGORIES or character.isspace():
        return " "
    return "" if category in _INVISIBLE_CATEGORIES else character


def _letter_marks_first(found: re.Match[str]) -> str:
    """Put the hat before the tone: a tone typed first gives an "ế" that equals no other "ế"."""
    return "".join(sorted(found[0], key=lambda mark: mark not in _LETTER_MARKS))


def normalise_name(text: str) -> str:
    """Return a person's name cleaned of typing accidents; raise Invalid on "full_name" otherwise.

    Names of the Cơ Tu, Xơ Đăng or Ê Đê pass: "A Viết", "La Êê", "Tr'Hy", "Zơrâm", "H'Hen Niê",
    and names of one letter: "Ê", "Ý".
    """
    name = normalise_signs(text).translate(_NAME_SPELLING)
    if not name:
        raise Invalid.on("full_name", "Nhập họ và tên.")
    if len(name) > NAME_MAX_LENGTH:
        raise Invalid.on("full_name", f"Họ và tên dài nhiều nhất {NAME_MAX_LENGTH} ký tự.")
    if any(character.isdigit() for character in name):
        raise Invalid.on("full_name", "Họ và tên không được có chữ số.")
    if any(not _may_stand_in_name(character) for character in name) or _TOO_MANY_MARKS.search(name):
        raise Invalid.on(
            "full_name",
            "Họ và tên chỉ gồm chữ cái, dấu cách, dấu gạch nối, dấu nháy đơn và dấu chấm.",
        )
    if not name[0].isalpha() or _is_initial(name):
        raise Invalid.on("full_name", "Nhập đầy đủ họ và tên.")
    return name


def _is_initial(name: str) -> bool:
    """Tell whether only one plain letter was typed: "Ê" and "Ý" are names, "A" is an initial."""
    letters = [character for character in name if character.isalpha()]
    return len(letters) == 1 and letters[0].isascii()


def _may_stand_in_name(character: str) -> bool:
    if character.isalpha():
        # A Cyrillic letter can look like a Latin one and would make two people of one.
        return character in PERMITTED and unicodedata.name(character, "").startswith("LATIN ")
    return character in _NAME_PUNCTUATION or "\u0300" <= character <= "\u036f"


def search_key(text: str) -> str:
    """Return `text` in lower case without accents and punctuation: "Hoà" and "Hòa" give "hoa"."""
    return " ".join(
        "".join(base for base, _ in _LETTER.findall(word)).translate(_STROKED)
        for word in _decomposed_words(text)
    )


def exact_key(text: str) -> str:
    """Return `text` in lower case with its accents, the tone mark moved to one agreed place.

    It tells "Hòa" from "Hoa" but not from "Hoà": what matches it comes first in a search.
    """
    return " ".join(_with_tone_in_place(word) for word in _decomposed_words(text))


def query_words(query: str) -> list[str]:
    """Split what was typed into folded words, which hold letters and digits only (safe in LIKE)."""
    return search_key(query).split()


def matches(query: str, key: str) -> bool:
    """Tell whether each word of `query` begins some word of the `search_key` called `key`.

    In any order, so that "nguyen van d" and "dung nguyen" both find Nguyễn Văn Dũng; a query
    without a letter or digit matches everything. The same in SQL: for every word of
    `query_words`, `' ' || search_key LIKE '% ' || word || '%'`.
    """
    return _begin_words(query_words(query), key)


def matches_with_accents(query: str, key: str) -> bool:
    """Tell whether `query`, accents and all, matches the `exact_key` called `key`; for ranking."""
    return _begin_words(exact_key(query).split(), key)


def _begin_words(wanted: Iterable[str], key: str) -> bool:
    padded = f" {key}"
    return all(f" {word}" in padded for word in wanted)


def _decomposed_words(text: str) -> list[str]:
    """Split into words of lower-case base letters, each followed by its marks."""
    joined = _JOINERS.sub("", normalise(text))
    folded = unicodedata.normalize("NFKD", joined).casefold()
    folded = unicodedata.normalize("NFKD", folded).translate(_FOLDED_SPELLING)
    return _WORD.findall(folded)


def _with_tone_in_place(word: str) -> str:
    letters = [(base, marks) for base, marks in _LETTER.findall(word)]
    toned = [place for place, (_, marks) in enumerate(letters) for mark in marks if mark in _TONES]
    if len(toned) == 1:
        place = _place_of_tone(letters, toned[0])
        base, marks = letters[toned[0]]
        tone = next(mark for mark in marks if mark in _TONES)
        letters[toned[0]] = (base, marks.replace(tone, ""))
        base, marks = letters[place]
        letters[place] = (base, marks + tone)
    return unicodedata.normalize("NFC", "".join(base + marks for base, marks in letters))


def _place_of_tone(letters: list[tuple[str, str]], toned: int) -> int:
    """Find the letter that carries the tone: a letter with a hat, else by the count of vowels."""
    bases = "".join(base for base, _ in letters)
    runs = (run.span() for run in re.finditer("[aeiouy]+", bases))
    first, end = next((span for span in runs if toned in range(*span)), (toned, toned + 1))
    if end - first > 1 and bases[: first + 1].endswith(("qu", "gi")):
        first += 1
    hatted = [place for place in range(first, end) if _LETTER_MARKS & set(letters[place][1])]
    if hatted:
        return hatted[-1]
    # "hòa", "mùa" but "hoàn", "hoài".
    is_open_pair = end - first == len("oa") and end == len(bases)
    return first if is_open_pair or end - first == 1 else first + 1


# --- sorting -------------------------------------------------------------------------------------
# A key is ASCII and sorts by its bytes (SQLite BINARY, PostgreSQL COLLATE "C"). Letters stand for
# themselves; "~", above every other character used, makes the next letter of the alphabet: ă is
# "a~", â "a~~". "{" opens a letter of another script, after z. "-" ends a word and "!" a level,
# below everything else, so that "An" comes before "Anh".
_SORT_LETTERS = {
    "a" + _BREVE: "a~",
    "a" + _CIRCUMFLEX: "a~~",
    "đ": "d~",
    "e" + _CIRCUMFLEX: "e~",
    "o" + _CIRCUMFLEX: "o~",
    "o" + _HORN: "o~~",
    "u" + _HORN: "u~",
}
_WORD_END, _LEVEL_END = "-", "!"
_DIGITS = re.compile("[0-9]+")
_DIGITS_AS_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_LONG_NUMBER = 9


def name_sort_key(full_name: str) -> str:
    """Return the ASCII key whose byte order is that of a Vietnamese school register.

    The given name (last word) first, its letters before its tone, then the rest from the left, its
    letters before its tones (tones and letters as in CLDR "vi"). "Hoà" and "Hòa",
    NFC and NFD give the same key: order by the key, then by the name itself.
    """
    parts = [words for part in normalise(full_name).split() if (words := _decomposed_words(part))]
    if not parts:
        return ""
    rest = [word for words in parts[:-1] for word in words]
    return _LEVEL_END.join((_levels(parts[-1]), _levels(rest)))


def text_sort_key(text: str) -> str:
    """Return the ASCII key that sorts titles from the left, "Thôn 2" before "Thôn 10"."""
    return _levels(_decomposed_words(text))


def _levels(words: list[str]) -> str:
    weighed = [[_weigh(base, marks) for base, marks in _LETTER.findall(word)] for word in words]
    letters = ("".join(letter for letter, _ in word) for word in weighed)
    tones = ("".join(tone for _, tone in word) or _NO_TONE for word in weighed)
    return (
        _WORD_END.join(_DIGITS.sub(_number_in_order, word) for word in letters)
        + _LEVEL_END
        + _WORD_END.join(tones)
    )


def _weigh(base: str, marks: str) -> tuple[str, str]:
    """Return the sort letter of `base`, and the tones among its marks."""
    own_mark = next((mark for mark in marks if base + mark in _SORT_LETTERS), "")
    tones = "".join(_TONES.get(mark, _OTHER_MARK) for mark in marks if mark != own_mark)
    letter = _SORT_LETTERS.get(base + own_mark) or base.translate(_STROKED)
    return (letter if letter.isascii() else _foreign(letter)), tones


def _foreign(letter: str) -> str:
    return "{" + f"{ord(letter):06x}".translate(_DIGITS_AS_LETTERS)


def _number_in_order(found: re.Match[str]) -> str:
    number = found[0].lstrip("0") or "0"
    if len(number) < _LONG_NUMBER:
        return f"{len(number)}{number}"
    return f"{_LONG_NUMBER}{len(number):06d}{number}"


# --- unit names ----------------------------------------------------------------------------------
_TERRITORIES = (
    "tinh",
    "thanh pho",
    "quan",
    "huyen",
    "thi xa",
    "thi tran",
    "xa",
    "phuong",
    "dac khu",
)
_PEOPLES_COMMITTEE = ("ubnd", "uy", "ban", "nhan", "dan")
_LEFT_OUT_OF_ACRONYMS = frozenset(("va", "cac", "cua"))
_ACRONYM_LENGTHS = range(2, 9)
# "Ái Nghĩa" must not answer to "an": initials that read like the start of a syllable are left out.
_READS_LIKE_SYLLABLE = re.compile(
    "(?:ngh|ng|nh|gh|kh|ph|th|tr|ch|[bcdghklmnpqrstvx])[aeiouy]|[aeiouy][aeiouycmnp]"
)
_ONE_LETTER = {"x": "xa", "p": "phuong", "h": "huyen", "q": "quan", "t": "tinh"}
_ONE_LETTER_AND_DOT = re.compile(r"(?<![^\W_])([xphqt])\.(?=\s*[^\W_])")
_ONE_LETTER_AND_NUMBER = re.compile("([xphqt])([0-9]+)")
_STANDS_BEFORE_TERRITORY = frozenset(("ubnd", "hdnd", "dan"))


def unit_search_key(name: str, short_name: str | None = None, code: str | None = None) -> str:
    """Return the words a unit answers to: its names, its code and the usual abbreviations.

    - Every run of initials of the name, "và", "các", "của" left out: "Sở Thông tin và Truyền thông"
      answers to "so tttt", "Thị trấn Phú Thịnh" to "tt phu thinh", a "Tổ công nghệ số cộng đồng" to
      "to cnscd". Initials that read like a syllable are no keys.
    - A territory ("Xã Quế Phước") also answers to the name of its office, "UBND xã Quế Phước".
    """
    own = search_key(name)
    words = f"{own} {search_key(short_name or '')} {search_key(code or '')}".split()
    if own.startswith(tuple(f"{kind} " for kind in (*_TERRITORIES, "ubnd"))):
        words.extend(_PEOPLES_COMMITTEE)
    return " ".join(dict.fromkeys((*words, *_acronyms(own))))


def _acronyms(folded_name: str) -> list[str]:
    words = [word for word in folded_name.split() if word not in _LEFT_OUT_OF_ACRONYMS]
    initials = [word if word.isdigit() else word[0] for word in words]
    runs = ("".join(initials[start:])[: _ACRONYM_LENGTHS[-1]] for start in range(len(initials)))
    return [
        run for run in runs if len(run) in _ACRONYM_LENGTHS and not _READS_LIKE_SYLLABLE.match(run)
    ]


def unit_query_words(query: str) -> list[str]:
    """Split a search for a unit into words, each of which must begin a word of `unit_search_key`.

    The one-letter abbreviations x. p. h. q. t. are written out (xã, phường, huyện, quận, tỉnh)
    where a dot follows, where they come first or after UBND, or before a number ("p5"); elsewhere
    a single letter is the start of a word still being typed. Longer ones (tx, tp, tt, ubnd) are
    in the key.
    """
    dotted = _ONE_LETTER_AND_DOT.sub(
        lambda found: f"{_ONE_LETTER[found[1]]} ", normalise(query).casefold()
    )
    words = query_words(dotted)
    written_out: list[str] = []
    for place, word in enumerate(words):
        previous = words[place - 1] if place else "ubnd"
        is_last = place == len(words) - 1
        if previous in _STANDS_BEFORE_TERRITORY and word in _ONE_LETTER and not is_last:
            written_out.append(_ONE_LETTER[word])
        elif found := _ONE_LETTER_AND_NUMBER.fullmatch(word):
            written_out.extend((_ONE_LETTER[found[1]], found[2]))
        else:
            written_out.append(word)
    return written_out

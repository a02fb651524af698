"""What the rows about one old unit say together: whether it stays, and where they contradict.

Its own row says what it keeps, in whatever words: beside it there are only parts. Without one, who
gives a single part away stays, and who gives several ends, unless they say "tách".
"""

from collections.abc import Sequence
from dataclasses import replace

from registry.domain.reorganisations.annex import LIVES_ON, AnnexRow, How, Part, RowProblem
from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.reorganisations.unit_lookup import name_key

# These say of a part that goes that the giver stays.
_GIVES = frozenset({How.SEPARATE, How.ADJUST})


_Named = tuple[AnnexRow, PlannedUnit | None]


def as_meant(named: Sequence[_Named]) -> list[_Named]:
    """Return rows and their old units, each row saying "đổi tên" that says so without the word.

    Beside a part that goes, a whole row with the unit's own code is about what it keeps, whatever
    that is called from the day on.
    """
    givers = {old.id for row, old in named if old is not None and row.share is Part.PART}
    return [
        (replace(row, how=How.RENAME), old)
        if old is not None and old.id in givers and _keeps_its_code(row, old)
        else (row, old)
        for row, old in named
    ]


def _keeps_its_code(row: AnnexRow, old: PlannedUnit) -> bool:
    return (
        (row.how, row.share) == (None, Part.WHOLE)
        and row.new_code is not None
        and row.new_code == old.code
        and name_key(row.new_name or "") != name_key(old.name)
    )


def stays_beside(parts: Sequence[AnnexRow]) -> bool:
    """Tell whether who gives these parts away, and has no row of its own, is still there."""
    hows = {row.how for row in parts}
    return bool(hows & _GIVES) or (len(parts) == 1 and How.DIVIDE not in hows)


def keeps_a_part(own: Sequence[AnnexRow]) -> bool:
    """Tell whether a unit's own rows say that it keeps a part of itself only."""
    return any(row.share is Part.PART for row in own)


def contradiction(
    name: str, rows: Sequence[AnnexRow], own: Sequence[AnnexRow]
) -> RowProblem | None:
    """Return in what the rows about the unit called `name` contradict each other, if they do.

    `own` are those of them by which it goes on as itself.
    """
    leaving = [row for row in rows if not any(row is one for one in own)]
    ends = next((row for row in leaving if _ends(row)), None)
    if own and ends is not None:
        return _lives_and_ends(name, own[0], ends)
    return (
        _whole_beside_others(name, rows, leaving)
        or _rest_twice(name, rows, leaving)
        or _in_two_ways(name, rows, leaving)
        or _of_the_wrong_share(name, rows, leaving)
    )


def _ends(row: AnnexRow) -> bool:
    return row.share is not Part.PART or row.how is How.DIVIDE


def _lives_and_ends(name: str, own: AnnexRow, ends: AnnexRow) -> RowProblem:
    return RowProblem.of(
        ends,
        "part" if ends.share is Part.REST else ends.old_field,
        f"“{name}” tiếp tục tồn tại ở dòng {own.number} nhưng ở dòng {ends.number} lại thành đơn "
        "vị khác hoặc kết thúc. Nếu chỉ một phần ra đi, ghi một phần (“part”) và “tách”; nếu "
        "không, bỏ một trong hai dòng.",
    )


def _whole_beside_others(
    name: str, rows: Sequence[AnnexRow], leaving: Sequence[AnnexRow]
) -> RowProblem | None:
    whole = next((row for row in leaving if row.share is Part.WHOLE), None)
    if whole is None or len(leaving) == 1:
        return None
    return RowProblem.of(
        rows[-1],
        rows[-1].old_field,
        f"“{name}” có các dòng mâu thuẫn ({_numbers(rows)}): dòng {whole.number} ghi toàn bộ mà "
        "còn dòng khác. Phần ra đi ghi một phần (“part”), phần đi sau cùng ghi phần còn lại "
        "(“rest”); nếu đơn vị vẫn còn, thêm dòng của chính nó, hoặc ghi “đổi tên” nếu nó chỉ đổi "
        "tên.",
    )


def _rest_twice(
    name: str, rows: Sequence[AnnexRow], leaving: Sequence[AnnexRow]
) -> RowProblem | None:
    rest = [row for row in leaving if row.share is Part.REST]
    if len(rest) < 2:  # noqa: PLR2004
        return None
    return RowProblem.of(
        rest[-1],
        "part",
        f"“{name}” có {len(rest)} dòng ghi phần còn lại ({_numbers(rows)}). Chỉ một đơn vị nhận "
        "phần còn lại; các dòng khác ghi một phần (“part”).",
    )


def _in_two_ways(
    name: str, rows: Sequence[AnnexRow], leaving: Sequence[AnnexRow]
) -> RowProblem | None:
    giving = next((row.how for row in leaving if row.how in _GIVES), None)
    divides = any(row.how is How.DIVIDE for row in leaving)
    if divides and giving is not None:
        return RowProblem.of(
            rows[-1],
            "how",
            f"“{name}” có dòng ghi “chia” và dòng ghi “{giving}” ({_numbers(rows)}): “chia” thì "
            f"đơn vị cũ kết thúc, “{giving}” thì vẫn còn. Ghi cùng một cách.",
        )
    if divides and len(leaving) == 1 and leaving[0].share is Part.PART:
        return RowProblem.of(
            leaving[0],
            "how",
            f"“{name}” chia thì phải có ít nhất hai dòng. Nếu chỉ một phần ra đi, ghi “tách”.",
        )
    return None


def _of_the_wrong_share(
    name: str, rows: Sequence[AnnexRow], leaving: Sequence[AnnexRow]
) -> RowProblem | None:
    giving = next((row for row in leaving if row.how in _GIVES), None)
    more = next((row for row in leaving if row.share is not Part.PART), None)
    if giving is not None and more is not None:
        return RowProblem.of(
            more,
            "part",
            f"“{giving.how}” là của một phần, “{name}” vẫn còn: ghi một phần (“part”).",
        )
    if any(row.share is Part.PART and row.how in LIVES_ON for row in rows):
        return RowProblem.of(
            rows[-1], "part", "“chuyển”, “đổi tên” là của cả đơn vị: ghi toàn bộ (“whole”)."
        )
    return None


def _numbers(rows: Sequence[AnnexRow]) -> str:
    return ", ".join(str(row.number) for row in rows)

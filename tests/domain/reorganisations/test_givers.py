"""What a giver keeps, in every natural way to write it."""

from dataclasses import replace
from datetime import date

import pytest

from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.reorganisations.planning import plan_reorganisation
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind

DAY = date(2016, 1, 1)
PROVINCE, AN, BINH, CAT = 1, 11, 12, 13
CODES = {"Xã An": "00001", "Xã Bình": "00002", "Xã Cát": "00003", "Xã Đông": "00004"}


def units() -> list[PlannedUnit]:
    commune = UnitKind.COMMUNE
    return [
        PlannedUnit(PROVINCE, "Tỉnh Mẫu", UnitKind.PROVINCE, None, "01", designation="tỉnh"),
        PlannedUnit(AN, "Xã An", commune, PROVINCE, "00001", designation="xã"),
        PlannedUnit(BINH, "Xã Bình", commune, PROVINCE, "00002", designation="xã"),
        PlannedUnit(CAT, "Xã Cát", commune, PROVINCE, "00003", designation="xã"),
    ]


def plan(*told: tuple[str, str, str, str]) -> Plan:
    """Plan rows told as (old, new, part or "", how or ""), beginning with row 2."""
    rows = [
        AnnexRow(
            number,
            old_code=CODES[old],
            old_name=old,
            new_code=CODES.get(new),
            new_name=new,
            new_kind="xã",
            new_province="Tỉnh Mẫu",
            part=Part(part) if part else None,
            how=How(how) if how else None,
        )
        for number, (old, new, part, how) in enumerate(told, start=2)
    ]
    return plan_reorganisation(units(), rows, DAY, lambda _kind, _above: True)


def links(made: Plan) -> list[tuple[int, int, str, SuccessionKind]]:
    """Return the links, a unit to come being 0."""
    return sorted(
        (link.predecessor_id, max(link.successor_id, 0), link.part.value, link.kind)
        for link in made.successions
    )


KEEPS = [
    # Its own row whole, beside what it gives away.
    (("Xã An", "Xã An", "whole", ""), ("Xã An", "Xã Đông", "part", "tách")),
    (("Xã An", "Xã An", "whole", ""), ("Xã An", "Xã Đông", "part", "")),
    (("Xã An", "Xã An", "", ""), ("Xã An", "Xã Đông", "", "tách")),
    # Its own row says in words that it is what is left.
    (("Xã An", "Xã An", "rest", ""), ("Xã An", "Xã Đông", "part", "")),
    (("Xã An", "Xã An", "part", ""), ("Xã An", "Xã Đông", "part", "tách")),
    # The part comes first.
    (("Xã An", "Xã Đông", "part", "tách"), ("Xã An", "Xã An", "whole", "")),
    # No row of its own.
    (("Xã An", "Xã Đông", "part", "tách"),),
    (("Xã An", "Xã Đông", "part", ""),),
]


@pytest.mark.parametrize("told", KEEPS)
def test_who_gives_a_part_to_a_new_unit_keeps_the_rest_however_it_is_written(
    told: tuple[tuple[str, str, str, str], ...],
) -> None:
    made = plan(*told)
    assert made.problems == ()
    assert made.ended == {}
    assert links(made) == [(AN, 0, "part", SuccessionKind.SEPARATED)]
    assert [unit.name for unit in made.established] == ["Xã Đông"]
    assert AN not in made.changed


@pytest.mark.parametrize("how", ["đổi tên", "thành lập trên cơ sở nguyên trạng"])
def test_a_unit_may_be_renamed_and_give_a_part_away_on_one_day(how: str) -> None:
    for own in ("whole", "rest", ""):
        made = plan(("Xã An", "Xã An Mới", own, how), ("Xã An", "Xã Đông", "part", "tách"))
        assert made.problems == ()
        assert made.changed[AN].name == "Xã An Mới"
        assert made.ended == {}
        assert links(made) == [(AN, 0, "part", SuccessionKind.SEPARATED)]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_row_of_its_own_code_beside_a_part_renames_the_giver_without_a_word(
    is_first: bool,  # noqa: FBT001 - one of two
) -> None:
    own = AnnexRow(
        2, old_code="00001", old_name="Xã An", new_code="00001", new_name="Xã An Mới",
        new_kind="xã", new_province="Tỉnh Mẫu", part=Part.WHOLE,
    )  # fmt: skip
    part = replace(own, number=3, new_code="00002", new_name="Xã Bình", part=Part.PART)
    rows = [own, part] if is_first else [part, own]
    made = plan_reorganisation(units(), rows, DAY, lambda _kind, _above: True)
    assert made.problems == ()
    assert (made.changed[AN].name, made.changed[AN].code) == ("Xã An Mới", "00001")
    assert (made.ended, made.established) == ({}, ())
    assert links(made) == [(AN, BINH, "part", SuccessionKind.ADJUSTED)]
    alone = plan_reorganisation(units(), [own], DAY, lambda _kind, _above: True)
    assert [unit.name for unit in alone.established] == ["Xã An Mới"]


EXCHANGES = [
    (
        ("Xã An", "Xã An", "whole", ""),
        ("Xã An", "Xã Bình", "part", ""),
        ("Xã Bình", "Xã Bình", "whole", ""),
        ("Xã Bình", "Xã An", "part", ""),
    ),
    (("Xã An", "Xã Bình", "part", ""), ("Xã Bình", "Xã An", "part", "")),
    (("Xã An", "Xã Bình", "part", "tách"), ("Xã Bình", "Xã An", "part", "tách")),
    (
        ("Xã An", "Xã Bình", "", "điều chỉnh địa giới"),
        ("Xã Bình", "Xã An", "", "điều chỉnh địa giới"),
    ),
    (
        ("Xã An", "Xã An", "rest", ""),
        ("Xã Bình", "Xã An", "part", ""),
        ("Xã An", "Xã Bình", "part", ""),
    ),
    (("Xã An", "Xã Bình", "part", "nhập vào"), ("Xã Bình", "Xã An", "part", "nhập vào")),
]


@pytest.mark.parametrize("told", EXCHANGES)
def test_two_units_may_exchange_parts_and_both_go_on(
    told: tuple[tuple[str, str, str, str], ...],
) -> None:
    made = plan(*told)
    assert made.problems == ()
    assert made.ended == {}
    assert made.established == ()
    assert made.continued == {AN, BINH}
    assert links(made) == [
        (AN, BINH, "part", SuccessionKind.ADJUSTED),
        (BINH, AN, "part", SuccessionKind.ADJUSTED),
    ]


def test_a_unit_may_be_renamed_take_another_in_and_give_a_part_away_on_one_day() -> None:
    made = plan(
        ("Xã An", "Xã An Mới", "whole", "đổi tên"),
        ("Xã Bình", "Xã An Mới", "whole", ""),
        ("Xã An", "Xã Cát", "part", ""),
    )
    assert made.problems == ()
    assert list(made.ended) == [BINH]
    assert links(made) == [
        (AN, CAT, "part", SuccessionKind.ADJUSTED),
        (BINH, AN, "whole", SuccessionKind.ABSORBED),
    ]


def test_who_gives_parts_and_then_the_rest_away_ends_with_who_took_the_rest_as_heir() -> None:
    made = plan(("Xã An", "Xã Bình", "part", ""), ("Xã An", "Xã Đông", "rest", ""))
    assert made.problems == ()
    assert list(made.ended) == [AN]
    (new,) = made.established
    assert made.heir(AN) == new.id
    assert links(made) == [
        (AN, 0, "rest", SuccessionKind.DIVIDED),
        (AN, BINH, "part", SuccessionKind.ABSORBED),
    ]


def test_what_was_left_of_a_unit_by_an_earlier_decision_goes_as_a_whole() -> None:
    made = plan(("Xã An", "Xã Bình", "rest", "nhập vào"))
    assert made.problems == ()
    assert list(made.ended) == [AN]
    assert made.heir(AN) == BINH


def test_a_part_and_the_rest_of_a_unit_that_go_to_the_same_one_are_one_link() -> None:
    made = plan(
        ("Xã An", "Xã Đông", "part", ""),
        ("Xã An", "Xã Đông", "rest", ""),
        ("Xã Bình", "Xã Đông", "whole", ""),
    )
    assert made.problems == ()
    assert made.heir(AN) == made.established[0].id
    assert [link.part for link in made.successions if link.predecessor_id == AN] == [Part.REST]


def test_a_part_goes_to_no_unit_of_that_name_that_ends_itself_or_stands_elsewhere() -> None:
    made = plan(("Xã An", "Xã Bình", "part", ""), ("Xã Bình", "Xã Cát", "whole", "nhập vào"))
    assert [unit.name for unit in made.established] == ["Xã Bình"]
    assert made.problems == ()
    row = AnnexRow(
        2,
        old_code="00001",
        new_name="Xã Bình",
        new_kind="xã",
        new_province="Tỉnh Khác",
        part=Part.PART,
    )
    made = plan_reorganisation(units(), [row], DAY, lambda _kind, _above: True)
    assert BINH not in made.continued
    assert {unit.name for unit in made.established} == {"Xã Bình", "Tỉnh Khác"}


CONTRADICTIONS = [
    ((("Xã An", "Xã Bình", "part", ""), ("Xã An", "Xã Đông", "whole", "")), 3, "phần còn lại"),
    ((("Xã An", "Xã An", "whole", ""), ("Xã An", "Xã Bình", "whole", "nhập vào")), 3, "tiếp tục"),
    ((("Xã An", "Xã An", "whole", ""), ("Xã An", "Xã Đông", "rest", "")), 3, "tiếp tục"),
    ((("Xã An", "Xã An", "whole", ""), ("Xã An", "Xã Đông", "part", "chia")), 3, "“tách”"),
    (
        (("Xã An", "Xã Đông", "rest", ""), ("Xã An", "Xã Bình", "rest", "nhập vào")),
        3,
        "Chỉ một đơn vị nhận phần còn lại",
    ),
    (
        (("Xã An", "Xã Đông", "part", "chia"), ("Xã An", "Xã Bình", "part", "điều chỉnh địa giới")),
        3,
        "Ghi cùng một cách",
    ),
    ((("Xã An", "Xã Đông", "whole", "tách"),), 2, "là của một phần"),
    ((("Xã An", "Xã Đông", "rest", "tách"),), 2, "là của một phần"),
    ((("Xã An", "Xã Đông", "part", "chia"),), 2, "ít nhất hai dòng"),
    ((("Xã An", "Xã Đông", "part", "đổi tên"),), 2, "của cả đơn vị"),
    (
        (("Xã An", "Xã An", "whole", "đổi tên"), ("Xã An", "Xã Đông", "whole", "đổi tên")),
        3,
        "tiếp tục tồn tại",
    ),
    (
        (("Xã Bình", "Xã An", "whole", "nhập vào"), ("Xã An", "Xã Cát", "whole", "nhập vào")),
        2,
        "tiếp tục tồn tại",
    ),
]


@pytest.mark.parametrize(("told", "row", "said"), CONTRADICTIONS)
def test_rows_of_one_unit_that_contradict_each_other_are_named_with_what_to_write(
    told: tuple[tuple[str, str, str, str], ...], row: int, said: str
) -> None:
    (problem,) = plan(*told).problems
    assert problem.row == row
    assert said in problem.message


def test_a_border_moved_towards_a_unit_that_is_not_there_is_refused() -> None:
    (problem,) = plan(("Xã An", "Xã Đông", "part", "điều chỉnh địa giới")).problems
    assert (problem.row, problem.field) == (2, "new_name")


def test_the_code_of_a_new_side_may_stand_in_one_of_its_rows_only() -> None:
    keep, give = (
        AnnexRow(
            number,
            old_code=CODES[old],
            new_code=code,
            new_name="Xã An",
            new_kind="xã",
            new_province="Tỉnh Mẫu",
            part=part,
        )
        for number, old, code, part in (
            (2, "Xã An", "00001", None),
            (3, "Xã Bình", None, Part.PART),
        )
    )
    for rows in ([keep, give], [give, keep]):
        made = plan_reorganisation(units(), rows, DAY, lambda _kind, _above: True)
        assert made.problems == ()
        assert links(made) == [(BINH, AN, "part", SuccessionKind.ADJUSTED)]


@pytest.mark.parametrize(
    ("named", "said"),
    [({"old_code": "00001"}, "Mã 00001 ngay"), ({"old_id": AN}, "Đơn vị đã chọn ngay")],
)
def test_an_old_unit_that_is_called_otherwise_is_named_as_the_row_names_it(
    named: dict[str, object], said: str
) -> None:
    row = AnnexRow(2, old_name="Xã Khác", new_name="Xã An", new_province="Tỉnh Mẫu", **named)  # type: ignore[arg-type] # a table of cases
    (problem,) = plan_reorganisation(units(), [row], DAY, lambda _kind, _above: True).problems
    assert problem.message.startswith(said)
    assert "là “Xã An”, không phải “Xã Khác”" in problem.message

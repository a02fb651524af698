"""Who is divided, and empty sides that would silently mean something else."""

import pytest

from registry.domain.reorganisations.annex import How, Part
from registry.formats.annex import read_annex
from tests.factories.annexes import EMPTY_FORMULA, workbook_of

pytestmark = pytest.mark.usefixtures("read_here")

HEADER = ["old_code", "old_name", "old_kind", "old_parent", "old_province"]
HEADER += ["new_code", "new_name", "new_kind", "new_province_code", "new_province", "part", "how"]
OLD = ["90001", "Xã A Một", "xã", "Huyện Thử", "Tỉnh Thử Nghiệm"]
EMPTY = [None] * 5


def new(number):
    return [f"900{number}", f"Xã B {number}", "xã", "90", "Tỉnh Thử Nghiệm"]


def read(*rows, merged=()):
    return read_annex("a.xlsx", workbook_of([HEADER, *rows], merged))


def parts(rows):
    return [row.part for row in rows]


def refusals(*rows, merged=()):
    found, problems = read(*rows, merged=merged)
    numbers = {row.number for row in found}
    assert numbers.isdisjoint(problem.row for problem in problems)
    return [(problem.row, problem.field) for problem in problems]


OLD_MERGED = [f"{letter}2:{letter}3" for letter in "ABCDE"]


@pytest.mark.parametrize(
    ("part", "merged"),
    [
        (["part", None], ["K2:K3"]),
        (["part", "part"], []),
        ([None, None], []),
        (["part", None], []),
        ([None, "một phần"], []),
    ],
)
def test_an_old_unit_merged_over_its_successors_is_divided(part, merged):
    rows, problems = read(
        [*OLD, *new(10), part[0]], [*EMPTY, *new(13), part[1]], merged=[*OLD_MERGED, *merged]
    )
    assert problems == []
    assert [(row.old_code, row.new_code) for row in rows] == [
        ("90001", "90010"),
        ("90001", "90013"),
    ]
    assert parts(rows) == [Part.PART, Part.PART]


def test_a_new_unit_merged_over_its_predecessors_is_theirs():
    other = ["90004", "Xã A Hai", *OLD[2:]]
    merged = [f"{letter}2:{letter}3" for letter in "FGHIJK"]
    rows, problems = read([*OLD, *new(10), "whole"], [*other, *[None] * 6], merged=merged)
    assert problems == []
    assert [(row.new_name, row.part) for row in rows] == [("Xã B 10", Part.WHOLE)] * 2


def test_beside_what_a_unit_keeps_there_are_only_parts():
    rows, _ = read([*OLD, *OLD[:3], "90", OLD[4]], [*OLD, *new(13), "part"])
    assert parts(rows) == [None, Part.PART]
    rows, _ = read([*OLD, *OLD[:3], "90", OLD[4]], [*OLD, *new(13)])
    assert parts(rows) == [None, Part.PART]


def test_a_unit_said_to_go_whole_is_not_made_to_go_in_parts():
    rows, _ = read([*OLD, *new(10), "whole"], [*OLD, *new(13)])
    assert parts(rows) == [Part.WHOLE, None]


def test_the_rest_is_no_part():
    rows, _ = read([*OLD, *new(10), "phần còn lại"], [*OLD, *new(13)])
    assert parts(rows) == [Part.REST, Part.PART]


def test_an_empty_old_side_establishes_below_what_is_finished():
    rows, problems = read([*OLD, *new(10), "whole"], [*EMPTY, *new(13)])
    assert problems == []
    assert rows[1].establishes


@pytest.mark.parametrize(
    "row",
    [
        pytest.param([*EMPTY, *new(13), "part"], id="a part of nothing"),
        pytest.param([*EMPTY, *new(13), "whole"], id="all of nothing"),
        pytest.param([*EMPTY, *new(13), None, "nhập vào"], id="a merger of nothing"),
        pytest.param([None, EMPTY_FORMULA, *EMPTY[2:], *new(13)], id="a formula"),
        pytest.param([None, None, None, "Huyện Thử", None, *new(13)], id="a parent"),
        pytest.param([None, None, "xã", None, None, *new(13)], id="a kind"),
        pytest.param([*EMPTY[:4], "Tỉnh Thử Nghiệm", *new(13)], id="a province"),
        pytest.param([None, None, None, "Huyện Thử", None, *new(13), None, "thành lập"], id="half"),
    ],
)
def test_an_empty_old_side_that_was_meant_to_say_something_is_refused(row):
    assert refusals([*OLD, *new(10), "whole"], row) == [(3, "old_name")]


def test_an_empty_old_side_below_a_division_not_finished_is_refused_with_what_to_do():
    _, problems = read([*OLD, *new(10), "part"], [*EMPTY, *new(13)], [*EMPTY, *new(16)])
    assert [problem.row for problem in problems] == [3, 4]
    assert "“Xã A Một” ở trên mới chỉ có một phần" in problems[0].message
    for said in ("Ghi lại tên đơn vị cũ", "trộn ô", "thành lập"):
        assert said in problems[0].message


def test_an_empty_old_side_of_a_unit_that_has_an_old_one_elsewhere_is_refused():
    rows = [*OLD, *new(10), "whole"], [*EMPTY, *new(13)], [*EMPTY, *new(10)]
    assert refusals(*rows) == [(4, "old_name")]
    rows = [*EMPTY, *new(10)], [*OLD, *new(10), "whole"]
    assert refusals(*rows) == [(2, "old_name")]


def test_an_empty_old_side_below_a_unit_that_keeps_the_rest_establishes():
    kept = [*OLD[:3], "90", OLD[4]]
    rows = [*OLD, *kept], [*OLD, *new(13), "part"], [*EMPTY, *new(16)]
    assert refusals(*rows) == []


def test_an_empty_old_side_below_a_division_that_is_finished_establishes():
    rows = [*OLD, *new(10), "part"], [*OLD, *new(13), "part"], [*EMPTY, *new(16)]
    assert refusals(*rows) == []


def test_who_writes_that_it_is_new_is_believed():
    rows, problems = read([*OLD, *new(10), "part"], [*EMPTY, *new(13), "whole", "Thành lập"])
    assert problems == []
    assert (rows[1].establishes, rows[1].how, rows[1].part) == (True, How.ESTABLISH, None)


@pytest.mark.parametrize(
    "side",
    [
        pytest.param(["90010", None, "xã", "90", "Tỉnh Thử Nghiệm", "whole"], id="a code"),
        pytest.param([None, None, "xã", "90", "Tỉnh Thử Nghiệm", "whole"], id="a kind"),
        pytest.param([None, EMPTY_FORMULA, None, "90", "Tỉnh Thử Nghiệm"], id="a formula"),
    ],
)
def test_half_a_new_side_is_refused(side):
    assert refusals([*OLD, *side]) == [(2, "new_name")]


def test_a_dissolved_unit_needs_no_new_side():
    rows, problems = read([*OLD, None, EMPTY_FORMULA, None, None, None, None, "giải thể"])
    assert problems == []
    assert rows[0].how is How.DISSOLVE

"""`flask coverage --in-units-of`: a day's figures in the units of a later one."""

import json
from datetime import date

import pytest
from click.testing import Result
from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from tests.factories.coverage import make_home, make_rules
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, make_succession, make_unit

MERGER = date(2024, 6, 20)

BASES = ["current", "carried_over", "carried_over_overdue", "none", "unknown"]


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province where two communes merge, one is split, and one district ends."""
    here = Province()
    make_rules()
    make_home(here.province)
    old = [
        make_unit(name, UnitKind.COMMUNE, here.district, code=code, until=MERGER)
        for name, code in (("Xã Một", "90111"), ("Xã Hai", "90112"), ("Xã Chia", "90113"))
    ]
    new = [
        make_unit(name, UnitKind.COMMUNE, here.district, code=code, since=MERGER)
        for name, code in (("Xã Mới", "90111"), ("Xã Bên", "90114"))
    ]
    make_succession(old[0], new[0], MERGER)
    make_succession(old[1], new[0], MERGER)
    make_unit("Huyện Thôi", UnitKind.DISTRICT, here.province, code="903", until=MERGER)
    for part in (here.other_commune, new[1]):
        make_succession(old[2], part, MERGER, part="part")
    make_assignment(make_member("Lê Thị Một", old[0]), old[0], make_decision(old[0]))
    db.session.commit()
    return here


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(
        args=["coverage", "--as-of", "2024-06-10", "--in-units-of", "2024-06-30", *arguments]
    )


def test_the_json_has_a_row_for_each_later_unit_with_its_predecessors(
    app: Flask, here: Province
) -> None:
    said = json.loads(run(app, "--format", "json").output)
    assert (said["as_of"], said["in_units_of"]) == ("2024-06-10", "2024-06-30")
    rows = {row["name"]: row for row in said["rows"]}
    merged = rows["Xã Mới"]
    assert merged["predecessors"] == ["90111", "90112"]
    assert (merged["required"], merged["covered"]) == (2, 1)
    assert (merged["focal_points"], merged["members"]) == (1, 1)
    assert [unit["code"] for unit in said["without_successor"]] == ["903"]
    assert said["by_kind"]["district"]["required"] == 3
    assert said["units_covered"] == 1


def test_a_split_unit_s_figures_are_null_for_its_receivers_and_told_above_them(
    app: Flask, here: Province
) -> None:
    said = json.loads(run(app, "--format", "json").output)
    for row in said["rows"]:
        if row["name"] in {"Xã Bình Đào", "Xã Bên"}:
            assert (row["required"], row["covered"], row["divided"]) == (None, None, ["90113"])
        else:
            assert row["required"] is not None
    assert (
        said["units_required"] == sum(kind["required"] for kind in said["by_kind"].values()) == 11
    )
    alone = json.loads(run(app, "--unit", "90114", "--format", "json").output)
    assert alone["units_required"] is None
    assert alone["by_kind"]["commune"] == dict.fromkeys(
        ("required", "covered", "by_basis", "units_unchecked", "units_by_law")
    )
    assert (alone["by_basis"], alone["units_unchecked"]) == (None, None)
    for told in (said, *said["by_kind"].values(), *(r for r in said["rows"] if r["by_basis"])):
        parts = told["by_basis"]
        assert sum(parts.values()) == told.get("required", told.get("units_required"))
        covered = told.get("covered", told.get("units_covered"))
        assert parts["current"] + parts["carried_over"] == covered == told["units_unchecked"]


def test_the_table_says_what_cannot_be_told(app: Flask, here: Province) -> None:
    said = run(app).output
    assert "Số liệu ngày 10/06/2024, theo đơn vị ngày 30/06/2024" in said
    assert "Không phân tách được số liệu" in said
    assert "Không có đơn vị kế tiếp, chỉ tính trong tổng số: 1" in said
    assert "Huyện Thôi" in said


def test_the_csv_has_one_line_for_each_later_unit(app: Flask, here: Province) -> None:
    header, *lines = run(app, "--format", "csv").output.splitlines()
    assert header.endswith(
        ",members,predecessors,divided," + ",".join(["unchecked", "by_law", *BASES])
    )
    assert "90111,Xã Mới,commune,Huyện Thăng Bình,2,1,1,1,90111 90112,,1,0,1,0,0,1,0" in lines
    assert any(line.endswith("90113,,,,,,,") for line in lines)


def test_an_earlier_day_than_that_of_the_figures_is_refused(app: Flask, here: Province) -> None:
    answer = app.test_cli_runner().invoke(
        args=["coverage", "--as-of", "2024-06-30", "--in-units-of", "2024-06-10"]
    )
    assert answer.exit_code != 0
    assert "--in-units-of" in answer.stderr

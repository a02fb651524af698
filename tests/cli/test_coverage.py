"""`flask coverage`: the same question gives the same bytes, and stdout holds nothing else."""

import csv
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from registry.domain.assignments import CountingSetting
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.services.seeds.reference import SEEDS
from registry.settings import Settings
from scripts.tree import ROOT
from tests.conftest import NOW, MovableClock
from tests.factories.coverage import make_home, make_rules, set_counting
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, make_unit

HEADLINE_KINDS = ["department", "district", "commune"]


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a small province whose commune 90101 alone has a focal point, a concurrent one."""
    here = Province()
    make_rules()
    make_home(here.province)
    make_unit("Tỉnh đoàn", UnitKind.MASS_ORGANISATION, here.province)
    make_assignment(
        make_member("Võ Văn Bốn", here.commune), here.commune, make_decision(here.commune)
    )
    db.session.commit()
    return here


def ask(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["coverage", *words])


def answer(app: Flask, *words: str) -> dict:
    result = ask(app, *words, "--format", "json")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def bases(**counts: int) -> dict[str, int]:
    names = ("current", "carried_over", "carried_over_overdue", "none", "unknown")
    return dict.fromkeys(names, 0) | counts


def figures(units: int, covered: int) -> dict[str, object]:
    """Return the figures of a kind all of whose focal points rest on papers of its own units.

    Nobody compared any of them with its paper.
    """
    parts = bases(current=covered, none=units - covered)
    return {
        "required": units,
        "covered": covered,
        "by_basis": parts,
        "units_unchecked": covered,
        "units_by_law": 0,
    }


def test_programs_are_told_how_much_is_given_by_law(app: Flask, here: Province) -> None:
    make_assignment(make_member("Lê Thị Thử", here.other_commune), here.other_commune, None)
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    db.session.commit()
    told = answer(app, "--as-of", "2024-06-30", "--unit", "901")
    assert (told["units_by_law"], told["by_basis"]["current"], told["units_unchecked"]) == (1, 2, 1)
    assert told["by_kind"]["commune"]["units_by_law"] == 1
    strict = answer(app, "--as-of", "2024-06-30", "--unit", "901", "--standard", "strict")
    assert strict["units_by_law"] == 0
    found = ask(app, "--as-of", "2024-06-30", "--unit", "901", "--format", "csv").output
    rows = list(csv.DictReader(StringIO(found)))
    assert {row["code"]: row["by_law"] for row in rows} == {"901": "0", "90101": "0", "90102": "1"}


def test_json_has_exactly_the_agreed_keys(app: Flask, here: Province) -> None:
    assert answer(app, "--as-of", "2024-06-30", "--unit", "901") == {
        "as_of": "2024-06-30",
        "unit": "901",
        "standard": "any",
        "units_required": 3,
        "units_covered": 1,
        "by_kind": {
            "department": figures(0, 0),
            "district": figures(1, 0),
            "commune": figures(2, 1),
        },
        "by_basis": bases(current=1, none=2),
        "units_unchecked": 1,
        "units_by_law": 0,
        "uncovered": [
            {
                "code": "901",
                "name": "Huyện Thăng Bình",
                "kind": "district",
                "parent_name": "Tỉnh Thử Nghiệm",
            },
            {
                "code": "90102",
                "name": "Xã Bình Đào",
                "kind": "commune",
                "parent_name": "Huyện Thăng Bình",
            },
        ],
        "outside_headline": {"mass_organisation": figures(0, 0)},
    }


def test_without_unit_the_home_province_is_meant_and_mass_organisations_stay_outside(
    app: Flask, here: Province
) -> None:
    found = answer(app, "--as-of", "2024-06-30")
    assert found["unit"] == "99"
    assert found["units_required"] == 7
    assert list(found["by_kind"]) == HEADLINE_KINDS
    assert found["outside_headline"] == {"mass_organisation": figures(1, 0)}
    assert "mass_organisation" not in {unit["kind"] for unit in found["uncovered"]}


def test_the_strict_standard_does_not_count_a_concurrent_officer(
    app: Flask, here: Province
) -> None:
    found = answer(app, "--as-of", "2024-06-30", "--unit", "90101", "--standard", "strict")
    assert (found["standard"], found["units_covered"]) == ("strict", 0)
    assert [unit["code"] for unit in found["uncovered"]] == ["90101"]


def test_without_a_day_the_last_day_of_the_reference_data_is_meant_once_it_has_passed(
    app: Flask, here: Province, clock: MovableClock
) -> None:
    clock.instant = NOW.replace(year=2026)
    assert answer(app)["as_of"] == "2024-06-30"
    clock.instant = NOW.replace(day=12)
    assert answer(app)["as_of"] == "2024-06-12"


def test_an_earlier_day_gives_what_was_true_then(app: Flask, here: Province) -> None:
    make_unit("Xã Mới", UnitKind.COMMUNE, here.district, code="90103", since=NOW.date())
    db.session.commit()
    assert answer(app, "--as-of", "2024-06-29")["units_required"] == 7
    assert answer(app, "--as-of", "2024-06-30")["units_required"] == 8


def test_csv_has_a_header_and_a_line_for_each_unit(app: Flask, here: Province) -> None:
    result = ask(app, "--as-of", "2024-06-30", "--unit", "99", "--format", "csv")
    rows = list(csv.DictReader(StringIO(result.stdout)))
    assert list(rows[0]) == [
        *("code", "name", "kind", "parent_name", "headline", "covered"),
        *("unchecked", "by_law"),
        *bases(),
    ]
    assert all(sum(int(row[basis]) for basis in bases()) == 1 for row in rows)
    assert len(rows) == 8
    assert [row["name"] for row in rows if row["covered"] == "1"] == ["Xã Bình Minh"]
    assert [row["unchecked"] for row in rows] == [row["covered"] for row in rows]
    assert [row["name"] for row in rows if row["headline"] == "0"] == ["Tỉnh đoàn"]


def test_the_table_stands_in_columns_and_gives_both_total_and_gaps(
    app: Flask, here: Province
) -> None:
    result = ask(app, "--as-of", "2024-06-30", "--unit", "901")
    assert result.exit_code == 0
    assert result.stdout == (
        "Đơn vị: Huyện Thăng Bình (901)\n"
        "Tính đến ngày 30/06/2024\n"
        "Tiêu chuẩn: Có đầu mối (mục III.1b)\n"
        "1/3 đơn vị có đầu mối theo văn bản của đơn vị hiện nay · 2 chưa có\n"
        "1 đơn vị có đầu mối, trong đó 1 chưa đối chiếu văn bản\n"
        "\n"
        "Loại đơn vị                    Phải bố trí  Đã có  Tỷ lệ  Chưa đối chiếu\n"
        "Sở, ban, ngành                           0      0      –               0\n"
        "UBND cấp huyện                           1      0     0%               0\n"
        "Đơn vị cấp xã                            2      1  50,0%               1\n"
        "Tổng số                                  3      1  33,3%               1\n"
        "Hội, đoàn thể (ngoài tổng số)            0      0      –               0\n"
        "\n"
        "Chưa đạt: 2 đơn vị\n"
        "\n"
        "Mã     Đơn vị            Trực thuộc        Ghi chú\n"
        "901    Huyện Thăng Bình  Tỉnh Thử Nghiệm   Chưa khai báo\n"
        "90102  Xã Bình Đào       Huyện Thăng Bình  Chưa khai báo\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--unit", "00000"), "Không có đơn vị mang mã “00000” vào ngày 30/06/2024."),
        (("--as-of", "2023-12-31"), "Chưa có số liệu đơn vị trước ngày 01/06/2024."),
    ],
)
def test_what_does_not_exist_on_that_day_ends_with_1_and_a_sentence_on_stderr(
    app: Flask, here: Province, words: tuple[str, str], said: str
) -> None:
    result = ask(app, *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(said)


@pytest.mark.parametrize(
    "words",
    [
        ("--as-of", "2024-06-31"),
        ("--as-of", "hôm qua"),
        ("--standard", "loose"),
        ("--format", "xml"),
        ("thừa",),
    ],
)
def test_wrong_usage_ends_with_2_and_an_empty_stdout(
    app: Flask, here: Province, words: tuple[str, ...]
) -> None:
    result = ask(app, *words)
    assert (result.exit_code, result.stdout) == (2, "")


def test_the_answer_does_not_depend_on_the_terminal(
    app: Flask, here: Province, settings: Settings
) -> None:
    def run(**environment: str) -> bytes:
        known = {
            "PATH": os.environ["PATH"],
            "REGISTRY_HOME": str(settings.home),
            "DATABASE_URL": settings.database_url,
        }
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "coverage"]
        return subprocess.run(
            [*command, "--as-of", "2024-06-30"],
            cwd=ROOT,
            env=known | environment,
            capture_output=True,
            check=True,
        ).stdout

    plain = run(LC_ALL="C.UTF-8")
    assert "Xã Bình Đào" in plain.decode("utf-8")
    assert run(LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii", COLUMNS="20") == plain


@pytest.fixture
def demo(demo: None) -> Path:
    """Return the file of the figures the demo must give, with the demo loaded."""
    return SEEDS / "demo" / "EXPECTED.json"


def test_the_demo_gives_the_figures_worked_out_apart_from_the_application(
    app: Flask, demo: Path
) -> None:
    for day, told in json.loads(demo.read_text(encoding="utf-8")).items():
        expected = told["coverage"]
        for standard in ("any", "strict"):
            found = answer(app, "--as-of", day, "--standard", standard)
            assert found["units_required"] == expected["headline"]["units"] == 279
            assert found["units_covered"] == expected["headline"][standard]
            by_kind = {**found["by_kind"], **found["outside_headline"]}
            assert by_kind == {
                kind: figures(expected[kind]["units"], expected[kind][standard])
                for kind in (*HEADLINE_KINDS, "mass_organisation")
            }
        gaps = [unit["code"] for unit in answer(app, "--as-of", day)["uncovered"]]
        assert gaps == sorted(
            code for kind in HEADLINE_KINDS for code in expected[kind]["uncovered"]
        )
        for code, counts in expected["communes_by_district"].items():
            district = answer(app, "--as-of", day, "--unit", code)["by_kind"]["commune"]
            assert district == figures(counts["units"], counts["any"])

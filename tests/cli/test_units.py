"""`flask units`: reorganise, undo, list, check: what goes to stdout, what the exit code says."""

import csv
import json
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from registry.domain.memberships import MemberRole
from registry.domain.permissions import system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.base import Base, db
from registry.services.seeds.reference import SEEDS, seed_reference
from tests.conftest import MOMENT
from tests.factories.annexes import workbook_of
from tests.factories.coverage import RuledProvince, make_home
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.units import Province, make_left_over, make_unit

REAL = SEEDS / "reorganisations"
OTHER_PROVINCES = Path(__file__).parent.parent / "data"
COLUMNS = (
    "old_code,old_name,old_kind,old_district,old_province,"
    "new_code,new_name,new_kind,new_district,new_province_code,new_province,part,how"
)
DISTRICT = "xã,Huyện Thăng Bình"
OLD_DISTRICT, NEW_DISTRICT = f"{DISTRICT},Tỉnh Thử Nghiệm", f"{DISTRICT},99,Tỉnh Thử Nghiệm"
MERGE = [
    f"90101,Xã Bình Minh,{OLD_DISTRICT},90109,Xã Mới,{NEW_DISTRICT},whole,",
    f"90102,Xã Bình Đào,{OLD_DISTRICT},90109,Xã Mới,{NEW_DISTRICT},whole,",
]
SPLIT = [
    f"90101,Xã Bình Minh,{OLD_DISTRICT},90111,Xã Một,{NEW_DISTRICT},part,chia",
    f"90101,Xã Bình Minh,{OLD_DISTRICT},90112,Xã Hai,{NEW_DISTRICT},part,chia",
]
KEYS = {
    *("id", "dry_run", "established", "continued", "ended", "moved", "uncovered", "problems"),
}


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a small province whose commune 90101 has a focal point and a team."""
    here = RuledProvince()
    make_unit("Tổ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    holder = make_member("Võ Văn Bốn", here.commune)
    make_assignment(holder, here.commune, make_decision(here.commune))
    db.session.commit()
    return here


@pytest.fixture
def annex(tmp_path: Path) -> Path:
    """Return the annex that merges the two communes of the first district."""
    return written(tmp_path / "phu-luc.csv", MERGE)


def written(path: Path, rows: list[str], header: str = COLUMNS) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def run(app: Flask, *words: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["units", *map(str, words)])


def reorganise(app: Flask, *words: str | Path, day: str = "2025-02-01") -> Result:
    return run(
        app, "reorganise", *words, "--effective", day, "--decision", "8/NQ-HĐND", "--format", "json"
    )


def contents() -> dict[str, list[str]]:
    """Return all rows of all tables."""
    db.session.expire_all()
    found = {
        table.name: sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return found


def listed(app: Flask, *words: str) -> list[dict[str, object]]:
    result = run(app, "list", *words, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


# --- reorganise ----------------------------------------------------------------------------------


def test_applying_answers_with_the_agreed_keys_and_nothing_else_on_stdout(
    app: Flask, here: Province, annex: Path
) -> None:
    result = reorganise(app, annex)
    assert (result.exit_code, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    assert answer.keys() >= KEYS
    assert isinstance(answer["id"], int)
    assert answer["dry_run"] is False
    assert (answer["established"], answer["continued"], answer["ended"]) == (1, 0, 2)
    assert answer["moved"] == {
        "people": 1, "assignments": 1, "teams": 1, "grants": 0, "lists": 0, "cards": 0,
    }  # fmt: skip
    assert (answer["uncovered"], answer["problems"]) == (0, [])
    assert {row["code"] for row in listed(app, "--as-of", "2025-02-01", "--kind", "commune")} == {
        "90109",
        "90201",
    }


def test_a_dry_run_says_the_same_and_writes_nothing(
    app: Flask, here: Province, annex: Path
) -> None:
    before = contents()
    tried = json.loads(reorganise(app, annex, "--dry-run").stdout)
    assert contents() == before
    assert (tried.pop("id"), tried.pop("dry_run")) == (None, True)
    done = json.loads(reorganise(app, annex).stdout)
    del done["id"], done["dry_run"]
    assert tried == done


def test_the_table_tells_counts_in_words(app: Flask, here: Province, annex: Path) -> None:
    words = ("--effective", "2025-02-01", "--decision", "8/NQ-HĐND")
    result = run(app, "reorganise", annex, *words)
    assert result.exit_code == 0
    assert "thành lập: 1" in result.stdout
    assert "kết thúc: 2" in result.stdout
    assert "phụ lục còn thiếu: 1\n\t90201\tXã Đại Minh\tkhông có dòng nào" in result.stdout


def test_the_table_names_the_first_units_left_out_and_the_json_all(
    app: Flask, here: Province, annex: Path
) -> None:
    for number in range(60):
        make_unit(f"Xã Phụ {number}", UnitKind.COMMUNE, here.district, code=f"9013{number:02}")
    rows = [
        f"9013{number:02},Xã Phụ {number},{OLD_DISTRICT},901300,Xã Lớn,{NEW_DISTRICT},whole,"
        for number in range(60)
    ]
    for number in range(56):
        make_unit(f"Xã Xa {number}", UnitKind.COMMUNE, here.other_district, code=f"9023{number:02}")
    db.session.commit()
    file = written(annex, rows)
    words = ("--effective", "2025-02-01", "--decision", "8/NQ-HĐND", "--dry-run")
    table = run(app, "reorganise", file, *words)
    assert "phụ lục còn thiếu: 59" in table.stdout
    assert "\tvà 9 đơn vị khác: dùng --format json để xem hết" in table.stdout
    assert table.stdout.count("không có dòng nào nhắc tới") == 50
    answer = json.loads(reorganise(app, file, "--dry-run").stdout)
    assert answer["left_out"] == len(answer["left_out_units"]) == 59
    assert answer["left_out_units"][0] == {
        "code": "90102",
        "name": "Xã Bình Đào",
        "kind": "commune",
        "parent_name": "Huyện Thăng Bình",
        "reason": "không có dòng nào nhắc tới",
    }


@pytest.mark.parametrize(
    "bad",
    [
        ("90101,", "90177,", 2, "old_code", "Không có đơn vị"),
        ("Xã Bình Đào", "Xã Bình Đảo", 3, "old_code", "không phải “Xã Bình Đảo”"),
        ("90101,Xã Bình Minh", "Xã Bình Minh,90101", 2, "old_code", "đổi chỗ"),
        ("whole,\n90102", "nửa,\n90102", 2, "part", "không dùng được"),
        ("90109,Xã Mới,xã,Huyện Thăng Bình", "90201,Xã Mới,xã,Huyện Thăng Bình", 2, "new_code",
         "đã là của “Xã Đại Minh”"),
        ("90101,", "9.01E+04,", 2, "old_code", "đã bị đổi thành số"),
    ],
)  # fmt: skip
def test_bad_input_is_named_with_its_row_and_nothing_is_written(
    app: Flask, here: Province, annex: Path, bad: tuple[str, str, int, str, str]
) -> None:
    old, new, row, field, said = bad
    text = annex.read_text(encoding="utf-8")
    assert old in text
    annex.write_text(text.replace(old, new), encoding="utf-8")
    before = contents()
    result = reorganise(app, annex)
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer.keys() >= KEYS
    problem = answer["problems"][0]
    assert (problem["row"], problem["field"]) == (row, field)
    assert said in problem["message"]
    assert "chưa có gì được ghi" in result.stderr
    assert contents() == before


def test_a_missing_column_is_named(app: Flask, here: Province, tmp_path: Path) -> None:
    file = written(tmp_path / "thieu.csv", MERGE, COLUMNS.replace("old_code", "ma_cu"))
    result = reorganise(app, file)
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    assert (problem["row"], problem["field"]) == (1, "old_code")


def test_text_whose_accents_stand_apart_is_named(app: Flask, here: Province, annex: Path) -> None:
    text = annex.read_text(encoding="utf-8")
    annex.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    before = contents()
    result = reorganise(app, annex)
    assert result.exit_code == 1
    problems = json.loads(result.stdout)["problems"]
    assert {problem["row"] for problem in problems} == {2, 3}
    assert all("Unicode dựng sẵn" in problem["message"] for problem in problems)
    assert contents() == before


def test_a_printed_annex_is_carried_out_and_it_is_said_which_column_was_taken_for_what(
    app: Flask, here: Province, tmp_path: Path
) -> None:
    rows = [
        ["PHỤ LỤC"],
        ["STT", "Mã cũ", "Tên ĐVHC cũ", "Thuộc huyện", "Tên đơn vị mới", "Mã mới", "Huyện mới"],
        [1, 90101, "X. Bình Minh", "H. Thăng Bình", "Xã Mới", 90109, "Huyện Thăng Bình"],
        [2, 90102, "Xã Bình Đào", "nt", "nt", "nt", "nt"],
        ["Tổng cộng", None, "2 xã"],
    ]
    path = tmp_path / "phu-luc.xlsx"
    path.write_bytes(workbook_of(rows))
    result = reorganise(app, path)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["established"] == 1
    for said in (
        "phu-luc.xlsx: dữ liệu bắt đầu từ dòng 3.",
        "  Cột C “Tên ĐVHC cũ” → Tên cũ",
        "  Cột A “STT”: bỏ qua",
        "  Dòng 5 “Tổng cộng 2 xã”: bỏ qua",
    ):
        assert said in result.stderr


def test_machine_names_are_not_told_but_what_was_ignored_is(
    app: Flask, here: Province, tmp_path: Path
) -> None:
    rows = [f"{row},báo" for row in MERGE]
    result = reorganise(app, written(tmp_path / "a.csv", rows, f"{COLUMNS},nguon"))
    assert result.exit_code == 0
    assert "Cột N “nguon”: bỏ qua" in result.stderr
    assert "→" not in result.stderr


def test_header_order_is_free(app: Flask, here: Province, tmp_path: Path) -> None:
    rows = list(csv.DictReader([COLUMNS, *MERGE]))
    path = tmp_path / "thu-tu.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, sorted(COLUMNS.split(",")))
        writer.writeheader()
        writer.writerows(rows)
    assert json.loads(reorganise(app, path).stdout)["established"] == 1


def test_the_same_batch_twice_is_refused_the_second_time(
    app: Flask, here: Province, annex: Path
) -> None:
    assert reorganise(app, annex).exit_code == 0
    before = contents()
    result = reorganise(app, annex)
    assert result.exit_code == 1
    assert "đã có thay đổi khác" in json.loads(result.stdout)["problems"][0]["message"]
    assert contents() == before


@pytest.mark.parametrize(
    "words",
    [
        ["reorganise", "--effective", "2025-02-01", "--decision", "8/NQ"],
        ["reorganise", "{annex}", "--effective", "hôm qua", "--decision", "8/NQ"],
        ["reorganise", "{annex}", "--decision", "8/NQ"],
        ["reorganise", "/khong/co/tep.csv", "--effective", "2025-02-01", "--decision", "8/NQ"],
        ["undo", "một"],
        ["list", "--kind", "xã"],
    ],
)
def test_wrong_usage_exits_with_2(
    app: Flask, here: Province, annex: Path, words: list[str]
) -> None:
    assert run(app, *(word.format(annex=annex) for word in words)).exit_code == 2


def test_an_impossible_decision_number_is_refused_in_a_sentence(
    app: Flask, here: Province, annex: Path
) -> None:
    result = run(app, "reorganise", annex, "--effective", "2025-02-01", "--decision", "một hai")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip()


# --- allocation ----------------------------------------------------------------------------------


def test_a_template_asks_and_the_filled_file_answers(
    app: Flask, here: Province, tmp_path: Path
) -> None:
    file, template = written(tmp_path / "chia.csv", SPLIT), tmp_path / "phan-bo.csv"
    before = contents()
    result = reorganise(app, file, "--allocation-template", template)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["dry_run"] is True
    assert contents() == before
    with template.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["noun"] for row in rows} == {"membership", "assignment", "unit"}
    for row in rows:
        assert row["choices"].split(" | ") == ["90111", "90112"]
        row["target"] = "90112"
    with template.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    answer = json.loads(reorganise(app, file, "--allocation", template).stdout)
    assert answer["problems"] == []
    assert {noun: answer["moved"][noun] for noun in ("people", "assignments", "teams")} == {
        "people": 1,
        "assignments": 1,
        "teams": 1,
    }
    teams = listed(app, "--as-of", "2025-02-01", "--kind", "community_team")
    assert [team["parent"] for team in teams] == ["90112"]


def test_the_template_of_a_part_given_away_may_come_back_as_it_is_and_moves_nothing(
    app: Flask, here: Province, tmp_path: Path
) -> None:
    row = f"90101,Xã Bình Minh,{OLD_DISTRICT},90111,Xã Một,{NEW_DISTRICT},part,tách"
    file, template = written(tmp_path / "tach.csv", [row]), tmp_path / "phan-bo.csv"
    assert reorganise(app, file, "--allocation-template", template).exit_code == 0
    with template.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["noun"] for row in rows} == {"membership", "assignment", "unit"}
    assert {row["choices"] for row in rows} == {"ở lại | 90111"}
    assert {row["if_empty"] for row in rows} == {"Ở lại Xã Bình Minh"}
    said = "\n".join(["item,target", *(f"{row['item']},ở lại" for row in rows)])
    spelt = tmp_path / "o-lai.csv"
    spelt.write_text(said, encoding="utf-8")
    for answers in (template, spelt):
        tried = json.loads(reorganise(app, file, "--dry-run", "--allocation", answers).stdout)
        assert tried["problems"] == []
        assert set(tried["moved"].values()) == {0}
    again = tmp_path / "lai.csv"
    result = reorganise(app, file, "--allocation", spelt, "--allocation-template", again)
    assert result.exit_code == 0
    with again.open(encoding="utf-8-sig", newline="") as opened:
        assert {row["target"] for row in csv.DictReader(opened)} == {"ở lại"}


def test_a_team_left_with_two_heads_is_named_and_the_file_says_who_leads(
    app: Flask, here: Province, tmp_path: Path
) -> None:
    rows = []
    for number, name in ((2, "Hồ Thị Tám"), (3, "Phan Văn Chín")):
        team = make_unit(f"Tổ CNSCĐ thôn {number}", UnitKind.COMMUNITY_TEAM, here.commune)
        make_membership(make_person(name), team, role=MemberRole.HEAD)
        rows.append(f"{team.registry_code},,tổ,,,,Tổ CNSCĐ thôn Mới,tổ,,,,whole,")
    db.session.commit()
    file, template = written(tmp_path / "to.csv", rows), tmp_path / "phan-bo.csv"
    tried = reorganise(app, file, "--allocation-template", template)
    assert [team["heads"] for team in json.loads(tried.stdout)["to_lead"]] == [2]
    said = run(
        app, "reorganise", file, "--effective", "2025-02-01", "--decision", "8/QĐ", "--dry-run"
    )
    named = "cần chọn tổ trưởng: Tổ CNSCĐ thôn Mới (Xã Bình Minh): 2 tổ trưởng"
    assert named in said.stdout.splitlines()
    with template.open(encoding="utf-8-sig", newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert row["item"] == "head:90101/Tổ CNSCĐ thôn Mới"
    template.write_text(f"item,target\n{row['item']},Hồ Thị Tám\n", encoding="utf-8")
    answer = json.loads(reorganise(app, file, "--allocation", template).stdout)
    assert (answer["problems"], answer["to_lead"]) == ([], [])


def test_an_allocation_to_a_unit_nobody_knows_is_a_problem(
    app: Flask, here: Province, tmp_path: Path
) -> None:
    file, template = written(tmp_path / "chia.csv", SPLIT), tmp_path / "phan-bo.csv"
    reorganise(app, file, "--allocation-template", template)
    item = template.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]
    template.write_text(f"item,target\n{item},99999\n", encoding="utf-8")
    result = reorganise(app, file, "--allocation", template)
    assert result.exit_code == 1
    assert [p["field"] for p in json.loads(result.stdout)["problems"]] == ["allocation"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_allocation_is_refused_in_a_sentence(
    app: Flask, here: Province, annex: Path, tmp_path: Path, content: bytes
) -> None:
    allocation = tmp_path / "khac.csv"
    allocation.write_bytes(content)
    result = reorganise(app, annex, "--allocation", allocation)
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()


# --- a province from its own annex ---------------------------------------------------------------


def test_a_province_starts_from_its_own_annex(app: Flask, tmp_path: Path) -> None:
    seed_reference(system_actor(), MOMENT)
    db.session.commit()
    rows = [
        "25001,Xã Một,xã,Huyện Châu Thành,Tỉnh Khác,25001,Xã Một,xã,,25,Tỉnh Khác,whole,",
        "25002,Xã Hai,xã,Huyện Châu Thành,Tỉnh Khác,25001,Xã Một,xã,,25,Tỉnh Khác,whole,",
        ",Xã Ba,xã,Huyện Tây,Tỉnh Khác,25009,Xã Chín,xã,,25,Tỉnh Khác,whole,",
    ]
    file = written(tmp_path / "khac.csv", rows)
    refused = reorganise(app, file, day="2025-07-01")
    assert refused.exit_code == 1
    result = reorganise(
        app, file, "--create-missing", "--known-from", "2025-06-01", day="2025-07-01"
    )
    assert result.exit_code == 0, result.stdout
    then = listed(app, "--as-of", "2025-06-01", "--under", "25")
    assert [(row["kind"], row["name"]) for row in then if row["kind"] != "commune"] == [
        ("province", "Tỉnh Khác"),
        ("district", "Huyện Châu Thành"),
        ("district", "Huyện Tây"),
    ]
    (unknown,) = [row for row in then if row["name"] == "Xã Ba"]
    assert unknown["valid_from"] == "2025-06-01"
    now = listed(app, "--as-of", "2025-07-01", "--under", "25", "--kind", "commune")
    assert [(row["code"], row["name"], row["parent"]) for row in now] == [
        ("25001", "Xã Một", "25"),
        ("25009", "Xã Chín", "25"),
    ]
    assert listed(app, "--as-of", "2024-06-30", "--kind", "province")[0]["code"] == "49"


@pytest.mark.parametrize(
    ("known_from", "refused"),
    [("1945-11-22", ""), ("1945-11-21", "22/11/1945. Chọn từ ngày đó trở đi")],
)
def test_an_old_side_is_known_since_1945_without_a_fault_and_no_day_before(
    app: Flask, tmp_path: Path, known_from: str, refused: str
) -> None:
    seed_reference(system_actor(), MOMENT)
    db.session.commit()
    row = "25001,Xã Một,xã,Huyện Châu Thành,Tỉnh Khác,25001,Xã Mới,xã,,25,Tỉnh Khác,whole,"
    file = written(tmp_path / "khac.csv", [row])
    known = ("--create-missing", "--known-from", known_from)
    result = reorganise(app, file, *known, day="2025-07-01")
    assert (result.exit_code, refused in result.stderr) == (int(bool(refused)), True)
    assert run(app, "check").exit_code == 0


def test_the_real_july_from_two_files_at_once(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    db.session.commit()
    for day, files in (
        ("2025-01-01", ["reorganisation_2025-01-01_quang_nam.csv"]),
        ("2025-03-01", ["reorganisation_2025-03-01_quang_nam_departments.csv"]),
        (
            "2025-07-01",
            [
                "reorganisation_2025-07-01_da_nang.csv",
                "reorganisation_2025-07-01_quang_nam_bodies.csv",
            ],
        ),
    ):
        result = reorganise(app, *(REAL / name for name in files), "--create-missing", day=day)
        assert result.exit_code == 0, result.stdout
    assert [
        len(listed(app, "--as-of", day, "--kind", "commune", "--under", code))
        for day, code in (("2024-06-30", "49"), ("2025-01-02", "49"), ("2025-07-02", "48"))
    ] == [241, 233, 94]


def test_hue_becomes_a_city_while_its_city_of_that_name_is_divided(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    db.session.commit()
    before = OTHER_PROVINCES / "thua_thien_hue_units_of_2024.csv"
    known = ("--create-missing", "--known-from", "2024-12-01")
    assert reorganise(app, before, *known, day="2024-12-02").exit_code == 0
    result = reorganise(
        app, OTHER_PROVINCES / "reorganisation_2025-01-01_hue.csv", day="2025-01-01"
    )
    assert (result.exit_code, result.stderr) == (0, "")
    found = listed(app, "--as-of", "2025-01-01", "--under", "46")
    names = {row["code"]: row["name"] for row in found}
    placed = {(row["kind"], row["name"], names.get(row["parent"])) for row in found}
    assert placed == {
        ("province", "Thành phố Huế", None),
        ("district", "Quận Phú Xuân", "Thành phố Huế"),
        ("district", "Quận Thuận Hóa", "Thành phố Huế"),
        ("district", "Thị xã Phong Điền", "Thành phố Huế"),
        ("district", "Huyện Phú Lộc", "Thành phố Huế"),
        ("commune", "Phường Phú Thuận", "Quận Phú Xuân"),
        ("commune", "Phường Đông Ba", "Quận Phú Xuân"),
        ("commune", "Phường Vĩnh Ninh", "Quận Thuận Hóa"),
        ("commune", "Xã Phong Mỹ", "Thị xã Phong Điền"),
        ("commune", "Phường Phong Thu", "Thị xã Phong Điền"),
        ("commune", "Thị trấn Khe Tre", "Huyện Phú Lộc"),
        ("commune", "Thị trấn Phú Lộc", "Huyện Phú Lộc"),
    }
    assert run(app, "check").exit_code == 0


def test_quang_tri_merges_with_its_neighbour_and_a_district_without_communes(app: Flask) -> None:
    seed_reference(system_actor(), MOMENT)
    db.session.commit()
    annex = OTHER_PROVINCES / "reorganisation_2025-07-01_quang_tri.csv"
    result = reorganise(app, annex, "--create-missing", day="2025-07-01")
    assert (result.exit_code, result.stderr) == (0, "")
    before = listed(app, "--as-of", "2025-06-30", "--kind", "district")
    assert "Huyện Cồn Cỏ" in {row["name"] for row in before}
    found = listed(app, "--as-of", "2025-07-01", "--under", "44")
    kinds = Counter(row["kind"] for row in found)
    assert kinds == {"province": 1, "commune": 78}
    assert "Đặc khu Cồn Cỏ" in {row["name"] for row in found}
    assert "Tỉnh Quảng Bình" not in {
        row["name"] for row in listed(app, "--as-of", "2025-07-01", "--kind", "province")
    }
    assert run(app, "check").exit_code == 0


# --- undo, list ----------------------------------------------------------------------------------


def test_undo_gives_the_units_back_and_says_so(app: Flask, here: Province, annex: Path) -> None:
    before = listed(app, "--as-of", "2025-02-01")
    number = json.loads(reorganise(app, annex).stdout)["id"]
    assert listed(app, "--as-of", "2025-02-01") != before
    result = run(app, "undo", str(number))
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"Đã hoàn tác đợt {number}" in result.stderr
    assert listed(app, "--as-of", "2025-02-01") == before


def test_undo_of_what_is_not_there_or_was_undone_is_refused(
    app: Flask, here: Province, annex: Path
) -> None:
    assert run(app, "undo", "77").exit_code == 1
    number = json.loads(reorganise(app, annex).stdout)["id"]
    run(app, "undo", str(number))
    again = run(app, "undo", str(number))
    assert again.exit_code == 1
    assert "chưa hoàn tác" in again.stderr


def test_the_list_has_the_agreed_keys_and_the_whole_subtree(app: Flask, here: Province) -> None:
    rows = listed(app, "--as-of", "2024-06-30", "--under", "901")
    assert [row["name"] for row in rows if row["kind"] == "commune"] == [
        "Xã Bình Minh",
        "Xã Bình Đào",
    ]
    assert {row["kind"] for row in rows} == {
        "district",
        "district_office",
        "commune",
        "community_team",
    }
    (commune,) = [row for row in rows if row["code"] == "90101"]
    assert commune == {
        "code": "90101",
        "name": "Xã Bình Minh",
        "kind": "commune",
        "parent": "901",
        "parent_name": "Huyện Thăng Bình",
        "valid_from": "2024-06-01",
        "valid_to": None,
    }


def test_units_out_of_scope_are_listed_as_well(app: Flask, here: Province) -> None:
    rows = listed(app, "--as-of", "2024-06-30", "--under", "99", "--kind", "steering_committee")
    assert [row["name"] for row in rows] == ["Ban Chỉ đạo Chuyển đổi số"]


def test_the_list_under_an_unknown_code_is_refused(app: Flask, here: Province) -> None:
    result = run(app, "list", "--as-of", "2024-06-30", "--under", "77777", "--format", "json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "77777" in result.stderr


def test_check_finds_nothing_after_a_reorganisation_and_its_undoing(
    app: Flask, here: Province, annex: Path
) -> None:
    number = json.loads(reorganise(app, annex).stdout)["id"]
    assert run(app, "check").exit_code == 0
    run(app, "undo", str(number))
    assert run(app, "check").exit_code == 0


def test_check_names_the_bodies_of_a_province_that_ended_and_succeeds_all_the_same(
    app: Flask, here: Province
) -> None:
    make_left_over(here.province, date(2024, 6, 10))
    make_home(here.province)
    db.session.commit()
    result = run(app, "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (
        "Hội Chữ thập đỏ tỉnh Cũ còn hoạt động nhưng Tỉnh Cũ đã kết thúc từ ngày 10/06/2024: "
        "ghi nhận kế thừa hoặc giải thể."
    ) in result.stdout
    assert "1 đơn vị chờ ghi nhận kế thừa hoặc giải thể." in result.stdout
    assert "Số liệu đơn vị không có lỗi." in result.stdout


def test_check_names_what_an_annex_without_one_of_its_rows_left_where_it_was(
    app: Flask, tmp_path: Path
) -> None:
    """The row by which a commune gives its second part away is lacking: so it lives on."""
    seed_reference(system_actor(), MOMENT)
    db.session.commit()
    assert run(app, "check").exit_code == 0
    other = "Huyện Châu Thành,Tỉnh Khác"
    rows = [
        f"25001,Xã Một,xã,{other},25001,Xã Mới,xã,,25,Tỉnh Khác,whole,",
        f"25002,Xã Hai,xã,{other},25001,Xã Mới,xã,,25,Tỉnh Khác,part,",
    ]
    file = written(tmp_path / "khac.csv", rows)
    assert reorganise(app, file, "--create-missing", day="2025-07-01").exit_code == 0
    result = run(app, "check")
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        "25-DV-01 Huyện Châu Thành",
        "25002 Xã Hai",
    ]
    assert result.stdout.count("từ ngày 01/07/2025") == 2


def test_what_is_pasted_into_a_command_is_cleaned_as_in_a_form(app: Flask, here: Province) -> None:
    (asked,) = listed(app, "--under", "\u200b90101\ufeff", "--as-of", "30/6/24\u202c")[:1]
    assert asked["code"] == "90101"
    impossible = run(app, "list", "--as-of", "31/02/2024")
    assert impossible.exit_code == 2
    assert "Ngày không có trong lịch (31/02)" in impossible.stderr
    pasted = run(app, "grace-days", "\u200b90", "--from", "\uff10\uff11/07/2025")
    assert pasted.exit_code == 0, pasted.output

"""Seed folders: read as text, refused with file, line and column."""

import unicodedata

import pytest

from registry.domain.errors import Invalid
from registry.formats.sqlite_file import CsvTable, Reference, read_csv_folder

UNITS = CsvTable(
    columns=("code", "name", "parent_code"),
    required=("name",),
    unique=(("code",), ("name", "parent_code")),
    references=(Reference("parent_code", "units", "code"),),
)
CONTACTS = CsvTable(
    columns=("unit_code", "phone"), references=(Reference("unit_code", "units", "code"),)
)


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def problems_of(folder, tables):
    with pytest.raises(Invalid) as refused:
        read_csv_folder(folder, tables)
    return {problem.field: problem.message for problem in refused.value.problems}


def test_rows_come_as_text_in_file_order_with_empty_values_as_none(tmp_path):
    folder = write(
        tmp_path,
        units="\ufeffcode,name,parent_code\r\n49,Tỉnh Quảng Nam,\r\n00004,Xã Trà Linh,49\r\n\r\n",
        contacts='unit_code,phone\n00004,"0235 388\n1234"\n',
    )
    assert read_csv_folder(folder, {"units": UNITS, "contacts": CONTACTS}) == {
        "units": [
            {"code": "49", "name": "Tỉnh Quảng Nam", "parent_code": None},
            {"code": "00004", "name": "Xã Trà Linh", "parent_code": "49"},
        ],
        "contacts": [{"unit_code": "00004", "phone": "0235 388 1234"}],
    }


def test_text_is_composed_and_trimmed(tmp_path):
    decomposed = unicodedata.normalize("NFD", "Xã Trà Nú")
    folder = write(tmp_path, units=f"code,name,parent_code\n1,  {decomposed} ,\n")
    (row,) = read_csv_folder(folder, {"units": UNITS})["units"]
    assert row["name"] == "Xã Trà Nú"


def test_a_file_with_a_heading_only_gives_no_rows(tmp_path):
    folder = write(tmp_path, units="code,name,parent_code\n")
    assert read_csv_folder(folder, {"units": UNITS}) == {"units": []}


@pytest.mark.parametrize(
    "text",
    ["", "name,code,parent_code\n", "code,name\n", "code,name,parent_code,more\n", "1,Xã A,\n"],
)
def test_other_columns_are_refused(tmp_path, text):
    assert problems_of(write(tmp_path, units=text), {"units": UNITS}) == {
        "units.csv:1:": (
            "units.csv, dòng 1: dòng tiêu đề phải có đúng các cột: code, name, parent_code."
        )
    }


def test_missing_and_unreadable_files_are_all_named(tmp_path):
    (tmp_path / "units.csv").write_bytes("code,name,parent_code\n1,Xã,\n".encode("utf-16"))
    assert problems_of(tmp_path, {"units": UNITS, "contacts": CONTACTS}) == {
        "units.csv": "Tệp units.csv không phải CSV mã hóa UTF-8.",
        "contacts.csv": "Không đọc được tệp contacts.csv.",
    }


def test_a_row_of_another_width_is_named_by_its_line(tmp_path):
    folder = write(tmp_path, units='code,name,parent_code\n1,"Xã\nA",\n2,Xã B\n')
    assert problems_of(folder, {"units": UNITS}) == {
        "units.csv:4:": "units.csv, dòng 4: có 2 cột, cần 3 cột."
    }


def test_an_empty_required_value_is_named(tmp_path):
    folder = write(tmp_path, units="code,name,parent_code\n1, ,\n")
    assert problems_of(folder, {"units": UNITS}) == {
        "units.csv:2:name": "units.csv, dòng 2, cột name: không được để trống."
    }


def test_a_double_key_names_the_line_it_repeats_and_empty_keys_are_not_compared(tmp_path):
    folder = write(
        tmp_path,
        units="code,name,parent_code\n1,Tỉnh,\n2,Xã A,1\n2,Xã B,1\n3,Xã A,1\n,Sở,\n,Sở,\n",
    )
    assert problems_of(folder, {"units": UNITS}) == {
        "units.csv:4:code": "units.csv, dòng 4, cột code: “2” đã có ở dòng 3.",
        "units.csv:5:name+parent_code": (
            "units.csv, dòng 5, cột name+parent_code: “Xã A | 1” đã có ở dòng 3."
        ),
    }


def test_a_reference_to_nothing_is_named(tmp_path):
    folder = write(
        tmp_path,
        units="code,name,parent_code\n1,Tỉnh,\n,Sở,1\n",
        contacts="unit_code,phone\n1,0\n9,0\n",
    )
    assert problems_of(folder, {"units": UNITS, "contacts": CONTACTS}) == {
        "contacts.csv:3:unit_code": (
            "contacts.csv, dòng 3, cột unit_code: không có “9” trong cột code của tệp units.csv."
        )
    }


def test_a_long_list_of_problems_is_cut_to_what_a_person_reads(tmp_path):
    folder = write(tmp_path, units="code,name,parent_code\n" + ",,\n" * 200)
    assert len(problems_of(folder, {"units": UNITS})) == 50


@pytest.mark.parametrize("name", ["units; drop table x", "Units", "", '"u"'])
def test_names_that_are_not_plain_never_reach_a_statement(tmp_path, name):
    with pytest.raises(ValueError, match="is not a name"):
        read_csv_folder(tmp_path, {name: UNITS})
    with pytest.raises(ValueError, match="is not a name"):
        read_csv_folder(tmp_path, {"units": CsvTable(columns=(name,))})
    linked = CsvTable(columns=("a",), references=(Reference("a", "units", name),))
    with pytest.raises(ValueError, match="is not a name"):
        read_csv_folder(tmp_path, {"units": linked})


def test_a_character_no_paper_can_print_is_named_with_its_line_and_column(tmp_path):
    folder = write(tmp_path, units="code,name,parent_code\n1,Tỉnh Mẫu,\n2,Xã ★,1\n")
    (found,) = problems_of(folder, {"units": UNITS}).items()
    assert found[0] == "units.csv:3:name"
    assert "Ký tự “★” không dùng được" in found[1]

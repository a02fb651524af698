"""`flask units reorganise` on annexes as other registers write them, from the file to the check.

Each is told in short rows of one district: who becomes what, in which share, by which word.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import designation_of
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import Succession, UnitPeriod
from registry.services.seeds.reference import seed_reference
from tests.conftest import MOMENT

PROVINCE, DISTRICT = "Tỉnh Thử Nghiệm", "Huyện Thử"
CODES = {
    "Xã A": "90001", "Xã A Mới": "90001", "Thị trấn A": "90001", "Phường A": "90001",
    "Xã B": "90002", "Xã C": "90003", "Xã D": "90004", "Xã K": "90009",
}  # fmt: skip
AUGUST, SEPTEMBER, OCTOBER = date(2024, 8, 1), date(2024, 9, 1), date(2024, 10, 1)

Told = tuple[str, str, str, str]
"""Old and new name, part and how; a name may bring "=code" or "@district" of its own."""


def side(which: str, told: str) -> dict[str, str]:
    """Return the columns of one side of a row."""
    name, _, above = told.partition("@")
    name, told_code, code = name.partition("=")
    if not name:
        return {}
    found = {
        "code": code if told_code else CODES.get(name, ""),
        "name": name,
        "kind": designation_of(name) or "",
        "parent": above or DISTRICT,
        "province": PROVINCE,
    }
    return {f"{which}_{column}": value for column, value in found.items()}


def row(old: str, new: str, part: str, how: str) -> dict[str, str]:
    """Return a row of the file."""
    return side("old", old) | side("new", new) | {"part": part, "how": how}


@pytest.fixture
def installed(app: Flask) -> Flask:
    """Return an installation as `flask init` leaves it."""
    seed_reference(system_actor(), MOMENT)
    db.session.commit()
    return app


def reorganise(app: Flask, folder: Path, day: date, told: Iterable[Told]) -> list[tuple[int, str]]:
    """Reorganise by a file with these rows; return what was refused, by row and column.

    Whatever the file says, `units check` finds no fault afterwards.
    """
    rows = [row(*one) | {"new_province_code": "90" if one[1] else ""} for one in told]
    path = folder / f"{day}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        whole = row("Xã A", "Xã A", "", "") | {"new_province_code": ""}
        writer = csv.DictWriter(file, list(whole))
        writer.writeheader()
        writer.writerows(rows)
    words = ["--effective", day.isoformat(), "--decision", "9/NQ-HĐND", "--format", "json"]
    run = app.test_cli_runner().invoke
    result = run(args=["units", "reorganise", str(path), *words, "--create-missing"])
    problems = json.loads(result.stdout)["problems"]
    assert result.exit_code == int(bool(problems)), result.output
    checked = run(args=["units", "check"])
    assert checked.exit_code == 0, checked.output
    db.session.expire_all()
    return [(problem["row"], problem["field"]) for problem in problems]


def territories(day: date) -> list[str]:
    """Return the communes and districts of the province: "code name", what it was, where else."""
    periods = db.session.scalars(select(UnitPeriod).order_by(UnitPeriod.valid_from)).all()
    first = {period.unit_id: period.name for period in reversed(periods)}
    here = {period.unit_id for period in periods if period.name == PROVINCE}
    here |= {period.unit_id for period in periods if period.parent_id in here}
    found = []
    for period in periods:
        stands = period.valid_from <= day and (period.valid_to is None or period.valid_to > day)
        if not stands or period.parent_id not in here or period.kind is UnitKind.PROVINCE:
            continue
        was = first[period.unit_id]
        above = first[period.parent_id]
        found.append(
            f"{period.official_code or ''} {period.name}".strip()
            + (f", was {was}" if was != period.name else "")
            + (f", in {above}" if above not in {PROVINCE, DISTRICT} else "")
        )
    return sorted(found)


def successions() -> list[str]:
    """Return who took whose place, in the order in which it was written."""
    names = {
        period.unit_id: period.name
        for period in db.session.scalars(select(UnitPeriod).order_by(UnitPeriod.valid_from.desc()))
    }
    return [
        f"{names[link.predecessor_id]} > {names[link.successor_id]} {link.part} {link.kind}"
        for link in db.session.scalars(select(Succession).order_by(Succession.id))
    ]


STAYS = [("Xã B", "Xã B", "whole", ""), ("Xã C", "Xã C", "whole", "")]
A, B, C = "90001 Xã A", "90002 Xã B", "90003 Xã C"
ON_ONE_DAY: dict[str, tuple[Sequence[Told], list[str], list[str]]] = {
    "its own row whole beside a part that is separated": (
        [("Xã A", "Xã A", "whole", ""), ("Xã A", "Xã D", "part", "tách")],
        [A, "90004 Xã D"],
        ["Xã A > Xã D part separated"],
    ),
    "the same without codes, the part first": (
        [("Xã A=", "Xã D=", "part", ""), ("Xã A=", "Xã A=", "whole", "giữ nguyên")],
        ["Xã A", "Xã D"],
        ["Xã A > Xã D part separated"],
    ),
    "what it keeps as the rest": (
        [("Xã A", "Xã A", "phần còn lại", ""), ("Xã A", "Xã B", "một phần", ""), STAYS[0]],
        [A, B],
        ["Xã A > Xã B part adjusted"],
    ),
    "a new name and a part on one day": (
        [("Xã A", "Xã A Mới", "whole", "đổi tên"), ("Xã A", "Xã B", "part", "tách"), STAYS[0]],
        ["90001 Xã A Mới, was Xã A", B],
        ["Xã A > Xã B part adjusted"],
    ),
    "a new name and a part on one day, without a word": (
        [("Xã A", "Xã A Mới", "whole", ""), ("Xã A", "Xã B", "part", ""), STAYS[0]],
        ["90001 Xã A Mới, was Xã A", B],
        ["Xã A > Xã B part adjusted"],
    ),
    "a promotion and a part on one day": (
        [("Xã A", "Thị trấn A", "whole", "nâng cấp"), ("Xã A", "Xã B", "part", ""), STAYS[0]],
        ["90001 Thị trấn A, was Xã A", B],
        ["Xã A > Xã B part adjusted"],
    ),
    "an exchange": (
        [
            ("Xã A", "Xã A", "whole", ""),
            ("Xã A", "Xã B", "part", ""),
            STAYS[0],
            ("Xã B", "Xã A", "part", ""),
        ],
        [A, B],
        ["Xã B > Xã A part adjusted", "Xã A > Xã B part adjusted"],
    ),
    "an exchange in a ring, without rows of their own": (
        [
            ("Xã A", "Xã B", "part", "tách"),
            ("Xã B", "Xã C", "part", "tách"),
            ("Xã C", "Xã A", "part", "tách"),
        ],
        [A, B, C],
        [
            "Xã A > Xã B part adjusted",
            "Xã B > Xã C part adjusted",
            "Xã C > Xã A part adjusted",
        ],
    ),
    "one takes another in and gives a part away": (
        [
            ("Xã A", "Xã A", "whole", ""),
            ("Xã B", "Xã A", "whole", ""),
            ("Xã A", "Xã C", "part", ""),
            STAYS[1],
        ],
        [A, C],
        ["Xã B > Xã A whole absorbed", "Xã A > Xã C part adjusted"],
    ),
    "a chain of new names": (
        [("Xã A", "Xã B=90001", "whole", "đổi tên"), ("Xã B", "Xã C=90002", "whole", "đổi tên")],
        ["90001 Xã B, was Xã A", "90002 Xã C, was Xã B"],
        [],
    ),
    "one takes the name of one that is absorbed": (
        [
            ("Xã A", "Xã B=90001", "whole", "đổi tên"),
            ("Xã B", "Xã C", "whole", "nhập vào"),
            STAYS[1],
        ],
        ["90001 Xã B, was Xã A", C],
        ["Xã B > Xã C whole absorbed"],
    ),
    "a new one takes the name of one that is absorbed": (
        [
            ("Xã A", "Xã B=90009", "whole", "thành lập"),
            ("Xã B", "Xã C", "whole", "nhập vào"),
            STAYS[1],
        ],
        [C, "90009 Xã B"],
        ["Xã A > Xã B whole renamed", "Xã B > Xã C whole absorbed"],
    ),
    "two change names": (
        [("Xã A", "Xã B=90001", "whole", "đổi tên"), ("Xã B", "Xã A=90002", "whole", "đổi tên")],
        ["90001 Xã B, was Xã A", "90002 Xã A, was Xã B"],
        [],
    ),
    "two change names, without codes": (
        [("Xã A=", "Xã B=", "whole", "đổi tên"), ("Xã B=", "Xã A=", "whole", "đổi tên")],
        ["Xã A, was Xã B", "Xã B, was Xã A"],
        [],
    ),
    "a new one takes the code of one that is absorbed": (
        [
            ("Xã A", "Xã K=90003", "whole", ""),
            ("Xã B", "Xã K=90003", "whole", ""),
            ("Xã C", "Xã D", "whole", ""),
            ("Xã D", "Xã D", "whole", ""),
        ],
        ["90003 Xã K", "90004 Xã D"],
        ["Xã A > Xã K whole merged", "Xã B > Xã K whole merged", "Xã C > Xã D whole absorbed"],
    ),
    "two merge under the name of one": (
        [("Xã A", "Xã A=90009", "whole", ""), ("Xã B", "Xã A=90009", "whole", "")],
        ["90009 Xã A"],
        ["Xã A > Xã A whole merged", "Xã B > Xã A whole merged"],
    ),
    "one is dissolved among several": (
        [("Xã A", "Xã B", "part", ""), ("Xã A", "Xã C", "phần còn lại", ""), *STAYS],
        [B, C],
        ["Xã A > Xã B part absorbed", "Xã A > Xã C rest absorbed"],
    ),
    "one is dissolved by a row of its own, its parts go to several": (
        [("Xã A", "Xã B", "part", ""), ("Xã A", "Xã C", "part", ""), ("Xã A", "", "", "giải thể"),
         *STAYS],
        [B, C],
        ["Xã A > Xã B part absorbed", "Xã A > Xã C part absorbed"],
    ),
    "a district ends by the communes that are moved": (
        [
            ("Xã A", "Xã A@Huyện Khác", "whole", "chuyển"),
            ("Xã B", "Xã B@Huyện Khác", "whole", ""),
            ("Xã K@Huyện Khác", "Xã K@Huyện Khác", "whole", ""),
        ],
        [f"{A}, in Huyện Khác", f"{B}, in Huyện Khác", "90009 Xã K, in Huyện Khác", "Huyện Khác"],
        ["Huyện Thử > Huyện Khác whole absorbed"],
    ),
    "a district is dissolved by a row, its communes are moved": (
        [
            (f"{DISTRICT}@{PROVINCE}", "", "", "giải thể"),
            ("Xã A", "Xã A@Huyện Khác", "whole", "chuyển"),
            ("Xã K@Huyện Khác", "Xã K@Huyện Khác", "whole", ""),
        ],
        [f"{A}, in Huyện Khác", "90009 Xã K, in Huyện Khác", "Huyện Khác"],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", ON_ONE_DAY)
def test_a_natural_annex_of_one_day_is_carried_out_as_it_is_meant(
    installed: Flask, tmp_path: Path, way: str
) -> None:
    told, stands, links = ON_ONE_DAY[way]
    assert reorganise(installed, tmp_path, AUGUST, told) == []
    district = [] if any("Huyện Khác" in one for one in stands) else [DISTRICT]
    assert territories(AUGUST) == sorted([*stands, *district])
    assert successions() == links


@pytest.mark.parametrize(
    ("last", "part"),
    [(("Xã A", "Xã B", "", "nhập vào"), "whole"), (("Xã A", "Xã B", "phần còn lại", ""), "rest")],
)
def test_a_part_another_part_and_then_the_rest_go_to_the_same_unit(
    installed: Flask, tmp_path: Path, last: Told, part: str
) -> None:
    first = ("Xã A", "Xã B", "part", "tách")
    assert reorganise(installed, tmp_path, AUGUST, [first, STAYS[0]]) == []
    assert reorganise(installed, tmp_path, SEPTEMBER, [first]) == []
    assert territories(SEPTEMBER) == [A, B, DISTRICT]
    assert reorganise(installed, tmp_path, OCTOBER, [last]) == []
    assert territories(OCTOBER) == [B, DISTRICT]
    assert successions() == ["Xã A > Xã B part adjusted"] * 2 + [f"Xã A > Xã B {part} absorbed"]


@pytest.mark.parametrize(
    "told",
    [
        [("", "Xã A", "", "tái lập")],
        [("Xã B", "Xã A", "part", "tái lập")],
        [("Xã B", "Xã B", "phần còn lại", ""), ("Xã B", "Xã A", "part", "tái lập")],
    ],
)
def test_a_commune_that_was_absorbed_is_founded_again(
    installed: Flask, tmp_path: Path, told: list[Told]
) -> None:
    assert (
        reorganise(installed, tmp_path, AUGUST, [("Xã A", "Xã B", "", "nhập vào"), STAYS[0]]) == []
    )
    assert reorganise(installed, tmp_path, OCTOBER, told) == []
    assert territories(OCTOBER) == [A, B, DISTRICT]
    assert "Xã A > Xã A whole reestablished" in successions()


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        # Nobody can say whether it is renamed or goes whole to a new one.
        (
            [("Xã A=", "Xã A Mới=", "whole", ""), ("Xã A=", "Xã B=", "part", ""), STAYS[0]],
            (3, "old_name"),
        ),
        # Dissolved and gone into another in one row.
        ([("Xã A", "Xã B", "part", "giải thể"), STAYS[0]], (2, "new_name")),
        # It cannot go whole to two.
        ([("Xã A", "Xã B", "whole", ""), ("Xã A", "Xã C", "whole", ""), *STAYS], (3, "old_code")),
        # Two rests.
        ([("Xã A", "Xã B", "rest", ""), ("Xã A", "Xã C", "rest", ""), *STAYS], (3, "part")),
        # Two that end under one name, of which neither is what lives on.
        ([("Xã A", "Xã K", "whole", "đổi tên"), ("Xã B", "Xã K", "whole", "đổi tên")], (3, "how")),
    ],
)  # fmt: skip
def test_what_can_be_meant_in_two_ways_is_refused_at_its_row(
    installed: Flask, tmp_path: Path, told: list[Told], refused: tuple[int, str]
) -> None:
    assert refused in reorganise(installed, tmp_path, AUGUST, told)
    assert territories(AUGUST) == []

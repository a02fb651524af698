"""What came before and after a unit stands on its page in the words of the resolutions."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.base import db
from registry.models.units import Unit
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince
from tests.factories.units import (
    Province,
    end_unit,
    make_succession,
    make_unit,
    rename_unit,
)

SignIn = Callable[[str], FlaskClient]
DAY, LATER = date(2024, 6, 20), date(2024, 6, 25)


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with a reviewer ("thamdinh")."""
    found = RuledProvince()
    make_account(Role.REVIEWER, found.it_department, login="thamdinh")
    return found


@pytest.fixture
def read(here: Province, sign_in: SignIn) -> Callable[[Unit], str]:
    """Return what a unit's page says, in one line."""

    def read_page(unit: Unit) -> str:
        db.session.commit()
        page = sign_in("thamdinh").get(f"/don-vi/{unit.id}").text
        return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page))

    return read_page


Read = Callable[[Unit], str]


def test_what_one_deed_made_a_unit_of_is_one_sentence(here: Province, read: Read) -> None:
    new = make_unit("Xã Thăng Bình", UnitKind.COMMUNE, here.district, since=DAY)
    end_unit(here.commune, DAY)
    make_succession(here.commune, new, DAY, kind=SuccessionKind.MERGED)
    make_succession(here.other_commune, new, DAY, part="part", kind=SuccessionKind.MERGED)
    make_succession(here.far_commune, new, LATER, part="part", kind=SuccessionKind.ADJUSTED)
    said = read(new)
    assert (
        "Thành lập Xã Thăng Bình trên cơ sở nhập toàn bộ Xã Bình Minh, một phần Xã Bình Đào" in said
    )
    assert "Điều chỉnh một phần Xã Đại Minh về Xã Thăng Bình" in said
    assert "Nhập toàn bộ để thành lập Xã Thăng Bình." in read(here.commune)
    assert "Điều chỉnh một phần về Xã Thăng Bình" in read(here.far_commune)


def test_the_whole_is_said_once_and_who_keeps_its_name_is_named_too(
    here: Province, read: Read
) -> None:
    arranged = SuccessionKind.ARRANGED
    far, other = here.far_commune, here.other_commune
    third = make_unit("Xã Bình Ba", UnitKind.COMMUNE, here.district)
    for old in (far, third):
        end_unit(old, DAY)
        make_succession(old, here.commune, DAY, kind=arranged)
    make_succession(other, here.commune, DAY, part="part", kind=arranged)
    assert (
        "Sắp xếp toàn bộ Xã Bình Minh, Xã Đại Minh, Xã Bình Ba, một phần Xã Bình Đào "
        "thành Xã Bình Minh" in read(here.commune)
    )
    make_succession(here.commune, other, DAY, part="part", kind=SuccessionKind.ADJUSTED)
    assert (
        "Sắp xếp phần còn lại của Xã Bình Minh, toàn bộ Xã Đại Minh, Xã Bình Ba, "
        "một phần Xã Bình Đào thành Xã Bình Minh" in read(here.commune)
    )


def test_a_unit_founded_again_stands_in_nobody_s_place(here: Province, read: Read) -> None:
    end_unit(here.commune, DAY)
    new = make_unit("Xã Bình Minh", UnitKind.COMMUNE, here.district, since=LATER)
    make_succession(here.commune, new, LATER, kind=SuccessionKind.REESTABLISHED)
    make_succession(here.other_commune, new, LATER, part="part", kind=SuccessionKind.SEPARATED)
    old_page, new_page = read(here.commune), read(new)
    assert "Không có đơn vị kế tiếp. Được tái lập: Xã Bình Minh (từ ngày 25/06/2024)." in old_page
    assert "Tái lập từ Xã Bình Minh" in new_page
    assert "Tách một phần Xã Bình Đào để thành lập Xã Bình Minh" in new_page


def test_only_what_a_unit_took_in_has_figures_of_before(here: Province, read: Read) -> None:
    end_unit(here.commune, DAY)
    make_succession(here.commune, here.other_commune, DAY, kind=SuccessionKind.REESTABLISHED)
    assert "của các đơn vị cũ, theo đơn vị hiện nay" not in read(here.other_commune)
    make_succession(here.far_commune, here.other_commune, DAY, part="part")
    assert "của các đơn vị cũ, theo đơn vị hiện nay" in read(here.other_commune)


def raise_to_a_ward(unit: Unit) -> None:
    rename_unit(unit, "Phường Bình Minh", DAY)
    unit.periods[-1].designation = "phường"


def test_a_unit_that_became_a_ward_was_founded_as_it_stood(here: Province, read: Read) -> None:
    raise_to_a_ward(here.commune)
    assert "Thành lập Phường Bình Minh trên cơ sở nguyên trạng Xã Bình Minh" in read(here.commune)
    rename_unit(here.section, "Phòng Chuyển đổi số", DAY)
    assert "Đổi tên Phòng Công nghệ thông tin thành Phòng Chuyển đổi số" in read(here.section)


def test_what_took_another_in_on_that_day_did_not_stay_as_it_stood(
    here: Province, read: Read
) -> None:
    raise_to_a_ward(here.commune)
    make_succession(here.other_commune, here.commune, DAY, part="part")
    assert "Đổi tên Xã Bình Minh thành Phường Bình Minh" in read(here.commune)

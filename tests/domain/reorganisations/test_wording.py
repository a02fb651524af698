"""A deed is told as its resolution tells it."""

from datetime import date

import pytest

from registry.domain.reorganisations.annex import Part
from registry.domain.reorganisations.wording import (
    SuccessionDeed,
    sentence_of_change,
    share_note,
)
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind

BEFORE, SINCE = date(2025, 6, 15), date(2025, 6, 16)
COMMUNE, DEPARTMENT = UnitKind.COMMUNE, UnitKind.DEPARTMENT
TEAM = UnitKind.COMMUNITY_TEAM
K, P = SuccessionKind, Part


def told(kind: K, part: P, of: UnitKind, day: date) -> tuple[str, str]:
    """Return what the pages of A and of B say when A, or a share of it, leads to B."""
    deed = SuccessionDeed(kind, part, of, day)
    return deed.from_old("A", "B"), f"{deed.share_before_name}A".join(deed.at_new("B"))


@pytest.mark.parametrize(
    ("kind", "part", "day", "at_old", "at_new"),
    [
        (K.ARRANGED, P.WHOLE, SINCE, "Sắp xếp toàn bộ thành B", "Sắp xếp toàn bộ A thành B"),
        (K.ARRANGED, P.PART, SINCE, "Sắp xếp một phần thành B", "Sắp xếp một phần A thành B"),
        (
            K.ARRANGED,
            P.REST,
            SINCE,
            "Sắp xếp phần còn lại thành B",
            "Sắp xếp phần còn lại của A thành B",
        ),
        (K.MERGED, P.WHOLE, SINCE, "Sắp xếp toàn bộ thành B", "Sắp xếp toàn bộ A thành B"),
        (
            K.MERGED,
            P.WHOLE,
            BEFORE,
            "Nhập toàn bộ để thành lập B",
            "Thành lập B trên cơ sở nhập toàn bộ A",
        ),
        (
            K.MERGED,
            P.PART,
            BEFORE,
            "Nhập một phần để thành lập B",
            "Thành lập B trên cơ sở nhập một phần A",
        ),
        (K.ABSORBED, P.WHOLE, BEFORE, "Nhập vào B", "Nhập A vào B"),
        (
            K.ABSORBED,
            P.REST,
            SINCE,
            "Nhập phần còn lại vào B",
            "Nhập phần còn lại của A vào B",
        ),
        (K.ADJUSTED, P.PART, SINCE, "Điều chỉnh một phần về B", "Điều chỉnh một phần A về B"),
        (K.DIVIDED, P.PART, BEFORE, "Chia để thành lập B", "Chia A để thành lập B"),
        (
            K.DIVIDED,
            P.REST,
            BEFORE,
            "Chia phần còn lại để thành lập B",
            "Chia phần còn lại của A để thành lập B",
        ),
        (
            K.SEPARATED,
            P.PART,
            BEFORE,
            "Tách một phần để thành lập B",
            "Tách một phần A để thành lập B",
        ),
        (
            K.PROMOTED,
            P.WHOLE,
            BEFORE,
            "Thành lập B trên cơ sở nguyên trạng A",
            "Thành lập B trên cơ sở nguyên trạng A",
        ),
        (K.RENAMED, P.WHOLE, BEFORE, "Đổi tên thành B", "Đổi tên A thành B"),
        (K.REESTABLISHED, P.WHOLE, SINCE, "Được tái lập: B", "Tái lập từ A"),
    ],
)
def test_of_territories_both_pages_say_what_the_resolutions_of_the_day_say(
    kind: K, part: P, day: date, at_old: str, at_new: str
) -> None:
    assert told(kind, part, COMMUNE, day) == (at_old, at_new)


@pytest.mark.parametrize(
    ("kind", "part", "of", "at_old", "at_new"),
    [
        (K.MERGED, P.WHOLE, DEPARTMENT, "Hợp nhất thành B", "Hợp nhất A thành B"),
        (K.MERGED, P.PART, DEPARTMENT, "Hợp nhất một phần thành B", "Hợp nhất một phần A thành B"),
        (K.MERGED, P.WHOLE, TEAM, "Sáp nhập thành B", "Sáp nhập A thành B"),
        (K.ABSORBED, P.WHOLE, DEPARTMENT, "Sáp nhập vào B", "Sáp nhập A vào B"),
        (K.ABSORBED, P.WHOLE, TEAM, "Sáp nhập vào B", "Sáp nhập A vào B"),
        (K.ADJUSTED, P.PART, TEAM, "Chuyển một phần về B", "Chuyển một phần A về B"),
        (K.RENAMED, P.WHOLE, TEAM, "Tổ chức lại thành B", "Tổ chức lại A thành B"),
        (K.RENAMED, P.WHOLE, DEPARTMENT, "Tổ chức lại thành B", "Tổ chức lại A thành B"),
        (K.DIVIDED, P.PART, TEAM, "Chia để thành lập B", "Chia A để thành lập B"),
    ],
)
def test_bodies_and_teams_have_words_of_their_own_on_any_day(
    kind: K, part: P, of: UnitKind, at_old: str, at_new: str
) -> None:
    for day in (BEFORE, SINCE):
        assert told(kind, part, of, day) == (at_old, at_new)


@pytest.mark.parametrize("of", [COMMUNE, DEPARTMENT, TEAM])
@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("kind", SuccessionKind)
def test_every_deed_is_told_whole_with_both_names(kind: K, part: P, of: UnitKind) -> None:
    deed = SuccessionDeed(kind, part, of, SINCE)
    assert "B" in deed.from_old("A", "B")
    assert deed.short
    for said in told(kind, part, of, SINCE):
        assert "{" not in said
        assert "  " not in said


def test_who_is_founded_again_takes_no_place() -> None:
    memories = [kind for kind in K if SuccessionDeed(kind, P.WHOLE, COMMUNE, SINCE).is_memory]
    assert memories == [K.REESTABLISHED]


def test_a_unit_that_lives_on_under_another_designation_is_founded_as_it_stands() -> None:
    assert sentence_of_change("Xã A", "Phường A", is_raised=True) == (
        "Thành lập Phường A trên cơ sở nguyên trạng Xã A"
    )
    assert sentence_of_change("Xã A", "Xã B", is_raised=False) == "Đổi tên Xã A thành Xã B"
    assert sentence_of_change("Xã A", "Xã A", is_raised=False) == "Xã A"


def test_only_a_share_is_noted_behind_a_name() -> None:
    assert [share_note(part) for part in Part] == ["", "một phần", "phần còn lại"]

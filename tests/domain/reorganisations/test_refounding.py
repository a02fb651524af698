"""What is founded again is linked to what stood there once."""

from datetime import date

from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.plan import Past, Plan, PlannedUnit
from registry.domain.reorganisations.planning import plan_reorganisation
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind

DAY = date(2025, 1, 1)
PROVINCE, AN = 1, 2
FORMER, FORMER_TOO, FORMER_TEAM, FORMER_OTHER = 91, 92, 93, 94


def plan(*rows: AnnexRow) -> Plan:
    commune = UnitKind.COMMUNE
    units = [
        PlannedUnit(PROVINCE, "Tỉnh Mẫu", UnitKind.PROVINCE, None, "01", designation="tỉnh"),
        PlannedUnit(AN, "Xã An", commune, PROVINCE, "00001", designation="xã"),
    ]
    former = [
        PlannedUnit(FORMER, "Xã Bình", commune, PROVINCE, "00002"),
        PlannedUnit(FORMER_TOO, "Xã Bình", commune, PROVINCE, "00003"),
        PlannedUnit(FORMER_OTHER, "Xã Cát", commune, PROVINCE, "00004"),
        PlannedUnit(FORMER_TEAM, "Xã Bình", UnitKind.COMMUNITY_TEAM, AN),
    ]
    past = Past(former=former)
    return plan_reorganisation(units, rows, DAY, lambda _kind, _above: True, past=past)


def again(name: str, number: int = 2, code: str | None = None, **old: object) -> AnnexRow:
    return AnnexRow(
        number,
        new_name=name,
        new_code=code,
        new_province="Tỉnh Mẫu",
        how=How.REESTABLISH,
        **old,  # type: ignore[arg-type] # what a test says of the old side
    )


def links(made: Plan) -> list[tuple[int, str, SuccessionKind]]:
    return [(link.predecessor_id, link.part.value, link.kind) for link in made.successions]


def test_the_last_of_that_name_and_kind_is_the_former_self_and_one_of_its_code_before_others() -> (
    None
):
    made = plan(again("Xã Bình"))
    assert made.problems == ()
    assert [unit.name for unit in made.established] == ["Xã Bình"]
    assert links(made) == [(FORMER_TOO, "whole", SuccessionKind.REESTABLISHED)]
    assert links(plan(again("Xã Bình", code="00002")))[0][0] == FORMER
    assert links(plan(again("Xã Bình", code="00009")))[0][0] == FORMER_TOO


def test_a_commune_may_come_back_as_a_ward() -> None:
    made = plan(again("Phường Cát"))
    assert links(made) == [(FORMER_OTHER, "whole", SuccessionKind.REESTABLISHED)]


def test_what_comes_back_out_of_another_is_a_part_of_it_too_and_that_one_goes_on() -> None:
    made = plan(again("Xã Bình", old_code="00001", old_name="Xã An"))
    assert made.problems == ()
    assert made.ended == {}
    assert made.givers() == {AN}
    assert links(made) == [
        (AN, "part", SuccessionKind.SEPARATED),
        (FORMER_TOO, "whole", SuccessionKind.REESTABLISHED),
    ]


def test_one_divided_into_two_that_come_back_ends() -> None:
    made = plan(
        again("Xã Bình", old_code="00001", old_name="Xã An"),
        again("Xã Cát", 3, old_code="00001", old_name="Xã An", part=Part.REST),
    )
    assert made.problems == ()
    assert list(made.ended) == [AN]
    assert made.heir(AN) == next(unit.id for unit in made.established if unit.name == "Xã Cát")


def test_what_never_was_is_not_founded_again() -> None:
    (problem,) = plan(again("Xã Đông", 5)).problems
    assert (problem.row, problem.field) == (5, "new_name")
    assert "“thành lập”" in problem.message

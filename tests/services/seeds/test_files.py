"""The seed files by themselves, read with csv: shape, references, and the figures they must give.

`python tests/services/seeds/test_files.py > seeds/demo/EXPECTED.json` writes the figures anew after
a deliberate change of the demo. They are worked out here from the rows alone, by the rules of
Plan 4660 (III.1b, IV.2), so that what the application answers can be compared with them.
"""

import csv
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import phonenumbers

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
REFERENCE = SEEDS / "reference"
DEMO = SEEDS / "demo"
ALL_FILES = sorted([*REFERENCE.glob("*.csv"), *DEMO.glob("*.csv")])
FIRST_DAY, LAST_DAY = "2024-06-01", "2024-06-30"
DAYS = (LAST_DAY, "2024-06-10")
KINDS = {
    *("province", "department", "section", "mass_organisation", "central_agency", "district"),
    *("district_office", "commune", "commune_office", "community_team", "enterprise"),
    *("partner_organisation", "steering_committee", "assistance_group", "expert_group"),
    "incident_team",
}
COVERED_KINDS = ("department", "district", "commune", "mass_organisation")
HEADLINE_KINDS = ("department", "district", "commune")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reference(name: str) -> list[dict[str, str]]:
    return read(REFERENCE / f"{name}.csv")


def demo(name: str) -> list[dict[str, str]]:
    return read(DEMO / f"{name}.csv")


def key_of(unit: dict[str, str]) -> str:
    return unit["code"] or unit["registry_code"]


def all_units() -> dict[str, dict[str, str]]:
    return {key_of(unit): unit for unit in [*reference("units"), *demo("units")]}


def above(unit: str, units: dict[str, dict[str, str]]) -> list[str]:
    chain = []
    while unit := units[unit]["parent"]:
        chain.append(unit)
    return chain


def related(first: str, second: str, units: dict[str, dict[str, str]]) -> bool:
    return first == second or first in above(second, units) or second in above(first, units)


# The figures, worked out from the rows.


def focal_points_that_count(day: str) -> list[dict[str, str]]:
    units = all_units()
    decisions = {decision["key"]: decision for decision in demo("decisions")}
    units_of = {}
    for membership in demo("memberships"):
        if membership["valid_from"] <= day:
            units_of.setdefault(membership["person"], []).append(membership["unit"])
    return [
        row
        for row in demo("assignments")
        if row["role"] == "focal_point"
        and row["valid_from"] <= day
        and row["decision"]
        and decisions[row["decision"]]["effective_from"] <= day
        and units[row["unit"]]["takes_part"] == "1"
        and (
            row["unit"] in above(row["section"], units)
            if row["section"]
            else any(related(own, row["unit"], units) for own in units_of.get(row["person"], ()))
        )
    ]


def coverage(day: str) -> dict[str, object]:
    units = all_units()
    counting = focal_points_that_count(day)
    decisions = {decision["key"]: decision for decision in demo("decisions")}
    any_units = {row["unit"] for row in counting}
    strict_units = {
        row["unit"]
        for row in counting
        if decisions[row["decision"]]["kind"] == "decision"
        and (row["section"] or row["duty"] == "dedicated")
    }
    held = {
        row["unit"]
        for row in demo("assignments")
        if row["role"] == "focal_point" and row["valid_from"] <= day
    }

    def figures(keys: list[str]) -> dict[str, int]:
        return {
            "units": len(keys),
            "any": sum(key in any_units for key in keys),
            "strict": sum(key in strict_units for key in keys),
        }

    def keys_of(kind: str) -> list[str]:
        return sorted(
            key for key, unit in units.items() if unit["kind"] == kind and unit["takes_part"] == "1"
        )

    result: dict[str, object] = {
        kind: {
            **figures(keys_of(kind)),
            "uncovered": [key for key in keys_of(kind) if key not in any_units],
            "waiting_for_decision": [
                key for key in keys_of(kind) if key in held and key not in any_units
            ],
            "strictly_covered": [key for key in keys_of(kind) if key in strict_units],
        }
        for kind in COVERED_KINDS
    }
    result["headline"] = figures([key for kind in HEADLINE_KINDS for key in keys_of(kind)])
    result["communes_by_district"] = {
        district: figures([key for key in keys_of("commune") if units[key]["parent"] == district])
        for district in keys_of("district")
    }
    return result


def it_officers(day: str) -> dict[str, object]:
    people = {person["key"]: person for person in demo("people")}
    rows = [
        row
        for row in demo("assignments")
        if row["role"] == "it_officer" and row["valid_from"] <= day
    ]
    qualified = {row["unit"] for row in rows if people[row["person"]]["it_major"] == "1"}
    return {
        "total": len({row["person"] for row in rows}),
        "dedicated": len({row["person"] for row in rows if row["duty"] == "dedicated"}),
        "concurrent": len({row["person"] for row in rows if row["duty"] == "concurrent"}),
        "units_without_it_degree": sorted({row["unit"] for row in rows} - qualified),
    }


def approved_members(day: str) -> dict[str, int]:
    decisions = {decision["key"]: decision for decision in demo("decisions")}
    return {
        roster["unit"]: len(roster["lines"].split(";"))
        for roster in demo("rosters")
        if decisions[roster["decision"]]["effective_from"] <= day
    }


def expected_figures() -> dict[str, object]:
    return {
        day: {
            "coverage": coverage(day),
            "it_officers": it_officers(day),
            "approved_members_by_unit": approved_members(day),
        }
        for day in DAYS
    }


def expected_text() -> str:
    return json.dumps(expected_figures(), ensure_ascii=False, indent=2) + "\n"


# Every file.


def test_every_file_is_nfc_utf8_with_unix_lines_and_trimmed_cells() -> None:
    for path in ALL_FILES:
        text = path.read_bytes().decode("utf-8")
        assert not text.startswith("\ufeff"), path.name
        assert "\r" not in text, path.name
        assert unicodedata.is_normalized("NFC", text), path.name
        for row in read(path):
            assert all(cell == " ".join(cell.split()) for cell in row.values()), (path.name, row)


def test_dates_are_real_days_and_ends_come_after_beginnings() -> None:
    for path in ALL_FILES:
        for row in read(path):
            for column, cell in row.items():
                if cell and (column.endswith(("_on", "_from", "_to")) and column != "known_from"):
                    assert date.fromisoformat(cell).isoformat() == cell, (path.name, row)
            if row.get("valid_to"):
                assert row["valid_from"] < row["valid_to"], (path.name, row)


# Reference.


def test_quang_nam_in_june_2024_has_its_units() -> None:
    counts = Counter(unit["kind"] for unit in reference("units"))

    assert counts == {
        "province": 1,
        "district": 18,
        "commune": 241,
        "department": 20,
        "section": 2,
        "district_office": 18,
        "mass_organisation": 22,
        "central_agency": 13,
        "steering_committee": 1,
        "enterprise": 1,
    }


def test_communes_are_197_rural_30_wards_14_towns() -> None:
    counts = Counter(
        unit["designation"] for unit in reference("units") if unit["kind"] == "commune"
    )

    assert counts == {"xã": 197, "phường": 30, "thị trấn": 14}


def test_every_unit_has_exactly_one_code_of_its_own() -> None:
    rows = [*reference("units"), *demo("units")]

    assert all(bool(unit["code"]) != bool(unit["registry_code"]) for unit in rows)
    assert len({key_of(unit) for unit in rows}) == len(rows)


def test_administrative_units_carry_the_official_code_of_their_level() -> None:
    digits = {"province": 2, "district": 3, "commune": 5}
    for unit in reference("units"):
        if unit["kind"] in digits:
            assert re.fullmatch(rf"\d{{{digits[unit['kind']]}}}", unit["code"]), unit


def test_a_name_begins_with_its_designation_and_the_short_name_is_the_committee() -> None:
    for unit in reference("units"):
        if unit["designation"]:
            name = unit["name"][0].lower() + unit["name"][1:]
            assert name.startswith(f"{unit['designation']} "), unit
            assert unit["short_name"] == f"UBND {name}", unit


def test_every_unit_stands_where_the_placements_allow_it_on_the_first_day() -> None:
    units = all_units()
    allowed = {
        (row["kind"], row["parent_kind"])
        for row in reference("kind_placements")
        if row["valid_from"] <= FIRST_DAY and (not row["valid_to"] or row["valid_to"] > FIRST_DAY)
    }
    for unit in units.values():
        parent_kind = units[unit["parent"]]["kind"] if unit["parent"] else ""
        assert (unit["kind"], parent_kind) in allowed, unit


def test_every_kind_has_a_placement_and_districts_end_on_1_july_2025() -> None:
    placements = reference("kind_placements")
    places = [(row["kind"], row["parent_kind"], row["valid_from"]) for row in placements]

    assert {row["kind"] for row in placements} == KINDS
    assert {row["parent_kind"] for row in placements} <= KINDS | {""}
    assert len(set(places)) == len(places)
    for row in placements:
        if "district" in {row["kind"], row["parent_kind"]}:
            assert row["valid_to"] == "2025-07-01", row
    assert min(row["valid_from"] for row in placements) == "1945-11-22"
    assert ("commune", "province", "2025-07-01") in places
    assert ("commune_office", "commune", "2025-07-01") in places


def test_units_that_do_not_take_part_say_why_and_only_they_do() -> None:
    for unit in reference("units"):
        assert (unit["takes_part"] == "0") == bool(unit["reason"]), unit
        assert (unit["takes_part"] == "0") == (
            unit["kind"] in {"central_agency", "steering_committee"}
        ), unit


def test_departments_districts_and_communes_make_the_headline_and_mass_organisations_do_not() -> (
    None
):
    rules = {row["kind"]: row for row in reference("coverage_rules")}

    assert {kind for kind, row in rules.items() if row["headline"] == "1"} == set(HEADLINE_KINDS)
    assert rules["mass_organisation"]["headline"] == "0"
    assert {(row["role"], row["minimum"]) for row in rules.values()} == {("focal_point", "1")}


def test_offices_are_known_units_and_every_district_verifies_until_its_end() -> None:
    units = all_units()
    offices = reference("offices")
    held = {(row["function"], row["territory"]): row["office"] for row in offices}
    districts = {key for key, unit in units.items() if unit["kind"] == "district"}

    assert {row["office"] for row in offices} | {row["territory"] for row in offices} <= set(units)
    assert held["reviewing", "49"] == "49-SBN-01"
    assert held["deciding", "49"] == "49"
    assert held["coordinating", "49"] == "49-BCD"
    assert {row["territory"] for row in offices if row["function"] == "verifying"} == districts
    assert all(
        row["territory"] == row["office"] and row["valid_to"] == "2025-07-01"
        for row in offices
        if row["function"] == "verifying"
    )


def test_the_six_platforms_and_the_topics_have_codes_and_sources() -> None:
    assert len(reference("platforms")) == 6
    for name in ("platforms", "topics"):
        rows = reference(name)
        assert len({row["code"] for row in rows}) == len(rows)
        assert all(row["name"] and row["source"] for row in rows)


def test_meta_names_the_first_and_last_day_and_the_home_unit() -> None:
    assert {row["name"]: row["value"] for row in reference("meta")} == {
        "known_from": FIRST_DAY,
        "last_day": LAST_DAY,
        "home_unit": "49",
    }


# Demo.


def test_the_generator_writes_the_same_bytes_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", DEMO / "generate.py", tmp_path], check=True)

    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")}
    assert written == {path.name: path.read_bytes() for path in DEMO.glob("*.csv")}


def test_every_demo_row_refers_to_what_exists() -> None:
    units, people, decisions = (
        set(all_units()),
        {row["key"] for row in demo("people")},
        {row["key"] for row in demo("decisions")},
    )
    topics = {row["code"] for row in reference("topics")}
    classes = {row["key"] for row in demo("trainings")}
    known = {
        "unit": units,
        "section": units,
        "office": units,
        "organiser": units,
        "person": people,
        "decision": decisions,
        "training": classes,
    }
    for path in DEMO.glob("*.csv"):
        for row in read(path):
            for column in known.keys() & row.keys():
                assert not row[column] or row[column] in known[column], (path.name, row)
    assert all(set(row["topics"].split(";")) <= topics for row in demo("trainings"))


def test_keys_are_unique_in_every_demo_file() -> None:
    for path in DEMO.glob("*.csv"):
        keys = [row["key"] for row in read(path) if "key" in row]
        assert len(set(keys)) == len(keys), path.name


def test_machine_words_are_those_of_the_application() -> None:
    allowed = {
        ("people", "education_level"): {"secondary", "college", "bachelor", "master", "doctorate"},
        ("people", "contract_type"): {"permanent", "contract", "expert", "collaborator"},
        ("memberships", "role"): {"head", "deputy", "member", "core"},
        ("decisions", "kind"): {"decision", "letter", "proposal"},
        ("assignments", "role"): {
            *("focal_point", "supporting", "leader", "it_officer", "security_officer"),
        },
        ("assignments", "duty"): {"dedicated", "concurrent", "in_charge"},
        ("trainings", "mode"): {"in_person", "online", "hybrid"},
        ("attendances", "result"): {"completed", "not_completed"},
    }
    for (name, column), words in allowed.items():
        assert {row[column] for row in demo(name)} <= words, (name, column)


def test_every_fact_begins_in_june_2024_and_every_paper_is_signed_by_then() -> None:
    for name, column in (
        ("memberships", "valid_from"),
        ("assignments", "valid_from"),
        ("trainings", "starts_on"),
        ("trainings", "ends_on"),
        ("signups", "submitted_on"),
    ):
        assert all(FIRST_DAY <= row[column] <= LAST_DAY for row in demo(name)), name
    for row in demo("decisions"):
        assert "2023-01-01" <= row["issued_on"] <= row["effective_from"] <= LAST_DAY, row
        assert date.fromisoformat(row["issued_on"]).isoweekday() <= 5, row


def test_mobile_numbers_are_valid_and_belong_to_one_person_each() -> None:
    numbers = [person["phone"] for person in demo("people")]

    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        parsed = phonenumbers.parse(number, "VN")
        assert len(number) == 10
        assert phonenumbers.is_valid_number(parsed), number
        assert phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE, number


def test_every_office_that_is_to_be_covered_has_a_valid_landline_of_the_province() -> None:
    contacts = {row["unit"]: row for row in demo("unit_contacts")}
    units = all_units()

    assert {key for key, unit in units.items() if unit["kind"] in COVERED_KINDS} <= set(contacts)
    assert len({row["phone"] for row in contacts.values()}) == len(contacts)
    for row in contacts.values():
        assert re.fullmatch(r"0235\d{7}", row["phone"]), row
        assert phonenumbers.is_valid_number(phonenumbers.parse(row["phone"], "VN")), row
        assert row["address"], row
        assert row["head_title"], row


def test_no_mail_address_can_reach_anybody() -> None:
    addresses = [
        row["email"]
        for name in ("people", "unit_contacts", "signups")
        for row in demo(name)
        if row["email"]
    ]

    assert len(set(addresses)) == len(addresses)
    assert all(re.fullmatch(r"[a-z0-9.]+@vidu\.invalid", address) for address in addresses)


def test_every_person_has_one_main_membership_and_no_unit_twice() -> None:
    memberships = demo("memberships")
    mains = Counter(row["person"] for row in memberships if row["is_main"] == "1")
    pairs = [(row["person"], row["unit"]) for row in memberships]

    assert mains == Counter(person["key"] for person in demo("people"))
    assert len(set(pairs)) == len(pairs)


def test_an_assignment_is_held_by_a_person_or_by_a_section_below_the_unit() -> None:
    units = all_units()
    for row in demo("assignments"):
        assert bool(row["person"]) != bool(row["section"]), row
        if row["section"]:
            assert units[row["section"]]["kind"] in {"section", "district_office"}, row
            assert row["unit"] in above(row["section"], units), row


def test_whoever_is_assigned_is_a_member_of_the_unit_or_above_or_below_it_from_the_start() -> None:
    units = all_units()
    memberships = demo("memberships")
    for row in demo("assignments"):
        assert not row["person"] or any(
            entry["person"] == row["person"]
            and entry["valid_from"] <= row["valid_from"]
            and related(entry["unit"], row["unit"], units)
            for entry in memberships
        ), row


def test_nobody_holds_a_role_in_a_unit_twice() -> None:
    held = [
        (row["person"], row["section"], row["unit"], row["role"]) for row in demo("assignments")
    ]

    assert len(set(held)) == len(held)


def test_a_decision_belongs_to_the_unit_it_assigns_for_and_its_number_to_nothing_else() -> None:
    decisions = {row["key"]: row for row in demo("decisions")}
    numbers = [(row["unit"], row["number"], row["issued_on"][:4]) for row in decisions.values()]

    assert len(set(numbers)) == len(numbers)
    for row in demo("assignments"):
        assert not row["decision"] or decisions[row["decision"]]["unit"] == row["unit"], row


def test_the_declared_baseline_of_plan_4660_is_80_people_48_dedicated_and_32_concurrent() -> None:
    for day in DAYS:
        officers = it_officers(day)
        assert (officers["total"], officers["dedicated"], officers["concurrent"]) == (80, 48, 32)
    units = all_units()
    assert {
        units[row["unit"]]["kind"] for row in demo("assignments") if row["role"] == "it_officer"
    } == {"department", "district"}


def test_only_the_three_offices_of_footnote_1_lack_an_officer_with_an_it_degree() -> None:
    assert it_officers(LAST_DAY)["units_without_it_degree"] == ["503", "510", "512"]


def test_on_30_june_2024_coverage_is_what_the_demo_was_made_for() -> None:
    figures = coverage(LAST_DAY)

    def of(part: str) -> tuple[int, int, int]:
        row = figures[part]
        return row["units"], row["any"], row["strict"]

    assert of("department") == (20, 18, 4)
    assert of("district") == (18, 18, 14)
    assert of("commune") == (241, 232, 3)
    assert of("mass_organisation") == (22, 9, 0)
    assert of("headline") == (279, 268, 21)
    assert len(figures["commune"]["uncovered"]) == 9
    assert len(figures["commune"]["waiting_for_decision"]) == 4
    assert len(figures["department"]["waiting_for_decision"]) == 1


def test_fewer_units_are_covered_on_10_june_than_on_30_june() -> None:
    earlier, later = coverage("2024-06-10"), coverage(LAST_DAY)

    for part in (*COVERED_KINDS, "headline"):
        assert earlier[part]["any"] < later[part]["any"], part


def test_the_figures_are_those_of_the_expected_file() -> None:
    assert (DEMO / "EXPECTED.json").read_text(encoding="utf-8") == expected_text()


def test_the_traps_of_counting_are_there() -> None:
    focal = [row for row in demo("assignments") if row["role"] == "focal_point"]
    per_person = Counter(row["person"] for row in focal if row["person"])
    per_unit = Counter(row["unit"] for row in focal)
    decisions = {row["key"]: row for row in demo("decisions")}

    assert max(per_person.values()) == 2, "one person for two units"
    assert {unit for unit, count in per_unit.items() if count == 2} >= {"20335", "502", "49-SBN-03"}
    assert any(row["duty"] == "in_charge" and row["person"] for row in focal)
    assert any(
        row["decision"] and row["valid_from"] < decisions[row["decision"]]["issued_on"]
        for row in focal
    ), "a decision signed after the facts began"
    assert any(all_units()[row["unit"]]["takes_part"] == "0" for row in focal)


def test_roster_lines_are_members_of_the_unit_when_the_list_takes_effect() -> None:
    decisions = {row["key"]: row for row in demo("decisions")}
    rosters = demo("rosters")
    for roster in rosters:
        decision = decisions[roster["decision"]]
        members = {
            row["person"]
            for row in demo("memberships")
            if row["unit"] == roster["unit"] and row["valid_from"] <= decision["effective_from"]
        }
        assert set(roster["lines"].split(";")) <= members, roster
        assert decision["unit"] == "49", roster
        assert decision["effective_from"].startswith("2024-06"), roster
    units = all_units()
    assert Counter(units[roster["unit"]]["kind"] for roster in rosters) == {
        "commune": 3,
        "district_office": 1,
        "community_team": 1,
    }


def test_attendances_are_of_people_who_were_already_members_once_per_class() -> None:
    classes = {row["key"]: row for row in demo("trainings")}
    since = {row["person"]: row["valid_from"] for row in demo("memberships")}
    rows = demo("attendances")
    pairs = [(row["training"], row["person"]) for row in rows]

    assert len(set(pairs)) == len(pairs)
    assert Counter(row["training"] for row in rows)["lop-dau-moi-01"] == 25
    assert {row["result"] for row in rows} == {"completed", "not_completed"}
    assert all(since[row["person"]] <= classes[row["training"]]["starts_on"] for row in rows)


def test_one_request_has_a_known_phone_and_one_almost_a_members_name() -> None:
    requests = demo("signups")
    people = demo("people")
    phones = {person["phone"] for person in people}
    names_in_ward = {
        person["full_name"]
        for person in people
        for row in demo("memberships")
        if row["person"] == person["key"] and row["unit"] == "20398"
    }

    assert len(requests) == 3
    assert [request["phone"] in phones for request in requests].count(True) == 1
    assert "Nguyễn Thị Hoà" in names_in_ward
    assert "Nguyễn Thị Hòa" in {request["full_name"] for request in requests}


def test_there_is_one_account_of_each_role_whose_person_sits_in_the_office() -> None:
    accounts = demo("accounts")
    members = {(row["person"], row["unit"]) for row in demo("memberships")}

    assert Counter(account["role"] for account in accounts) == Counter(
        [
            *("system_administrator", "approver", "reviewer", "verifier", "viewer"),
            *("unit_officer", "member"),
        ]
    )
    for account in accounts:
        if account["role"] == "system_administrator":
            assert not account["office"]
            assert not account["person"]
        else:
            assert (account["person"], account["office"]) in members, account


def test_the_member_account_is_on_an_approved_list() -> None:
    member = next(account for account in demo("accounts") if account["role"] == "member")

    assert any(
        roster["unit"] == member["office"] and member["person"] in roster["lines"].split(";")
        for roster in demo("rosters")
    )


if __name__ == "__main__":
    sys.stdout.write(expected_text())

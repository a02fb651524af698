"""The details of an event in words: no key without one, no value as a machine writes it."""

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.domain.audit.deeds import field_label
from registry.domain.audit.details import (
    _DAYS,
    _IDS,
    _LEFT_OUT,
    _OWN_WORDS,
    _VALUES,
    details_in_words,
    object_in_words,
    page_in_words,
    things_told,
)
from registry.domain.audit.values import as_stored
from scripts.tree import ROOT
from tests.factories.hostile import KINDS

NAMES = {
    ("units", 7): "Xã Bình Minh",
    ("decisions", 3): "Quyết định số 25/QĐ-UBND",
    ("people", 4): "Đoàn Thị Thử",
    ("rosters", 4): "số 2, Xã Bình Minh",
}
# Functions that return details, or what they compare before and after, and those that take details.
COMPARED = {"_shown", "facts_of", "accepted_gaps", "_gap"}
WITH_DETAILS = {"record_step", "record_signup"}
NO_DETAILS = {"person_id"}  # of `record_signup`: whose event it is


def said(noun: str, **details: object) -> list[tuple[str, str]]:
    return [(one.label, one.words) for one in details_in_words(noun, details, NAMES)]


def keys_of(node: ast.AST | None) -> set[str]:
    """Return the text keys of every mapping written inside an expression."""
    if node is None:
        return set()
    return {
        key.value
        for inner in ast.walk(node)
        if isinstance(inner, ast.Dict)
        for key in inner.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def keys_recorded() -> Iterator[str]:
    """Yield each key that the code writes into the details of an event."""
    for layer in ("services", "web", "cli"):
        for path in sorted((ROOT / "registry" / layer).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield from keys_written_by(node)


def keys_written_by(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef) and node.name in COMPARED:
        return keys_of(node)
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = {target.id for target in targets if isinstance(target, ast.Name)}
        return keys_of(node.value) if named & {"details", "known"} else set()
    if not isinstance(node, ast.Call):
        return set()
    called = node.func.id if isinstance(node.func, ast.Name) else ""
    keys = set().union(*(keys_of(one.value) for one in node.keywords if one.arg == "details"))
    if called in WITH_DETAILS:
        keys |= {one.arg for one in node.keywords if one.arg} - NO_DETAILS
    return keys


def test_every_detail_that_the_code_records_has_words_or_is_left_out() -> None:
    recorded = set(keys_recorded())
    assert {"number", "content_hash", "role_before", "desk", "gaps", "since"} <= recorded
    assert {key for key in recorded - _LEFT_OUT if field_label("", key) == key} == set()


@pytest.mark.parametrize(
    ("noun", "name", "value", "words"),
    [
        ("units", "valid_from", "2024-06-30", "30/06/2024"),
        ("decisions", "number", "25/QĐ-UBND", "25/QĐ-UBND"),
        ("memberships", "is_main", True, "có"),
        ("memberships", "role", "core", "Nòng cốt"),
        ("memberships", "role", "head", "Người đứng đầu"),
        ("memberships", "role_before", "deputy", "Cấp phó"),
        ("accounts", "role", "head", "head"),
        ("memberships", "reason", "head", "head"),
        ("accounts", "role", "member", "Thành viên"),
        ("assignments", "role", ["focal_point", "supporting"], "Đầu mối CĐS → Phối hợp"),
        ("assignments", "decision_id", [None, 3], "– → Quyết định số 25/QĐ-UBND"),
        ("assignments", "section_id", 7, "Xã Bình Minh"),
        ("decisions", "kind", "replaced", "Thay thế"),
        ("signups", "state", "accepted", "Đã chấp nhận"),
        ("rosters", "desk", "review", "thẩm định"),
        ("people", "fields", ["phone", "job_title"], "điện thoại, chức vụ, chức danh"),
        ("rosters", "gaps", {"7": "2024-07-01", "8": "2024-07-02"},
         "Xã Bình Minh từ ngày 01/07/2024; đơn vị số 8 từ ngày 02/07/2024"),
        ("routes", "method", "POST", "gửi"),
        ("routes", "arguments", {"roster_id": "4"}, "danh sách: số 2, Xã Bình Minh"),
        ("trainings", "people", [4, 5], "Đoàn Thị Thử, số 5"),
        ("trainings", "rows", 1985, "1985"),
    ],
)  # fmt: skip
def test_a_detail_reads_as_people_write_it(noun: str, name: str, value: object, words: str) -> None:
    assert [one for _, one in said(noun, **{name: value})] == [words]


def test_fingerprints_and_keys_of_rows_are_left_out() -> None:
    assert said("rosters", content_hash="9" * 64, lines=3) == [("số dòng", "3")]
    assert said("decisions", before="8" * 64, after="9" * 64) == []


def test_what_was_and_what_is_stand_side_by_side_and_only_where_they_differ() -> None:
    before = {"role": "member", "line_id": "a", "valid_from": "2024-06-30"}
    changed = {"before": before, "after": {**before, "role": "core"}, "line_id": "a"}
    assert said("memberships", **changed) == [("vai trò", "Thành viên → Nòng cốt")]
    assert said("units", before="Xã A", after="Xã B") == [("thay đổi", "Xã A → Xã B")]
    assert said("units", before=None, after=None) == []
    assert said("units", after="Xã B") == [("sau", "Xã B")]
    begun = {"before": None, "after": {"kind": "study"}}
    assert said("assignments", absence=begun) == [("tạm vắng", "lý do tạm vắng: Đi học")]


def test_what_is_empty_is_not_told() -> None:
    assert said("decisions", effective_to=None, gaps={}) == []


@pytest.mark.parametrize(
    ("noun", "object_id", "words"),
    [
        ("rosters", "4", "số 2, Xã Bình Minh"),
        ("people", "4", "Đoàn Thị Thử"),
        ("people", "5", "người số 5"),
        ("completeness", "7", "Xã Bình Minh"),
        ("coverage", None, ""),
        ("parameters", "last_day", "ngày cuối số liệu còn đúng"),
        ("routes", "rosters.show", "trang “Danh sách thành viên”"),
        ("keys", "card", "mã thẻ thành viên"),
        ("keys", "tiger", "số tiger"),
        ("people", "card", "người số card"),
        ("dated_settings", "tiger", "số tiger"),
        ("rosters", "grace_days", "số grace_days"),
        ("parameters", "tiger", "số tiger"),
        ("rosters", "last_day", "số last_day"),
    ],
)
def test_what_an_event_was_done_to_is_named(noun: str, object_id: str | None, words: str) -> None:
    assert object_in_words("any.deed", noun, object_id, NAMES) == words


def test_a_setting_and_what_was_loaded_are_named_in_words() -> None:
    of_setting = object_in_words("coverage.set", "dated_settings", "grace_days", NAMES)
    assert of_setting.startswith("thời hạn chuyển tiếp")
    assert object_in_words("seed.load", "units", None, NAMES) == "đơn vị"
    assert page_in_words("decisions.show") == "“Văn bản”"
    assert page_in_words("home.show") == "“Việc của tôi”"
    assert page_in_words("paper_checks.show") == "“Đối chiếu văn bản”"


@pytest.mark.parametrize("deed", ["session.open", "session.close", "session.close_all"])
def test_who_signs_in_or_out_does_so_to_no_other_thing(deed: str) -> None:
    assert object_in_words(deed, "accounts", "4", NAMES) == ""


def test_the_things_to_be_named_are_the_object_and_all_whose_ids_are_told() -> None:
    details = {
        "gaps": {"7": "2024-07-01"},
        "section_id": [None, 9],
        "arguments": {"roster_id": "4", "kind": "xlsx"},
        "people": [6],
        "units": 12,
    }
    found = set(things_told("decisions", "3", details))
    assert found == {("decisions", 3), ("units", 7), ("units", 9), ("rosters", 4), ("people", 6)}
    assert set(things_told("routes", "rosters.show", {})) == set()
    assert set(things_told("people", "9" * 9, {})) == {("people", 999_999_999)}
    for longer_than_any_id in ("9" * 10, "9" * 30):
        assert set(things_told("people", longer_than_any_id, {})) == set()


@pytest.mark.parametrize("name", ["issuer", "number", "signer_form", "citation", "by", "reason"])
@pytest.mark.parametrize("text", ["2024-99-99", "2024-06-30", "null", "replaced", "True", "-1"])
def test_a_text_is_told_as_it_was_typed_whatever_it_looks_like(name: str, text: str) -> None:
    assert said("decisions", **{name: text}) == [(field_label("decisions", name), text)]
    pair = said("decisions", **{name: [None, text]})
    assert pair == [(field_label("decisions", name), f"– → {text}")]


def test_a_day_that_says_it_is_one_is_told_as_a_day() -> None:
    day = as_stored(date(2024, 6, 30))
    assert said("decisions", issued_on=[None, day]) == [("ngày ký", "– → 30/06/2024")]
    assert said("parameters", before=None, after=day) == [("thay đổi", "– → 30/06/2024")]
    assert said("rosters", gaps={"7": day}) == [
        (field_label("", "gaps"), "Xã Bình Minh từ ngày 30/06/2024")
    ]
    at = as_stored(datetime(2024, 6, 30, 2, tzinfo=UTC))
    assert said("backups", of=at) == [(field_label("", "of"), "09:00 ngày 30/06/2024")]


def test_a_day_of_earlier_years_is_told_as_a_day_only_where_days_stood_and_only_if_it_is_one() -> (
    None
):
    assert said("memberships", valid_from="2024-06-30")[0][1] == "30/06/2024"
    assert said("memberships", valid_from="2024-99-99")[0][1] == "2024-99-99"
    assert said("completeness", before=None, after="2024-06-30")[0][1] == "– → 30/06/2024"
    assert said("units", before="2024-06-30", after="Xã B")[0][1] == "2024-06-30 → Xã B"


SHAPES: tuple[Callable[[Any], Any], ...] = (
    lambda one: one,
    lambda one: [one],
    lambda one: [one, None],
    lambda one: {one: one},
    lambda one: {"before": one, "after": {one: one}},
    lambda one: {"before": [one], "after": one},
    lambda one: {"$day": one},
    lambda one: {"gaps": one},
    lambda one: {"gaps": {one: {"$day": one}}},
    lambda one: {"fields": one},
)


@pytest.mark.parametrize("text", ["2024-99-99", *(texts[-1] for texts in KINDS.values())])
def test_whatever_is_stored_is_told(text: str) -> None:
    values = [shape(text) for shape in SHAPES] + [0, -1, 1.5, True, False, None, [], {}, [[]]]
    for name in {*_IDS, *_VALUES, *_OWN_WORDS, *_DAYS, "before", "after", "gaps", "fields", text}:
        for value in values:
            for noun in ("decisions", text):
                for details in ({name: value}, {"before": {name: value}, "after": value}):
                    told = details_in_words(noun, details, NAMES)
                    assert all(isinstance(one.words, str) for one in told)
                    list(things_told(noun, text, details))
                object_in_words(text, noun, text, NAMES)
    for whole in values:
        assert isinstance(details_in_words("decisions", whole, NAMES), list)
        list(things_told("decisions", None, whole))

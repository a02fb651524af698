"""Every event that is recorded is declared with its words, and none is declared in vain."""

import ast
from collections.abc import Iterator

from registry.domain.audit.deeds import Deed, deed_label, noun_label
from scripts.tree import ROOT

DECLARED_IN = ROOT / "registry" / "domain" / "audit" / "deeds.py"


def deeds_named() -> Iterator[str]:
    """Yield the name of each `Deed.…` written in the code outside its declaration."""
    for path in sorted((ROOT / "registry").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                path != DECLARED_IN
                and isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "Deed"
            ):
                yield node.attr


def test_every_declared_deed_is_recorded_somewhere_and_no_other() -> None:
    assert set(deeds_named()) == {deed.name for deed in Deed}


def test_a_deed_is_named_after_what_is_stored() -> None:
    assert [deed for deed in Deed if deed.name != deed.value.replace(".", "_").upper()] == []


def test_a_deed_has_vietnamese_words_of_its_own() -> None:
    assert deed_label("roster.submit") == "gửi danh sách thành viên"
    assert [deed for deed in Deed if not deed.label[0].islower()] == []


def test_what_has_no_words_stays_as_it_is() -> None:
    assert deed_label("tiger.roar") == "tiger.roar"
    assert noun_label("tigers") == "tigers"
    assert noun_label("units") == "Đơn vị"

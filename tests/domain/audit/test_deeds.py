"""Every event a service or a page can record has words on the screen."""

import ast
from collections.abc import Iterator

from registry.domain.audit.deeds import DEEDS, SUBJECTS, action_label, noun_label
from scripts.tree import ROOT


def recorded_actions() -> Iterator[str]:
    """Yield the first argument of every `Event(…)` written in the code, where it is a literal."""
    for path in sorted((ROOT / "registry").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Event"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value


def test_every_recorded_action_has_vietnamese_words() -> None:
    actions = set(recorded_actions())
    assert "session.open" in actions
    without = {
        action
        for action in actions
        if action.partition(".")[0] not in SUBJECTS or action.partition(".")[2] not in DEEDS
    }
    assert without == set()


def test_an_action_is_named_by_subject_and_deed() -> None:
    assert action_label("roster.submit") == "Danh sách thành viên: gửi"


def test_what_has_no_words_stays_as_it_is() -> None:
    assert action_label("tiger.roar") == "tiger: roar"
    assert noun_label("tigers") == "tigers"
    assert noun_label("units") == "Đơn vị"

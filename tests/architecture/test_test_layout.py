"""Tests lie where a reader looks for them: beside nothing, under the name of what they test."""

import ast
from pathlib import Path

import pytest

from scripts.tree import ROOT

TESTS = ROOT / "tests"
MIRRORED = ("domain", "formats", "queries", "services", "cli")


def nouns_of(layer: str) -> set[str]:
    """Return the module names of a layer, at any depth."""
    folder = ROOT / "registry" / layer
    return {path.stem for path in folder.rglob("*.py")} | {
        path.name for path in folder.rglob("*") if path.is_dir()
    }


@pytest.mark.parametrize("layer", MIRRORED)
def test_each_test_file_bears_the_name_of_a_module_of_its_layer(layer):
    nouns = nouns_of(layer)
    tested = [path.stem.removeprefix("test_") for path in (TESTS / layer).glob("test_*.py")]
    assert tested
    assert [name for name in tested if not starts_with_a_noun(name, nouns)] == []


def starts_with_a_noun(name: str, nouns: set[str]) -> bool:
    """Allow `test_units.py` and, for one aspect of a noun, `test_units_codes.py`."""
    return any(name == noun or name.startswith(f"{noun}_") for noun in nouns)


def test_every_test_folder_is_one_that_the_design_names():
    folders = {path.parent.relative_to(TESTS).parts[0] for path in TESTS.glob("*/**/test_*.py")}
    assert folders <= {*MIRRORED, "models", "web", "migrations", "architecture", "browser"}


def test_every_test_name_is_a_sentence():
    names = [
        (path.relative_to(TESTS).as_posix(), node.name)
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert [(path, name) for path, name in names if name.count("_") < 3] == []


def test_no_module_is_named_after_nothing():
    empty = {"util", "utils", "helper", "helpers", "manager", "common", "misc"}
    modules: list[Path] = [*ROOT.glob("registry/**/*.py"), *TESTS.rglob("*.py")]
    assert [path for path in modules if path.stem in empty] == []

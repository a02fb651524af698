"""Tests lie where a reader looks for them: beside nothing, under the name of what they test."""

import ast
from pathlib import Path

import pytest

from scripts.tree import ROOT

TESTS = ROOT / "tests"
MIRRORED = ("domain", "formats", "queries", "services", "documents", "cli")


def modules_in(folder: Path) -> set[str]:
    """Return the names of the modules and packages that lie directly in a folder."""
    return {path.stem for path in folder.glob("*.py")} | {
        path.name for path in folder.glob("*") if path.is_dir()
    }


@pytest.mark.parametrize("layer", MIRRORED)
def test_each_test_file_bears_the_name_of_the_module_it_lies_beside(layer):
    tested = sorted((TESTS / layer).rglob("test_*.py"))
    assert tested
    assert [path for path in tested if not bears_the_name_of_a_module(path)] == []


def bears_the_name_of_a_module(test: Path) -> bool:
    """Allow `test_units.py` and, for one aspect of a noun, `test_units_codes.py`, in its folder."""
    name = test.stem.removeprefix("test_")
    beside = modules_in(ROOT / "registry" / test.parent.relative_to(TESTS))
    return any(name == module or name.startswith(f"{module}_") for module in beside)


def test_every_test_folder_is_one_that_the_design_names():
    folders = {path.parent.relative_to(TESTS).parts[0] for path in TESTS.glob("*/**/test_*.py")}
    assert folders <= {
        *MIRRORED,
        "models",
        "web",
        "migrations",
        "architecture",
        "browser",
        "fuzz",
    }


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

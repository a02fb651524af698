"""What is imported is declared, and what is declared is imported."""

import ast
import re
import sys
from importlib.metadata import distributions, packages_distributions

import pytest
from packaging.requirements import Requirement

from scripts.environment import WITH_PYTHON, normalised
from scripts.tree import ROOT

# Found by name while running, never by an import statement.
LOADED_BY_NAME = {
    "govuk-frontend-jinja": "the templates take its macros",
    "psycopg": "SQLAlchemy loads the driver that DATABASE_URL names",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
OURS = {"registry", "wsgi"}


def imported_packages() -> set[str]:
    """Return the top-level modules that the product imports from outside."""
    files = [ROOT / "wsgi.py", *ROOT.glob("registry/**/*.py"), *ROOT.glob("migrations/**/*.py")]
    modules = {name for file in files for name in imports_of(file.read_text(encoding="utf-8"))}
    return modules - OURS - set(sys.stdlib_module_names)


def imports_of(source: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def declared(kind: str) -> list[Requirement]:
    """Return the requirements that a person wrote down: `run.in` or `test.in`."""
    lines = (ROOT / "requirements" / f"{kind}.in").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith(("#", "-c"))]


def declared_packages() -> set[str]:
    return {normalised(requirement.name) for requirement in declared("run")}


def locked(kind: str) -> dict[str, str]:
    """Return the version of each package in `run.txt` or `test.txt`."""
    lock = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", lock, flags=re.MULTILINE))


def providers(modules: set[str]) -> dict[str, set[str]]:
    """Return, for each module, the names of the distributions that bring it."""
    known = packages_distributions()
    return {module: {normalised(name) for name in known[module]} for module in modules}


def test_everything_the_product_imports_is_declared():
    brought = providers(imported_packages())
    declared = declared_packages()
    assert {module for module, names in brought.items() if not names & declared} == set()


def test_everything_declared_is_imported():
    used = set().union(*providers(imported_packages()).values())
    assert declared_packages() - used - LOADED_BY_NAME.keys() == set()


@pytest.mark.parametrize("kind", ["run", "test"])
def test_each_requirement_is_written_down_once_and_in_order(kind):
    names = [requirement.name for requirement in declared(kind)]
    assert names == sorted(set(names))


def needs(requirement: Requirement, known: dict[str, list[Requirement]]) -> list[Requirement]:
    """Return what a package requires on this machine, for its extras too."""
    return [
        need
        for need in known[normalised(requirement.name)]
        if need.marker is None
        or any(need.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras))
    ]


@pytest.mark.parametrize("kinds", [["run"], ["run", "test"]], ids=["run", "test"])
def test_a_lock_holds_all_that_its_packages_need_with_their_extras(kinds):
    lock = {name: version for kind in kinds for name, version in locked(kind).items()}
    known = {
        normalised(d.name): [Requirement(r) for r in d.requires or []] for d in distributions()
    }
    waiting = [requirement for kind in kinds for requirement in declared(kind)]
    seen: set[str] = set()
    missing: list[str] = []
    while waiting:
        requirement = waiting.pop()
        if str(requirement) in seen or requirement.name in WITH_PYTHON:
            continue
        seen.add(str(requirement))
        version = lock.get(normalised(requirement.name))
        if version is None or version not in requirement.specifier:
            missing.append(f"{requirement} (locked: {version})")
        else:
            waiting += needs(requirement, known)
    assert missing == []


def test_what_both_locks_hold_has_one_version():
    run, test = locked("run"), locked("test")
    assert {name for name in run.keys() & test.keys() if run[name] != test[name]} == set()


def licence_of(distribution) -> str:
    """Return all that a distribution says of its licence in one line."""
    facts = distribution.metadata
    classified = [text for text in facts.get_all("Classifier", []) if text.startswith("License")]
    return " / ".join([facts.get("License-Expression") or facts.get("License") or "", *classified])


def test_no_package_the_product_ships_with_has_a_licence_that_binds_the_whole():
    shipped = locked("run").keys()
    licences = {
        normalised(found.name): licence_of(found)
        for found in distributions()
        if normalised(found.name) in shipped
    }
    assert licences
    whole = re.compile(r"\bA?GPL|(?<!Lesser )General Public|Affero")
    assert {name: text for name, text in licences.items() if whole.search(text)} == {}

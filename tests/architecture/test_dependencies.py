"""What is imported is declared, and what is declared is imported."""

import ast
import re
import sys
from importlib.metadata import distributions, packages_distributions

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


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared_packages() -> set[str]:
    lines = (ROOT / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith("#"))
    return {normalised(name[0]) for name in names if name}


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


def licence_of(distribution) -> str:
    """Return all that a distribution says of its licence in one line."""
    facts = distribution.metadata
    classified = [text for text in facts.get_all("Classifier", []) if text.startswith("License")]
    return " / ".join([facts.get("License-Expression") or facts.get("License") or "", *classified])


def test_no_package_the_product_ships_with_has_a_licence_that_binds_the_whole():
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    shipped = {normalised(name) for name in re.findall(r"^([\w.-]+)==", lock, flags=re.MULTILINE)}
    licences = {
        normalised(found.name): licence_of(found)
        for found in distributions()
        if normalised(found.name) in shipped
    }
    assert licences
    whole = re.compile(r"\bA?GPL|(?<!Lesser )General Public|Affero")
    assert {name: text for name, text in licences.items() if whole.search(text)} == {}

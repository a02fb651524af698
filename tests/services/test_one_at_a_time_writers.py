"""Every service that writes is known: it takes a turn and is raced, or says why it need not."""

import ast
import importlib
from pathlib import Path

from scripts.tree import ROOT
from tests.factories.writers import RACES, WITHOUT_A_RACE

SERVICES = ROOT / "registry" / "services"
# Who takes no turn; why that is right stands in WITHOUT_A_RACE.
WITHOUT_A_TURN = {
    "accounts.sign_in",
    "accounts.touch",
    "audit.record",
    "backup.note_backup",
    "restore.fill",
    "restore.prove",
    "rosters.deciding.check_approval",
    "sessions.close_expired",
    "settled_duplicates.tell_settled",
    "sign_ins.count_try",
    "submissions.finish",
    "submissions.forget_old",
    "units.checks.look_at_units",
}


class Calls(ast.NodeVisitor):
    """What a module imports of the services, and what each of its functions asks for."""

    def __init__(self, path: Path) -> None:
        self._module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        self._imported: dict[str, str] = {}
        self._asked: set[str] = set()
        self.of: dict[str, set[str]] = {}
        self.visit(ast.parse(path.read_text(encoding="utf-8")))
        self.all = self._asked

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for name in node.names:
            self._imported[name.asname or name.name] = f"{node.module}.{name.name}"

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer, self._asked = self._asked, set()
        self.generic_visit(node)
        self.of[f"{self._module}.{node.name}"] = self._asked
        self._asked = outer | self._asked

    def visit_Name(self, node: ast.Name) -> None:
        self._asked.add(self._imported.get(node.id, f"{self._module}.{node.id}"))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        named = ast.unparse(node)
        first, _, rest = named.partition(".")
        if first in self._imported:
            self._asked.add(f"{self._imported[first]}.{rest}")
        self.generic_visit(node)


WRITES = {
    f"registry.models.base.db.session.{verb}"
    for verb in ("add", "add_all", "delete", "execute", "flush", "merge")
} | {"sqlalchemy.delete", "sqlalchemy.insert", "sqlalchemy.update"}


def writers_of_the_services() -> set[str]:
    """Return the functions of the services that write, or call one that does."""
    calls: dict[str, set[str]] = {}
    for path in SERVICES.rglob("*.py"):
        calls |= Calls(path).of
    found: set[str] = set()
    while more := {name for name in calls.keys() - found if calls[name] & (WRITES | found)}:
        found |= more
    return found


def called_by_edges() -> set[str]:
    return set().union(
        *(
            Calls(path).all
            for edge in ("web", "cli")
            for path in (ROOT / "registry" / edge).rglob("*.py")
        )
    )


def short(name: str) -> str:
    return name.removeprefix("registry.services.")


def test_every_service_that_writes_is_raced_or_says_why_not() -> None:
    found = {short(name) for name in writers_of_the_services() & called_by_edges()}
    raced = {short(f"{race.service.__module__}.{race.service.__name__}") for race in RACES}
    assert found - raced - WITHOUT_A_RACE.keys() == set()
    assert WITHOUT_A_RACE.keys() - found == set()
    assert raced & WITHOUT_A_RACE.keys() == set()


def test_every_service_that_writes_takes_a_turn_or_is_right_without() -> None:
    found = {short(name) for name in writers_of_the_services() & called_by_edges()}
    without = {name for name in found if not takes_a_turn(name)}
    assert without == WITHOUT_A_TURN


def takes_a_turn(name: str) -> bool:
    module, _, function = name.rpartition(".")
    service = getattr(importlib.import_module(f"registry.services.{module}"), function)
    return hasattr(service, "__wrapped__")

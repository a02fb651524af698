"""Try the tests: `make mutants` changes the registry in one small thing after the other.

A change that no test notices is a hole in the tests, or no change at all; those of the second sort
stand in `scripts/equivalent_mutants.toml` with the reason. Each is made in a copy of the tree, and
only the tests that run its line are run, the quickest first.
"""

import argparse
import difflib
import importlib
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest
from coverage import CoverageData

from scripts.mutations import Mutant, mutants_of
from scripts.tree import ROOT, project_files

EQUIVALENT = ROOT / "scripts" / "equivalent_mutants.toml"
# The rules, the scopes, the writers and the edge.
PATHS = (
    "registry/domain",
    "registry/queries",
    "registry/services",
    "registry/web/edge.py",
    "registry/web/access.py",
    "registry/web/request.py",
    "registry/web/security.py",
    "registry/web/errors.py",
)
# Not asked for: what only the demo needs.
LEFT_OUT = ("registry/services/seeds",)
TESTED = ("domain", "formats", "models", "queries", "services", "documents", "cli", "web")
ENOUGH = 0.95
TREE, LINES = "tree", "lines"
# Seconds of tests, as they took without a change, that are tried on a mutant.
MOST_SECONDS = 60.0
FACTOR = 12
PATIENCE = 90
# Loaded once, before the first mutant: they take longer than most tests. No plugin of pytest is
# among them, which wants to be loaded by pytest.
PACKAGES = (
    "alembic.command",
    "flask_compress",
    "flask_limiter",
    "flask_login",
    "flask_sqlalchemy",
    "flask_wtf",
    "govuk_frontend_wtf",
    "phonenumbers",
    "psycopg",
    "pypdf",
    "sqlalchemy.orm",
    "xlsxwriter",
)
OPTIONS = ("-q", "-x", "--tb=no", "-p", "no:randomly", "-p", "no:cacheprovider", "-n", "0")

Verdict = tuple[Mutant, str]


@dataclass(frozen=True, slots=True)
class Runs:
    """Which tests run which of the lines changed, and how many seconds each of them takes."""

    tests: dict[tuple[str, int], frozenset[str]]
    in_file: dict[str, frozenset[str]]
    seconds: dict[str, float]

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests for a mutant: those of its module first, then of its folder.

        Of those as near, the quickest come first. What is run while a module is imported is seen
        by every test that uses the module.
        """
        found: set[str] = set()
        for line in mutant.lines:
            found |= self.tests.get((mutant.path, line), frozenset())
        module = Path(mutant.path)
        folder = f"tests/{module.parent.relative_to('registry')}/"
        own = f"{folder}test_{module.stem}"
        order = sorted(
            found or self.in_file.get(mutant.path, frozenset()),
            key=lambda test: (
                *(not test.startswith(near) for near in (own, folder)),
                self.seconds.get(test, 1.0),
                test,
            ),
        )
        return list(self._affordable(order))

    def _affordable(self, order: Iterable[str]) -> Iterator[str]:
        spent = 0.0
        for test in order:
            spent += self.seconds.get(test, 1.0)
            if spent <= MOST_SECONDS:
                yield test

    def patience(self, tests: Sequence[str]) -> float:
        """Return after how many seconds a run goes round in circles, on however busy a machine."""
        return PATIENCE + FACTOR * sum(self.seconds.get(test, 1.0) for test in tests)


def copy_tree(to: Path) -> None:
    """Copy the project's files, without what git or an installation keeps beside them."""
    for path in project_files():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, to / path)


def observe(tree: Path, folder: Path) -> None:
    """Run the tests once on SQLite and write down which lines each of them runs."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:randomly",
        "-p", "scripts.each_for_itself", "--cov=registry", "--cov-context=test", "--cov-report=",
        f"--junitxml={folder / 'seconds.xml'}", "-k", "not postgresql",
        *(f"tests/{layer}" for layer in TESTED),
    ]  # fmt: skip
    environment = {**os.environ, "COVERAGE_FILE": str(folder / LINES)}
    subprocess.run(command, cwd=tree, env=environment, check=True)


def read_runs(folder: Path, mutants: Iterable[Mutant]) -> Runs:
    """Read what `observe` wrote down of the lines that mutants change.

    Of all lines it would be gigabytes: most are run by thousands of tests.
    """
    measured = CoverageData(str(folder / LINES))
    measured.read()
    # The tree it was measured in is gone.
    names = {name.rpartition(f"/{TREE}/")[2]: name for name in measured.measured_files()}
    changed: defaultdict[str, set[int]] = defaultdict(set)
    for mutant in mutants:
        changed[mutant.path] |= set(mutant.lines)
    tests: dict[tuple[str, int], frozenset[str]] = {}
    in_file: dict[str, frozenset[str]] = {}
    for path in sorted(changed.keys() & names.keys()):
        by_line = measured.contexts_by_lineno(names[path])
        in_file[path] = frozenset().union(*map(_tests_among, by_line.values()))
        tests |= {(path, line): _tests_among(by_line.get(line, ())) for line in changed[path]}
    return Runs(tests, in_file, _seconds(folder / "seconds.xml"))


def _tests_among(contexts: Iterable[str]) -> frozenset[str]:
    """Return the tests of the phases in which a line was run."""
    return frozenset(context.rpartition("|")[0] for context in contexts if "|" in context)


def _seconds(report: Path) -> dict[str, float]:
    """Return how long each test took; the report writes the file of a test with dots."""
    seconds: dict[str, float] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest has written it
        file = case.get("classname", "").replace(".", "/")
        seconds[f"{file}.py::{case.get('name')}"] = float(case.get("time", "1"))
    return seconds


def chosen(paths: Sequence[str], number: int, seed: int) -> list[Mutant]:
    """Choose mutants: of every layer and of every kind as many, as far as there are."""
    groups: defaultdict[tuple[str, str], list[Mutant]] = defaultdict(list)
    for path in map(str, project_files()):
        is_wanted = path.endswith(".py") and path.startswith(tuple(paths))
        if is_wanted and not path.startswith(LEFT_OUT):
            for mutant in mutants_of(path, (ROOT / path).read_text(encoding="utf-8")):
                groups[path.split("/")[1], mutant.kind].append(mutant)
    shuffled = random.Random(seed)  # noqa: S311 - the same mutants again, nothing secret
    for _, group in sorted(groups.items()):
        shuffled.shuffle(group)
    found: list[Mutant] = []
    while any(groups.values()) and len(found) < number:
        for _, group in sorted(groups.items()):
            if group and len(found) < number:
                found.append(group.pop())
    return found


def _test_in(tree: str, tests: Sequence[str]) -> None:
    """Run tests in the tree; the exit code of this process is pytest's."""
    os.chdir(tree)
    sys.path[:] = [tree, *(path for path in sys.path if path not in {"", str(ROOT)})]
    for name in [name for name in sys.modules if name.split(".")[0] in {"scripts", "tests"}]:
        del sys.modules[name]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a device
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    sys.exit(pytest.main([*OPTIONS, *tests]))


def judge(mutant: Mutant, tree: Path, runs: Runs) -> str:
    """Return what became of a mutant: killed, survived, or that no test runs it."""
    tests = runs.of(mutant)
    if not tests:
        return "not run"
    file = tree / mutant.path
    source, stood = file.read_text(encoding="utf-8"), file.stat()
    file.write_text(mutant.applied_to(source), encoding="utf-8")
    try:
        process: ForkProcess = multiprocessing.get_context("fork").Process(
            target=_test_in, args=(str(tree), tests)
        )
        process.start()
        process.join(runs.patience(tests))
        if process.is_alive():
            process.kill()
            process.join()
        return verdict_of(process.exitcode)
    finally:
        file.write_text(source, encoding="utf-8")
        # What Python compiled of the mutant is known by its time.
        os.utime(file, ns=(stood.st_atime_ns, stood.st_mtime_ns))


def verdict_of(exit_code: int | None) -> str:
    """Say what the end of a run means; a negative code is that of one gone round in circles.

    Raises RuntimeError when the tests could not be run: that is no verdict on them.
    """
    if exit_code == pytest.ExitCode.OK:
        return "survived"
    # A module of tests that cannot be imported interrupts pytest; what all tests stand on
    # (conftest.py) it takes for a wrong use of itself.
    not_imported = {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR}
    if exit_code in {pytest.ExitCode.TESTS_FAILED, *not_imported, -signal.SIGKILL}:
        return "killed"
    message = f"pytest ended with {exit_code}"
    raise RuntimeError(message)


def check_unchanged(mutant: Mutant, tree: Path, runs: Runs) -> None:
    """Raise RuntimeError unless the tests for a mutant pass while nothing is changed."""
    unchanged = replace(mutant, begin=0, end=0, after="")
    if judge(unchanged, tree, runs) == "killed":
        message = f"the tests for {mutant.path} fail without a change"
        raise RuntimeError(message)


def difference(mutant: Mutant, tree: Path) -> str:
    """Return what was changed, as a difference of lines."""
    source = (tree / mutant.path).read_text(encoding="utf-8")
    changed = mutant.applied_to(source)
    lines = difflib.unified_diff(
        source.splitlines(), changed.splitlines(), mutant.path, mutant.kind, "", "", 2, ""
    )
    return "\n".join(lines)


def known_as_equivalent() -> dict[str, str]:
    """Return the mutants that change nothing, each with its reason."""
    with EQUIVALENT.open("rb") as file:
        return {entry["mutant"]: entry["reason"] for entry in tomllib.load(file)["equivalent"]}


def report(verdicts: Sequence[Verdict]) -> int:
    """Print the survivors and the share killed in each layer; return 1 when it is too small."""
    by_layer: defaultdict[str, list[str]] = defaultdict(list)
    for mutant, verdict in verdicts:
        by_layer[mutant.path.split("/")[1]].append(verdict)
    print()
    for layer, of_layer in sorted(by_layer.items()):
        killed = of_layer.count("killed")
        print(f"{layer:10} {killed:4} of {len(of_layer):4} killed, {killed / len(of_layer):.0%}")
    killed = sum(verdict == "killed" for _, verdict in verdicts)
    return 0 if killed >= ENOUGH * len(verdicts) else 1


def main(arguments: Sequence[str]) -> int:
    """Try mutants; return 1 when fewer than 95 of 100 are killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", default=PATHS)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--observed", type=Path, help="folder to keep what tests run in, or read")
    asked = parser.parse_args(arguments)
    equivalent = known_as_equivalent()
    sys.dont_write_bytecode = False
    for package in PACKAGES:
        importlib.import_module(package)
    with tempfile.TemporaryDirectory(prefix="registry-mutants-") as folder:
        tree = Path(folder) / TREE
        copy_tree(tree)
        observed = asked.observed or Path(folder)
        if not (observed / LINES).exists():
            observed.mkdir(exist_ok=True)
            observe(tree, observed)
        verdicts: list[Verdict] = []
        mutants = chosen(asked.paths, asked.number, asked.seed)
        runs = read_runs(observed, mutants)
        check_unchanged(mutants[0], tree, runs)
        for mutant in mutants:
            if mutant.name in equivalent:
                continue
            verdict = judge(mutant, tree, runs)
            verdicts.append((mutant, verdict))
            print(f"{verdict:9} {mutant.name}", flush=True)
            if verdict != "killed":
                print(difference(mutant, tree), flush=True)
    return report(verdicts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The programs behind the make targets do what `make help` says."""

import subprocess
import sys
from pathlib import Path

import pytest
from coverage import CoverageData

from registry.queries.coverage.counting import counts_by_unit
from scripts.browser import find_browser, main
from scripts.each_for_itself import pytest_runtest_setup
from scripts.environment import belongs_here, fingerprint
from scripts.mutants import Runs, chosen, known_as_equivalent, read_runs, report, verdict_of
from scripts.mutations import mutants_of
from scripts.new_migration import next_number
from scripts.tree import ROOT, project_files
from scripts.where import files_of

PATHS = [
    "tests/domain/test_rosters.py",
    "templates/rosters/approve.html",
    "registry/web/rosters/views.py",
    "registry/domain/rosters.py",
    "registry/domain/people.py",
    "registry/cli/roster_import.py",
    "registry/static/posters.css",
]


@pytest.mark.parametrize("noun", ["rosters", "roster", "Rosters"])
def test_where_lists_the_files_of_a_noun_from_the_domain_outwards(noun):
    assert files_of(noun, PATHS) == [
        "registry/domain/rosters.py",
        "registry/web/rosters/views.py",
        "registry/cli/roster_import.py",
        "templates/rosters/approve.html",
        "tests/domain/test_rosters.py",
    ]


def test_the_projects_files_hold_no_installed_or_generated_folder(tmp_path):
    for folder in (".venv/bin", "registry/__pycache__", "instance", ".mypy_cache", "registry"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "file").touch()
    assert [str(path) for path in project_files(tmp_path)] == ["registry/file"]


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_the_browser_named_in_the_environment_comes_before_those_on_the_path(tmp_path, monkeypatch):
    on_path = program(tmp_path, "chromium")
    chosen = program(tmp_path, "my-own-chrome")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", chosen)
    assert find_browser() == chosen
    monkeypatch.delenv("CHROMIUM")
    assert find_browser() == on_path


def test_a_wrong_browser_in_the_environment_is_reported_and_not_replaced(monkeypatch, capsys):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert main() == 1
    assert "/nowhere/chromium" in capsys.readouterr().err


def test_without_a_browser_or_the_right_to_install_one_the_command_to_type_is_shown(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert main() == 1
    assert "apt-get install" in capsys.readouterr().err


def test_chromium_itself_is_installed_where_the_one_without_a_window_is_not_on_offer(
    tmp_path, monkeypatch, capsys
):
    def install(packages: tuple[str, ...]) -> bool:
        if "chromium" in packages:
            program(tmp_path, "chromium")
        return "chromium" in packages

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("scripts.browser.install_packages", install)
    assert main() == 0
    assert capsys.readouterr().out == f"{tmp_path / 'chromium'}\n"


def test_an_environment_that_was_moved_is_not_taken_for_ours(tmp_path):
    venv = tmp_path / "original" / ".venv"
    (venv / "lib/python3.11/site-packages/pip").mkdir(parents=True)
    (venv / "bin").mkdir()
    (venv / "bin" / "python").touch()
    (venv / ".made-in").write_text(str(venv))
    assert belongs_here(venv)
    moved = venv.parent.rename(tmp_path / "moved") / ".venv"
    assert not belongs_here(moved)


def test_a_changed_lock_is_noticed(tmp_path):
    lock = tmp_path / "run.txt"
    lock.write_text("flask==1\n")
    before = fingerprint(lock)
    lock.write_text("flask==2\n")
    assert fingerprint(lock) != before


def test_setting_up_needs_the_standard_library_only():
    code = "import sys; import scripts.environment; print(*sys.modules)"
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded <= {*sys.stdlib_module_names, "scripts", "__main__"}


@pytest.mark.parametrize(
    ("present", "following"), [([], "0001"), (["0001"], "0002"), (["0010", "0009"], "0011")]
)
def test_a_new_migration_takes_the_next_number(present, following):
    assert next_number(present) == following


PROGRAM = '''
"""Not changed: 1 < 2."""


def due(day: date, today: date, rows: list[Row]) -> list[Row]:
    """Nor this."""
    if not rows or day < today:
        raise Invalid("Đã quá hạn", day)
    record(actor, Event(Deed.END, "rows", 7, unit_id=3, details={"rows": 1}))
    db.session.flush()
    return select(Row).where(Row.day == day, Row.unit_id == 3)
'''


def changes_of(kind: str) -> list[tuple[str, str]]:
    found = [mutant for mutant in mutants_of("due.py", PROGRAM) if mutant.kind == kind]
    assert all(mutant.applied_to(PROGRAM) != PROGRAM for mutant in found)
    return [(mutant.before, mutant.after) for mutant in found]


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("comparison turned", [("<", ">="), ("==", "!="), ("==", "!=")]),
        ("and/or", [("or", "and")]),
        ("not dropped", [("not rows", "(rows)")]),
        ("filter dropped", [("Row.day == day", "*()"), ("Row.unit_id == 3", "*()")]),
        ("raise dropped", [('raise Invalid("Đã quá hạn", day)', "pass")]),
        ("audit said less", [("3", "None"), ('{"rows": 1}', "{}")]),
        ("another day", [("day", "today"), ("today", "day"), ("day", "today"), ("day", "today")]),
    ],
)
def test_a_mutant_is_one_small_mistake(kind, changes):
    assert changes_of(kind) == changes


def test_a_dropped_call_is_a_check_or_a_write_and_no_flush():
    ((before, after),) = changes_of("call dropped")
    assert before.startswith("record(")
    assert after == "pass"


def test_a_boundary_is_moved_by_one():
    assert changes_of("boundary moved") == [
        ("<", "<="), ("7", "8"), ("3", "4"), ("1", "2"), ("3", "4"),
    ]  # fmt: skip


def test_numbers_by_which_nothing_is_measured_are_left_alone():
    program = "found = rows[0][-1] or scalar(select(Row).limit(1)) or 0\nKNOWN = {1, 2, 4}\n"
    assert [
        mutant for mutant in mutants_of("a.py", program) if mutant.kind == "boundary moved"
    ] == []
    measured = mutants_of("a.py", "last = rows[:3] if len(rows) > 2 else query.limit(20)\n")
    moved = [one.before for one in measured if one.kind == "boundary moved"]
    assert moved == ["3", ">", "2", "20"]


def test_a_mutant_that_is_a_word_is_known_by_its_line_too():
    program = "def late(day, last):\n    if day < last:\n        return 1\n    return day < TODAY\n"
    turned = [one for one in mutants_of("a.py", program) if one.kind == "comparison turned"]
    assert [one.name.partition(">= in ")[2] for one in turned] == [
        "if day < last:", "return day < TODAY",
    ]  # fmt: skip


def test_every_mutant_is_a_program_still():
    for mutant in mutants_of("due.py", PROGRAM):
        compile(mutant.applied_to(PROGRAM), "due.py", "exec")


def test_the_same_seed_chooses_the_same_mutants_of_every_kind():
    paths = ["registry/services/cards.py", "registry/domain/cards.py"]
    first, again = (chosen(paths, 40, 1) for _ in range(2))
    assert first == again
    assert {mutant.path for mutant in first} == set(paths)
    assert len({mutant.kind for mutant in first}) > 5


def test_the_tests_of_a_changed_module_are_tried_first_then_those_beside_it_then_the_quickest():
    mutant = next(iter(mutants_of("registry/domain/due.py", PROGRAM)))
    near, beside, slow, quick = (
        "tests/domain/test_due.py::test_near",
        "tests/domain/test_a.py::test_beside",
        "tests/web/test_due.py::test_slow",
        "tests/web/test_b.py::test_quick",
    )
    ran = {
        ("registry/domain/due.py", line): frozenset({near, beside, slow, quick})
        for line in range(20)
    }
    runs = Runs(ran, {}, {near: 2.0, beside: 2.5, slow: 3.0, quick: 0.1})
    assert runs.of(mutant) == [near, beside, quick, slow]


def test_the_tests_that_ran_a_changed_line_are_read_from_what_was_measured(tmp_path):
    path, case = "registry/domain/due.py", "tests/domain/test_due.py::test_that_ran_it"
    mutant = next(iter(mutants_of(path, PROGRAM)))
    measured = CoverageData(str(tmp_path / "lines"))
    for context, line in (
        (f"{case}|run", mutant.lines[0]),
        ("", 1),
        ("tests/a.py::test_b|run", 99),
    ):
        measured.set_context(context)
        measured.add_lines({f"/gone/tree/{path}": {line}})
    measured.write()
    classname, _, name = case.replace(".py::", "::").replace("/", ".").partition("::")
    took = f'<testsuite><testcase classname="{classname}" name="{name}" time="3.5"/></testsuite>'
    (tmp_path / "seconds.xml").write_text(took)
    runs = read_runs(tmp_path, [mutant])
    assert runs.of(mutant) == [case]
    assert runs.seconds == {case: 3.5}


def test_it_is_seen_that_each_test_needs_what_a_process_makes_once():
    counts_by_unit()
    pytest_runtest_setup()
    assert counts_by_unit.cache_info().currsize == 0


def test_a_change_with_which_nothing_can_be_imported_is_noticed(tmp_path):
    (tmp_path / "test_a.py").write_text("def test_a():\n    pass\n")
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "-p", "no:cacheprovider"]

    def verdict():
        ended = subprocess.run(
            [*command, "test_a.py"], cwd=tmp_path, capture_output=True, check=False
        )
        return verdict_of(ended.returncode)

    assert verdict() == "survived"
    (tmp_path / "conftest.py").write_text("raise ValueError\n")
    assert verdict() == "killed"
    (tmp_path / "conftest.py").unlink()
    (tmp_path / "test_a.py").write_text("raise ValueError\n")
    assert verdict() == "killed"
    with pytest.raises(RuntimeError, match="pytest ended with 3"):
        verdict_of(pytest.ExitCode.INTERNAL_ERROR)


def test_too_few_killed_is_a_failure(capsys):
    mutant = next(iter(mutants_of("registry/domain/due.py", PROGRAM)))
    assert report([(mutant, "killed")] * 19 + [(mutant, "survived")]) == 0
    assert report([(mutant, "killed")] * 18 + [(mutant, "survived")]) == 1
    assert "domain" in capsys.readouterr().out


def test_what_is_listed_as_equivalent_is_a_mutant_there_is_and_has_its_reason():
    there = {
        mutant.name
        for path in {name.partition("::")[0] for name in known_as_equivalent()}
        for mutant in mutants_of(path, (ROOT / path).read_text(encoding="utf-8"))
    }
    listed = known_as_equivalent()
    assert sorted(set(listed) - there) == []
    assert all(len(reason) > 20 for reason in listed.values())

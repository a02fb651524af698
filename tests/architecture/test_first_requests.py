"""Threads that ask for the first time at once all build the statement one alone would build.

An alias of SQLAlchemy fills itself when it is first used; two threads may then leave it wrong for
good, unless it was made ready. Each try is a process of its own, in which threads give way as often
as they can.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ASK_AT_ONCE = """
import sys, threading
import registry.app
from datetime import date
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from registry.domain.permissions import Scope
from registry.models.assignments import Assignment
from registry.queries.assignments.rows import select_rows
from registry.queries.coverage import counting, duties_by_law, figures, spans
from registry.queries.units.left_over import is_counted_nowhere
from registry.queries.units.on_a_day import in_scope_of

day, scope = date(2024, 6, 1), Scope(prefixes=frozenset({"/1/"}))
builds = [
    lambda: select_rows(day),
    figures._units,
    lambda: spans._of_units().people,
    lambda: spans._of_subtree().spells,
    lambda: select(Assignment.id).where(in_scope_of(scope, Assignment.unit_id, day)),
    lambda: select(Assignment.id).where(is_counted_nowhere(day)),
    lambda: duties_by_law._of_assignments(),
    counting._duties_on_a_day,
    counting.counts_by_unit,
]

def say(build):
    return str(build().compile(dialect=sqlite.dialect()))

sys.setswitchinterval(1e-6)
gate, said = threading.Barrier(12), [[] for _ in builds]

def ask(first):
    gate.wait()
    for number in range(len(builds)):
        number = (number + first) % len(builds)
        said[number].append(say(builds[number]))

threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert [len(set(found)) for found in said] == [1] * len(builds)
assert [len(found) for found in said] == [12] * len(builds)
assert [found[0] for found in said] == [say(build) for build in builds]
"""


@pytest.mark.parametrize("attempt", range(3))
def test_first_requests_at_once_ask_the_same_of_the_database(attempt: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK_AT_ONCE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (attempt, done.returncode, done.stderr) == (attempt, 0, "")

"""What waits for the visitor: where the list behind each number is, and which one an address asks.

The first page and the menu show the numbers; a list narrowed by `?viec=` shows what was counted.
"""

from typing import Any, cast

from flask import g, request, url_for

from registry.domain.permissions import Action, Scope
from registry.domain.signups import SignupState
from registry.domain.tasks import Task
from registry.queries.tasks import Waiting, handed_over
from registry.web.access import current_actor
from registry.web.request import moment

HOME, PARAMETER = "home.index", "viec"
_LISTS = {
    Task.SIGNUPS_TO_RECEIVE: "signups.queue",
    Task.ROSTERS_TO_DECIDE: "rosters.index",
    Task.ROSTERS_TO_REVIEW: "rosters.index",
    Task.ROSTERS_TO_VERIFY: "rosters.index",
    Task.ROSTERS_RETURNED: "rosters.index",
    Task.ROSTERS_DRAFTED: "rosters.index",
    Task.ROSTERS_UNDECIDED: "rosters.index",
    Task.BATCHES_COMPOSED: "reorganisations.index",
    Task.UNITS_LEFT_OVER: "reorganisations.index",
    Task.LINKS_TO_RELEASE: "link_releases.index",
    Task.MAILS_WAITING: "outbox.index",
    Task.UNITS_UNCOVERED: "coverage.gaps",
    Task.ASSIGNMENTS_UNDECIDED: "assignments.waiting",
    Task.ASSIGNMENTS_CARRIED_OVER: "assignments.waiting",
    Task.ASSIGNMENTS_ENDING: "assignments.ending",
    Task.ASSIGNMENTS_UNCHECKED: "paper_checks.check",
    Task.DECISIONS_WITHOUT_DAY: "decisions.incomplete",
    Task.DECISIONS_WITHOUT_SCAN: "decisions.incomplete",
    Task.PEOPLE_WITHOUT_PHONE: "people.index",
    Task.CLASSES_WITHOUT_ATTENDANCE: "trainings.index",
    Task.CARDS_TO_PRINT: "cards.index",
    Task.ACCOUNTS_WITHOUT_PASSWORD: "accounts.index",
    Task.ACCOUNTS_LOCKED: "accounts.index",
}


def list_of(waiting: Waiting) -> str:
    """Return the address of the list that shows exactly what was counted."""
    asked: dict[str, Any] = {PARAMETER: waiting.task.value}
    # These lists have a filter of their own for it.
    if waiting.task is Task.SIGNUPS_TO_RECEIVE:
        asked = {"trang-thai": SignupState.RECEIVED.value}
    elif waiting.task is Task.UNITS_LEFT_OVER:
        asked = {}  # named above the batches, whatever these are narrowed to
    elif waiting.root_id is not None:
        asked = {"don-vi": str(waiting.root_id)}
    return url_for(_LISTS[waiting.task], **asked)


def asked_task(endpoint: str | None = None) -> Task | None:
    """Return the kind of work by which the address narrows a list: that of `endpoint`, or its own.

    None when it names none, one of another list, or one that is not the visitor's.
    """
    typed = request.args.get(PARAMETER, "")
    task = Task(typed) if typed in set(Task) else None
    if task is None or _LISTS[task] != (endpoint or request.endpoint):
        return None
    return task if current_actor().may(task.action) else None


def scope_of(task: Task | None, otherwise: Action) -> Scope:
    """Return where a list looks: where the work is the visitor's, else where he may see."""
    return current_actor().scope(task.action if task else otherwise)


def handed_over_by_list() -> dict[str, int]:
    """Return how many steps wait for the visitor, by the endpoint of the list they stand on.

    All of them stand on the first page. Asked once a request: each field of a form is a rendering
    of its own, with the menu's numbers.
    """
    if "handed_over" not in g:
        counts: dict[str, int] = {}
        for task, count in handed_over(current_actor(), moment()).items():
            counts[_LISTS[task]] = counts.get(_LISTS[task], 0) + count
        counts[HOME] = sum(counts.values())
        g.handed_over = counts
    return cast("dict[str, int]", g.handed_over)

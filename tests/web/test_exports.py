"""Every route that hands out a file does it the same way: found by asking, not by a list."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, or_, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from registry.domain.errors import Conflict
from registry.domain.permissions import Role
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.memberships import Membership
from registry.web import exports
from tests.factories.stage import Stage, allowed

# Those who may most come first.
ROLES = (
    Role.SYSTEM_ADMINISTRATOR,
    Role.APPROVER,
    Role.REVIEWER,
    Role.VERIFIER,
    Role.UNIT_OFFICER,
    Role.MEMBER,
    Role.PUBLIC,
)
HANDED_OUT = {
    "assignments.ending_excel",
    "assignments.waiting_excel",
    "cards.unit",
    "coverage.excel",
    "coverage.gaps_excel",
    "coverage.pdf",
    "decisions.download",
    "people.export",
    "reorganisations.allocation_template",
    "reorganisations.minutes",
    "rosters.excel",
    "signups.export",
}
# Pages behind a secret of the caller's own, which nobody here has, and hand out no file.
BEHIND_A_SECRET = {"accounts.set_password", "signups.status"}


@dataclass(frozen=True)
class Handed:
    """An answer that is no page, with what the audit says of it."""

    method: str
    answer: TestResponse
    audited: list[str]


@dataclass(frozen=True)
class Walk:
    """What asking for everything brought: files by route, and the routes that never answered."""

    files: dict[str, list[Handed]]
    silent: set[str]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    built = Stage(tmp_path_factory.mktemp("exports"))
    yield built
    built.close()


@pytest.fixture(scope="module")
def walk(stage: Stage) -> Walk:
    """Ask for every route, then, with the reorganisation applied, for what was refused before."""
    files: dict[str, list[Handed]] = {}
    asked = [
        (rule, method)
        for rule in stage.rules()
        for method in ("GET", "POST")
        if method in (rule.methods or ())
    ]
    for prepare in (None, apply_batch):
        if prepare:
            stage.put_back()
            prepare(stage)
            stage.keep()
        refused = []
        for rule, method in asked:
            handed = ask(stage, rule, method)
            if handed.answer.status_code >= 400:
                refused.append((rule, method))
            if is_file(handed.answer):
                files.setdefault(rule.endpoint, []).append(handed)
        asked = refused
    return Walk(files, {rule.endpoint for rule, method in asked if method == "GET"})


def apply_batch(stage: Stage) -> None:
    answer = stage.client(Role.REVIEWER).post(
        f"/sap-xep-don-vi/{stage.inside['batch_id']}/thuc-hien", data={"version": "1"}
    )
    assert answer.status_code == 303


def ask(stage: Stage, rule: Rule, method: str) -> Handed:
    """Send a request as each role that may, until one gets an answer, and read what was audited."""
    form = FORMS[rule.endpoint](stage) if method == "POST" and rule.endpoint in FORMS else {}
    action = stage.action(rule)
    for role in (role for role in ROLES if allowed(role, action)):
        stage.put_back()
        before = last_event(stage)
        answer = stage.client(role).open(
            stage.address(rule, stage.inside), method=method, data=form
        )
        if method == "POST" or answer.status_code < 400:
            break
    with stage.app.app_context():
        audited = db.session.scalars(
            select(AuditEvent.action).where(
                AuditEvent.sequence > before,
                or_(AuditEvent.action.endswith(".export"), AuditEvent.action == "card.print"),
            )
        ).all()
    return Handed(method, answer, list(audited))


def last_event(stage: Stage) -> int:
    with stage.app.app_context():
        return db.session.scalar(select(func.max(AuditEvent.sequence))) or 0


def line_of_an_approved_member(stage: Stage) -> dict[str, Any]:
    with stage.app.app_context():
        member = db.session.get_one(Membership, stage.inside["membership_id"])
        return {"line_ids": [member.line_id]}


FORMS: dict[str, Callable[[Stage], dict[str, Any]]] = {"cards.unit": line_of_an_approved_member}


def is_file(answer: TestResponse) -> bool:
    return "Content-Disposition" in answer.headers or (
        answer.status_code == 200 and answer.mimetype != "text/html"
    )


def test_the_walk_finds_every_file_that_is_known_to_be_handed_out(walk: Walk) -> None:
    assert set(walk.files) >= HANDED_OUT


def test_the_walk_gets_an_answer_of_every_route_but_those_behind_a_secret(walk: Walk) -> None:
    assert walk.silent == BEHIND_A_SECRET


def test_a_file_is_kept_by_nothing_on_the_way(walk: Walk) -> None:
    kept = [
        route
        for route, handed in each(walk)
        if handed.answer.headers.get("Cache-Control") != "no-store"
    ]
    assert kept == []


def test_a_file_is_to_be_saved_under_a_name_every_system_can_write(walk: Walk) -> None:
    named = re.compile(r"attachment; filename=[A-Za-z0-9-]+\.(csv|docx|pdf|xlsx)")
    odd = [
        (route, handed.answer.headers.get("Content-Disposition"))
        for route, handed in each(walk)
        if not named.fullmatch(handed.answer.headers.get("Content-Disposition", ""))
    ]
    assert odd == []


def test_a_file_is_never_run_as_a_page_of_this_site(walk: Walk) -> None:
    run = [
        route
        for route, handed in each(walk)
        if handed.answer.headers["Content-Security-Policy"] != "sandbox"
    ]
    assert run == []


def test_a_file_taken_away_leaves_exactly_one_event_of_it_in_the_audit(walk: Walk) -> None:
    wrong = [
        (route, handed.method, handed.audited)
        for route, handed in each(walk)
        if len(handed.audited) != 1
    ]
    assert wrong == []


def test_a_file_that_cannot_be_audited_is_not_handed_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Conflict("Nhật ký chưa ghi được.")

    stage.put_back()
    client = stage.client(Role.REVIEWER)
    assert client.get("/nguoi/tep-excel").status_code == 200
    monkeypatch.setattr(exports, "record", refuse)
    with pytest.raises(Conflict):
        client.get("/nguoi/tep-excel")


def each(walk: Walk) -> Iterator[tuple[str, Handed]]:
    for route, files in walk.files.items():
        for handed in files:
            yield route, handed

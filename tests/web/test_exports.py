"""Every route that hands out a file does it the same way: found by asking, not by a list."""

import itertools
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, or_, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from registry.domain.errors import Conflict, NotFound
from registry.domain.permissions import Role
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.memberships import Membership
from registry.queries.accounts import account_by_login
from registry.settings import Settings, SettingsError
from registry.web import exports
from registry.web.people import views as people_views
from tests.conftest import NOW
from tests.factories.accounts import client_of, make_account, make_session
from tests.factories.stage import Stage, allowed
from tests.factories.units import Province

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
    "link_releases.paper",
    "people.export",
    "reorganisations.allocation_template",
    "reorganisations.left_out_file",
    "reorganisations.minutes",
    "reorganisations.problems_file",
    "rosters.excel",
    "signups.export",
}
# Pages behind a secret of the caller's own, which nobody here has, and hand out no file.
BEHIND_A_SECRET = {"accounts.set_password", "own_account.confirm", "signups.status"}


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
                or_(AuditEvent.action.contains(".export"), AuditEvent.action == "card.print"),
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


class Crowd:
    """A commune whose officers take lists away, each as a workbook that waits to be finished."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        here = Province()
        self.tokens = {
            login: make_session(make_account(Role.UNIT_OFFICER, here.commune, login=login), NOW)
            for login in ("canbo1", "canbo2", "canbo3")
        }
        db.session.commit()
        self.app = app
        self.go_on = threading.Event()
        self.waiting = threading.Semaphore(0)
        real = people_views.table_xlsx

        def slow(*args: Any, **kwargs: Any) -> bytes:
            self.waiting.release()
            assert self.go_on.wait(20)
            return real(*args, **kwargs)

        monkeypatch.setattr(people_views, "table_xlsx", slow)

    def client(self, login: str) -> FlaskClient:
        """Return a browser of its own in which the officer is signed in."""
        account = account_by_login(login)
        assert account is not None
        return client_of(self.app, account, self.tokens[login])


@pytest.fixture
def crowd(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    return Crowd(app, monkeypatch)


EXPORT = "/nguoi/tep-excel"


def test_of_twenty_exports_at_once_four_are_made_and_other_pages_are_still_served(
    crowd: Crowd,
) -> None:
    with ThreadPoolExecutor(20) as threads:
        clients = [crowd.client(f"canbo{number % 3 + 1}") for number in range(20)]
        asked = [threads.submit(client.get, EXPORT) for client in clients]
        refused = [
            future.result() for future in itertools.islice(as_completed(asked, timeout=20), 16)
        ]
        for _ in range(4):
            assert crowd.waiting.acquire(timeout=10)
        assert clients[0].get("/nguoi").status_code == HTTPStatus.OK
        crowd.go_on.set()
        answers = [future.result() for future in asked]

    assert {answer.status_code for answer in refused} == {HTTPStatus.TOO_MANY_REQUESTS}
    assert {answer.headers["Retry-After"] for answer in refused} == {"5"}
    assert exports.MANY_FILES in refused[0].text
    assert [answer.status_code for answer in answers].count(HTTPStatus.OK) == 4
    assert clients[0].get(EXPORT).status_code == HTTPStatus.OK  # the places are free again


def test_one_account_has_two_in_the_making_and_leaves_the_others_to_others(crowd: Crowd) -> None:
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(crowd.client("canbo1").get, EXPORT) for _ in range(2)]
        for _ in range(2):
            assert crowd.waiting.acquire(timeout=10)
        assert crowd.client("canbo1").get(EXPORT).status_code == HTTPStatus.TOO_MANY_REQUESTS
        asked.append(threads.submit(crowd.client("canbo2").get, EXPORT))
        crowd.go_on.set()
        assert [future.result().status_code for future in asked] == [HTTPStatus.OK] * 3


def test_a_place_is_given_back_when_the_making_fails(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = crowd.client("canbo1")

    def fails(*_args: Any, **_kwargs: Any) -> bytes:
        raise NotFound("không có gì")

    with monkeypatch.context() as patch:
        patch.setattr(people_views, "table_xlsx", fails)
        for _ in range(3):
            assert client.get(EXPORT).status_code == HTTPStatus.NOT_FOUND
    crowd.go_on.set()
    assert client.get(EXPORT).status_code == HTTPStatus.OK


def test_no_file_is_handed_out_that_kept_no_place(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(RuntimeError):
        exports.hand_out_audited(b"", exports.FileKind.CSV, "khong-cho")


def test_how_many_files_are_made_at_once_is_a_setting_and_never_none() -> None:
    told = Settings.from_environment({"FILES_AT_ONCE": "9", "FILES_AT_ONCE_PER_ACCOUNT": "3"})
    assert (told.files_at_once, told.files_at_once_of_one) == (9, 3)
    usual = Settings.from_environment({})
    assert (usual.files_at_once, usual.files_at_once_of_one) == (4, 2)
    for name in ("FILES_AT_ONCE", "FILES_AT_ONCE_PER_ACCOUNT"):
        with pytest.raises(SettingsError):
            Settings.from_environment({name: "0"})

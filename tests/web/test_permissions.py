"""Every route × method × role × own, sibling and foreign unit answers as the table says."""

import re
from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from registry.domain.permissions import WITHOUT_UNIT, Action, Role
from registry.web import errors
from tests.factories.stage import BEARER, Stage, allowed

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Roles whose scope does not reach the sibling commune of another district.
NARROW = {Role.UNIT_OFFICER, Role.VERIFIER}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    built = Stage(tmp_path_factory.mktemp("matrix"))
    yield built
    built.close()


@pytest.fixture
def short_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the page of each kind of refusal once; afterwards answer with its status alone.

    Thousands of requests are refused, for a handful of reasons, and making that page is half of
    what they cost.
    """
    whole_page = errors.page
    written: set[tuple[int, str | None, str | None]] = set()

    def page(status: int, advice: str | None = None, title: str | None = None) -> tuple[str, int]:
        kind = (int(status), advice, title)
        if kind in written:
            return "", int(status)
        written.add(kind)
        return whole_page(status, advice, title)

    monkeypatch.setattr(errors, "page", page)


def names_a_unit(rule: Rule, action: Action) -> bool:
    """Tell whether the route names a thing of a unit, so that the scope decides."""
    return bool(rule.arguments - BEARER) and action not in WITHOUT_UNIT


def test_every_route_declares_an_action(stage: Stage) -> None:
    undeclared = [
        rule.endpoint
        for rule in stage.rules()
        if not hasattr(stage.app.view_functions[rule.endpoint], "required_action")
    ]
    assert undeclared == []


def test_every_argument_of_a_route_is_typed_or_a_secret(stage: Stage) -> None:
    loose = [
        rule.rule
        for rule in stage.rules()
        for name in rule.arguments - BEARER
        if f"<int:{name}>" not in rule.rule
    ]
    assert loose == []


def test_paths_are_kebab_case_without_accents(stage: Stage) -> None:
    odd = [
        rule.rule
        for rule in stage.rules()
        if not all(
            part.startswith("<") or part == "T" or part.replace("-", "").replace(".", "").isalnum()
            for part in rule.rule.strip("/").split("/")
            if part
        )
        or not rule.rule.isascii()
    ]
    assert odd == []


def test_a_route_that_takes_a_post_names_more_than_the_right_to_look(stage: Stage) -> None:
    loose = [
        f"{rule.endpoint} {stage.action(rule)}"
        for rule in stage.rules()
        if "POST" in (rule.methods or ()) and stage.action(rule).value.endswith(".see")
    ]
    assert loose == []


@pytest.mark.usefixtures("short_refusals")
def test_a_method_a_route_does_not_name_is_refused(stage: Stage) -> None:
    client = stage.client(Role.PUBLIC)
    named: dict[str, set[str]] = {}
    for rule in stage.rules():
        named.setdefault(rule.rule, set()).update(rule.methods or ())
    for rule in stage.rules():
        for method in set(METHODS) - named[rule.rule]:
            answer = client.open(stage.address(rule, stage.inside), method=method)
            assert answer.status_code in {404, 405}, (rule.endpoint, method, answer.status_code)


@pytest.mark.usefixtures("short_refusals")
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_each_role_may_do_what_the_table_says_and_only_inside_its_scope(
    stage: Stage, role: Role
) -> None:
    wrong: list[str] = []
    for rule in stage.rules():
        for method in sorted(set(METHODS) & set(rule.methods or ())):
            wrong += check(stage, role, rule, method)
    assert wrong == []


def check(stage: Stage, role: Role, rule: Rule, method: str) -> list[str]:
    """Return what is wrong with the answers of one route and method for a role."""
    action = stage.action(rule)
    wrong = []
    for place, ids in (
        ("inside", stage.inside),
        ("sibling", stage.sibling),
        ("outside", stage.outside),
    ):
        answer = stage.client(role).open(stage.address(rule, ids), method=method)
        status = answer.status_code
        to_sign_in = status == 303 and "/dang-nhap" in answer.headers.get("Location", "")
        if method != "GET" and status < 400:
            stage.put_back()
        fits = judge(role, action, rule, place, status, to_sign_in=to_sign_in)
        if not fits:
            wrong.append(f"{method} {rule.endpoint} {place}: {status}")
        if not rule.arguments - BEARER:
            break
    return wrong


def judge(
    role: Role, action: Action, rule: Rule, place: str, status: int, *, to_sign_in: bool
) -> bool:
    if not allowed(role, action):
        return to_sign_in if role is Role.PUBLIC else status == 403
    if to_sign_in and rule.endpoint != "accounts.sign_in":
        return False
    if not names_a_unit(rule, action):
        return status != 403
    hidden = place == "outside" or (place == "sibling" and role in NARROW)
    return status == 404 if hidden else status not in {403, 404}


def test_a_thing_out_of_scope_reads_like_one_that_does_not_exist(stage: Stage) -> None:
    client = stage.client(Role.UNIT_OFFICER)
    nowhere = dict.fromkeys(stage.inside, 999_999)
    for rule in stage.rules():
        action = stage.action(rule)
        if "GET" not in (rule.methods or ()) or not names_a_unit(rule, action):
            continue
        if not allowed(Role.UNIT_OFFICER, action):
            continue
        foreign = client.get(stage.address(rule, stage.outside))
        missing = client.get(stage.address(rule, nowhere))
        assert foreign.status_code == missing.status_code == 404, rule.endpoint
        assert plain(foreign.text) == plain(missing.text), rule.endpoint


def plain(page: str) -> str:
    """Return a page without the token of the sign-out button, which is fresh each time."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)

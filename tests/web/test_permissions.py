"""Every route × method × role × own, sibling and foreign unit answers as the table says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from werkzeug.routing import Rule

from registry.domain.permissions import WITHOUT_UNIT, Action, Role
from registry.web import errors
from tests.factories.stage import BEARER, PAIRS, Pair, Stage, allowed

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


@pytest.mark.usefixtures("short_refusals")
@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_two_roles_of_an_account_open_nothing_that_neither_of_them_opens(
    stage: Stage, pair: Pair
) -> None:
    client = stage.client(pair)
    wrong = []
    for rule in stage.rules():
        action = stage.action(rule)
        for place, ids in (("sibling", stage.sibling), ("outside", stage.outside)):
            due = refusal(pair, rule, action, place)
            for method in sorted(set(METHODS) & set(rule.methods or ())) if due else ():
                status = client.open(stage.address(rule, ids), method=method).status_code
                if status != due:
                    wrong.append(f"{method} {rule.endpoint} {place}: {status}, not {due}")
    assert wrong == []


def refusal(pair: Pair, rule: Rule, action: Action, place: str) -> int | None:
    """Return the status with which every role of a pair is refused; None where one is let in."""
    holding = [role for role in pair if allowed(role, action)]
    if not holding:
        return 403
    if not names_a_unit(rule, action) or not rule.arguments - BEARER:
        return None
    reaches = place == "sibling" and not NARROW.issuperset(holding)
    return None if reaches else 404


PERSON = {
    "full_name": "Lê Văn Mới",
    "phone": "0905 123 456",
    "role": "member",
    "valid_from": "30/06/2024",
}
ASSIGNMENT = {
    "role": "focal_point",
    "duty": "concurrent",
    "holder": "p0",
    "decision_choice": "none",
    "valid_from": "30/06/2024",
}
MOVE = {"version": "1", "role": "member", "day": "20/06/2024", "reason": "Chuyển"}
CLASS = {
    "course": "Khóa thử",
    "name": "Lớp 02",
    "starts_on": "12/06/2024",
    "ends_on": "12/06/2024",
    "mode": "online",
}
LINES = {"version": "1", "effective_from": "30/06/2024"}
CHANGE = {"change": "move", "effective_on": "30/06/2024", "number": "5/QĐ-UBND"}


@dataclass(frozen=True)
class Named:
    """An id that stands in no path: whose, how written, what is sent with it.

    Without what is sent it stands in the address.
    """

    endpoint: str
    field: str
    whose: str
    written: str = "{}"
    sent: dict[str, str] | None = None


NAMED = [
    Named("people.register", "despite_likeness", "person_id", sent=PERSON),
    Named("people.index", "don-vi", "unit_id"),
    Named("people.export", "don-vi", "unit_id"),
    Named("assignments.record", "holder", "person_id", "p{}", ASSIGNMENT),
    Named("assignments.record", "holder", "unit_id", "s{}", ASSIGNMENT),
    Named("assignments.record", "decision_choice", "decision_id", "d{}", ASSIGNMENT),
    Named("assignments.record", "quyet-dinh", "decision_id"),
    Named("memberships.transfer", "unit_id", "unit_id", sent=MOVE),
    Named("rosters.start", "unit", "unit_id"),
    Named("rosters.start", "unit_id", "unit_id", sent={"effective_from": "30/06/2024"}),
    Named("rosters.index", "don_vi", "unit_id"),
    Named("rosters.add_lines", "add", "person_id", "p{}", LINES),
    Named("rosters.add_lines", "add", "unit_id", "u{}", LINES),
    Named("rosters.add_lines", "end", "person_id", "p{}", LINES),
    Named("trainings.create", "organiser", "unit_id", sent=CLASS),
    Named("trainings.attend", "person_ids", "person_id", sent={"result": "completed"}),
    Named("paper_checks.check", "don-vi", "unit_id"),
    Named("paper_ends.end", "by_id", "decision_id", sent={"manner": "replaced", "extent": "all"}),
    Named("units.change_unit", "new_parent_id", "unit_id", sent=CHANGE),
    Named("signups.accept", "attach", "person_id", sent={"version": "1", "role": "member"}),
    Named("signups.queue", "don-vi", "unit_id"),
    Named("reorganisations.add_row", "don-vi", "unit_id"),
    Named("coverage.report", "don-vi", "unit_id"),
]
MISSING = 987_654


@pytest.mark.parametrize(
    "holder", [Role.UNIT_OFFICER, Role.REVIEWER, (Role.VERIFIER, Role.UNIT_OFFICER)], ids=str
)
@pytest.mark.parametrize("named", NAMED, ids=lambda one: f"{one.endpoint}-{one.field}-{one.whose}")
def test_an_id_out_of_scope_reads_like_a_missing_one_wherever_it_is_sent(
    stage: Stage, holder: Role | Pair, named: Named
) -> None:
    rule = next(rule for rule in stage.rules() if rule.endpoint == named.endpoint)
    client, address = stage.client(holder), stage.address(rule, stage.inside)

    def answer(number: int, foreign: int) -> tuple[int, str]:
        value = {named.field: named.written.format(number)}
        response = (
            client.get(address, query_string=value)
            if named.sent is None
            else client.post(address, data=named.sent | value)
        )
        stage.put_back()
        numbers = f"{named.written.format(foreign)}|{named.written.format(MISSING)}"
        return response.status_code, re.sub(
            rf'(?<=["=])({numbers})(?=["&])', "#", plain(response.text)
        )

    places = [(stage.outside, ("Lê Văn Ngoài", "Xã Khác"))]
    if holder is Role.UNIT_OFFICER:
        places.append((stage.sibling, ("Lê Văn Bên", "Đại Minh")))
    for place, names in places:
        foreign = place[named.whose]
        status, page = answer(foreign, foreign)
        assert (status, page) == answer(MISSING, foreign)
        assert [name for name in names if name in page] == []


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
    """Return a page without tokens and submit keys, which are fresh each time."""
    return re.sub(r'name="(csrf_token|submit_key)"[^>]*', "", page)

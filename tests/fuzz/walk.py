"""Generated requests: one visitor goes from page to page and means, or mistypes, what he sends.

The same seed asks the same: what is chosen depends on the seed, on the rows of the database by
their number, and on what the pages say.
"""

import re
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from registry.domain.permissions import TABLE, Role
from registry.models.base import db
from tests.fuzz.shown import ShownField, ShownForm, read_page
from tests.fuzz.typed import FILES, hostile, meant

LOWEST_FAULT = 500
UNUSUAL_METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST", "TRACE", "BREW")
UNUSUAL_NUMBERS = (0, 1, 999_999, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**30)
# Where the things lie that the arguments of routes name.
TABLES = {
    "account_id": "accounts",
    "annex_id": "reorganisation_annexes",
    "assignment_id": "assignments",
    "attendance_id": "attendances",
    "batch_id": "reorganisations",
    "card_id": "cards",
    "class_id": "training_classes",
    "decision_id": "decisions",
    "end_id": "decision_ends",
    "membership_id": "memberships",
    "message_id": "outbox_messages",
    "period_id": "person_periods",
    "person_id": "people",
    "roster_id": "rosters",
    "signup_id": "signups",
    "unit_id": "units",
}
_ASKED = re.compile(r'args\.get\(\s*"([^"]+)"|^[A-Z_]+ = "([a-z_-]+)"', re.MULTILINE)

Fields = MultiDict[str, Any]


@dataclass(slots=True)
class Request:
    """What is sent, and how it is told of when the answer is a fault."""

    method: str
    path: str
    fields: Fields | None = None
    options: dict[str, Any] = field(default_factory=dict)

    def send(self, client: FlaskClient) -> TestResponse:
        """Send it; files are made anew, for a client closes what it has sent."""
        options = dict(self.options)
        if self.fields is not None:
            sent: Fields = MultiDict()
            for name, value in self.fields.items(multi=True):
                is_file = isinstance(value, tuple)
                sent.add(name, (BytesIO(value[1]), value[0]) if is_file else value)
            options["data"] = sent
        return client.open(self.path, method=self.method, **options)

    def __str__(self) -> str:
        fields = list(self.fields.items(multi=True)) if self.fields is not None else []
        return f"{self.method} {self.path!r} fields={fields!r} {self.options or ''}"


@dataclass(slots=True)
class Visitor:
    """A login with its browser, and the numbers and forms that pages have shown it."""

    login: str
    client: FlaskClient
    roles: frozenset[Role]
    seen: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    links: list[str] = field(default_factory=list)


class Walk:
    """Sends generated requests; `faults` are the answers of 500 and above, ready to be read."""

    def __init__(self, app: Flask, enter: Callable[[str], FlaskClient], seed: str) -> None:
        self._app = app
        self._enter = enter
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 - the same requests again, nothing secret
        self._addresses = app.url_map.bind("127.0.0.1:8000")
        self._rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        self._asked = _names_asked(Path(app.root_path) / "web")
        self._numbers = {name: _numbers(table) for name, table in TABLES.items()}
        self._forms: dict[str, ShownForm] = {}
        self.sent = 0
        self.faults: list[str] = []
        self.statuses: dict[int, int] = defaultdict(int)

    def visitor(self, login: str, roles: Iterable[Role]) -> Visitor:
        """Return a visitor who has looked at some of the pages that name no thing."""
        client = self._enter(login) if login else self._app.test_client()
        visitor = Visitor(login, client, frozenset(roles))
        for rule in self._random.sample(self._plain_pages(), 12):
            self._send(visitor, Request("GET", rule.rule))
        return visitor

    def look_round(self, visitor: Visitor) -> None:
        """Open every page that names no thing: none may fail on what is stored by now."""
        for rule in self._plain_pages():
            self._send(visitor, Request("GET", rule.rule))

    def go(self, visitor: Visitor) -> None:
        """Take one step: a form, a page, fields without a form, or what no browser sends."""
        steps = (self._form, self._page, self._bare_fields, self._unusual)
        self._random.choices(steps, weights=(50, 20, 18, 12))[0](visitor)

    # --- steps ------------------------------------------------------------------------------

    def _form(self, visitor: Visitor) -> None:
        rule = self._rule(visitor, "GET")
        answer = self._send(visitor, Request("GET", self._path(visitor, rule)))
        if answer is None or answer.mimetype != "text/html":
            return
        forms, _ = read_page(answer.text)
        if not forms:
            return
        # The button that signs out stands on every page.
        weights = [1 + 4 * len(form.fields) for form in forms]
        form = self._random.choices(forms, weights)[0]
        address = form.action or answer.request.full_path.removesuffix("?")
        self._submit(visitor, form, address)

    def _submit(self, visitor: Visitor, form: ShownForm, address: str) -> None:
        fields = self._filled(form)
        if form.method == "GET":
            return self._get(visitor, address.partition("?")[0], fields)
        self._send(visitor, Request("POST", address, fields))
        if self._random.random() < 0.1:
            self._send(visitor, Request("POST", address, fields))
        return None

    def _page(self, visitor: Visitor) -> None:
        if visitor.links and self._random.random() < 0.4:
            parts = urlsplit(self._random.choice(visitor.links))
            fields = MultiDict(parse_qsl(parts.query, keep_blank_values=True))
            for name in [name for name in fields if self._random.random() < 0.5]:
                fields[name] = hostile(self._random)
            return self._get(visitor, parts.path, fields)
        path = self._path(visitor, self._rule(visitor, "GET"))
        return self._get(visitor, path, self._question(visitor))

    def _get(self, visitor: Visitor, path: str, fields: Fields) -> None:
        asked = MultiDict(
            (name, value) for name, value in fields.items(multi=True) if isinstance(value, str)
        )
        self._send(visitor, Request("GET", path, options={"query_string": asked}))

    def _bare_fields(self, visitor: Visitor) -> None:
        rule = self._rule(visitor, "POST")
        form = self._forms.get(rule.endpoint)
        if form is None or self._random.random() < 0.2:
            form = self._random.choice([*self._forms.values()] or [ShownForm("POST", "")])
        path = self._path(visitor, rule)
        asked = self._question(visitor) if self._random.random() < 0.3 else MultiDict()
        options = {"query_string": asked} if asked else {}
        self._send(visitor, Request("POST", path, self._filled(form), options))

    def _unusual(self, visitor: Visitor) -> None:
        random = self._random
        path = self._path(visitor, random.choice(self._rules))
        method = random.choice(UNUSUAL_METHODS)
        options: dict[str, Any] = random.choice(
            (
                {},
                {"data": b"\x00\xff" * 20, "content_type": "application/octet-stream"},
                {"data": b"{", "content_type": "application/json"},
                {"data": b"a=%ff&b=%00&=&&&", "content_type": "application/x-www-form-urlencoded"},
                {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x"},
                {"data": b"--x", "content_type": "multipart/form-data"},
                {"query_string": "a=%ff&page=%00&%"},
                {"query_string": "&".join(f"a{number}=1" for number in range(2000))},
                {"headers": {"Accept": "\xff", "Accept-Encoding": "br;q=x", "Range": "bytes=9-1"}},
                {"headers": {"X-Requested-With": "x", "Referer": "http://[", "Origin": "null"}},
                {"headers": {"If-None-Match": '"' * 30, "If-Modified-Since": "hôm qua"}},
                {"headers": {"Cookie": "registry_session=.x.y; session=" + "a" * 3000}},
            )
        )
        if random.random() < 0.3:
            path = f"{path}{quote(hostile(random))}"
        self._send(visitor, Request(method, path, options=options))

    def _plain_pages(self) -> list[Rule]:
        return [
            rule for rule in self._rules if not rule.arguments and "GET" in (rule.methods or ())
        ]

    # --- choices ----------------------------------------------------------------------------

    def _rule(self, visitor: Visitor, method: str) -> Rule:
        """Choose a route; more often one the visitor may ask for."""
        rules = [rule for rule in self._rules if method in (rule.methods or ())]
        own = [rule for rule in rules if self._may(visitor, rule)]
        return self._random.choice(own if self._random.random() < 0.85 else rules)

    def _may(self, visitor: Visitor, rule: Rule) -> bool:
        action = getattr(self._app.view_functions[rule.endpoint], "required_action", None)
        return any(action in TABLE[role] for role in visitor.roles)

    def _path(self, visitor: Visitor, rule: Rule) -> str:
        values = {name: self._argument(visitor, name) for name in sorted(rule.arguments)}
        path = re.sub(r"<(?:[a-z]+:)?(\w+)>", lambda found: quote(values[found[1]]), rule.rule)
        return path or "/"

    def _argument(self, visitor: Visitor, name: str) -> str:
        choice = self._random.random()
        if visitor.seen[name] and choice < 0.7:
            return self._random.choice(visitor.seen[name])
        if name not in TABLES:
            return hostile(self._random)[:400] or "x"
        if self._numbers[name] and choice < 0.92:
            return str(self._random.choice(self._numbers[name]))
        return str(self._random.choice(UNUSUAL_NUMBERS))

    def _question(self, visitor: Visitor) -> Fields:
        names = self._random.sample(self._asked, self._random.randint(1, 4))
        return MultiDict((name, self._value(name, visitor)) for name in names)

    def _value(self, name: str, visitor: Visitor | None = None) -> str:
        choice = self._random.random()
        if choice < 0.4:
            return meant(name, self._random)
        if choice < 0.6:
            argument = self._random.choice(sorted(TABLES))
            return self._argument(visitor, argument) if visitor else self._any_number(argument)
        return hostile(self._random)

    def _any_number(self, argument: str) -> str:
        return str(self._random.choice(self._numbers[argument] or UNUSUAL_NUMBERS))

    # --- forms ------------------------------------------------------------------------------

    def _filled(self, form: ShownForm) -> Fields:
        """Fill a form in as it is meant, or with some of its fields wrong, missing or double."""
        wrong = self._random.choices((0.0, 0.1, 0.4, 1.0), weights=(40, 35, 20, 5))[0]
        fields: Fields = MultiDict()
        buttons = [shown for shown in form.fields.values() if shown.kind == "button"]
        for shown in form.fields.values():
            if shown.kind == "button":
                continue
            is_wrong = self._random.random() < wrong and shown.name != "submit_key"
            for value in self._mistyped(shown) if is_wrong else self._meant(shown):
                fields.add(shown.name, value)
        if buttons and self._random.random() < 0.6:
            pressed = self._random.choice(buttons)
            fields.add(pressed.name, self._random.choice(pressed.options))
        return fields

    def _meant(self, shown: ShownField) -> Iterator[Any]:
        random = self._random
        if shown.kind == "file":
            if random.random() < 0.3:
                yield FILES[0]
        elif shown.kind == "checkbox":
            yield from [option for option in shown.options if random.random() < 0.5]
        elif shown.options:
            kept = shown.values and random.random() < 0.5
            yield from shown.values[:1] if kept else [random.choice(shown.options)]
        elif shown.kind == "hidden" or (any(shown.values) and random.random() < 0.7):
            yield from shown.values
        else:
            yield meant(shown.name, random)

    def _mistyped(self, shown: ShownField) -> Iterator[Any]:
        if shown.kind == "file":
            yield self._random.choice(FILES)
            return
        how = self._random.random()
        if how < 0.15:
            return
        if how < 0.3:
            yield self._random.choice(FILES)
        yield self._value(shown.name)
        if how > 0.85:
            yield self._value(shown.name)

    # --- sending ----------------------------------------------------------------------------

    def _send(self, visitor: Visitor, request: Request) -> TestResponse | None:
        """Send a request and learn from the answer; None when it is a fault."""
        self.sent += 1
        try:
            answer = request.send(visitor.client)
        except Exception as error:  # noqa: BLE001 - in tests a fault is raised, whatever it is
            self._note(visitor, request, "".join(traceback.format_exception(error)[-12:]))
            return None
        self.statuses[answer.status_code] += 1
        if answer.status_code >= LOWEST_FAULT:
            self._note(visitor, request, answer.status)
            return None
        self._learn(visitor, answer)
        return answer

    def _note(self, visitor: Visitor, request: Request, said: str) -> None:
        who = visitor.login or "public"
        self.faults.append(f"seed {self._seed!r}, request {self.sent}, {who}: {request}\n{said}")

    def _learn(self, visitor: Visitor, answer: TestResponse) -> None:
        if visitor.login and "/dang-nhap" in answer.headers.get("Location", ""):
            visitor.client = self._enter(visitor.login)
        if answer.mimetype != "text/html" or answer.request.method != "GET":
            return
        forms, links = read_page(answer.text)
        visitor.links = [*visitor.links, *links][-400:]
        for address in (*links, *(form.action for form in forms)):
            self._remember(visitor, urlsplit(address).path)
        for form in forms:
            if form.method == "POST":
                place = self._match(urlsplit(form.action or answer.request.path).path, "POST")
                if place is not None:
                    self._forms[place[0]] = form

    def _remember(self, visitor: Visitor, path: str) -> None:
        for method in ("GET", "POST"):
            if (place := self._match(path, method)) is not None:
                for name, value in place[1].items():
                    visitor.seen[name] = [*visitor.seen[name], str(value)][-60:]

    def _match(self, path: str, method: str) -> tuple[str, Any] | None:
        try:
            return self._addresses.match(path, method=method)
        except HTTPException:
            return None


def _names_asked(folder: Path) -> list[str]:
    """Return the names of all query parameters that the pages' code reads."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))]
    found = {first or second for source in sources for first, second in _ASKED.findall(source)}
    return sorted(found)


def _numbers(name: str) -> list[int]:
    table: Table = db.metadata.tables[name]
    return list(db.session.scalars(select(table.c.id).order_by(table.c.id)))

"""What every answer carries: a strict policy, no caching, careful cookies, encrypted transport."""

import re
from dataclasses import replace
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.app import create_app
from registry.domain.clock import Clock
from registry.models.base import db
from registry.settings import Connections, Settings, SettingsError
from tests.conftest import MovableClock, VisitorClient
from tests.factories.units import Province

STYLE = "/static/vendor/site.css"


@pytest.fixture
def here(app: Flask) -> Province:
    province = Province()
    db.session.commit()
    return province


def _answers(client: FlaskClient) -> dict[str, TestResponse]:
    answers = {
        "a page": client.get("/dang-nhap"),
        "a redirect": client.get("/tai-khoan"),
        "not found": client.get("/khong-co-trang-nay"),
        "a refused form": client.post("/dang-nhap", data={}),
        "a wrong method": client.delete("/dang-nhap"),
        "a forged host": client.get("/dang-nhap", headers={"Host": "evil.example"}),
        "a static file": client.get(STYLE),
    }
    for answer in answers.values():
        answer.close()
    return answers


def _cookie(answer: TestResponse) -> Morsel[str]:
    (morsel,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
    return morsel


def test_the_answers_looked_at_are_of_every_kind(client: FlaskClient, here: Province) -> None:
    statuses = {kind: answer.status_code for kind, answer in _answers(client).items()}
    assert list(statuses.values()) == [200, 303, 404, 422, 405, 400, 200]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Robots-Tag", "noindex"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ],
)
def test_every_answer_carries_the_header(
    client: FlaskClient, here: Province, name: str, value: str
) -> None:
    wrong = {
        kind: answer.headers.get(name)
        for kind, answer in _answers(client).items()
        if answer.headers.get(name) != value
    }
    assert wrong == {}


def test_every_answer_forbids_foreign_and_inline_content(
    client: FlaskClient, here: Province
) -> None:
    for answer in _answers(client).values():
        policy = answer.headers["Content-Security-Policy"]
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == "'none'"
        assert rules["style-src"] == "'self'"
        assert rules["form-action"] == "'self'"
        assert rules["frame-ancestors"] == "'none'"
        assert rules["base-uri"] == "'none'"
        assert re.fullmatch(r"'self' 'nonce-[\w-]{22}'", rules["script-src"])
        assert "unsafe" not in policy
        assert "*" not in policy


@pytest.mark.parametrize("body", ['{"login": 5, "password": []}', "[" * 100_000])
def test_json_is_not_read_as_a_form(client: FlaskClient, here: Province, body: str) -> None:
    answer = client.post("/dang-nhap", data=body, content_type="application/json")
    assert answer.status_code == 415


def test_the_nonce_is_another_on_each_page(client: FlaskClient, here: Province) -> None:
    policies = [client.get("/dang-nhap").headers["Content-Security-Policy"] for _ in range(2)]
    assert policies[0] != policies[1]


def test_no_answer_may_be_kept_but_static_files(client: FlaskClient, here: Province) -> None:
    kept = {
        kind
        for kind, answer in _answers(client).items()
        if answer.headers["Cache-Control"] != "no-store"
    }
    assert kept == {"a static file"}


def test_a_static_file_named_by_its_content_is_kept_for_ever_and_another_is_asked_for_again(
    client: FlaskClient,
) -> None:
    page = client.get("/dang-nhap")
    named = re.search(rf"{STYLE}\?v=\w+", page.text)
    assert named is not None
    with client.get(named.group()) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get(STYLE) as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1:8000, 127.0.0.1:8000",
        "127.0.0.1:8000,evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1@evil.example",
        "127.0.0.1:evil",
        "127.0.0.1:8000/evil",
        "127.0.0.1 evil.example",
        "[",
        "[::1",
        "",
    ],
)
def test_any_host_but_ours_is_refused(client: FlaskClient, here: Province, host: str) -> None:
    answer = client.get("/dang-nhap", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8000", "[::1]"])
def test_our_own_host_is_answered_with_any_port(
    client: FlaskClient, here: Province, host: str
) -> None:
    answer = client.get("/dang-nhap", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["REQUEST_URI", "RAW_URI"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("/dang-nhap", 200),
        ("//evil.example/dang-nhap", 200),  # a path of ours, whatever it looks like
        ("http://127.0.0.1:8000/dang-nhap", 200),
        ("http://evil.example/dang-nhap", 400),
        ("https://evil.example", 400),
        ("http://evil.example?http://127.0.0.1/", 400),
        ("http://127.0.0.1@evil.example/dang-nhap", 400),
        ("http://evil.example@127.0.0.1/dang-nhap", 400),
        ("http:/dang-nhap", 400),
        ("http:///dang-nhap", 400),
        ("evil.example:443", 400),
    ],
)
def test_an_absolute_address_of_another_host_is_refused(
    client: FlaskClient, here: Province, name: str, asked: str, status: int
) -> None:
    assert client.get("/dang-nhap", environ_overrides={name: asked}).status_code == status


def test_on_this_machine_the_cookie_is_hidden_from_scripts_and_other_sites(
    settings: Settings, clock: MovableClock, here: Province
) -> None:
    app = create_app(settings, Clock(clock.read), TESTING=True)
    app.test_client_class = VisitorClient
    cookie = _cookie(app.test_client().get("/dang-nhap"))
    assert cookie.key == "registry"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]


def test_on_the_network_the_cookie_is_bound_to_host_and_encryption(
    settings: Settings, clock: MovableClock, here: Province
) -> None:
    public = replace(settings, base_url="https://mangluoi.example")
    app = create_app(public, Clock(clock.read), TESTING=True)
    app.test_client_class = VisitorClient
    answer = app.test_client().get("/dang-nhap", base_url="https://mangluoi.example")
    cookie = _cookie(answer)
    assert cookie.key == "__Host-registry"
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_strict_transport_is_not_promised_without_encryption(
    client: FlaskClient, here: Province
) -> None:
    assert "Strict-Transport-Security" not in client.get("/dang-nhap").headers


@pytest.mark.parametrize(
    "address",
    ["http://mangluoi.example", "http://10.0.0.5:8000", "HTTP://mangluoi.example", "ftp://x", "x"],
)
def test_an_address_that_would_send_passwords_in_the_clear_is_refused(address: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_environment({"BASE_URL": address})
    assert "BASE_URL" in refusal.value.message


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "http://localhost:8000", "https://mangluoi.example"]
)
def test_this_machine_or_an_encrypted_address_is_served(address: str) -> None:
    assert Settings.from_environment({"BASE_URL": address}).base_url == address


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONNECTION_LIMIT", "0"),
        ("CONNECTION_LIMIT", "19"),
        ("CONNECTION_LIMIT", "²"),
        ("IDLE_SECONDS", "0"),
        ("HEADER_SECONDS", "-1"),
        ("SLOWEST_BYTES_PER_SECOND", "0"),
    ],
)
def test_a_patience_that_would_stop_the_server_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


def test_the_patience_of_the_server_is_a_setting() -> None:
    chosen = {
        "CONNECTION_LIMIT": "20",
        "IDLE_SECONDS": "5",
        "HEADER_SECONDS": "6",
        "SLOWEST_BYTES_PER_SECOND": "7",
    }
    assert Settings.from_environment(chosen).connections == Connections(
        limit=20, idle=timedelta(seconds=5), header=timedelta(seconds=6), slowest_rate=7
    )
    assert Settings.from_environment({}).connections == Connections()


def test_serving_to_the_network_without_an_address_is_refused() -> None:
    with pytest.raises(SettingsError):
        Settings.from_environment({"HOST": "10.0.0.5"})


def test_without_keys_every_page_says_what_to_do(settings: Settings, clock: MovableClock) -> None:
    app = create_app(replace(settings, secrets=None), Clock(clock.read), TESTING=True)
    app.test_client_class = VisitorClient
    answer = app.test_client().get("/dang-nhap")
    assert answer.status_code == 503
    assert "flask init" in answer.text

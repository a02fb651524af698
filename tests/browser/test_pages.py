"""Every page the links lead to, in each role; and what a public page weighs on a phone."""

from collections import deque
from itertools import product
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from werkzeug.routing import MapAdapter

from registry.domain.permissions import Role
from tests.browser.served import Served
from tests.browser.steps import enter
from tests.browser.visitors import Visitor, visiting

PUBLIC_PAGES = (
    "/",
    "/dang-ky",
    "/dang-ky?q=que+lam",
    "/dang-ky/don-vi/148",
    "/dang-ky/trang-thai",
    "/t",
    "/t/0000000000000000",
    "/dang-nhap",
)
FIRST_LOAD, LATER_LOAD = 30 * 1024, 8 * 1024
# About as many views as each role can reach today: fewer would mean that a link is missing.
LEAST_VIEWS = {
    Role.SYSTEM_ADMINISTRATOR: 7,
    Role.APPROVER: 24,
    Role.REVIEWER: 45,
    Role.VERIFIER: 23,
    Role.VIEWER: 24,
    Role.UNIT_OFFICER: 35,
    Role.MEMBER: 6,
    Role.PUBLIC: 6,
}


@pytest.mark.parametrize("role", list(Role))
def test_every_page_the_links_of_a_role_lead_to_is_whole(
    browser: Browser, served_to_readers: Served, role: Role
) -> None:
    with visiting(
        browser, served_to_readers.address, width=1280, scripts=True, axe=True
    ) as visitor:
        if role is not Role.PUBLIC:
            enter(visitor, served_to_readers.logins[role])
        seen = walk(visitor, served_to_readers.app.url_map.bind("127.0.0.1"))
    assert len(seen) >= LEAST_VIEWS[role]


def walk(visitor: Visitor, routes: MapAdapter) -> set[str]:
    """Follow links from the first page, one to each view; return the names of the views seen."""
    waiting, seen = deque(["/"]), set()
    while waiting:
        path = waiting.popleft()
        view = view_of(path, routes)
        if view in seen:
            continue
        seen.add(view)
        if visitor.open_page_or_file(path):
            waiting.extend(links_of(visitor))
    return seen


def view_of(path: str, routes: MapAdapter) -> str:
    """Return the name of the view an address leads to."""
    return str(routes.match(urlsplit(path).path)[0])


def links_of(visitor: Visitor) -> list[str]:
    """Return the addresses of this registry the page links to."""
    found: list[str] = visitor.page.evaluate(
        "() => [...new Set([...document.links].map(link => link.href.split('#')[0]))]"
    )
    inside = f"{visitor.address}/"
    return [
        address.removeprefix(visitor.address) for address in found if address.startswith(inside)
    ]


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_a_public_page_is_light_enough_for_a_phone_that_comes_for_the_first_time(
    browser: Browser, served_to_readers: Served, path: str
) -> None:
    with visiting(browser, served_to_readers.address, width=360, scripts=True) as visitor:
        assert weight_of(visitor, path) <= FIRST_LOAD


def test_public_pages_are_lighter_for_a_phone_that_came_before(
    browser: Browser, served_to_readers: Served
) -> None:
    with visiting(browser, served_to_readers.address, width=360, scripts=True) as visitor:
        visitor.open("/")
        visitor.open("/t")
        weights = {path: weight_of(visitor, path) for path in PUBLIC_PAGES}
    assert {path: weight for path, weight in weights.items() if weight > LATER_LOAD} == {}


def weight_of(visitor: Visitor, path: str) -> int:
    """Return the bytes that come over the wire when a page is opened, headers included."""
    wire = visitor.context.new_cdp_session(visitor.page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    wire.send("Network.enable")
    visitor.open(path)
    wire.detach()
    assert sizes
    return int(sum(sizes))


@pytest.mark.parametrize(
    ("spoil", "noticed"),
    [
        ("main.innerHTML += '<input>'", "label"),
        ("main.innerHTML += '<p>There is a problem</p>'", "English"),
        ("main.style.width = '5000px'", "px wide"),
        ("fetch('http://192.0.2.1/')", "another host|Content Security Policy"),
        ("main.append(Object.assign(new Image(), {src: '/nothing.png'}))", "404 of"),
    ],
)
def test_a_visitor_notices_what_is_wrong_with_a_page(
    browser: Browser, served_to_readers: Served, spoil: str, noticed: str
) -> None:
    with visiting(browser, served_to_readers.address, width=360, scripts=True, axe=True) as visitor:
        visitor.open("/t")
        visitor.page.evaluate(f"() => {{ const main = document.querySelector('main'); {spoil} }}")
        visitor.page.wait_for_timeout(300)
        with pytest.raises(AssertionError, match=noticed):
            visitor.look()


def test_a_barrier_in_one_of_many_like_rows_is_noticed(
    browser: Browser, served_to_readers: Served
) -> None:
    with visiting(
        browser, served_to_readers.address, width=1280, scripts=True, axe=True
    ) as visitor:
        visitor.open("/t")
        for (spoil, noticed), place in product(BARRIERS, (0, 2)):
            visitor.page.evaluate(LIKE_ROWS)
            visitor.look()
            assert visitor.page.locator("tr:not([data-known], [data-known] *)").count() <= 1
            visitor.page.evaluate(
                f"place => {{ const row = document.querySelectorAll('tr')[place]; {spoil} }}", place
            )
            with pytest.raises(AssertionError, match=noticed):
                visitor.look()


LIKE_ROWS = """() => {
    document.styleSheets[0].insertRule(".pale { color: #eee }");
    const table = document.createElement("table");
    table.innerHTML = ["a", "b", "c", "d"].map(id =>
        `<tr><td><a href="/${id}">Thẻ ${id}</a></td>
         <td><label for="${id}">Số thẻ</label><input id="${id}"></td></tr>`
    ).join("");
    document.querySelector("main").replaceChildren(table);
}"""
BARRIERS = (
    ("row.cells[0].append(document.createElement('input'))", "label"),
    ("row.querySelector('input').id = ''", "label"),
    ("row.querySelector('a').textContent = ''", "link-name"),
    ("row.style.color = '#eee'", "color-contrast"),
    ("row.className = 'pale'", "color-contrast"),
    ("row.cells[0].setAttribute('aria-hidden', 'no')", "aria-valid-attr-value"),
)

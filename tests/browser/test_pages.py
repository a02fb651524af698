"""Every page the links lead to, in each role; and what a public page weighs on a phone."""

from collections import deque
from collections.abc import Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from registry.domain.permissions import Role
from tests.browser.served import Served
from tests.browser.steps import sign_in
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
MOST_PAGES = 60


@pytest.mark.parametrize("role", list(Role))
def test_every_page_the_links_of_a_role_lead_to_is_whole(
    browser: Browser, served: Served, role: Role
) -> None:
    with visiting(browser, served.address, width=1280, scripts=True, axe=True) as visitor:
        if role is not Role.PUBLIC:
            login = served.logins[role]
            sign_in(visitor, login.login, login.password)
        seen = walk(visitor, served.app.url_map.bind("127.0.0.1"))
    assert len(seen) >= LEAST_PAGES[role]


LEAST_PAGES = {
    Role.SYSTEM_ADMINISTRATOR: 5,
    Role.APPROVER: 20,
    Role.REVIEWER: 30,
    Role.VERIFIER: 20,
    Role.VIEWER: 20,
    Role.UNIT_OFFICER: 25,
    Role.MEMBER: 5,
    Role.PUBLIC: 6,
}


def walk(visitor: Visitor, routes: MapAdapter) -> set[str]:
    """Follow links from the first page, one of each kind; return the kinds of pages seen."""
    waiting, seen = deque(["/"]), set()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.popleft()
        kind = kind_of(path, routes)
        if kind in seen:
            continue
        seen.add(kind)
        answer = visitor.context.request.get(path)
        assert answer.status == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            visitor.open(path)
            waiting.extend(links_of(visitor))
    return seen


def kind_of(path: str, routes: MapAdapter) -> str:
    """Return the view an address leads to, with the names of what it asks for."""
    parts = urlsplit(path)
    try:
        endpoint, _ = routes.match(parts.path)
    except HTTPException:
        return parts.path
    return "?".join([str(endpoint), *sorted({name for name, _ in parse_qsl(parts.query)})])


def links_of(visitor: Visitor) -> Iterator[str]:
    """Yield the addresses of this registry the page links to."""
    for link in visitor.page.locator("a[href]").all():
        address = urlsplit(urljoin(visitor.page.url, str(link.get_attribute("href"))))
        if f"{address.scheme}://{address.netloc}" == visitor.address:
            yield address._replace(scheme="", netloc="", fragment="").geturl()


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_a_public_page_is_light_enough_for_a_phone_that_comes_for_the_first_time(
    browser: Browser, served: Served, path: str
) -> None:
    with visiting(browser, served.address, width=360, scripts=True) as visitor:
        assert weight_of(visitor, path) <= FIRST_LOAD


def test_public_pages_are_lighter_for_a_phone_that_came_before(
    browser: Browser, served: Served
) -> None:
    with visiting(browser, served.address, width=360, scripts=True) as visitor:
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

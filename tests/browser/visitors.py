"""Somebody at a browser. Every page he comes to is looked at, whatever the test is about."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

from tests.browser.barriers import barriers, make_ready

# What govuk-frontend, WTForms and Flask-WTF say unless they are told to say it in Vietnamese.
ENGLISH = re.compile(
    r"There is a problem|Error:|Not a valid|This field|is required|Skip to|Show password"
    r"|Hide password|Breadcrumb\b|Pagination\b|\bSuccess\b|\bImportant\b|\bPrevious\b|\bNext\b"
    r"|characters (?:remaining|too many)|CSRF|Bad Request|Not Found|Choose file"
)
OK = 200
LOWEST_REFUSAL = 400
_BOXES = "input:not([type=radio]):not([type=checkbox]), textarea"

# With SCREENSHOTS=folder every page looked at is kept there, to be looked at by people.
_SHOTS = os.environ.get("SCREENSHOTS")
_numbers = count(1)


class Visitor:
    """One browser window of its own: own cookies, nothing in the cache."""

    def __init__(
        self, browser: Browser, address: str, *, width: int, scripts: bool, axe: bool
    ) -> None:
        self.address = address
        self.width = width
        self._axe = axe
        self._problems: list[str] = []
        self._status = 0
        self.context: BrowserContext = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 800 if width < 500 else 900},
            java_script_enabled=scripts,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        self.context.set_default_timeout(5_000)
        if axe:
            make_ready(self.context)
        self.page: Page = self.context.new_page()
        self.page.on("request", self._check_host)
        self.page.on("response", self._note_status)
        self.page.on("pageerror", lambda error: self._problems.append(f"script: {error}"))
        self.page.on(
            "console", lambda line: self._note_console(line.type, line.text, self.page.url)
        )

    def close(self) -> None:
        """Leave, cookies and all."""
        self.context.close()

    # --- moving ------------------------------------------------------------------------------

    def open(self, path: str, expected: int = 200) -> None:
        """Open an address, which answers with the status `expected`."""
        self.page.goto(path)
        self.look(expected)

    def open_page_or_file(self, path: str) -> bool:
        """Open an address, which answers with 200; return whether a page came, not a file."""
        self._status = 0
        answer = None
        try:
            answer = self.page.goto(path)
        except Error as error:
            # Chromium gives a navigation up as soon as it sees that a file comes.
            if "Download is starting" not in error.message:
                raise
        assert self._status == OK, f"{path}: status {self._status}"
        is_page = answer is not None and answer.headers["content-type"].startswith("text/html")
        if is_page:
            self.look()
        return is_page

    def press(self, name: str, expected: int = 200, within: Locator | None = None) -> None:
        """Press a button that sends a form."""
        button = (within or self.page).get_by_role("button", name=name, exact=True)
        self._go(button.click, expected)

    def press_twice(self, name: str, leads_to: str) -> None:
        """Press a button twice, as impatient people do; it leads to an address with `leads_to`."""
        self.page.get_by_role("button", name=name, exact=True).dblclick()
        # The second press may cut short where the first was leading; only where it ends counts.
        expect(self.page).to_have_url(re.compile(re.escape(leads_to)))
        self.page.wait_for_load_state()
        self.look()

    def follow(self, name: str | re.Pattern[str], expected: int = 200) -> None:
        """Follow the first link that bears a name."""
        links = self.page.get_by_role("link", name=name, exact=isinstance(name, str))
        self._go(links.first.click, expected)

    def follow_at(self, row: str, name: str) -> None:
        """Follow a link in the row of a table that says `row`."""
        self._go(self.row(row).get_by_role("link", name=name).first.click, 200)

    def download(self, press: Callable[[], None]) -> bytes:
        """Return the file that comes when `press` is done."""
        with self.page.expect_download() as started:
            press()
        return Path(started.value.path()).read_bytes()

    def _go(self, move: Callable[[], object], expected: int) -> None:
        with self.page.expect_navigation():
            move()
        self.look(expected)

    # --- filling in --------------------------------------------------------------------------

    def type(self, label: str, text: str) -> None:
        """Type into the box whose label begins so."""
        labelled = self.page.get_by_label(_begins(label))
        self.page.locator(_BOXES).and_(labelled).first.fill(text)

    def unfold(self, summary: str) -> None:
        """Open a part of the page that is folded away."""
        part = self.page.locator("details").filter(has_text=summary).last
        if part.get_attribute("open") is None:
            part.locator("summary").click()

    def choose(self, label: str) -> None:
        """Choose the radio button or tick the box whose label begins so."""
        self._choice(label).check()

    def _choice(self, label: str) -> Locator:
        name = _begins(label)
        radio = self.page.get_by_role("radio", name=name)
        return radio.or_(self.page.get_by_role("checkbox", name=name)).first

    # --- reading -----------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What the page says, spaces made plain."""
        said = self.page.locator("main").inner_text()
        return " ".join(said.split())

    @property
    def heading(self) -> str:
        """The first heading."""
        return " ".join(self.page.locator("h1").first.inner_text().split())

    def row(self, said: str) -> Locator:
        """Return the first row of a table that says `said`."""
        return self.page.locator("tbody tr").filter(has_text=said).first

    def row_text(self, said: str) -> str:
        """Return what that row says, spaces made plain."""
        return " ".join(self.row(said).inner_text().split())

    # --- looking -----------------------------------------------------------------------------

    def look(self, expected: int = 200) -> None:
        """Check what every page must be, and keep a picture when pictures are wanted."""
        here = self.page.url
        self._picture()
        problems, self._problems = self._problems, []
        if self._status != expected:
            problems.append(f"status {self._status}, not {expected}")
        wide, said = self.page.evaluate(
            "() => [document.documentElement.scrollWidth, document.body.innerText]"
        )
        if wide > self.width:
            problems.append(f"{wide} px wide: {self._too_wide()}")
        if english := ENGLISH.findall(said):
            problems.append(f"English: {english}")
        if self._axe:
            problems += barriers(self.page, self.width)
        assert problems == [], f"{here}: {problems}"

    def _too_wide(self) -> list[str]:
        found: list[str] = self.page.evaluate(
            """width => [...document.querySelectorAll("main *")]
                 .filter(part => part.getBoundingClientRect().right > width)
                 .slice(0, 5).map(part => part.outerHTML.slice(0, 120))""",
            self.width,
        )
        return found

    def _picture(self) -> None:
        if _SHOTS:
            name = urlsplit(self.page.url).path.strip("/").replace("/", "-")[:60] or "home"
            path = Path(_SHOTS) / f"{self.width}-{next(_numbers):03}-{name}.png"
            self.page.screenshot(path=path, full_page=True)

    def _check_host(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:")):
            self._problems.append(f"asks another host: {request.url}")

    def _note_status(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self._status = response.status
        elif response.status >= LOWEST_REFUSAL:
            self._problems.append(f"{response.status} of {response.url}")

    def _note_console(self, kind: str, said: str, where: str) -> None:
        # The browser also writes a line for each refused page; `look` judges those by status.
        if kind == "error" and "Failed to load resource" not in said:
            self._problems.append(f"console at {where}: {said}")


@contextmanager
def visiting(
    browser: Browser, address: str, *, width: int, scripts: bool, axe: bool = False
) -> Iterator[Visitor]:
    """Open a window for a while."""
    visitor = Visitor(browser, address, width=width, scripts=scripts, axe=axe)
    try:
        yield visitor
    finally:
        visitor.close()


def _begins(label: str) -> re.Pattern[str]:
    """Match what begins so; only what is special is escaped, for the browser reads it as well."""
    return re.compile(r"^\s*" + re.sub(r"[.*+?()\[\]{}|^$\\/]", r"\\\g<0>", label))

"""What keeps people from using a page, found by axe; parts like those it found good are left out.

Judging a page of a hundred like rows takes axe more than a second, and most of a page is what the
pages before it were. `barriers.js` says when two parts are alike.
"""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

_SCRIPTS = Axe().axe_script, Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
# The parts found good on pages of a width; none of a page with a barrier.
_good: dict[int, set[str]] = {}


def make_ready(context: BrowserContext) -> None:
    """Put the scripts into every page to come: cheaper than sending them to each."""
    for script in _SCRIPTS:
        context.add_init_script(script)


def barriers(page: Page, width: int) -> list[str]:
    """Return the serious and the critical barriers in what is new on a page of a width."""
    good = _good.setdefault(width, set())
    answer = page.evaluate("known => findBarriers(known)", " ".join(good))
    if not answer["found"]:
        good.update(answer["fresh"])
    return [f"{barrier['id']}: {barrier['nodes']}" for barrier in answer["found"]]

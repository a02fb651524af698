"""Find the Chromium the browser tests drive, or install Debian's when that is allowed.

`python -m scripts.browser` prints its path. The browsers Playwright downloads itself are not
used: a machine that reaches only package registries cannot fetch them.
"""

import os
import shutil
import sys

from scripts.debian import command_for, install_packages

# The first is Chromium without a window, which takes half the machine's time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# A bare machine has no font with Vietnamese letters; recommended packages are left out.
PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
# Where the first is not on offer.
OTHER_PACKAGES = ("chromium", "fonts-dejavu-core")


def find_browser() -> str | None:
    """Return the path of the browser: $CHROMIUM when set, else the first one on PATH."""
    chosen = os.environ.get("CHROMIUM")
    for name in (chosen,) if chosen else NAMES:
        path = shutil.which(name)
        if path:
            return path
    return None


def main() -> int:
    """Print the browser's path, installing it first if need be; return 1 with what to do."""
    browser = find_browser()
    if browser is None and not os.environ.get("CHROMIUM"):
        _ = install_packages(PACKAGES) or install_packages(OTHER_PACKAGES)
        browser = find_browser()
    if browser is None:
        print(how_to_get_one(), file=sys.stderr)
        return 1
    print(browser)
    return 0


def how_to_get_one() -> str:
    """Return what the person at the keyboard should do."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return f"CHROMIUM is set to {chosen}, which is not a program that can be run."
    return (
        "The browser tests need Chromium, and it could not be installed. Run as root:\n"
        f"    {command_for(PACKAGES)}\n"
        "or set CHROMIUM to the path of a Chromium or Chrome that is already there."
    )


if __name__ == "__main__":
    sys.exit(main())

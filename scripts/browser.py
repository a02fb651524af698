"""Find the Chromium the browser tests drive, or install Debian's when that is allowed.

`python -m scripts.browser` prints its path. The browsers Playwright downloads itself are not
used: a machine that reaches only package registries cannot fetch them.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
# A bare machine has no font with Vietnamese letters; recommended packages are left out.
PACKAGES = ("chromium", "fonts-dejavu-core")


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
    if browser is None and not os.environ.get("CHROMIUM") and install():
        browser = find_browser()
    if browser is None:
        print(how_to_get_one(), file=sys.stderr)
        return 1
    print(browser)
    return 0


def install() -> bool:
    """Install Debian's Chromium where this user may; tell whether it worked."""
    become_root = way_to_root()
    if become_root is None or shutil.which("apt-get") is None:
        return False
    print("Installing Chromium for the browser tests ...", file=sys.stderr, flush=True)
    apt_get = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    steps = (
        [*apt_get, "update"],
        [*apt_get, "install", "--yes", "--no-install-recommends", *PACKAGES],
    )
    # Standard output belongs to the path that `main` prints.
    return all(
        subprocess.run(step, check=False, stdout=sys.stderr).returncode == 0 for step in steps
    )


def way_to_root() -> list[str] | None:
    """Return the words to put before a command that needs root, or None where there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "--non-interactive", "true"], check=False, capture_output=True)
    return ["sudo", "--non-interactive"] if asked.returncode == 0 else None


def how_to_get_one() -> str:
    """Return what the person at the keyboard should do."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return f"CHROMIUM is set to {chosen}, which is not a program that can be run."
    steps = "apt-get update && apt-get install --no-install-recommends " + " ".join(PACKAGES)
    return (
        "The browser tests need Chromium, and it could not be installed. Run as root:\n"
        f"    {steps}\n"
        "or set CHROMIUM to the path of a Chromium or Chrome that is already there."
    )


if __name__ == "__main__":
    sys.exit(main())

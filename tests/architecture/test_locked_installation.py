"""`make setup` and `make test` install what the locks say, whatever else is on offer."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.tree import ROOT


def wheel(folder: Path, name: str, version: str, *facts: str) -> str:
    """Write a package with one empty module and these lines of METADATA; return its locked line."""
    info = f"{name}-{version}.dist-info"
    contents = {
        f"{name}.py": "",
        f"{info}/METADATA": "\n".join(
            ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *facts, ""]
        ),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        record = []
        for inside, text in contents.items():
            archive.writestr(inside, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
            record.append(f"{inside},sha256={digest.decode().rstrip('=')},{len(text)}\n")
        archive.writestr(f"{info}/RECORD", "".join([*record, f"{info}/RECORD,,\n"]))
    whole = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} --hash=sha256:{whole}\n"


class Checkout:
    """A copy of the programs behind `make setup`, with locks and a package index of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "scripts", folder / "scripts")
        (folder / "requirements").mkdir()
        index = folder / "index"
        index.mkdir()
        self.alpha = wheel(index, "alpha", "1.0", "Requires-Dist: beta[more]")
        self.beta = wheel(index, "beta", "1.0", "Provides-Extra: more")
        wheel(index, "beta", "2.0", "Provides-Extra: more")
        self.gamma = wheel(index, "gamma", "1.0")
        self.newer_gamma = wheel(index, "gamma", "2.0")

    def set_up(self, kind: str, **locks: str) -> subprocess.CompletedProcess[str]:
        """Write the locks and install them, as make does, from the index alone."""
        for name in ("run", "test"):
            (self.folder / "requirements" / f"{name}.txt").write_text(locks.get(name, ""))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        return subprocess.run(
            [sys.executable, "-m", "scripts.environment", kind],
            cwd=self.folder,
            env=kept
            | {
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.folder / "index"),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def installed(self) -> set[str]:
        """Return what is installed beside what each environment brings."""
        found = self.folder.glob(".venv/lib/python3.11/site-packages/*.dist-info")
        return {
            path.name.removesuffix(".dist-info")
            for path in found
            if not path.name.startswith(("pip-", "setuptools-"))
        }


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("checkout"))


def test_a_lock_is_installed_as_it_is_although_a_newer_version_is_on_offer(checkout):
    done = checkout.set_up("run", run=checkout.alpha + checkout.beta)
    assert (done.returncode, done.stderr) == (0, "")
    assert checkout.installed() == {"alpha-1.0", "beta-1.0"}


def test_a_lock_without_a_package_that_another_needs_is_refused_each_time(checkout):
    for _ in range(2):
        done = checkout.set_up("run", run=checkout.alpha)
        assert done.returncode == 1
        assert "alpha 1.0 requires beta, which is not installed." in done.stderr
        assert "The locks in requirements/ are incomplete" in done.stderr


def test_what_no_lock_names_any_more_goes_and_what_the_tests_need_keeps_up(checkout):
    done = checkout.set_up("test", run=checkout.alpha + checkout.beta, test=checkout.gamma)
    assert (done.returncode, done.stderr) == (0, "")
    assert checkout.installed() == {"alpha-1.0", "beta-1.0", "gamma-1.0"}
    done = checkout.set_up("run", run=checkout.beta, test=checkout.newer_gamma)
    assert (done.returncode, done.stderr) == (0, "")
    assert checkout.installed() == {"beta-1.0", "gamma-2.0"}

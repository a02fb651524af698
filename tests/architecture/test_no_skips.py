"""Nothing is skipped silently."""

import os
import subprocess
import sys

import pytest

from scripts.tree import ROOT


@pytest.mark.parametrize(
    "body",
    [
        "import pytest\ndef test_it(): pytest.skip('no time')\n",
        "import pytest\npytest.skip('no database', allow_module_level=True)\n",
        "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False\n",
        "answer = 42\n",
    ],
    ids=["skipped test", "skipped file", "expected failure", "no test at all"],
)
def test_a_run_that_skips_or_finds_nothing_fails(body, tmp_path):
    (tmp_path / "test_sample.py").write_text(body)
    assert run_tests_in(tmp_path) != 0


def test_a_run_that_passes_everything_succeeds(tmp_path):
    (tmp_path / "test_sample.py").write_text("def test_it(): assert True\n")
    assert run_tests_in(tmp_path) == 0


def run_tests_in(folder):
    """Run the tests of a folder with the one plugin that is tried; loading all takes longest."""
    plugins = ["-p", "tests.no_skips", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "--rootdir", folder, "-c", "/dev/null", *plugins]
    return subprocess.run(
        [*command, "-q", folder],
        cwd=ROOT,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        check=False,
    ).returncode

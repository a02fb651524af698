"""The rules written down in setup.cfg, .ci/run and README.md speak of the tree as it is."""

import configparser
import re

from scripts.tree import ROOT

WEB = ROOT / "registry" / "web"


def test_every_feature_folder_is_kept_apart_from_the_others():
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / "setup.cfg", encoding="utf-8")
    named = set(contracts["importlinter:contract:features-apart"]["modules"].split())
    folders = {f"registry.web.{views.parent.name}" for views in WEB.glob("*/views.py")}
    assert named == folders


def test_the_build_server_runs_make_test_and_nothing_else():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["make test"]


def test_the_readme_names_the_commands_that_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", readme))
    named |= set(re.findall(r"^\s*make ([a-z-]+)", readme, flags=re.MULTILINE))
    assert {"run", "test"} <= named
    assert named <= targets

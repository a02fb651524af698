"""What the documents say of files, commands and settings is true of the tree as it is."""

import importlib
import re
from pathlib import Path

import click
import pytest

from registry.domain.audit.deeds import Deed
from registry.domain.labelled import Labelled
from registry.domain.permissions import Action
from scripts.tree import ROOT, project_files

DOCUMENTS = [ROOT / path for path in project_files() if path.suffix == ".md"]
FENCED = re.compile(r"^ *```[a-z]*\n(.*?)^ *```", flags=re.DOTALL | re.MULTILINE)
README = (ROOT / "README.md").read_text(encoding="utf-8")
LAYERS = ("domain", "models", "queries", "services", "documents", "web", "cli", "templates")
# What is in a layer and belongs to no single noun.
NO_NOUN = {
    "models": {
        "base",
        "engine",
        "guards",
        "inserts",
        "locks",
        "outages",
        "refusals",
        "schema",
        "settled_duplicates",
        "submissions",
    },
    "web": {"forms"},
    "templates": {"components", "errors", "layouts", "print", "word"},
}
TREE = {
    ".ci", "benchmarks", "docs", "frontend", "migrations", "registry", "requirements", "scripts",
    "seeds", "templates", "tests",
}  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(params=DOCUMENTS, ids=name_of)
def document(request) -> Path:
    """Return each Markdown file of the project in turn."""
    return request.param


def code_in(text: str) -> list[str]:
    """Return what stands in backticks, and each line of the fenced blocks."""
    fenced = FENCED.findall(text)
    inline = re.findall(r"`([^`\n]+)`", FENCED.sub("", text))
    return [line.strip() for block in fenced for line in block.splitlines()] + inline


def commands_in(text: str) -> list[str]:
    """Return the `flask` commands named in a document, options included."""
    found = (re.search(r"(?:^|[ /])flask ([a-z][^#|<>]*)", code) for code in code_in(text))
    return [match[1].strip() for match in found if match]


def test_every_relative_link_leads_to_a_file(document):
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    relative = [target for target in targets if "://" not in target]
    assert [link for link in relative if not (document.parent / link).exists()] == []


def test_every_link_to_a_heading_leads_to_one(document):
    links = re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", document.read_text(encoding="utf-8"))
    targets = [(document.parent / path if path else document, anchor) for path, anchor in links]
    assert [anchor for path, anchor in targets if anchor not in anchors_in(path)] == []


def anchors_in(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as they are made where it is shown."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_path_named_exists(document):
    codes = code_in(document.read_text(encoding="utf-8"))
    named = {code for code in codes if re.fullmatch(r"\.?[a-z]+/[\w./-]*", code)}
    ours = {path for path in named if path.partition("/")[0] in TREE}
    assert {path for path in ours if not (ROOT / path).exists()} == set()


def test_every_make_target_named_exists(document):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    named = {
        match[1]
        for code in code_in(document.read_text(encoding="utf-8"))
        if (match := re.match(r"(?:[A-Z_]+=\S+ )*make ([a-z-]+)", code))
    }
    assert named <= targets


def test_every_flask_command_named_exists_and_explains_itself(document, app):
    for command in commands_in(document.read_text(encoding="utf-8")):
        words = command.split()
        found, path = resolve(app.cli, words)
        assert found is not None, command
        options = {option for parameter in found.params for option in parameter.opts}
        used = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert used - {"--help"} <= options, command
        answer = app.test_cli_runner().invoke(args=[*path, "--help"])
        assert answer.exit_code == 0, command


def resolve(group: click.Group, words: list[str]) -> tuple[click.Command | None, list[str]]:
    """Return the command that `words` begin with and its own words; None when there is none."""
    command: click.Command | None = group
    path: list[str] = []
    for word in words:
        if not isinstance(command, click.Group) or word.startswith("-"):
            break
        command = command.commands.get(word)
        path.append(word)
    return command, path


@pytest.mark.parametrize("name", ["README.md", "docs/operations.md"])
def test_the_documents_of_operation_name_the_commands_of_going_live(name):
    commands = commands_in((ROOT / name).read_text(encoding="utf-8"))
    assert any(command.startswith("init") for command in commands)
    assert any(command.startswith("accounts create") for command in commands)


def test_every_command_of_the_product_is_named_in_the_operations_manual(app):
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    named = {" ".join(resolve(app.cli, command.split())[1]) for command in commands_in(manual)}
    assert ours(app.cli) - named == set()


def ours(group: click.Group, above: str = "") -> set[str]:
    """Return every command below `group` that is not Flask's own."""
    found: set[str] = set()
    for name, command in group.commands.items():
        path = f"{above} {name}".strip()
        if isinstance(command, click.Group):
            found |= ours(command, path)
        elif (command.callback.__module__ or "").startswith("registry."):
            found.add(path)
    return found


def test_the_readme_lists_every_setting_and_no_other():
    source = (ROOT / "registry" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"(?:env\.get\(|\(env, )\"([A-Z_]+)\"", source))
    listed = set(re.findall(r"^\| `([A-Z_]+)`", README, flags=re.MULTILINE))
    assert listed == read


def noun_table() -> list[dict[str, str]]:
    """Return the rows of the README's table of nouns, by column."""
    lines = README[README.index("| noun |") :].split("\n\n", 1)[0].splitlines()
    header, _, *rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    assert header == ["noun", "on the screen", *LAYERS, "also"]
    return [dict(zip(header, row, strict=True)) for row in rows]


def folder_of(layer: str) -> Path:
    return ROOT / layer if layer == "templates" else ROOT / "registry" / layer


def modules_of(layer: str) -> set[str]:
    """Return the names in a layer: its modules and folders, for pages and templates its folders."""
    folder = folder_of(layer)
    if layer in {"web", "templates"}:
        return {path.parent.name for path in folder.glob("*/*.*")} - {"__pycache__"}
    return {path.parent.name for path in folder.glob("*/*.py")} | {
        path.stem for path in folder.glob("*.py") if path.stem != "__init__"
    }


@pytest.mark.parametrize("layer", LAYERS)
def test_the_readme_marks_each_file_of_a_noun_and_no_other(layer):
    marked = {row["noun"].strip("`") for row in noun_table() if row[layer]}
    nouns = {row["noun"].strip("`") for row in noun_table()}
    assert marked == nouns & modules_of(layer)


@pytest.mark.parametrize("layer", NO_NOUN)
def test_the_readme_leaves_no_noun_out(layer):
    nouns = {row["noun"].strip("`") for row in noun_table()}
    assert modules_of(layer) - NO_NOUN[layer] - nouns == set()


def test_the_modules_named_beside_the_nouns_exist():
    modules = set().union(*map(modules_of, [*LAYERS, "formats"]))
    named = {name for row in noun_table() for name in re.findall("`(.+?)`", row["also"])}
    assert named - modules == set()


def labels_of_the_domain() -> set[tuple[str, str]]:
    """Return machine name and Vietnamese label of every value that the domain labels.

    Actions are left to docs/permissions.md, which is printed from them; deeds of the audit are no
    words of the trade.
    """
    found: set[tuple[str, str]] = set()
    for path in (ROOT / "registry" / "domain").rglob("*.py"):
        name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        importlib.import_module(name)
    for values in Labelled.__subclasses__():
        if values.__module__.startswith("registry.domain.") and values not in {Action, Deed}:
            found |= {(value.value, value.label) for value in values}
    return found


def test_the_glossary_holds_every_machine_name_with_its_word_on_the_screen():
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `([a-z_]+)` \| ([^|]+) \|", glossary, flags=re.MULTILINE))
    assert labels_of_the_domain() <= rows


def test_the_guide_quotes_only_words_that_stand_on_a_page():
    guide = (ROOT / "docs" / "huong-dan.md").read_text(encoding="utf-8")
    quoted = {" ".join(text.split()) for text in re.findall("“([^”]+)”", guide)}
    pages = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("registry/**/*.py")]
    on_screen = " ".join(path.read_text(encoding="utf-8") for path in pages)
    # "Thay đổi từ ngày …": only what stands before and after an ellipsis is on the page.
    parts = {part.strip() for text in quoted for part in text.split("…")}
    assert {part for part in parts if part not in on_screen} == set()

"""What must never stand in a file of the project."""

import ast
import re

import pytest

from scripts.tree import ROOT, project_files

# Put together here, so that this file does not name them itself.
INDEX_HOSTS = tuple(
    ".".join(parts)
    for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"))
)
# How a text speaks of documents that lie outside the tree: chapters, and numbers of their lists.
ELSEWHERE = re.compile("design " + r"§|\([AFRT]\d\d[,;)]")
# The English that GOV.UK Frontend and WTForms put on a page when nothing else is said.
ENGLISH = (
    "There is a problem",
    "Error:",
    "Not a valid",
    "This field is required",
    "Skip to main content",
    "Warning",
)
TEXT = {
    ".cfg", ".css", ".csv", ".html", ".in", ".ini", ".js", ".json", ".mako", ".md", ".mjs", ".py",
    ".scss", ".sh", ".sql", ".toml", ".txt", ".typ", "Makefile", "run", ".npmrc",
}  # fmt: skip


def texts(*suffixes: str, below: str = "") -> list[tuple[str, str]]:
    """Return path and text of each file with one of the suffixes."""
    return [
        (str(path), (ROOT / path).read_text(encoding="utf-8"))
        for path in project_files()
        if (path.suffix or path.name) in (suffixes or TEXT) and path.is_relative_to(below)
    ]


def without_jinja(text: str) -> str:
    """Return a template with its statements, expressions and comments made blank."""
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "{}", text, flags=re.DOTALL)


def test_no_file_names_a_package_index():
    found = [(path, host) for path, text in texts() for host in INDEX_HOSTS if host in text]
    assert found == []


@pytest.mark.parametrize("lock", ["run.txt", "test.txt", "lock.txt"])
def test_every_locked_package_has_one_version_and_its_hashes(lock):
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_templates_carry_no_inline_styles_or_event_handlers():
    forbidden = re.compile(r"""\s(style|on[a-z]+|hx-on[:a-z-]*)\s*=\s*["'{]""")
    pages = [(path, without_jinja(text)) for path, text in texts(".html", below="templates")]
    assert pages
    assert [(path, hit[0]) for path, text in pages for hit in forbidden.finditer(text)] == []


def test_every_inline_script_and_style_in_a_template_carries_the_nonce():
    block = re.compile(r"<(?:script|style)\b[^>]*>")
    found = [
        (path, tag)
        for path, text in texts(".html", below="templates")
        for tag in block.findall(text)
        if "nonce=" not in tag and "src=" not in tag
    ]
    assert found == []


def test_templates_load_nothing_from_another_host():
    loading = re.compile(
        r"""<(?:script|link|img|iframe|source|use)\b[^>]*(?:src|href)=["'](?:https?:)?//"""
    )
    found = [
        (path, tag)
        for path, text in texts(".html", below="templates")
        for tag in loading.findall(text)
    ]
    assert found == []


def test_templates_hold_no_english_of_the_component_library():
    found = [
        (path, words)
        for path, text in texts(".html", below="templates")
        for words in ENGLISH
        if words in text
    ]
    assert found == []


def test_no_program_or_document_refers_to_papers_outside_the_tree():
    found = [
        (path, hit[0])
        for path, text in texts(".py", ".md", ".html", ".js", ".sh", "Makefile")
        for hit in ELSEWHERE.finditer(text)
    ]
    assert found == []


def test_the_first_line_of_a_docstring_closes_every_bracket_it_opens():
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    first_lines = [
        (path, (ast.get_docstring(node) or "").partition("\n")[0])
        for path, text in texts(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, documented)
    ]
    # A half-open period is written [from, to).
    plain = [(path, re.sub(r"\[[^]()]*\)", "", line)) for path, line in first_lines]
    assert [(path, line) for path, line in plain if line.count("(") != line.count(")")] == []

"""A field has one name: on the form, in lists and in files."""

import importlib
from collections.abc import Iterator

from wtforms import Form

from registry.domain.field_names import FIELD_NAMES
from scripts.tree import ROOT

# Fields that ask for something else than the fact of that name.
OTHER_QUESTIONS = {
    ("AcceptForm", "role"),  # what the account may do
    ("EndAssignmentForm", "ends_on"),  # the end of an assignment, not of a class
    ("TransferForm", "role"),  # the role in the unit somebody goes to
    ("VerifyForm", "reason"),  # asked for only when the list goes back
    ("ReviewForm", "reason"),
    ("ApproveForm", "reason"),
}


def forms_below(form: type[Form]) -> Iterator[type[Form]]:
    for below in form.__subclasses__():
        yield below
        yield from forms_below(below)


def fields_of_forms() -> Iterator[tuple[str, str, str]]:
    """Yield form, field and label of every field of the product's forms that has a label."""
    for path in (ROOT / "registry" / "web").rglob("*forms.py"):
        importlib.import_module(path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
    for form in forms_below(Form):
        if not form.__module__.startswith("registry."):
            continue
        for name in dir(form):
            field = getattr(form, name)
            if hasattr(field, "field_class"):
                label = field.args[0] if field.args else field.kwargs.get("label")
                if isinstance(label, str) and label:
                    yield form.__name__, name, label


def names_of(field: str) -> set[str]:
    return {names[field] for names in FIELD_NAMES.values() if field in names}


def test_a_form_calls_each_known_field_by_its_name() -> None:
    found = list(fields_of_forms())
    known = [row for row in found if names_of(row[1]) and row[:2] not in OTHER_QUESTIONS]
    assert len(known) > 60
    assert [row for row in known if row[2] not in names_of(row[1])] == []


def test_the_questions_that_ask_for_something_else_are_still_asked() -> None:
    assert {(form, name) for form, name, _ in fields_of_forms()} >= OTHER_QUESTIONS

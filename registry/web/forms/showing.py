"""How a page shows a form, and how a refusal of a service finds its way back to the fields."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import render_template

from registry.domain.errors import Conflict, Invalid
from registry.models.base import db
from registry.web.access import forget_actor
from registry.web.cookie import put_back_cookie
from registry.web.forms.fields import BaseForm, FileField


@contextmanager
def problems_on(form: BaseForm) -> Iterator[None]:
    """Run a service whose repetition is harmless; what it refuses is shown as `show_refusal` does.

    The view goes on after the block and shows the form again with what was typed.
    """
    try:
        yield
    except (Invalid, Conflict) as refusal:
        show_refusal(form, refusal)


def undo() -> None:
    """Take back all that the view has done, and what it has said of it."""
    db.session.rollback()
    forget_actor()
    put_back_cookie()


def show_refusal(form: BaseForm, refusal: Invalid | Conflict) -> None:
    """Undo everything, and put each problem at its field, what has none above the form."""
    undo()
    if isinstance(refusal, Conflict):
        form.add_problem("", refusal.message)
    else:
        for problem in refusal.problems:
            form.add_problem(problem.field, problem.message)


def show_form(template: str, form: BaseForm, **context: Any) -> tuple[str, int]:
    """Return the page of a form: 200 when fresh; 422, which is never committed, with problems."""
    refused = bool(form.problems())
    if refused:
        _ask_for_files_again(form)
    return render_template(template, form=form, **context), 422 if refused else 200


def _ask_for_files_again(form: BaseForm) -> None:
    """Say at each file sent that it has to be chosen again: a browser does not keep it."""
    for field in form:
        name = getattr(field.data, "filename", None) if isinstance(field, FileField) else None
        if name and not field.errors:
            form.add_problem(field.name, f"Chọn lại tệp “{name}”: tệp chưa được lưu.")

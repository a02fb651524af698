"""The question asked where a change leaves a unit without its last focal point."""

from typing import Any

from registry.web.forms.fields import CheckboxField


def gap_field() -> Any:
    """Return the box by which a gap that was named is accepted; the macro `accept_gap` shows it."""
    return CheckboxField("Tôi đã biết đơn vị nêu trên sẽ không còn đầu mối CĐS và vẫn thực hiện")

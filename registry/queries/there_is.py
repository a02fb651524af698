"""Whether there is any row at all, asked of the database without being sent one."""

from typing import Any

from sqlalchemy import Select, select

from registry.models.base import db


def there_is(wanted: Select[Any]) -> bool:
    """Tell whether a statement finds any row."""
    return bool(db.session.scalar(select(wanted.exists())))

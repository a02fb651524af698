"""Named values of this installation that are data: the home unit, dated ways of counting."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, PrimaryKey, Versioned


class Parameter(Model):
    """One named value."""

    __tablename__ = "parameters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class DatedSetting(Versioned, Model):
    """A named value of this installation that holds from a day, until the next one of its name."""

    __tablename__ = "dated_settings"
    __table_args__ = (Index(None, "name", "since", unique=True),)

    id: Mapped[PrimaryKey]
    name: Mapped[str]
    since: Mapped[date]
    value: Mapped[str]

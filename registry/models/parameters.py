"""Named values of this installation that are data: the home unit, the data's last day."""

from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model


class Parameter(Model):
    """One named value."""

    __tablename__ = "parameters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

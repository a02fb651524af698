"""The digital platforms members use (Plan 4660 IV.3)."""

from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, PrimaryKey


class Platform(Model):
    """A platform of the catalogue."""

    __tablename__ = "platforms"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    platform_group: Mapped[str]

"""What migrations closed because it stood in the registry twice."""

from sqlalchemy.orm import Mapped

from registry.models.base import Model, PrimaryKey


class SettledDuplicate(Model):
    """A row of `noun` that a migration closed, since a newer one says the same.

    A migration extends no chain of the audit: it notes the rows here, in the transaction of the
    constraint that admits no more of them, and `flask init` prints, audits and forgets them.
    """

    __tablename__ = "settled_duplicates"

    id: Mapped[PrimaryKey]
    noun: Mapped[str]
    closed_id: Mapped[int]
    kept_id: Mapped[int]

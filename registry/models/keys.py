"""By what the database knows the keys again that lie outside it."""

from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Instant, Model


class KeyFingerprint(Model):
    """A keyed hash that only the version of a key gives under which something was written."""

    __tablename__ = "key_fingerprints"

    name: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    noted_at: Mapped[Instant]

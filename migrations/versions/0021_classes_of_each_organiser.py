"""A class is one of its organiser: two who never hear of each other may hold classes of one name.

Revision ID: 0021
Revises: 0020

"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_OF_ALL = "ix_training_classes_course_id_name_starts_on"
_OF_EACH = "ix_training_classes_course_id_name_starts_on_organiser_id"


def upgrade() -> None:
    """Apply."""
    op.drop_index(_OF_ALL, table_name="training_classes")
    op.create_index(
        _OF_EACH,
        "training_classes",
        ["course_id", "name", "starts_on", "organiser_id"],
        unique=True,
    )


def downgrade() -> None:
    """Take back. Classes that only their organiser tells apart are told apart by a number first."""
    op.drop_index(_OF_EACH, table_name="training_classes")
    op.execute(
        "UPDATE training_classes SET name = name || ' (' || id || ')' WHERE EXISTS "
        "(SELECT 1 FROM training_classes AS other WHERE other.id < training_classes.id "
        "AND other.course_id = training_classes.course_id AND other.name = training_classes.name "
        "AND other.starts_on = training_classes.starts_on)"
    )
    op.create_index(_OF_ALL, "training_classes", ["course_id", "name", "starts_on"], unique=True)

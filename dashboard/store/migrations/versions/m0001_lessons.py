"""The first tables: learners, how far they are in lessons, and what they answered."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "learners",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("cookie_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_s", sa.Double, nullable=False),
        sa.Column("seen_s", sa.Double, nullable=False),
        sa.Column("answers_count", sa.Integer, nullable=False),
    )
    op.create_table(
        "progress",
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("lesson", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("run_through", sa.Integer, nullable=False),
        sa.Column("support", sa.String(40), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("passed", sa.JSON, nullable=False),
        sa.Column("hints", sa.JSON, nullable=False),
        sa.Column("entered", sa.JSON, nullable=False),
        sa.Column("changed_s", sa.Double, nullable=False),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id", ondelete="CASCADE"), nullable=False),
        sa.Column("lesson", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("run_through", sa.Integer, nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("confidence", sa.SmallInteger),
        sa.Column("is_right", sa.Boolean),
        sa.Column("verdict", sa.JSON, nullable=False),
        sa.Column("run", sa.JSON),
        sa.Column("answered_s", sa.Double, nullable=False),
        sa.UniqueConstraint("learner_id", "lesson", "run_through", "step", "attempt", name="answers_attempt"),
        sa.UniqueConstraint("learner_id", "key", name="answers_key"),
    )

"""Rooms: taught groups, their members and devices, the secrets that give rights in them, and votes counted by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _room(**more: bool) -> sa.Column:
    return sa.Column("room_id", sa.Integer, sa.ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False, **more)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(32), nullable=False, unique=True),
        sa.Column("code", sa.String(8), unique=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("created_s", sa.Double, nullable=False),
        sa.Column("closes_s", sa.Double, nullable=False),
        sa.Column("deletes_s", sa.Double, nullable=False),
        sa.Column("lesson", sa.String(40), nullable=False),
        sa.Column("pacing", sa.String(40), nullable=False),
        sa.Column("step", sa.String(40)),
        sa.Column("support", sa.String(40), nullable=False),
        sa.Column("rounds", sa.JSON, nullable=False),
        sa.Column("revealed", sa.JSON, nullable=False),
        sa.Column("locks", sa.JSON, nullable=False),
        sa.Column("push", sa.JSON),
        sa.Column("spotlight", sa.JSON),
        sa.Column("approves", sa.Boolean, nullable=False),
        sa.Column("results_hidden", sa.Boolean, nullable=False),
        sa.Column("countdown_s", sa.Double),
        sa.Column("pushes_count", sa.Integer, nullable=False),
        sa.Column("members_count", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("people_revision", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer, primary_key=True),
        _room(),
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id", ondelete="CASCADE"), nullable=False, unique=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("look", sa.String(32), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("help", sa.Boolean, nullable=False),
        sa.Column("resume_hash", sa.String(64), unique=True),
        sa.Column("joined_s", sa.Double, nullable=False),
        sa.Column("seen_s", sa.Double, nullable=False),
        sa.UniqueConstraint("room_id", "look", name="members_look"),
        sa.UniqueConstraint("room_id", "number", name="members_number"),
    )
    op.create_table(
        "devices",
        _room(primary_key=True),
        sa.Column("cookie_hash", sa.String(64), primary_key=True),
        sa.Column("member_id", sa.Integer, sa.ForeignKey("members.id", ondelete="CASCADE"), nullable=False, index=True),
    )
    op.create_table(
        "room_keys",
        sa.Column("hash", sa.String(64), primary_key=True),
        _room(primary_key=True, index=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("created_s", sa.Double, nullable=False),
        sa.Column("ends_s", sa.Double),
    )
    op.create_table(
        "hand_counts",
        _room(primary_key=True),
        sa.Column("lesson", sa.String(40), primary_key=True),
        sa.Column("step", sa.String(40), primary_key=True),
        sa.Column("vote", sa.Integer, primary_key=True),
        sa.Column("counts", sa.JSON, nullable=False),
    )

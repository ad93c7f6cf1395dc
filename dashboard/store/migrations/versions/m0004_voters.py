"""Voters: which browser a member was last, so that whoever leaves and comes in again is not counted twice."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; of those who are there already nobody knows."""
    op.add_column("members", sa.Column("browser_hash", sa.String(64)))

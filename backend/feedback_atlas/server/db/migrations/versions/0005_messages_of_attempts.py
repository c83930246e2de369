"""Remember with which message an attempt at a run came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("runs") as batch_op:
        batch_op.add_column(sa.Column("message", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "message")

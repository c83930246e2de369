"""Give links an end, a passphrase, a permission to be embedded, a title and a count of openings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("shares", sa.Column("title", sa.Text(), nullable=False, server_default=""))
    op.add_column("shares", sa.Column("expires_at", moment, nullable=True))
    op.add_column("shares", sa.Column("passphrase", sa.String(length=200), nullable=True))
    op.add_column(
        "shares",
        sa.Column("embeddable", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("shares", sa.Column("opens", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("shares", sa.Column("opened_at", moment, nullable=True))
    op.execute(
        "UPDATE shares SET title = coalesce("
        "(SELECT name FROM experiments WHERE experiments.id = shares.experiment_id), '')"
    )
    op.create_index("ix_shares_newest", "shares", ["created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_shares_newest", "shares")
    for name in ("opened_at", "opens", "embeddable", "passphrase", "expires_at", "title"):
        op.drop_column("shares", name)

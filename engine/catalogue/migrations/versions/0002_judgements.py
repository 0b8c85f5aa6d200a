"""What the user said of two items together: whether a pair differs, whether two are copies.

A judgement is known by its subject and its pair, the smaller id first, and goes when either item goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table('judgement',
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('low_id', sa.Integer(), nullable=False),
    sa.Column('high_id', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('pattern', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['low_id'], ['item.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['high_id'], ['item.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('subject', 'low_id', 'high_id')
    )
    with op.batch_alter_table('judgement', schema=None) as batch_op:
        batch_op.create_index('ix_judgement_low', ['low_id'], unique=False)
        batch_op.create_index('ix_judgement_high', ['high_id'], unique=False)

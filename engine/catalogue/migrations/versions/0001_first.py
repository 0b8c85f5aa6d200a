"""The first shape of the library: items and where they lie, pairs, marks, acts, models, spaces, vectors, maps.

`item_fts` finds words of file names, captions and passages; `item_trigram` finds parts of words and scripts written
without spaces. Both have the item's id as rowid.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table('act',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.Column('forward', sa.String(), nullable=False),
    sa.Column('backward', sa.String(), nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.Column('at', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('collection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('root', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('volume', sa.String(), nullable=True),
    sa.Column('connected', sa.Boolean(), nullable=False),
    sa.Column('watched', sa.Boolean(), nullable=False),
    sa.Column('added_at', sa.Double(), nullable=False),
    sa.Column('scanned_at', sa.Double(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('root'),
    sqlite_autoincrement=True
    )
    op.create_table('fact',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(), nullable=False),
    sa.Column('passage', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=True),
    sa.Column('line', sa.Integer(), nullable=True),
    sa.Column('page', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Double(), nullable=True),
    sa.Column('sample_rate', sa.Integer(), nullable=True),
    sa.Column('channels', sa.Integer(), nullable=True),
    sa.Column('taken_at', sa.Double(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('camera', sa.String(), nullable=True),
    sa.Column('bytes', sa.Integer(), nullable=True),
    sa.Column('format', sa.String(), nullable=True),
    sa.Column('mat', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('content_hash', 'passage'),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_item_taken_at'), ['taken_at'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('ended_at', sa.Double(), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('model',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('checkpoint_hash', sa.String(), nullable=False),
    sa.Column('kinds', sa.String(), nullable=False),
    sa.Column('licence', sa.String(), nullable=True),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('measured', sa.String(), nullable=True),
    sa.Column('in_use', sa.Boolean(), nullable=False),
    sa.Column('added_at', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['model.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_table('saved_search',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('query', sa.String(), nullable=False),
    sa.Column('seen_up_to', sa.Integer(), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('unseen', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('tag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('collection_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('raw_path', sa.LargeBinary(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('mtime_ns', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('detail', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['collection_id'], ['collection.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('collection_id', 'path')
    )
    with op.batch_alter_table('file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_file_content_hash'), ['content_hash'], unique=False)
        batch_op.create_index('ix_file_place', ['collection_id', 'content_hash', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_file_status'), ['status'], unique=False)

    op.create_table('item_tag',
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tag.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tag_id', 'item_id')
    )
    with op.batch_alter_table('item_tag', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_tag_item_id'), ['item_id'], unique=False)

    op.create_table('mark',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('stars', sa.Integer(), nullable=False),
    sa.Column('flag', sa.Integer(), nullable=False),
    sa.Column('label', sa.Integer(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('item_id')
    )
    op.create_table('pair',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('left_id', sa.Integer(), nullable=False),
    sa.Column('right_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['left_id'], ['item.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['right_id'], ['item.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('left_id', 'right_id')
    )
    with op.batch_alter_table('pair', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pair_left_id'), ['left_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pair_right_id'), ['right_id'], unique=False)

    op.create_table('space',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('model_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('dimension', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('removed', sa.Integer(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['model_id'], ['model.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key'),
    sqlite_autoincrement=True
    )
    op.create_table('map_layout',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('space_id', sa.Integer(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('corrected', sa.Boolean(), nullable=False),
    sa.Column('parameters', sa.String(), nullable=False),
    sa.Column('made_at', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('map_layout', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_map_layout_space_id'), ['space_id'], unique=False)

    op.create_table('vector',
    sa.Column('space_id', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('start', sa.Double(), nullable=True),
    sa.Column('end', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('space_id', 'row'),
    sa.UniqueConstraint('space_id', 'item_id', 'part')
    )
    with op.batch_alter_table('vector', schema=None) as batch_op:
        batch_op.create_index('ix_vector_item', ['item_id'], unique=False)

    op.execute(
        "CREATE VIRTUAL TABLE item_fts USING fts5(name, caption, text, tokenize = 'unicode61 remove_diacritics 2')"
    )
    op.execute("CREATE VIRTUAL TABLE item_trigram USING fts5(name, caption, text, tokenize = 'trigram')")
    # However an item goes, its words go with it, and its space learns that a row of its vector file lies idle.
    op.execute(
        "CREATE TRIGGER item_words_gone AFTER DELETE ON item BEGIN"
        " DELETE FROM item_fts WHERE rowid = old.id; DELETE FROM item_trigram WHERE rowid = old.id; END"
    )
    op.execute(
        "CREATE TRIGGER vector_gone AFTER DELETE ON vector BEGIN"
        " UPDATE space SET removed = removed + 1 WHERE id = old.space_id; END"
    )

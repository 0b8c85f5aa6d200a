"""Questions in words to the full-text tables: file names, captions and passages.

`item_fts` knows whole words and their beginnings, without accents; `item_trigram` finds parts of words, and scripts that are written
without spaces. Ranks are BM25 with names weighing most.
"""

from __future__ import annotations

import re

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

WEIGHTS = "3.0, 2.0, 1.0"  # name, caption, text
SHORTEST = 2  # letters that are passed over beside longer words
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def items_with_words(session: Session, words: str, limit: int = 500) -> np.ndarray:
    """Ids of items whose name, caption or text has every word of `words` (the last one may be a beginning; very short ones are passed over), best first, int64 (n,)."""
    parts = _WORD.findall(words)
    if not parts:
        return np.empty(0, np.int64)
    if _UNSPACED.search(words):
        return _items_with_pieces(session, parts, limit)
    parts = [part for part in parts if len(part) > SHORTEST] or parts  # “a”, “of”, “le” say nothing of an item
    wanted = " ".join(f'"{part}"' for part in parts[:-1]) + f' "{parts[-1]}"' + ("*" if len(parts[-1]) > 2 else "")
    return _matching(session, "item_fts", wanted, limit)


def _items_with_pieces(session: Session, parts: list[str], limit: int) -> np.ndarray:
    """Items that contain every part anywhere. Trigrams need three letters; shorter parts are looked for one by one."""
    long = [part for part in parts if len(part) >= 3]
    short = [part for part in parts if len(part) < 3]
    if not short:
        return _matching(session, "item_trigram", " ".join(f'"{part}"' for part in long), limit)
    clauses = [f"(name || ' ' || caption || ' ' || text) LIKE :part{number}" for number in range(len(short))]
    values: dict[str, object] = {f"part{number}": f"%{part}%" for number, part in enumerate(short)}
    if long:
        clauses.append("item_trigram MATCH :wanted")
        values["wanted"] = " ".join(f'"{part}"' for part in long)
    rows = session.execute(
        text(f"SELECT rowid FROM item_trigram WHERE {' AND '.join(clauses)} LIMIT :limit"), {**values, "limit": limit}
    )
    return np.array([row[0] for row in rows], np.int64)


def _matching(session: Session, table: str, wanted: str, limit: int) -> np.ndarray:
    rows = session.execute(
        text(
            f"SELECT rowid FROM {table} WHERE {table} MATCH :wanted ORDER BY bm25({table}, {WEIGHTS}), rowid LIMIT :limit"
        ),
        {"wanted": wanted, "limit": limit},
    )
    return np.array([row[0] for row in rows], np.int64)

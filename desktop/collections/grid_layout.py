"""Where the tiles of a grid lie: pure arithmetic, in pixels of the whole scrolled content."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

GAP = 11
CAPTION = 16
MARGIN = 11
OUTLINE = 3  # what a selected tile is drawn beyond its edge
ROW_GAP = 7  # between a caption and the next row's pictures
HEADING = 36
LINK = 28
TILE_SIZES = (64, 96, 112, 144, 192, 256)


@dataclass(frozen=True)
class Run:
    """What the layout needs to know of a section: how many items, whether it has a heading, how many of them are laid out."""

    count: int
    heading: bool = False
    shown: int | None = None  # None: all; fewer leaves a link to the rest


@dataclass(frozen=True)
class Block:
    """A section as laid out. `first` is the number of its first tile among all tiles of the grid."""

    top: int
    heading: int  # height, 0 without
    first: int
    tiles: int
    hidden: int  # items behind the link
    rows_top: int
    height: int


class GridLayout:
    """Tiles of one size in columns, section below section. Never stretches a tile; the space left over stays at the right."""

    def __init__(self, width: int, tile: int, runs: Sequence[Run], caption: int = CAPTION) -> None:
        self.width = width
        self.tile = tile
        self.picture_height = round(tile * 11 / 12)
        self.tile_height = self.picture_height + caption
        self.pitch = self.tile_height + ROW_GAP
        self.columns = max(1, (width - MARGIN - OUTLINE + GAP) // (tile + GAP))
        self.blocks: list[Block] = []
        y, first = (4 if any(run.heading for run in runs) else MARGIN), 0
        for run in runs:
            tiles = run.count if run.shown is None else min(run.count, run.shown)
            heading = HEADING if run.heading else 0
            rows = -(-tiles // self.columns)
            hidden = run.count - tiles if tiles else 0
            height = heading + rows * self.pitch + (LINK if hidden else 0)
            self.blocks.append(Block(y, heading, first, tiles, hidden, y + heading, height))
            y, first = y + height, first + tiles
        self.height = y + MARGIN
        self.count = first
        self._firsts = [block.first for block in self.blocks]

    def block_of(self, index: int) -> Block:
        """The block that holds a tile. Raises IndexError outside."""
        if not 0 <= index < self.count:
            raise IndexError(index)
        place = bisect_right(self._firsts, index) - 1
        while self.blocks[place].tiles == 0:
            place -= 1
        return self.blocks[place]

    def place_of(self, index: int) -> tuple[int, int]:
        """Left and top of a tile."""
        block = self.block_of(index)
        row, column = divmod(index - block.first, self.columns)
        return MARGIN + column * (self.tile + GAP), block.rows_top + row * self.pitch

    def index_at(self, x: int, y: int) -> int | None:
        """The tile at a point, or None between tiles."""
        column, into = divmod(x - MARGIN, self.tile + GAP)
        if not 0 <= column < self.columns or into >= self.tile:
            return None
        for block in self.blocks:
            row, down = divmod(y - block.rows_top, self.pitch)
            if row < 0 or down >= self.tile_height:
                continue
            index = row * self.columns + column
            if index < block.tiles and y < block.top + block.height:
                return block.first + index
        return None

    def between(self, top: int, bottom: int) -> list[range]:
        """Tiles that touch the stripe from `top` to `bottom`, one range per block."""
        found = []
        for block in self.blocks:
            if not block.tiles or block.top > bottom or block.top + block.height < top:
                continue
            first_row = max(0, (top - block.rows_top) // self.pitch)
            last_row = max(0, (bottom - block.rows_top) // self.pitch)
            start = min(block.tiles, first_row * self.columns)
            stop = min(block.tiles, (last_row + 1) * self.columns)
            if start < stop:
                found.append(range(block.first + start, block.first + stop))
        return found

    def touched(self, left: int, top: int, right: int, bottom: int) -> list[int]:
        """Tiles a rubber band touches."""
        touched = []
        for stripe in self.between(top, bottom):
            for index in stripe:
                x, y = self.place_of(index)
                if x <= right and x + self.tile >= left and y <= bottom and y + self.tile_height >= top:
                    touched.append(index)
        return touched

    def step(self, index: int, columns: int = 0, rows: int = 0) -> int:
        """The tile reached from `index`: sideways runs on over row ends, up and down keep the column."""
        if columns:
            return min(max(index + columns, 0), self.count - 1)
        direction = 1 if rows > 0 else -1
        for _ in range(abs(rows)):
            following = self._one_row(index, direction)
            if following == index:
                break
            index = following
        return index

    def _one_row(self, index: int, direction: int) -> int:
        block = self.block_of(index)
        row, column = divmod(index - block.first, self.columns)
        wanted = (row + direction) * self.columns + column
        if 0 <= wanted < block.tiles:
            return block.first + wanted
        last_row = (block.tiles - 1) // self.columns
        if direction > 0 and row < last_row:
            return block.first + block.tiles - 1
        neighbours = [
            b for b in self.blocks if b.tiles and (b.first > block.first if direction > 0 else b.first < block.first)
        ]
        if not neighbours:
            return index
        if direction > 0:
            target = neighbours[0]
            return target.first + min(column, target.tiles - 1)
        target = neighbours[-1]
        start = (target.tiles - 1) // self.columns * self.columns
        return target.first + min(start + column, target.tiles - 1)

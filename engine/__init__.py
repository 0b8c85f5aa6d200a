"""Everything that computes or stores. No Qt; nothing from ``desktop``. Whatever an analyst can do, a ten-line script can do with this package."""

__version__ = "0.1.0"

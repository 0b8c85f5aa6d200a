"""Jobs as the window shows them: the book that listens, the strip in the status bar, the popover, the failures page."""

"""Media workers: processes that open untrusted files under memory and time limits; and the store of thumbnails they fill.

Comes in: paths and a wish. Goes out: readings, or reasons. May import `engine.modalities`, `engine.files`; never torch.
"""

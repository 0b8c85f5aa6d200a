"""Queue, lanes, progress, cancellation and history of jobs. Knows no concrete job.

Comes in: frozen dataclasses with `title`, `lane` and `run(engine, progress)`. Goes out: events. Imports errors and events only.
"""

from engine.jobs.progress import Progress
from engine.jobs.queue import Job, JobQueue

__all__ = ["Job", "JobQueue", "Progress"]

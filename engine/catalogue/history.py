"""Finished jobs, kept for 30 days."""

from __future__ import annotations

import time

from engine.catalogue.library import Library
from engine.events import JobFinished

KEPT_SECONDS = 30 * 86_400


class JobHistory:
    """What ran, how it ended, and how long it took."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def keep(self, finished: JobFinished) -> None:
        """Write a job down and forget those older than 30 days. The map following along is nothing to remember."""
        if finished.lane == "map" and finished.outcome == "done":
            return
        from sqlalchemy import delete

        from engine.catalogue.tables import JobRecord

        now = time.time()
        with self._library.write() as session:
            session.add(
                JobRecord(
                    title=finished.title,
                    outcome=finished.outcome,
                    summary=finished.summary,
                    reason=" ".join(part for part in (finished.reason, finished.remedy) if part),
                    ended_at=now,
                    seconds=finished.seconds,
                )
            )
            session.execute(delete(JobRecord).where(JobRecord.ended_at < now - KEPT_SECONDS))

    def latest(self, count: int = 100) -> list[JobFinished]:
        """The jobs that ended last, newest first."""
        from sqlalchemy import select

        from engine.catalogue.tables import JobRecord

        with self._library.read() as session:
            rows = session.scalars(select(JobRecord).order_by(JobRecord.id.desc()).limit(count)).all()
        return [
            JobFinished(
                job_id=row.id,
                title=row.title,
                lane="",
                outcome=row.outcome,  # type: ignore[arg-type]
                summary=row.summary,
                reason=row.reason,
                seconds=row.seconds,
                ended_at=row.ended_at,
            )
            for row in rows
        ]

"""The queue of one database: a job is one member of one campaign (DESIGN 8).

The members' table is the truth and a job only a call to look at it: a job that is lost is made again, one too many finds
nothing to do. So the queue may be thrown away, and each version of Procrastinate has a schema of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import procrastinate
import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, Status
from psycopg.sql import SQL, Identifier

from scanner.cluster.turns import conninfo

QUEUE = "beffroi-members"
TASK = "beffroi.look-at-member"
SCHEMA = f"beffroi_jobs_{procrastinate.__version__.replace('.', '_')}"
MAX_ATTEMPTS = 3  # of one job; the campaign makes another where its member still waits
_LOCK = 0x62656667


@dataclass(frozen=True, slots=True)
class Queued:
    """The domains of one campaign that have a job, begun or not."""

    waiting: frozenset[str]
    begun: frozenset[str]


class Jobs:
    """`async with Jobs(address) as jobs`. Every method raises procrastinate's ConnectorException where the database is gone."""

    def __init__(self, address: str) -> None:
        self._conninfo = conninfo(address)
        connector = PsycopgConnector(conninfo=self._conninfo, kwargs={"options": f"-c search_path={SCHEMA}"}, max_size=4)
        self.app = App(connector=connector)

    async def __aenter__(self) -> Jobs:
        """With its tables. Raises psycopg.Error where they cannot be made."""
        async with await psycopg.AsyncConnection.connect(self._conninfo) as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            await connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(SCHEMA)))
            await connection.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(SCHEMA)))
            known = await (await connection.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.procrastinate_jobs",))).fetchone()
            if known is None or known[0] is None:
                await connection.execute(self.app.schema_manager.get_schema())
        await self.app.open_async()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closed."""
        await self.app.close_async()

    async def queued(self, campaign: int) -> Queued:
        """What has a job now."""
        found: dict[str, set[str]] = {Status.TODO.value: set(), Status.DOING.value: set()}
        for status, domains in found.items():
            for job in await self._jobs(status, campaign):
                domains.add(str(job.task_kwargs["domain"]))
        return Queued(frozenset(found["todo"]), frozenset(found["doing"]))

    async def ask_for(self, campaign: int, domains: Iterable[str]) -> None:
        """A job for each; where another process asks for the same at this instant, its own stand."""
        wanted = [
            Job(
                queue=QUEUE,
                lock=None,
                queueing_lock=f"{campaign}/{domain}",
                task_name=TASK,
                task_kwargs={"campaign": campaign, "domain": domain},
            )
            for domain in domains
        ]
        if wanted:
            with suppress(AlreadyEnqueued):
                await self.app.job_manager.batch_defer_jobs_async(wanted)

    async def call_off(self, campaign: int) -> int:
        """Jobs that were not begun are gone, the others are asked to stop; how many there were."""
        jobs = [job for status in ("todo", "doing") for job in await self._jobs(status, campaign)]
        for job in jobs:
            await self.app.job_manager.cancel_job_by_id_async(cast(int, job.id), abort=True, delete_job=True)
        return len(jobs)

    async def rescue(self, seconds: float) -> int:
        """Jobs whose worker has given no sign of life for so long are done again, or given up; how many."""
        manager = self.app.job_manager
        stalled = list(await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=seconds))
        for job in stalled:
            if job.attempts + 1 < MAX_ATTEMPTS:
                with suppress(AlreadyEnqueued):
                    await manager.retry_job(job)
                    continue
            await manager.finish_job(job, Status.FAILED, delete_job=True)
        return len(stalled)

    async def _jobs(self, status: str, campaign: int) -> list[Job]:
        found = await self.app.job_manager.list_jobs_async(queue=QUEUE, status=status)
        return [job for job in found if job.task_kwargs["campaign"] == campaign]

"""What do the workers do when they are rung?

Ids in, one action called, nothing returned; safe to run any number of times.
"""

import datetime as dt

from celery import shared_task
from django.conf import settings

from portal import jobs
from providers.models import Series
from supplychain.actions import disclosures, filings, prepared, signing_in, takedowns


@shared_task(name="supplychain.tasks.run_job", ignore_result=True)
def run_job(job_id: int) -> None:
    """Do what is left of a job, unless another worker is at it; after a while the rest is left to a further ring."""
    jobs.run(job_id, for_seconds=settings.SOFT_LIMIT_SECONDS / 8)


@shared_task(name="supplychain.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Ring again for jobs that were lost on the way, and remove what was left behind: bytes that were taken down, files
    of requests that broke off, sessions that are over.
    """
    jobs.sweep(older_than_seconds=settings.SWEEP_SECONDS)
    takedowns.sweep_buried()
    filings.sweep()
    signing_in.forget_sessions(dt.datetime.now(dt.UTC))


@shared_task(name="supplychain.tasks.prepare", ignore_result=True)
def prepare() -> None:
    """Work out what readers ask most after versions became valid, so that nobody waits for it."""
    for series in Series.values:
        prepared.prepare_answers(series)


@shared_task(name="supplychain.tasks.release_due", ignore_result=True)
def release_due() -> None:
    """Publish what the calendar says is due."""
    disclosures.release_due(now=dt.datetime.now(dt.UTC))

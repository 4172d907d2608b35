"""How does the worker take jobs from the broker, and what happens by the clock?

PostgreSQL is the record of the work and the broker only rings, so every setting here may lose or repeat a message
but none may lose or repeat work. The values were chosen against measured failures of Celery, kombu and Redis.
"""

import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")

_retry_once = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}


def configure(celery: Celery) -> None:
    """Give the application its settings."""
    celery.conf.update(
        broker_url=settings.REDIS_URL,
        # A task is acknowledged when it is over; a job's own counter of attempts ends the loop of a deadly one.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_acks_on_failure_or_timeout=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_soft_time_limit=settings.SOFT_LIMIT_SECONDS,
        task_time_limit=settings.HARD_LIMIT_SECONDS,
        visibility_timeout=settings.VISIBILITY_SECONDS,
        result_backend_transport_options={"visibility_timeout": settings.VISIBILITY_SECONDS},
        broker_transport_options={
            "visibility_timeout": settings.VISIBILITY_SECONDS,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "health_check_interval": 25,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            **_retry_once,
        },
        # Ringing must not hold up whoever rings when the broker is away: the sweeper rings again.
        task_publish_retry_policy=_retry_once,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        worker_soft_shutdown_timeout=30,
        worker_enable_soft_shutdown_on_idle=True,
        worker_max_tasks_per_child=200,
        worker_max_memory_per_child=400_000,
        enable_utc=True,
        timezone=settings.TIME_ZONE,
        task_default_queue="default",
        beat_cron_starting_deadline=3600,
        beat_schedule_filename=str(settings.PORTAL_VAR / "beat-schedule"),
        beat_schedule={
            "sweep": _every(settings.SWEEP_SECONDS, "supplychain.tasks.sweep"),
            "release-due": _every(settings.SWEEP_SECONDS, "supplychain.tasks.release_due"),
            "prepare": _every(settings.SWEEP_SECONDS, "supplychain.tasks.prepare"),
        },
    )


def _every(seconds: int, task: str) -> dict:
    # One that was not taken before the next is due is not wanted any more: none pile up while no worker runs.
    return {"task": task, "schedule": float(seconds), "options": {"expires": float(seconds)}}


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Celery would replace the log's format; being connected is enough to keep ours."""


configure(app)
app.autodiscover_tasks()

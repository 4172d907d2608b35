"""Is the worker set so that nothing is lost, run for ever or waited for?"""

import os
import subprocess
import sys
import time

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from kombu.exceptions import OperationalError

from portal.celery import app
from portal.embedded.runner import read_procfile
from portal.embedded.service import ROOT


def test_a_task_is_acknowledged_after_its_work_and_taken_one_at_a_time():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.accept_content == ["json"]
    assert not app.conf.task_always_eager


def test_the_visibility_is_the_same_everywhere():
    conf = app.conf
    assert (
        conf.visibility_timeout
        == conf.broker_transport_options["visibility_timeout"]
        == conf.result_backend_transport_options["visibility_timeout"]
    )


def test_ringing_without_a_broker_fails_at_once():
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        app.send_task("supplychain.tasks.sweep")
    assert time.monotonic() - begun < 2


def test_whoever_rings_uses_our_application():
    code = "import django; django.setup(); from celery import current_app; print(current_app.main)"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "portal"


def test_what_the_clock_starts_are_tasks_of_ours():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_the_worker_neither_gossips_nor_mingles():
    worker = next(entry for entry in read_procfile(environment={"BIND": "x"}) if entry.name == "worker")
    assert {"--without-gossip", "--without-mingle"} <= set(worker.command)


def test_limits_that_do_not_nest_stop_the_start(monkeypatch):
    call_command("check")
    monkeypatch.setitem(app.conf, "task_soft_time_limit", 900)
    with pytest.raises(SystemCheckError, match=r"portal\.E001"):
        call_command("check")


def test_a_loose_policy_stops_the_start(settings):
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"script-src": ["'self'", "'unsafe-inline'"]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
    with pytest.raises(SystemCheckError, match=r"portal\.E002"):
        call_command("check")

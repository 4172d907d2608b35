"""Do tests get what they were promised: a cloned world, real commits elsewhere, servers to kill, and no network?"""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections


@pytest.mark.django_db
def test_each_test_sees_the_world_and_rolls_back():
    assert ContentType.objects.exists()
    assert connection.settings_dict["NAME"].startswith(f"test_{os.getpid()}_")


def test_an_own_database_has_real_commits_that_other_processes_see(own_database):
    ContentType.objects.create(app_label="seen", model="elsewhere")
    code = (
        "import django; django.setup(); from django.contrib.contenttypes.models import ContentType;"
        "print(ContentType.objects.filter(app_label='seen').count())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], env=own_database.environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "1"


def test_own_services_can_be_killed_and_brought_back_with_what_was_committed(own_services):
    services = own_services()
    ContentType.objects.create(app_label="kept", model="through_a_kill")
    assert services.redis.ask("SET bell rung") == "+OK"
    services.postgres.kill()
    services.redis.kill()
    assert services.postgres.pid is None
    assert services.redis.pid is None
    connections.close_all()
    services.postgres.start()
    assert ContentType.objects.filter(app_label="kept").exists()


def test_a_server_killed_by_accident_is_brought_back_by_its_keeper(own_services):
    services = own_services()
    before = services.postgres.pid
    connections.close_all()
    os.kill(before, signal.SIGKILL)
    end = time.monotonic() + 30
    while not (services.postgres.ready() and services.postgres.pid != before):
        assert time.monotonic() < end, "the keeper did not bring the server back"
        time.sleep(0.05)
    assert ContentType.objects.exists()


def test_nothing_leaves_this_machine():
    with socket.socket() as probe, pytest.raises(RuntimeError, match="must not reach out"):
        probe.connect(("192.0.2.1", 80))

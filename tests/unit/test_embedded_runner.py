"""Does the runner bring processes back, stop them all, and clear up after a killed one?"""

import os
import signal
import time
from pathlib import Path

import pytest

from portal.embedded.processes import identity, read_json, started_at, still_runs
from portal.embedded.runner import PROCFILE, Entry, Runner, how_it_ended, read_procfile, stop_left_behind

SLEEPER = ("sh", "-c", "trap 'echo told to stop; exit 0' TERM; echo up; while :; do sleep 0.05; done")


def wait_for(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.02)


@pytest.fixture
def runner(tmp_path: Path):
    made = Runner([Entry("first", SLEEPER, {}), Entry("second", SLEEPER, {})], tmp_path / "log", tmp_path / "record")
    yield made
    made.stop()


def test_the_procfile_names_every_process_with_its_role():
    entries = {entry.name: entry for entry in read_procfile(environment={"BIND": "127.0.0.1:8000"})}
    assert set(entries) == {"web", "worker", "scheduler"}
    assert entries["web"].variables == {"PORTAL_PROCESS": "web", "DATABASE_ROLE": "portal_public"}
    assert entries["web"].command[:4] == ("gunicorn", "portal.wsgi", "--bind", "127.0.0.1:8000")
    assert entries["worker"].variables["DATABASE_ROLE"] == "portal_worker"
    assert "$" not in PROCFILE.read_text().replace("$BIND", "")


@pytest.mark.parametrize("line", ["web gunicorn", "a b: run", "web:", "web: run $NOT_SET"])
def test_a_line_that_is_none_is_refused(tmp_path, line):
    (tmp_path / "Procfile").write_text(line)
    with pytest.raises(ValueError, match="Procfile"):
        read_procfile(tmp_path / "Procfile", {"BIND": "x"})


def test_a_killed_process_comes_back(runner):
    runner.start()
    before = runner.processes[0].child.pid
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: runner.processes[0].child is not None and runner.processes[0].child.pid != before)
    wait_for(lambda: read_json(runner.record).get("first", {}).get("pid") == runner.processes[0].child.pid)
    assert runner.processes[1].child.poll() is None


def test_stopping_asks_first_and_leaves_nothing(runner, tmp_path):
    runner.start()
    wait_for(lambda: all("up" in (tmp_path / "log" / f"{name}.log").read_text() for name in ("first", "second")))
    children = [process.child.pid for process in runner.processes]
    runner.stop()
    assert [started_at(pid) for pid in children] == [None, None]
    assert not runner.record.exists()
    wait_for(lambda: "told to stop" in (tmp_path / "log" / "first.log").read_text())


def test_what_does_not_stop_is_ended_with_its_children(tmp_path, monkeypatch):
    monkeypatch.setattr("portal.embedded.runner.STOP_SECONDS", 0.5)
    stubborn = ("sh", "-c", f"trap '' TERM; sleep 600 & echo $! > {tmp_path}/child; while :; do sleep 0.05; done")
    runner = Runner([Entry("stubborn", stubborn, {})], tmp_path / "log", tmp_path / "record")
    runner.start()
    wait_for(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text().strip())
    runner.stop()
    wait_for(lambda: started_at(int((tmp_path / "child").read_text())) is None)


def test_a_process_that_keeps_failing_is_started_less_and_less_often(tmp_path):
    runner = Runner([Entry("broken", ("sh", "-c", "echo tried; exit 7"), {})], tmp_path / "log", tmp_path / "record")
    runner.start()
    time.sleep(2)
    runner.stop()
    assert 1 <= (tmp_path / "log" / "broken.log").read_text().count("tried") <= 3


def test_what_a_killed_runner_left_behind_is_stopped(runner, tmp_path):
    runner.start()
    left = [identity(process.child.pid) for process in runner.processes]
    runner._stopping.set()
    runner._watcher.join()
    said = []
    stop_left_behind(runner.record, said.append)
    for process in runner.processes:
        process.child.wait()
    assert not any(still_runs(one) for one in left)
    assert said == [
        "Stopping first, left behind by an earlier start",
        "Stopping second, left behind by an earlier start",
    ]


def test_a_stranger_with_the_number_of_a_process_left_behind_is_spared(tmp_path):
    (tmp_path / "record").write_text(f'{{"web": {{"pid": {os.getpid()}, "started": "1"}}}}')
    said = []
    stop_left_behind(tmp_path / "record", said.append)
    assert said == []
    assert not (tmp_path / "record").exists()


def test_an_end_is_told_in_words():
    assert how_it_ended(-9) == "was ended by SIGKILL"
    assert how_it_ended(3) == "ended with exit code 3"

"""Does set-up honour what the user told pip, and pass over what is done?"""

import pytest

from portal.embedded import setup
from portal.embedded.steps import StepFailed, run


@pytest.fixture
def no_uv_wishes(monkeypatch):
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "UV_NO_INDEX", "SSL_CERT_FILE", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_what_pip_was_told_is_told_to_uv(no_uv_wishes, tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    pip = {
        "index-url": "https://mirror.example/simple",
        "extra-index-url": f"https://other.example/simple file://{wheels} file:///not/there",
        "find-links": f"{wheels} /not/there",
        "cert": "/etc/ca.pem",
        "no-index": "true",
    }
    wishes = setup.uv_environment(pip)
    assert wishes["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert wishes["UV_INDEX"] == f"https://other.example/simple file://{wheels}"
    assert wishes["UV_FIND_LINKS"] == str(wheels)
    assert wishes["SSL_CERT_FILE"] == "/etc/ca.pem"
    assert wishes["UV_NO_INDEX"] == "1"


def test_what_uv_itself_was_told_stays(no_uv_wishes, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://mine.example/simple")
    assert "UV_DEFAULT_INDEX" not in setup.uv_environment({"index-url": "https://pip.example/simple"})


def test_pip_configuration_prefers_the_environment(monkeypatch):
    listing = "global.index-url='https://global'\n:env:.index-url='https://env'\ninstall.index-url='https://install'\n"
    monkeypatch.setattr(setup, "run", lambda *_: listing + "global.extra-index-url='file:///a file:///b'\n")
    assert setup.pip_configuration() == {"index-url": "https://env", "extra-index-url": "file:///a file:///b"}


def test_pip_takes_over_where_uv_fails(monkeypatch, tmp_path):
    commands = []

    def pretend(command, *_):
        commands.append(command)
        if command[0].endswith("uv"):
            raise StepFailed("uv could not")
        return ""

    monkeypatch.setattr(setup, "run", pretend)
    assert setup.install(tmp_path / "run.txt") == "(pip)"
    assert commands[-1][:3] == [str(setup.PYTHON), "-m", "pip"]
    assert {"--require-hashes", "--no-deps"} <= set(commands[-1])


def test_the_packages_for_tests_will_do_for_running():
    assert setup.digest([setup.LOCKS / "test.txt"]) in setup.acceptable_stamps("run")
    assert setup.digest([setup.LOCKS / "run.txt"]) not in setup.acceptable_stamps("test")


def test_a_digest_changes_with_name_content_and_absence(monkeypatch, tmp_path):
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    one, two = tmp_path / "one", tmp_path / "two"
    absent = setup.digest([one])
    one.write_text("x")
    two.write_text("x")
    assert len({absent, setup.digest([one]), setup.digest([two]), setup.digest([one, two])}) == 4
    assert setup.digest([one, two]) == setup.digest([two, one])


def test_a_program_that_fails_is_a_sentence_with_what_it_said(tmp_path):
    with pytest.raises(StepFailed, match=r"exit code 3:\nout of luck"):
        run(["sh", "-c", "echo out of luck; exit 3"], tmp_path)
    with pytest.raises(StepFailed, match="no-such-program is not there"):
        run(["no-such-program"], tmp_path)

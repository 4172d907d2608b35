"""Does a build end in the same bytes, once, wherever its worker is killed?"""

import pytest

from portal.models import User
from tests.faults import builds
from tests.faults.conftest import Undisturbed
from tests.faults.processes import Portal


@pytest.mark.parametrize("step", builds.STEPS)
def test_worker_killed_with_a_step_done_but_not_committed(
    portal: Portal, publisher: User, undisturbed: Undisturbed, step: str
) -> None:
    place = f"after {step}"
    with portal.pause(place):
        publication = builds.begin(undisturbed.quarter, publisher)
        portal.reached(place)
        portal.kill("worker")
    portal.bring_back("worker")
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed.files, undisturbed.digest)
    assert f"{step}: attempt 2" in builds.told(publication)

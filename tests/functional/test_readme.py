"""Does what the README tells other systems to do work as it is written there?"""

import json
import re
import subprocess
import sys

from portal.embedded.service import ROOT
from supplychain.models import Filing
from supplychain.tasks import run_job
from tests.integration.web_server import web_server


def test_a_return_is_filed_with_curl(curl: str, own_database, settings, tmp_path) -> None:
    settings.PORTAL_VAR = tmp_path
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("### File from another system\n\n")[2]
    script = re.match(r"(?:    .*\n)+", section)[0].replace(".venv/bin/python", sys.executable)
    filing, asking = script.replace("curl ", "curl -sS ").split("curl -sS -H")
    environment = own_database.environment | {"PORTAL_VAR": str(tmp_path)}
    with web_server(environment) as port:

        def run(text: str) -> dict:
            done = subprocess.run(
                ["bash", "-euc", text.replace("localhost:8000", f"127.0.0.1:{port}")],
                cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60,
            )  # fmt: skip
            return json.loads(done.stdout.splitlines()[-1])

        answer = run(filing)
        run_job(Filing.objects.get(key=answer["id"]).job_id)
        token = f"TOKEN=$({sys.executable} manage.py issue_token --by preparer --body D12)\n"
        told = run(token + "curl -sS -H" + asking.replace("STATUS_URL", answer["status_url"]))
    assert (told["status"], told["return"]["body"], told["return"]["quarter"]) == ("filed", "D12", "2018-19 Q4")

"""Do twenty equal requests at once make one version and get twenty equal answers? From a real server."""

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from portal import jobs
from supplychain.models import Filing, Return
from tests.integration.filing_client import RETURNS, Program, program
from tests.integration.test_filing_api_refusals import END, FORM, part
from tests.integration.web_server import web_server

__all__ = ["program"]
AT_ONCE = 20


def ask(port: int, method: str, address: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, bytes]:
    site = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    site.request(method, address, body, headers | {"Host": "localhost"})
    answer = site.getresponse()
    content = answer.read()
    site.close()
    return answer.status, content


def test_twenty_posts_at_once(program: Program, own_database, settings) -> None:
    form = part("funding", program.good) + part("body", b"D91", "") + END
    headers = program.headers() | {"Content-Type": FORM}
    other_key = program.headers() | {"Content-Type": FORM}
    begin = threading.Barrier(AT_ONCE + 1)
    environment = own_database.environment | {"PORTAL_VAR": str(settings.PORTAL_VAR)}
    with web_server(environment | {"REDIS_URL": "redis://127.0.0.1:1/0"}) as port:

        def post(sent: dict[str, str]) -> tuple[int, bytes]:
            begin.wait()
            return ask(port, "POST", RETURNS, sent, form)

        with ThreadPoolExecutor(AT_ONCE + 1) as pool:
            *answers, other = pool.map(post, [headers] * AT_ONCE + [other_key])
        assert {status for status, _ in answers} == {202}, answers
        assert len({content for _, content in answers}) == 1
        assert other[0] == 202 and other[1] != answers[0][1]
        assert Filing.objects.count() == 2

        def work(filing: Filing) -> None:
            try:
                jobs.run(filing.job_id)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, Filing.objects.all()))
        status = f"{RETURNS}{json.loads(answers[0][1])['id']}/"
        told = [json.loads(ask(port, "GET", status, program.headers())[1]) for _ in range(2)]
    assert told[0] == told[1] and told[0]["status"] == "filed" and told[0]["return"]["version"] == 1
    assert Return.objects.filter(body_id="D91").count() == 1
    assert sorted(Filing.objects.values_list("already_received", flat=True)) == [False, True]
    assert list((settings.PORTAL_VAR / "filings").iterdir()) == []

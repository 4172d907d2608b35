"""How do the browser stories get a browser, a site and a judge?

``checked_page`` is a page of a real Chromium that fails the test when anything on it breaks the content security
policy, writes an error, misses a file or asks another origin. ``site`` answers the browser's requests at ``SITE`` from
this very process, so pages are read inside the test's own transaction; ``live_site`` is a real server, for what needs
one. ``assert_axe_clean`` and ``assert_fits`` judge
what the page shows.
"""

import mimetypes
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SITE = "http://localhost"
OWN_HOSTS = {"localhost", "127.0.0.1"}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REPORT_VIOLATIONS = (
    "addEventListener('securitypolicyviolation', e => reportViolation(e.effectiveDirective + ' ' + e.blockedURI))"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the story is skipped, except where CI says that it has to be there."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        message = "Chromium is not installed, so the browser stories can not run."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # The synchronous Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            # No sandbox: it does not start for root. /dev/shm is too small in containers.
            launched = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
            )
            yield launched
            launched.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def watched_page(browser: Browser) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """``page, problems = watched_page(width=320, java_script_enabled=False)``: what breaks is noted, not judged.

    Further options go to Playwright's context.
    """
    contexts: list[BrowserContext] = []

    def watch(width: int = 1100, **options) -> tuple[Page, list[str]]:
        problems: list[str] = []
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.expose_binding("reportViolation", lambda source, text: problems.append(f"security policy: {text}"))
        context.add_init_script(REPORT_VIOLATIONS)
        context.route("**/*", lambda route: _own_origin_only(route, problems))
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("console", lambda message: _note_console(message, problems))
        page.on("response", lambda response: _note_missing(response, problems))
        return page, problems

    yield watch
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(watched_page: Callable[..., tuple[Page, list[str]]]) -> Iterator[Callable[..., Page]]:
    """Opens pages, with the options of ``watched_page``, on which nothing may break."""
    watched: list[list[str]] = []

    def open_(*args, **options) -> Page:
        page, problems = watched_page(*args, **options)
        watched.append(problems)
        return page

    yield open_
    assert [problem for problems in watched for problem in problems] == []


@pytest.fixture
def checked_page(open_page: Callable[..., Page]) -> Page:
    """One checked page, 1100 pixels wide, with scripts."""
    return open_page()


@pytest.fixture
def site(browser: Browser, settings, client: Client) -> Callable[[Page], str]:
    """``address = site(page)``: from now on the page's requests to ``address`` are answered by this process."""
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }

    # Playwright answers in a task of its own, and there Django would open a connection of its own.
    database = connections["default"]

    def answer(route: Route) -> None:
        connections["default"] = database
        _answer(route, client)

    def serve(page: Page) -> str:
        page.route(f"{SITE}/**", answer)
        return SITE

    return serve


@pytest.fixture
def live_site(own_database) -> Iterator[Callable[[], str]]:
    """``address = live_site()``: a real server over this test's own database, with cookies, forms and downloads."""
    servers: list[LiveServerThread] = []

    def start() -> str:
        server = LiveServerThread("localhost", StaticFilesHandler)
        server.daemon = True
        servers.append(server)
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        return f"http://localhost:{server.port}"

    yield start
    for server in servers:
        server.terminate()


@pytest.fixture
def assert_axe_clean() -> Callable[[Page], None]:
    """The judge of accessibility: WCAG 2.2 A and AA and best practice, as far as a machine can tell."""
    return axe_clean


@pytest.fixture
def assert_fits() -> Callable[[Page], None]:
    """The page does not scroll sideways."""
    return fits


def axe_clean(page: Page) -> None:
    page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
    assert [
        f"{violation['id']}: {violation['help']}: {', '.join(node['html'][:120] for node in violation['nodes'][:3])}"
        for violation in found["violations"]
    ] == []


def fits(page: Page) -> None:
    needed, given = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert needed <= given, f"The page is {needed} pixels wide in a window of {given}."


def _own_origin_only(route: Route, problems: list[str]) -> None:
    address = urlsplit(route.request.url)
    if address.scheme in {"data", "blob"} or address.hostname in OWN_HOSTS:
        route.continue_()
    else:
        problems.append(f"foreign origin: {route.request.url}")
        route.abort()


def _note_console(message, problems: list[str]) -> None:
    # What could not be loaded is noted by its response, with the address; a page that is an error on purpose is none.
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        problems.append(f"console: {message.text}")


def _note_missing(response, problems: list[str]) -> None:
    if response.status >= 400 and response.request.resource_type != "document":
        problems.append(f"{response.status}: {response.url}")


def _answer(route: Route, client: Client) -> None:
    request, address = route.request, urlsplit(route.request.url)
    if address.path.startswith("/static/"):
        found = finders.find(address.path.removeprefix("/static/"))
        if found:
            return route.fulfill(body=Path(found).read_bytes(), content_type=mimetypes.guess_type(found)[0])
        return route.fulfill(status=404)
    response = client.generic(
        request.method,
        f"{address.path}?{address.query}" if address.query else address.path,
        data=request.post_data_buffer or b"",
        content_type=request.headers.get("content-type", "application/octet-stream"),
        headers={name: value for name, value in request.headers.items() if name in {"accept", "referer", "origin"}},
        SERVER_NAME="localhost",
    )
    return route.fulfill(status=response.status_code, headers=dict(response.items()), body=response.getvalue())


def scrolls_with_arrow_key(frame: Locator) -> bool:
    """Does a focused frame scroll to the right with the arrow key? Asked from outside, for the page's policy lets
    nothing in it wait for a text of code.
    """
    for _ in range(50):
        frame.press("ArrowRight")
        if frame.evaluate("box => box.scrollLeft") > 0:
            return True
        frame.page.wait_for_timeout(100)
    return False

"""What differs from the portal's settings while tests run? A server, files and static files of their own."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "test"
os.environ["PORTAL_VAR"] = str(VAR)
os.environ["PORTAL_FILES"] = tempfile.mkdtemp(prefix="portal-test-files-")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")  # nobody answers: ringing must do without

from portal.settings import *  # noqa: E402

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True  # straight from the sources, not collected
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PAGES_IN_MEMORY_MB = 0  # within the transaction of a test nothing is ever committed, so no page would be drawn anew
API_REQUESTS_A_MINUTE = 1_000_000  # the test of the limit sets its own

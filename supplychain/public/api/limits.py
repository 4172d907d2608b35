"""How often may one address ask?

Counted in the memory of this process, by the minute, and forgotten with it: nothing is written anywhere, and each
process counts by itself, so a reader may be granted more than is said, never less.
"""

import threading
import time
from collections import Counter

from django.conf import settings

from portal.clients import Place

WINDOW = 60  # seconds
MOST_ADDRESSES = 100_000  # of one minute; whoever comes later is not counted


class Counts:
    """Requests of the running minute by address. Safe for threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.window = -1
        self.counts: Counter[str] = Counter()

    def take(self, address: str) -> Place:
        """Count one more request."""
        now = time.time()
        window = int(now // WINDOW)
        with self.lock:
            if window != self.window:
                self.window, self.counts = window, Counter()
            if address in self.counts or len(self.counts) < MOST_ADDRESSES:
                self.counts[address] += 1
            used = self.counts[address]
        return Place(settings.API_REQUESTS_A_MINUTE, used, max(int((window + 1) * WINDOW - now), 1))


counts = Counts()

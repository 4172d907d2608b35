"""Do pages in memory stay within their room, those used last?"""

from supplychain.public.caching import Kept, KeptPages


def test_memory_stays_within_its_room() -> None:
    pages = KeptPages(100)
    for number in range(50):
        pages.put((number,), Kept(b"x" * 30, {}))
        assert pages.used <= 100
    assert list(pages.pages) == [(47,), (48,), (49,)]
    assert pages.get((47,))
    pages.put((48,), Kept(b"y" * 40, {}))
    pages.put((0,), Kept(b"z" * 51, {}))
    assert list(pages.pages) == [(49,), (47,), (48,)] and pages.used == 100

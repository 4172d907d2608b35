"""How does the invented world come into being? Its parties are loaded, then its people do every deed through the one
door.

The world itself is data (fixtures/demo): parties, people, windows, the files of every return, and who did what when.
It is a series of its own; nothing here touches a row of the real one.
"""

from .play import Outcome, load

__all__ = ["Outcome", "load"]

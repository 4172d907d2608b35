"""What does the portal know about the field before anybody files a return, and how does it get into the database?"""

from .loading import SHOWN_FINDINGS, load
from .syncing import Counts
from .tables import FOLDER

__all__ = ["FOLDER", "SHOWN_FINDINGS", "Counts", "load"]

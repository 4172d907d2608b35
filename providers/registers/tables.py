"""Which tables of which registers are known here?"""

from . import charities, mergers, pairs

KINDS = (charities.OTHER_NAMES, mergers.KIND, pairs.CHARITIES, pairs.CIOS, pairs.MUTUALS)

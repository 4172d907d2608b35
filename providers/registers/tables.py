"""Which tables of which registers are known here?"""

from . import charities, companies, counted, mergers, pairs

KINDS = (
    charities.CHARITIES,
    charities.OTHER_NAMES,
    charities.AREAS,
    charities.YEARS,
    charities.EVENTS,
    *counted.COUNTED,
    mergers.KIND,
    pairs.CHARITIES,
    pairs.CIOS,
    pairs.MUTUALS,
    companies.KIND,
)

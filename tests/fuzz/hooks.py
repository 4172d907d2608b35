"""What does a schema not say that a request has to keep to? Applied to requests that are meant to be right, only."""

import random
from typing import Any

import schemathesis
from schemathesis import GenerationMode

QUARTERS = ("2018-19 Q1", "2018-19-q2", "2017-18 Q4")
EXISTING = {"quarter": "2018-19-q1", "number": "2", "code": "D01", "public_id": "GB-CHC-9901001"}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict) -> None:
    """A cursor is one that was given, the second half of a quarter's year follows the first, and what is named exists.

    Now and then what is named stays as it is, for there are answers about that, too.
    """
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    query = case.query or {}
    query.pop("cursor", None)
    for name in {"quarter", "from", "to"} & query.keys():
        quarter = random.Random(str(query[name])).choice(QUARTERS)
        query[name] = [quarter] if isinstance(query[name], list) else quarter
    parts = case.path_parameters or {}
    if random.Random(str(parts)).random() < 0.8:
        parts.update({name: EXISTING.get(name, value) for name, value in parts.items()})

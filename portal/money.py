"""How is money read, added up and shown?

Money is exact: ``Decimal`` pounds with two places in the program, ``NUMERIC(14, 2)`` in the database, integer pence
inside digests and manifests. Text is parsed without binary floats. Rounding happens only where a share is shown, half
away from zero.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from django.db import models

PENNY = Decimal("0.01")
MAX_DIGITS = 14
PLAIN_AMOUNT = re.compile(rf"-?(0|[1-9][0-9]{{0,{MAX_DIGITS - 3}}})(\.[0-9]{{1,2}})?", re.ASCII)


class MoneyField(models.DecimalField):
    """``NUMERIC(14, 2)``: pounds and pence, up to 12 digits before the point."""

    def __init__(self, *args, **kwargs) -> None:
        kwargs["max_digits"] = MAX_DIGITS
        kwargs["decimal_places"] = 2
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"]
        del kwargs["decimal_places"]
        return name, path, args, kwargs


def parse_amount(text: str) -> Decimal:
    """Pounds from plain text: up to 12 digits, at most one point with one or two places, a leading minus.

    Raises ``ValueError`` with a sentence for anything else (commas, signs of currency, exponents, ``NaN``, other
    scripts' digits).
    """
    if not PLAIN_AMOUNT.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not an amount in plain digits, 12 at most, with at most two decimals.")
    return Decimal(text).quantize(PENNY)


def pence(amount: Decimal) -> int:
    """Whole pence of an exact amount of pounds. Raises ``ValueError`` where a fraction of a penny would be lost."""
    scaled = amount * 100
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} is not a whole number of pence.")
    return whole


def fixed(amount: Decimal) -> str:
    """The one text form for files and digests: no thousands separators, two decimals, ``-0.00`` never."""
    return f"{pence(amount) / Decimal(100):.2f}"


def share(part: Decimal, whole: Decimal, places: int = 1) -> Decimal | None:
    """``part / whole`` in percent, rounded half away from zero to ``places``; ``None`` where the whole is not above
    zero.
    """
    if whole <= 0:
        return None
    return (part * 100 / whole).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)

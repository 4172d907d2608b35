"""O, against the registers: does the number that a row gives exist, and is it still the provider's?

Asked of the newest copy of each register that the portal holds for the series of the body; where it holds none,
nothing is said. Whether a number exists is asked only of a register's list of numbers (``RegisterCopy.table`` is
blank): its other tables, such as the mergers, name a few. Form alone is judged in ``cells``.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from .rule import Check, Rule, words

RULES = (
    Rule(
        "O02",
        "A number is not in the register",
        "X",
        "error",
        "A charity or company number stands in the portal’s copy of its register. It is an error only where the copy "
        "is complete and not old, and else information; where there is no copy, nothing is said.",
        "A number with two digits exchanged has the right form and belongs to nobody, or to somebody else.",
        "charity_number 1123457; the register has 1123456.",
        words(
            "{number} is not in the copy of the register of {day}.",
            "a number of the register",
            "Look the provider up in the register and copy its number. If it was registered only lately, wait for the "
            "next copy, or give no_number_reason applied-for.",
        ),
        mild="information where the copy is old or not complete",
        thresholds={"days": 90},
        eases=True,
    ),
    Rule(
        "O03",
        "The provider had left its register",
        "X",
        "warning",
        "A provider was not removed from its register, nor dissolved, before the quarter began.",
        "Money for an organisation that had ceased to exist went to somebody else.",
        "Payments in April to June 2018 to a charity that was removed in 2016",
        words(
            "{number} ({name}) was removed from the register on {day}.",
            "a provider that existed in the quarter",
            "Give the number of the organisation that was paid, or confirm it with an explanation_code.",
        ),
    ),
    Rule(
        "O07",
        "The provider had been merged into another",
        "X",
        "error",
        "A provider that was merged into another before the quarter began is reported under the number of the one that "
        "goes on.",
        "The same organisation under two numbers counts as two.",
        "A number that was merged into 1187776 in 2017, in a return for 2018-19 Q1",
        words(
            "{number} ({name}) was merged into {successor} on {day}.",
            "{successor}",
            "If the payment went to the organisation that goes on, write its number, {successor}, and its name.",
        ),
        advice="Write the number and the name of the organisation that goes on.",
        eases=True,
    ),
)


def _numbers(condition: str, columns: str) -> str:
    """SQL: rows whose charity or company number meets a condition on ``n`` and its entry ``e`` in the register."""
    each = " UNION ALL ".join(
        f"SELECT row_number, '{column}' AS column_name, {column} AS value, {key} AS org_id FROM staged_funding "
        f"WHERE {key} IS NOT NULL"
        for column, key in (("charity_number", "charity_id"), ("company_number", "company_id"))
    )
    return f"""
        SELECT {columns}
        FROM ({each}) AS n
        LEFT JOIN providers_registerentry AS e ON e.series = %(series)s AND e.org_id = n.org_id
        WHERE {condition}
    """


# What a merger alone names is answered by O07.
UNLISTED = "e.id IS NULL OR NOT e.listed AND e.successor = ''"
MERGED = "e.successor <> '' AND coalesce(e.merged_on, e.removed_on) < %(start)s::date"
# Who went on when the quarter began: mergers after that say nothing about it.
SUCCESSOR = """(
    WITH RECURSIVE chain AS (
        SELECT e.successor AS org_id, 1 AS step
        UNION ALL
        SELECT m.successor, c.step + 1
        FROM chain AS c JOIN providers_registerentry AS m ON m.series = %(series)s AND m.org_id = c.org_id
        WHERE c.step < 20 AND m.successor <> '' AND coalesce(m.merged_on, m.removed_on) < %(start)s::date
    ) SELECT org_id FROM chain ORDER BY step DESC LIMIT 1
)"""
CHECKS = (
    Check(
        "O02",
        f"""
        SELECT 'O02', '', CASE WHEN NOT r.fresh THEN 'information' END, 'funding', t.row_number, t.column_name, t.value,
               jsonb_build_object('number', t.value, 'day', r.as_at)
        FROM ({_numbers(UNLISTED, "n.row_number, n.column_name, n.value, n.org_id")}) AS t
        JOIN (
            SELECT DISTINCT ON (scheme) scheme, as_at,
                   complete AND as_at > %(at)s::date - %(O02_days)s AS fresh
            FROM providers_registercopy WHERE series = %(series)s AND "table" = '' AND as_at <= %(at)s::date
            ORDER BY scheme, as_at DESC
        ) AS r ON starts_with(t.org_id, r.scheme || '-')
        """,
        register=True,
    ),
    Check(
        "O03",
        _numbers(
            f"e.removed_on < %(start)s::date AND NOT coalesce({MERGED}, false)",
            "'O03', '', NULL, 'funding', n.row_number, n.column_name, n.value,"
            " jsonb_build_object('number', n.value, 'name', e.name, 'day', e.removed_on)",
        ),
        register=True,
    ),
    Check(
        "O07",
        _numbers(
            MERGED,
            "'O07', '', NULL, 'funding', n.row_number, n.column_name, n.value, jsonb_build_object('number', n.value,"
            f" 'name', e.name, 'successor', {SUCCESSOR}, 'day', coalesce(e.merged_on, e.removed_on))",
        ),
        register=True,
    ),
)

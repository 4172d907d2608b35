"""O: is it clear who the provider is? Numbers are judged by form in ``cells``; here one return is compared with
itself.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from .rule import Check, Rule, Words, words

RULES = (
    Rule(
        "O01",
        "A number is not one that the register could have given",
        "X",
        "error",
        "Charity and company numbers have the form of their register: six or seven digits in England and Wales, SC "
        "or NIC "
        "and six digits elsewhere, eight characters for companies with leading zeros.",
        "The number is what makes two returns talk about the same organisation. A number without its leading zeros may "
        "belong to somebody else, so it is suggested and never added silently.",
        "company_number 1234567; 01234567 was meant, and the spreadsheet dropped the zero.",
        words("{reason}", "a number as in the register", "{hint}"),
        advice="Look the number up in the register and copy it with its letters and leading zeros.",
    ),
    Rule(
        "O04",
        "One number under two names",
        "X",
        "error",
        "A charity or company number stands beside the same name throughout the return. A name that differs from "
        "the one "
        "known for the number is a warning. Case, punctuation, “The” and “Limited” make no difference.",
        "Two names beside one number mean that one of the two rows has somebody else’s number.",
        "Rows 4 and 9 both give 1123456, once for Nova Wellbeing and once for Harbour Trust.",
        {
            "": Words(
                "{number} is {name} here and {other} in row {row:,}.",
                "one name for one number",
                "Look both up in the register and correct the number or the name.",
            ),
            "register": Words(
                "{number} is known as {known}; the return says {name}.",
                "the registered name",
                "Correct the number or the name, or confirm it with an explanation_code.",
            ),
        },
        mild="a name that differs from the one known for the number",
        eases=True,
    ),
    Rule(
        "O05",
        "A provider without a number may be one that is known",
        "X",
        "warning",
        "A provider that has no number doesn’t have nearly the name of an organisation that the portal knows, unless "
        "the agreement was always with that one.",
        "The same organisation with and without its number would count as two. Nothing is joined on a name alone, so "
        "somebody who knows has to answer.",
        "“Harbour Trst”, unregistered-group, where Harbour Trust is charity 1123456",
        words(
            "{name} has no number and is nearly called like {known} ({number}). Is it this one?",
            "the number, if it is the same organisation",
            "Give the number if it is this one; if it is another, confirm it with an explanation_code.",
        ),
        thresholds={"alike_pct": 60, "names": 500},
    ),
    Rule(
        "O08",
        "Letters of another alphabet in a name",
        "X",
        "warning",
        "provider_name holds no Greek, Cyrillic or wide letter that looks like a Latin one among Latin letters.",
        "Two names that look the same would be two organisations to every program that reads them.",
        "“Nоva Wellbeing” with a Cyrillic о",
        words(
            "“{letter}” in {word} is {what} ({code}) and looks like {latin}.",
            "letters of one alphabet",
            "Type the name again instead of copying it, or confirm it with an explanation_code.",
        ),
    ),
)

OPTIONAL_WORDS = "the|ltd|limited|plc|cic|llp|cio|registered|charity"


def loose_name(column: str) -> str:
    """SQL: a name without case, accents, punctuation and the words that registers add, to compare two."""
    plain = rf"regexp_replace(lower(normalize({column}, NFKD)), '[\u0300-\u036f''’]', '', 'g')"
    words = f"regexp_replace(' ' || replace({plain}, '&', ' and ') || ' ', '[^[:alnum:]]+', ' ', 'g')"
    return f"btrim(regexp_replace({words}, ' (?:{OPTIONAL_WORDS})(?= )', '', 'g'))"


CHECKS = (
    Check(
        "O04",
        f"""
        WITH several AS (
            SELECT *, {loose_name("name")} AS key FROM named
            WHERE number IN (SELECT number FROM named GROUP BY number HAVING count(*) > 1)
        ), keyed AS (
            SELECT number, key, sum(rows) AS rows, min(first) AS first FROM several GROUP BY number, key
        ), usual AS (
            SELECT DISTINCT ON (number) number, key, first FROM keyed
            WHERE number IN (SELECT number FROM keyed GROUP BY number HAVING count(*) > 1)
            ORDER BY number, rows DESC, first
        )
        SELECT DISTINCT ON (s.row_number) 'O04', '', NULL, 'funding', s.row_number, 'provider_name', s.provider_name,
               jsonb_build_object('number', u.number, 'name', s.provider_name, 'other', o.provider_name, 'row', u.first)
        FROM usual AS u JOIN several AS v ON v.number = u.number AND v.key <> u.key
        JOIN staged_funding AS s ON lower(s.provider_name) = v.name AND u.number IN (s.charity_id, s.company_id)
        JOIN staged_funding AS o ON o.row_number = u.first
        ORDER BY s.row_number, u.number
        """,
    ),
    Check(
        "O04 register",
        f"""
        SELECT DISTINCT ON (row_number) 'O04', 'register', 'warning', 'funding', row_number, 'provider_name',
            provider_name,
               jsonb_build_object('number', number, 'name', provider_name, 'known', array_to_string(known[:3], ' or '))
        FROM (
            SELECT g.number, s.provider_name, s.row_number, array_agg(DISTINCT n.text) AS known
            FROM named AS g JOIN staged_funding AS s ON s.row_number = g.first
            JOIN providers_organisationidentifier AS i ON i.number = split_part(g.number, '-', 3)
                 AND i.scheme = split_part(g.number, '-', 1) || '-' || split_part(g.number, '-', 2)
            JOIN (SELECT id AS organisation_id, name AS text FROM providers_organisation
                  UNION ALL SELECT organisation_id, text FROM providers_organisationname WHERE kind <> 'returned') AS n
              USING (organisation_id)
            GROUP BY g.number, s.provider_name, s.row_number
            HAVING lower(s.provider_name) <> ALL(array_agg(lower(n.text)))
               AND {loose_name("s.provider_name")} <> ALL(array_agg({loose_name("n.text")}))
        ) AS t
        WHERE NOT EXISTS (SELECT FROM found AS f WHERE f.rule = 'O04' AND f.row_number = t.row_number)
        ORDER BY row_number, number
        """,
    ),
    Check(
        "O05",
        """
        WITH nameless AS (
            SELECT provider_name AS name, min(row_number) AS row_number FROM staged_funding
            WHERE payee_key LIKE 'name:%%' GROUP BY provider_name ORDER BY 2 LIMIT %(O05_names)s
        )
        SELECT 'O05', '', NULL, 'funding', n.row_number, 'provider_name', n.name,
               jsonb_build_object('name', n.name, 'known', o.name, 'number', o.public_id)
        FROM nameless AS n, LATERAL (
            SELECT o.id, o.public_id, t.text AS name FROM (
                SELECT id AS organisation_id, name AS text FROM providers_organisation
                WHERE upper(name) %% upper(n.name)
                UNION ALL
                SELECT organisation_id, text FROM providers_organisationname WHERE upper(text) %% upper(n.name)
            ) AS t JOIN providers_organisation AS o ON o.id = t.organisation_id AND o.series = %(series)s
            ORDER BY similarity(upper(t.text), upper(n.name)) DESC, o.public_id LIMIT 1
        ) AS o
        WHERE NOT EXISTS (
            SELECT FROM supplychain_agreement AS a JOIN providers_organisation AS p ON p.id = a.payee_id
            WHERE a.body_id = %(body)s AND p.name = n.name AND p.public_id LIKE 'XP-%%'
        )
        """,
    ),
)

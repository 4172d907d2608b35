"""O: is it clear who the provider is? Numbers are judged by form in ``cells``; here one return is compared with
itself.
"""

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
    ),
)

# Each number of the return with the names it stands beside; the name in most rows (then the first) is taken as the
# right one.
CHECKS = (
    Check(
        "O04",
        """
        WITH named AS (
            SELECT number, name_key, count(*) AS rows, min(row_number) AS first
            FROM (SELECT charity_id AS number, name_key, row_number FROM staged_funding
                  UNION ALL SELECT company_id, name_key, row_number FROM staged_funding) AS n
            WHERE number IS NOT NULL AND name_key IS NOT NULL GROUP BY number, name_key
        ), usual AS (
            SELECT DISTINCT ON (number) number, name_key, first FROM named
            WHERE number IN (SELECT number FROM named GROUP BY number HAVING count(*) > 1)
            ORDER BY number, rows DESC, first
        )
        SELECT DISTINCT ON (s.row_number) 'O04', '', NULL, 'funding', s.row_number, 'provider_name', s.provider_name,
               jsonb_build_object('number', u.number, 'name', s.provider_name, 'other', o.provider_name, 'row', u.first)
        FROM usual AS u
        JOIN staged_funding AS s ON u.number IN (s.charity_id, s.company_id)
        JOIN staged_funding AS o ON o.row_number = u.first
        WHERE s.name_key <> u.name_key
        ORDER BY s.row_number, u.number
        """,
    ),
)

# Numbers whose name is not literally one that is known: few, so that their names are compared at leisure.
OTHERWISE_NAMED = """
    SELECT s.row_number, s.provider_name, s.name_key, s.number, array_agg(DISTINCT n.text)
    FROM (
        SELECT DISTINCT ON (number, name_key) row_number, provider_name, name_key, number
        FROM (SELECT charity_id AS number, provider_name, name_key, row_number FROM staged_funding
              UNION ALL SELECT company_id, provider_name, name_key, row_number FROM staged_funding) AS given
        WHERE number IS NOT NULL AND name_key IS NOT NULL ORDER BY number, name_key, row_number
    ) AS s
    JOIN providers_organisationidentifier AS i ON i.scheme || '-' || i.number = s.number
    JOIN (SELECT id AS organisation_id, name AS text FROM providers_organisation
          UNION ALL SELECT organisation_id, text FROM providers_organisationname WHERE kind <> 'returned') AS n
      USING (organisation_id)
    GROUP BY s.row_number, s.provider_name, s.name_key, s.number
    HAVING NOT lower(s.provider_name) = ANY(array_agg(lower(n.text)))
    ORDER BY s.row_number
"""

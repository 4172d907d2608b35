"""V: does each cell hold what its column asks for? The words; cell by cell it is judged in ``cells``, across a row
here.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from .rule import Check, Rule, Words, rows_of, sound, words

RULES = (
    Rule(
        "V01",
        "A value is missing",
        "C",
        "error",
        "Required cells are filled. Some are required only with others: an upstream reference from tier 3 on, a "
        "number or the "
        "reason why there is none, amounts unless they are not disclosed or withheld.",
        "A blank can mean nothing, not known or forgotten. Readers can’t tell which, so the return has to.",
        "amount_paid_gbp is blank and amount_status is blank too. If nothing was paid, write 0.",
        {
            "": Words("{column} is blank.", "a value in every row", "Fill the cell: {help}"),
            "upstream": Words(
                "Tier {tier} needs an upstream_ref: the agreement one tier up.",
                "the agreement_ref of the agreement that pays for this one",
                "Give the agreement_ref of that agreement, or tier 2 if the reporting body pays.",
            ),
            "number": Words(
                "There is no charity_number, no company_number and no no_number_reason.",
                "one of the two numbers, or the reason why there is none",
                "Look the number up in the register, or give the reason, such as unregistered-group.",
            ),
            "amount": Words(
                "{column} is blank although the amount is {status}.",
                "an amount; 0 where nothing was paid",
                "Write the amount, or say in amount_status that it is not-disclosed or withheld.",
            ),
            "whose": Words(
                "Nothing says for which {what} the return is.",
                "a reporting body and a quarter",
                "Name them with the file: a nil return has no rows that say it.",
            ),
            "denominator": Words(
                "The body’s own total of {kpi} has no denominator.",
                "numerator and denominator in a row without agreement_ref",
                "Give the denominator of the KPI.",
            ),
        },
        advice="Fill the cell; where nothing was paid write 0, and where a number is missing give the reason.",
    ),
    Rule(
        "V02",
        "A value is not of its kind",
        "A",
        "error",
        "Amounts are plain digits with at most two decimals; whole numbers, dates, quarters and references keep "
        "their form.",
        "“1.500” is one and a half, or fifteen hundred. The portal doesn’t guess what is meant.",
        "“£1,500” instead of 1500",
        {
            "": Words("{value!r} is not {kind}.", "{kind}", "{hint}"),
            "range": Words("{value} is {side}.", "{kind}", "Correct the figure."),
            "no_result": Words(
                "The cell holds a formula without a stored result.",
                "a value, or a formula with its result stored in the file",
                "Open the workbook in a spreadsheet program and save it again, or replace the formula by its value.",
            ),
            "error": Words(
                "{value} is what a spreadsheet shows where a formula fails.",
                "a text",
                "Mend the formula, or write the text.",
            ),
        },
        advice="Write plain digits, days as 2018-04-01, quarters as 2018-19 Q1; the report says what is expected.",
    ),
    Rule(
        "V03",
        "An amount is far too large",
        "A",
        "error",
        "No amount has more digits before the point than the threshold says. An amount that is as many times the "
        "largest that was ever published for the body is a warning.",
        "In other systems, reference numbers in the amount column became billions that newspapers found first.",
        "A telephone or account number pasted into amount_paid_gbp.",
        {
            "": Words(
                "The amount has {digits} digits before the point; at most {limit} are possible.",
                "an amount below {limit} digits",
                "Look whether another column slipped in here.",
            ),
            "history": Words(
                "£{amount:,.2f} is more than {times} times the largest amount that was published for this body before, "
                "£{largest:,.2f}.",
                "an amount of the usual size",
                "Correct the amount, or confirm it with an explanation_code.",
            ),
        },
        mild="far above what was published for the body before",
        thresholds={"digits": 12, "times": 10},
    ),
    Rule(
        "V04",
        "An amount equals a reference or number of its row",
        "A",
        "error",
        "No amount is the same figure as the agreement_ref, charity number or company number beside it.",
        "A subaward of six billion dollars was once published because its number stood in the amount column.",
        "charity_number 1123456 and amount_paid_gbp 1123456",
        words(
            "The amount is the same figure as {other} in this row.",
            "an amount in pounds",
            "Put the amount here; the number belongs only in {other}.",
        ),
        advice="Put an amount in pounds there; a number belongs only in its own column.",
    ),
    Rule(
        "V05",
        "The start date is not a date, or lies after the quarter",
        "A",
        "error",
        "start_date is a real day, written year-month-day, not later than the last day of the quarter.",
        "An agreement that had not begun can’t have had money in the quarter. Days written 03/04 read differently to "
        "different people.",
        "2018-02-30, or 03/04/2018",
        {
            "": Words("{value!r} is not a date.", "a day such as 2018-04-01", "{hint}"),
            "late": Words(
                "The agreement starts on {start}, after the quarter’s last day, {last}.",
                "a day up to {last}",
                "Correct the date, or report the agreement in the quarter in which it starts.",
            ),
        },
        advice="Write the day as 2018-04-01, or report the agreement in the quarter in which it starts.",
    ),
    Rule(
        "V06",
        "A code is not in its list",
        "A",
        "error",
        "Codes are written exactly as in their list: bodies, areas, services, funding types and the others. Areas are "
        "those of the body on the last day of the quarter; ALL stands alone. The body had to make a return for the "
        "quarter.",
        "Pages, totals and gaps are made by code. A code that nobody knows falls out of all of them.",
        "“Accommodation” instead of accommodation; an area of a neighbouring body.",
        {
            "": Words("{value!r} is not one of the codes of {column}.", "{choices}", "{hint}"),
            "all": Words(
                "ALL stands beside {others}: it means every area of the body already.",
                "ALL alone, or the areas by name",
                "Write ALL alone, or name the areas without it.",
            ),
            "twice": Words("{code} is there twice.", "each code once", "Remove one of the two."),
            "area": Words(
                "{area} was not an area of {body} on {day}.",
                "areas of {body} on that day: {areas}",
                "Name the areas of the body in which the service is given.",
            ),
            "obligation": Words(
                "No return was required of {body} for {quarter}: its obligation runs {period}.",
                "a quarter in the obligation period of the body",
                "Correct the body or the quarter.",
            ),
            "body": Words(
                "There is no reporting body {value!r}.", "a code such as C01", "Look it up in the list of bodies."
            ),
        },
        advice="Use a code of the list exactly as it is written there; the report suggests the nearest one.",
    ),
    Rule(
        "V07",
        "A text begins like a formula",
        "A",
        "error",
        "No text begins with =, +, -, @ or their full-width forms.",
        "Whoever opens the published file in a spreadsheet program would run what looks like a formula.",
        "“=HYPERLINK(…)” as the name of a provider; “- mentoring” as a summary.",
        words(
            "The text begins with {sign}, which a spreadsheet program takes for a formula.",
            "a text that begins with a letter or digit",
            "Begin the text with a word.",
        ),
    ),
    Rule(
        "V08",
        "A text holds personal data",
        "A",
        "error",
        "No text holds an e-mail address, a telephone number or a National Insurance number. What looks like the "
        "name of a "
        "person in a summary or note is a warning.",
        "Everything in a summary is published for ever. People who are helped, or who help, must not be found "
        "through it.",
        "“Contact Mr Smith on 0191 000 0000.”",
        {
            "": Words(
                "The text holds what looks like {what}.",
                "text without personal data",
                "Take it out; describe the service and whom it is for.",
            ),
            "name": Words(
                "The text may hold a person’s name: {found}.",
                "text without names of people",
                "Take the name out; if it is the name of an organisation or place, confirm it with an "
                "explanation_code.",
            ),
        },
        mild="what may be the name of a person",
    ),
    Rule(
        "V09",
        "A text is too long",
        "A",
        "error",
        "Each column has a limit of characters: 200 for names, 500 for summaries.",
        "A text above its limit would be cut somewhere, and what remains may say something else.",
        "A summary of three paragraphs.",
        words(
            "The text has {length:,} characters; the limit is {limit:,}.", "at most {limit:,} characters", "Shorten it."
        ),
    ),
    Rule(
        "V10",
        "A text holds characters that can’t be seen",
        "A",
        "error",
        "No control, bidirectional or invisible characters; line breaks only in summaries and notes.",
        "Two names that look the same would count as two organisations, and a text can be made to read backwards.",
        "A zero-width space inside a name, copied from a web page.",
        words(
            "The text holds {what} ({code}) at character {place:,}.",
            "letters, digits, signs and ordinary spaces",
            "Type the text again instead of copying it, or remove that character.",
        ),
    ),
    Rule(
        "V11",
        "Amounts contradict their status",
        "A",
        "error",
        "With amount_status not-disclosed or withheld the amounts are blank. Where nothing is paid there is "
        "nothing to withhold.",
        "What is to be kept back must not stand in the file, or it will be published by mistake.",
        "amount_status withheld, and amount_paid_gbp 1500",
        {
            "": Words(
                "amount_status says {status}, and yet there is an amount in {columns}.",
                "blank amounts, or amount_status known or estimated",
                "Take the amounts out, or say that they are known.",
            ),
            "unpaid": Words(
                "An unpaid agreement has amount_status {status}: there is nothing to keep back.",
                "amount_status known, and 0 as amounts",
                "Write 0 as amounts and leave amount_status blank, or correct funding_type.",
            ),
        },
    ),
)


def _amount(table: str, column: str) -> str:
    return f"""
        SELECT 'V01', 'amount', NULL, '{table}', row_number, '{column}', NULL,
               jsonb_build_object('column', '{column}', 'status', coalesce(amount_status, 'known'))
        FROM {rows_of(table)} AS s
        WHERE {column} IS NULL AND coalesce(amount_status, 'known') IN ('known', 'estimated')
          AND '{table}.{column}' = ANY(%(present)s) AND {sound(column, "amount_status")}
    """


def _kept_back(table: str, columns: tuple[str, ...]) -> Check:
    held = ", ".join(f"CASE WHEN {column} IS NOT NULL THEN '{column}' END" for column in columns)
    return Check(
        f"V11 {table}",
        f"""
        SELECT 'V11', '', NULL, '{table}', row_number, 'amount_status', amount_status,
               jsonb_build_object('columns', concat_ws(', ', {held}), 'status', amount_status)
        FROM {rows_of(table)}
        WHERE amount_status IN ('not-disclosed', 'withheld') AND num_nonnulls({", ".join(columns)}) > 0
        """,
        table,
    )


AMOUNTS = ("amount_paid_gbp", "amount_to_date_gbp", "opening_to_date_gbp", "prior_period_adjustment_gbp")

CHECKS = (
    Check(
        "V01 upstream",
        f"""
        SELECT 'V01', 'upstream', NULL, 'funding', row_number, 'upstream_ref', NULL, jsonb_build_object('tier', tier)
        FROM suspects AS s WHERE tier > 2 AND upstream_ref IS NULL AND {sound("upstream_ref")}
        """,
    ),
    Check(
        "V01 number",
        f"""
        SELECT 'V01', 'number', NULL, 'funding', row_number, 'charity_number', NULL, '{{}}'::jsonb
        FROM suspects AS s
        WHERE charity_number IS NULL AND company_number IS NULL AND no_number_reason IS NULL
          AND {sound("charity_number", "company_number", "no_number_reason")}
        """,
    ),
    *(Check(f"V01 {column}", _amount("funding", column)) for column in ("amount_paid_gbp", "amount_to_date_gbp")),
    Check("V01 own delivery", _amount("own_delivery", "amount_gbp"), "own_delivery"),
    Check(
        "V01 denominator",
        f"""
        SELECT 'V01', 'denominator', NULL, 'kpi', row_number, 'denominator', NULL, jsonb_build_object('kpi', kpi_code)
        FROM staged_kpi AS s
        WHERE agreement_ref IS NULL AND kpi_code IS NOT NULL AND denominator IS NULL
          AND {sound("agreement_ref", "denominator")}
        """,
        "kpi",
    ),
    Check(
        "V03 history",
        """
        SELECT 'V03', 'history', 'warning', 'funding', row_number, 'amount_paid_gbp', amount_paid_gbp::text,
               jsonb_build_object('amount', amount_paid_gbp, 'largest', largest, 'times', %(V03_times)s)
        FROM staged_funding, (SELECT max(amount_paid_gbp) AS largest FROM supplychain_line
                              WHERE of_return_id IN (SELECT id FROM published_returns)) AS before
        WHERE largest > 0 AND amount_paid_gbp > largest * %(V03_times)s
        """,
        history=True,
    ),
    Check(
        "V04",
        """
        SELECT 'V04', '', NULL, 'funding', row_number, column_name, amount::text, jsonb_build_object('other', other)
        FROM (
            SELECT DISTINCT ON (row_number) row_number, column_name, amount, other
            FROM (SELECT * FROM suspects
                  WHERE amount_paid_gbp >= 10000 AND amount_paid_gbp %% 1 = 0
                     OR amount_to_date_gbp >= 10000 AND amount_to_date_gbp %% 1 = 0
                     OR agreement_value_gbp >= 10000 AND agreement_value_gbp %% 1 = 0) AS s,
                 LATERAL (VALUES (1, 'amount_paid_gbp', amount_paid_gbp),
                                 (2, 'amount_to_date_gbp', amount_to_date_gbp),
                                 (3, 'agreement_value_gbp', agreement_value_gbp)) AS a (place, column_name, amount),
                 LATERAL (VALUES (1, 'agreement_ref', agreement_ref), (2, 'charity_number', charity_number),
                                 (3, 'company_number', company_number)) AS o (rank, other, number)
            WHERE (agreement_ref ~ '^[0-9]{5,}$' OR charity_number IS NOT NULL OR company_number IS NOT NULL)
              AND amount >= 10000 AND number ~ '^[0-9]{5,}$' AND trim_scale(amount)::text = ltrim(number, '0')
            ORDER BY row_number, place, rank
        ) AS found
        """,
    ),
    Check(
        "V05 late",
        """
        SELECT 'V05', 'late', NULL, 'funding', row_number, 'start_date', start_date::text,
               jsonb_build_object('start', start_date, 'last', %(last_day)s)
        FROM suspects WHERE start_date > %(last_day)s::date
        """,
    ),
    *(
        Check(
            f"V06 {table} area",
            f"""
            SELECT 'V06', 'area', NULL, '{table}', row_number, 'area', array_to_string(area, ';'),
                   jsonb_build_object('area', wrong, 'body', %(body)s, 'day', %(areas_on)s,
                                      'areas', array_to_string(%(areas)s::text[], '; '))
            FROM {rows_of(table)},
                 LATERAL (SELECT string_agg(code, ', ' ORDER BY code COLLATE "C") AS wrong
                          FROM unnest(area) AS code WHERE code <> 'ALL' AND code <> ALL(%(areas)s::text[])) AS w
            WHERE NOT area <@ (%(areas)s::text[] || ARRAY['ALL']) AND wrong IS NOT NULL
              AND %(areas_on)s::text IS NOT NULL
            """,
            table,
        )
        for table in ("funding", "own_delivery")
    ),
    _kept_back("funding", AMOUNTS),
    _kept_back("own_delivery", ("amount_gbp",)),
    Check(
        "V11 unpaid",
        """
        SELECT 'V11', 'unpaid', NULL, 'funding', row_number, 'amount_status', amount_status,
               jsonb_build_object('status', amount_status)
        FROM suspects WHERE funding_type = 'unpaid' AND amount_status IN ('not-disclosed', 'withheld')
          AND amount_paid_gbp IS NULL AND amount_to_date_gbp IS NULL
        """,
    ),
)

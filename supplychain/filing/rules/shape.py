"""F: is this file a return at all, and was all of it read?"""

from .rule import Check, Rule, words

RULES = (
    Rule(
        "F01",
        "A table is missing or empty",
        "C",
        "error",
        "The funding table has at least one row, unless the return is declared nil; a nil return has none.",
        "An empty file looks the same as a forgotten one. Only the words “nil return” make it a statement that "
        "nobody was funded.",
        "A file with the header row only, sent without declaring the return nil.",
        words(
            "The funding table has no rows, or a nil return has some.",
            "one row for each agreement, or a nil return",
            "Add the rows, or declare the return nil.",
        ),
    ),
    Rule(
        "F02",
        "A column heading is unknown, missing or repeated",
        "A",
        "error",
        "Every heading is the name of a column of the template, once; the columns marked as required are there.",
        "A column that nobody knows may hold bank details or names of people: it is refused by its name, and what "
        "stands in it is neither "
        "stored nor shown. A missing column can’t be guessed.",
        "A column “contact_email” that is not part of the template.",
        words(
            "A heading is unknown, missing or there twice.",
            "the headings of the template",
            "Use the headings of the template, each once.",
        ),
    ),
    Rule(
        "F03",
        "A row has more or fewer cells than the header",
        "A",
        "error",
        "Every row of a CSV file has as many cells as the header row.",
        "With a cell too many or too few, amounts slide under the wrong heading and still look right.",
        "An organisation’s name with a comma in it, without quotation marks around the name.",
        words(
            "The row has another number of cells than the header.",
            "as many cells as the header has",
            "Put cells that contain a comma in quotation marks.",
        ),
    ),
    Rule(
        "F04",
        "The file is not UTF-8",
        "A",
        "error",
        "A CSV file is text in UTF-8, without NUL bytes.",
        "In another encoding a Welsh name such as Tŷ Newydd reads as something else, and nobody would notice.",
        "A file saved from an older Excel as “CSV” and not as “CSV UTF-8”.",
        words("The file is not UTF-8 text.", "UTF-8 text", "Save it again as CSV UTF-8."),
    ),
    Rule(
        "F05",
        "Rows read and rows kept differ",
        "A",
        "error",
        "As many rows are kept for checking as were read from the file.",
        "A row that gets lost on the way would be missing from every figure that is published.",
        "This is a fault of the portal or its database, never of the file.",
        words(
            "{read:,} rows were read from the {name} table and {kept:,} were kept.",
            "{read:,} rows",
            "Send the file again; if this comes back, tell the people who run the portal.",
        ),
    ),
    Rule(
        "F06",
        "Something was read differently from how it is written",
        "A",
        "warning",
        "Headings, white space at the ends of cells, and letters written in two parts are put right when a file is "
        "read, and it is said.",
        "You should know whenever the portal reads something that is not literally there. What can’t change the "
        "meaning is information only.",
        "The heading “Provider Name”, which is read as provider_name.",
        words(
            "Column {column} has {cells} with white space at the ends, or with letters written in two parts, first "
            "in row {first:,}; "
            "they were read without white space and in one part.",
            "text without white space at its ends",
            "Nothing; the text is kept as it was read.",
        ),
    ),
    Rule(
        "F07",
        "The file is too large or too long",
        "A",
        "error",
        "A CSV file has at most 200 MB and 1,000,000 rows; a workbook 20 MB, 200,000 rows and 300 MB when unpacked.",
        "No supply chain is that long. Such a file is a mistake, or meant to bring the portal down.",
        "A workbook in which formats reach down to row 1,048,576.",
        words(
            "The file is above a limit.",
            "a file within the limits",
            "Remove what does not belong to the return, or send it as CSV.",
        ),
    ),
    Rule(
        "F09",
        "An agreement is there twice",
        "A",
        "error",
        "Each agreement_ref stands in one row of the return only.",
        "A reference means one agreement for ever. Two rows with one reference are counted twice, or hide a second "
        "agreement.",
        "Rows 5 and 9 both say A-17.",
        words(
            "The agreement {ref} is in row {first:,} already.",
            "each agreement_ref once in a return",
            "Remove one of the two rows, or give the second agreement a reference of its own.",
        ),
    ),
    Rule(
        "F10",
        "More than one body or quarter in a return",
        "A",
        "error",
        "All rows of all tables are about one reporting body and one quarter, and these are the ones you said.",
        "A row of another body or quarter would be published under the wrong name, or twice.",
        "The funding table is about C01, and three rows of the KPI table say C10.",
        words(
            "The {name} table says {value} in {rows}; the return is about {asked}.",
            "{asked} in every row",
            "Put rows about something else into a return of their own, or correct the {what}.",
        ),
        advice="Put rows about another body or quarter into a return of their own, or correct them.",
    ),
    Rule(
        "F11",
        "The file is not a spreadsheet that can be read",
        "A",
        "error",
        "A return is a CSV file, or an .xlsx or .ods workbook without password, macros or merged cells.",
        "What can’t be read in full isn’t read at all: half a return is worse than none.",
        "A zip archive with the spreadsheet inside.",
        words(
            "The file can't be read.",
            "a CSV file, or an .xlsx or .ods workbook",
            "Save the spreadsheet again as CSV UTF-8, .xlsx or .ods.",
        ),
    ),
)

CHECKS = (
    Check(
        "repeated references",
        """
        SELECT 'F09', '', NULL, 'funding', row_number, 'agreement_ref', agreement_ref,
               jsonb_build_object('ref', agreement_ref, 'first', first)
        FROM (SELECT row_number, agreement_ref, min(row_number) OVER (PARTITION BY agreement_ref) AS first
              FROM staged_funding WHERE agreement_ref IN (SELECT agreement_ref FROM repeated)) AS s
        WHERE row_number > first
        """,
    ),
)

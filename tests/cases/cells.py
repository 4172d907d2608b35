"""What can be wrong in one cell? Each is planted in row 3 of a good funding table, and found there alone."""

from collections.abc import Mapping
from pathlib import Path

from .case import Case
from .returns import as_csv, save, table, with_cell

NAME, SUMMARY = "provider_name", "service_summary"
PAID, TO_DATE, START, END = "amount_paid_gbp", "amount_to_date_gbp", "start_date", "end_date"
EVERY_SIGN = "=+-@\uff1d\uff0b\uff0d\uff20"


def cell(name: str, column: str, text: str, rule: str = "", says: str = "") -> Case:
    """A case of one cell; without a rule nothing is said. What is not an error ends with 0."""
    mild = rule.endswith("!")
    rule = rule.rstrip("!")

    def make(folder: Path) -> list[str]:
        return [save(folder, as_csv(table(with_cell(column, text))))]

    rules: Mapping[str, int] = {rule: 1} if rule else {}
    planted = f"{ascii(text[:40])[1:-1]} in {column}"
    return Case(name, planted, make, 1 if rule and not mild else 0, rules, says, (3, column) if rule else None)


AMOUNTS = (
    cell("pound sign", PAID, "£99.50", "V02", "If 99.50 is meant"),
    cell("thousands comma", PAID, "1,500.00", "V02", "If 1500.00 is meant"),
    cell("decimal comma", PAID, "99,50", "V02"),
    cell("scientific notation", PAID, "1.5E+03", "V02"),
    cell("small e", PAID, "1e2", "V02"),
    cell("float tail", PAID, "0.30000000000000004", "V02"),
    cell("three decimals", PAID, "99.505", "V02"),
    cell("NaN", PAID, "NaN", "V02"),
    cell("Infinity", PAID, "Infinity", "V02"),
    cell("minus Infinity", PAID, "-inf", "V02"),
    cell("underscore", PAID, "1_000", "V02"),
    cell("Arabic digits", PAID, "٩٩٫٥٠", "V02"),
    cell("full-width digits", PAID, "９９", "V02"),
    cell("superscript digit", PAID, "²", "V02"),
    cell("space inside", PAID, "1 500", "V02"),
    cell("narrow space inside", PAID, "1\u202f500", "V02"),
    cell("plus sign", PAID, "+99.50", "V02"),
    cell("typographic minus", PAID, "−99.50", "V02"),
    cell("brackets for negative", PAID, "(99.50)", "V02"),
    cell("hexadecimal", PAID, "0x63", "V02"),
    cell("leading zeros", PAID, "0099.50", "V02"),
    cell("bare point", PAID, ".50", "V02"),
    cell("error of a spreadsheet", PAID, "#REF!", "V02"),
    cell("column too narrow", PAID, "########", "V02"),
    cell("not applicable", PAID, "n/a", "V02"),
    cell("thirteen digits", PAID, "1234567890123", "V03"),
    cell("forty-one digits", PAID, "9" * 41, "V09"),
    cell("huge amount", PAID, "9" * 100_000, "V09"),
    cell("formula as amount", PAID, "=SUM(O2:O5)", "V02"),
    cell("spaces around", PAID, " 99.50\u00a0", "F06!"),
    cell("negative zero", "prior_period_adjustment_gbp", "-0.00"),
)
DATES = (
    cell("Excel serial date", START, "43191", "V05", "1 April 2018"),
    cell("British date", START, "01/04/2018", "V05", "If 1 April 2018 is meant"),
    cell("month in words", START, "1 April 2018", "V05"),
    cell("no such day", START, "2018-02-30", "V05"),
    cell("year zero", START, "0000-00-00", "V05"),
    cell("date with time", START, "2018-04-01 00:00", "V05"),
    cell("Arabic date", START, "٢٠١٨-٠٤-٠١", "V05"),
    cell("week date", START, "2018-W14-1", "V05"),
    cell("formula as date", START, "=TODAY()", "V05"),
    cell("serial end date", END, "43555", "V02", "31 March 2019"),
    cell("end of all time", END, "9999-12-31"),
    cell("year of five digits", END, "12018-04-01", "V02"),
)
CODES = (
    cell("no such body", "reporting_body", "ZZ9", "V06"),
    cell("other quarter form", "quarter", "Q2 2018/19", "V02"),
    cell("quarter that never was", "quarter", "2018-20 Q2", "V02"),
    cell("title of a code", "service_category", "Mentoring", "V06", "If mentoring is meant"),
    cell("look-alike code", "service_category", "mеntoring", "V06"),
    cell("formula as code", "service_category", "=mentoring", "V06"),
    cell("several areas with commas", "area", "elsewhere, ALL", "V06"),
    cell("area of another body", "area", "testshire-north", "V06"),
    cell("tier in words", "tier", "second", "V02"),
    cell("tier 1", "tier", "1", "V02"),
    cell("superscript tier", "tier", "²", "V02"),
    cell("tier with a point", "tier", "2.0", "V02"),
    cell("long tier", "tier", "2" * 5000, "V09"),
    cell("yes with a capital", "specialist", "Yes", "V02"),
    cell("reference with a space", "agreement_ref", "R 3", "V02"),
    cell("reference like a formula", "agreement_ref", "-3", "V02"),
    cell("reference as a path", "agreement_ref", "../../etc/passwd", "V02"),
    cell("long reference", "agreement_ref", "R" * 61, "V09"),
    cell("lost zeros", "company_number", "1234567", "O01", "01234567"),
    cell("Scottish number without zeros", "charity_number", "SC1234", "O01"),
    cell("Arabic charity number", "charity_number", "٩٩٠٠٠٠٩", "O01"),
    cell("number in floats", "charity_number", "9900009.0", "O01"),
    cell("telephone as number", "company_number", "0191 000 0000", "O01"),
    cell("percent sign", "results_share_pct", "10%", "V02"),
    cell("above all", "results_share_pct", "100.01", "V02"),
    cell("count in floats", "people_supported", "25.0", "V02"),
    cell("negative count", "people_supported", "-1", "V02"),
    cell("count in billions", "people_supported", "99999999999", "V02"),
    cell("array of the database", "cohorts", "{women}", "V06"),
    cell("identifier of no list", "other_id", "GB-NONE", "O01"),
)
TEXTS = (
    *(cell(f"formula {sign}", NAME, f"{sign}cmd|' /C calc'!A0", "V07") for sign in EVERY_SIGN),
    cell("formula of one sign", SUMMARY, "=", "V07"),
    cell("formula behind a quotation mark", SUMMARY, '"=1+1"'),
    cell("minus that lists", SUMMARY, "- mentoring", "V07"),
    cell("HTML", SUMMARY, "<script>alert(1)</script> & <b>help</b>"),
    cell("HTML in a name", NAME, '"><img src=x onerror=alert(1)>'),
    cell("SQL", NAME, "Robert'); DROP TABLE supplychain_line;--"),
    cell("template language", SUMMARY, "{{ 7*7 }} {% debug %} ${7*7} %s %(body)s {column} {0}"),
    cell("end of data", NAME, "\\."),
    cell("the database's NULL", NAME, "\\N"),
    cell("backslashes", SUMMARY, "C:\\temp\\new \\u0000 \\x00"),
    cell("emoji", SUMMARY, "Help with a home 🏠👩🏽"),
    cell("emoji of several parts", SUMMARY, "For families 👩\u200d👧", "V10", "U+200D"),
    cell("combining marks", NAME, "Ty\u0302 Newydd", "F06!"),
    cell("many combining marks", NAME, "T" + "\u0301" * 150),
    cell("too many combining marks", NAME, "T" + "\u0301" * 300, "V09"),
    cell("right to left", NAME, "منظمة"),
    cell("backspace", NAME, "Prov\bider", "V10", "U+0008"),
    cell("escape sequence", NAME, "\x1b[31mProvider\x1b[0m", "V10", "U+001B"),
    cell("C1 control sequence", NAME, "\x9b31mProvider", "V10", "U+009B"),
    cell("delete", NAME, "Provider\x7f3", "V10"),
    cell("form feed", SUMMARY, "Mentoring\x0cone to one", "V10"),
    cell("line separator", NAME, "Provider\u2028Three", "V10"),
    cell("bidi override", NAME, "Provider \u202eeerhT", "V10", "bidirectional"),
    cell("bidi isolate", SUMMARY, "Mentoring \u2066one\u2069", "V10"),
    cell("zero-width space", NAME, "Prov\u200bider", "V10"),
    cell("soft hyphen", NAME, "Prov\u00adider", "V10"),
    cell("byte order mark inside", NAME, "Prov\ufeffider", "V10"),
    cell("Hangul filler", NAME, "Prov\u3164ider", "V10"),
    cell("tag characters", NAME, "Provider\U000e0041", "V10"),
    cell("private use", NAME, "Provider \ue000", "V10"),
    cell("not a character", NAME, "Provider \uffff", "V10"),
    cell("tab inside", NAME, "Provider\tThree", "V10"),
    cell("no-break space", NAME, "Provider\u00a0Three"),
    cell("spaces only", NAME, " \u00a0\u3000 ", "V01"),
    cell("error of a formula", NAME, "#N/A", "V02"),
    cell("error of a formula in a summary", SUMMARY, "#REF!", "V02"),
    cell("error of LibreOffice", SUMMARY, "Err:502", "V02"),
    cell("a number sign", NAME, "#Hope"),
    cell("e-mail address", SUMMARY, "Write to someone@example.org", "V08"),
    cell("e-mail with a full-width sign", SUMMARY, "Write to someone＠example.org", "V08"),
    cell("telephone number", SUMMARY, "Ring 01632 960 001", "V08"),
    cell("National Insurance number", SUMMARY, "For QQ 12 34 56 C and others, AB 12 34 56 C", "V08"),
    cell("long name", NAME, "P" * 201, "V09"),
    cell("summary at its limit", SUMMARY, "x" * 500),
    cell("long summary", SUMMARY, "x" * 501, "V09"),
    cell("huge cell", SUMMARY, "x" * 999_999, "V09"),
)
CASES = (*AMOUNTS, *DATES, *CODES, *TEXTS)

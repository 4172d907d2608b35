"""What can be wrong in one cell? Each is planted in row 3 of a good funding table, and found there alone."""

from pathlib import Path
from typing import NamedTuple

from .case import Case
from .returns import as_csv, save, table, with_cell

NAME, SUMMARY = "provider_name", "service_summary"
PAID, TO_DATE, START, END = "amount_paid_gbp", "amount_to_date_gbp", "start_date", "end_date"
EVERY_SIGN = "=+-@\uff1d\uff0b\uff0d\uff20"


class Plant(NamedTuple):
    """A cell with the rule that has to find something in it; a rule with ! is no error, and none says nothing."""

    name: str
    column: str
    text: str
    rule: str = ""
    says: str = ""

    @property
    def breaks(self) -> bool:
        """It is an error."""
        return bool(self.rule) and not self.rule.endswith("!")

    def case(self) -> Case:
        """This cell in a return that is good otherwise."""

        def make(folder: Path) -> list[str]:
            return [save(folder, as_csv(table(with_cell(self.column, self.text))))]

        rules = {self.rule.rstrip("!"): 1} if self.rule else {}
        planted = f"{ascii(self.text[:40])[1:-1]} in {self.column}"
        place = (3, self.column) if self.rule else None
        return Case(self.name, planted, make, int(self.breaks), rules, self.says, place)


AMOUNTS = (
    Plant("pound sign", PAID, "£99.50", "V02", "If 99.50 is meant"),
    Plant("thousands comma", PAID, "1,500.00", "V02", "If 1500.00 is meant"),
    Plant("decimal comma", PAID, "99,50", "V02"),
    Plant("scientific notation", PAID, "1.5E+03", "V02"),
    Plant("small e", PAID, "1e2", "V02"),
    Plant("float tail", PAID, "0.30000000000000004", "V02"),
    Plant("three decimals", PAID, "99.505", "V02"),
    Plant("NaN", PAID, "NaN", "V02"),
    Plant("Infinity", PAID, "Infinity", "V02"),
    Plant("minus Infinity", PAID, "-inf", "V02"),
    Plant("underscore", PAID, "1_000", "V02"),
    Plant("Arabic digits", PAID, "٩٩٫٥٠", "V02"),
    Plant("full-width digits", PAID, "９９", "V02"),
    Plant("superscript digit", PAID, "²", "V02"),
    Plant("space inside", PAID, "1 500", "V02"),
    Plant("narrow space inside", PAID, "1\u202f500", "V02"),
    Plant("plus sign", PAID, "+99.50", "V02"),
    Plant("typographic minus", PAID, "−99.50", "V02"),
    Plant("brackets for negative", PAID, "(99.50)", "V02"),
    Plant("hexadecimal", PAID, "0x63", "V02"),
    Plant("leading zeros", PAID, "0099.50", "V02"),
    Plant("bare point", PAID, ".50", "V02"),
    Plant("error of a spreadsheet", PAID, "#REF!", "V02"),
    Plant("column too narrow", PAID, "########", "V02"),
    Plant("not applicable", PAID, "n/a", "V02"),
    Plant("thirteen digits", PAID, "1234567890123", "V03"),
    Plant("forty-one digits", PAID, "9" * 41, "V09"),
    Plant("huge amount", PAID, "9" * 100_000, "V09"),
    Plant("formula as amount", PAID, "=SUM(O2:O5)", "V02"),
    Plant("spaces around", PAID, " 99.50\u00a0", "F06!"),
    Plant("negative zero", "prior_period_adjustment_gbp", "-0.00"),
)
DATES = (
    Plant("Excel serial date", START, "43191", "V05", "1 April 2018"),
    Plant("British date", START, "01/04/2018", "V05", "If 1 April 2018 is meant"),
    Plant("month in words", START, "1 April 2018", "V05"),
    Plant("no such day", START, "2018-02-30", "V05"),
    Plant("year zero", START, "0000-00-00", "V05"),
    Plant("date with time", START, "2018-04-01 00:00", "V05"),
    Plant("Arabic date", START, "٢٠١٨-٠٤-٠١", "V05"),
    Plant("week date", START, "2018-W14-1", "V05"),
    Plant("formula as date", START, "=TODAY()", "V05"),
    Plant("serial end date", END, "43555", "V02", "31 March 2019"),
    Plant("end of all time", END, "9999-12-31"),
    Plant("year of five digits", END, "12018-04-01", "V02"),
)
CODES = (
    Plant("no such body", "reporting_body", "ZZ9", "V06"),
    Plant("other quarter form", "quarter", "Q2 2018/19", "V02"),
    Plant("quarter that never was", "quarter", "2018-20 Q2", "V02"),
    Plant("title of a code", "service_category", "Mentoring", "V06", "If mentoring is meant"),
    Plant("look-alike code", "service_category", "mеntoring", "V06"),
    Plant("formula as code", "service_category", "=mentoring", "V06"),
    Plant("several areas with commas", "area", "elsewhere, ALL", "V06"),
    Plant("area of another body", "area", "testshire-north", "V06"),
    Plant("tier in words", "tier", "second", "V02"),
    Plant("tier 1", "tier", "1", "V02"),
    Plant("superscript tier", "tier", "²", "V02"),
    Plant("tier with a point", "tier", "2.0", "V02"),
    Plant("long tier", "tier", "2" * 5000, "V09"),
    Plant("yes with a capital", "specialist", "Yes", "V02"),
    Plant("reference with a space", "agreement_ref", "R 3", "V02"),
    Plant("reference like a formula", "agreement_ref", "-3", "V02"),
    Plant("reference as a path", "agreement_ref", "../../etc/passwd", "V02"),
    Plant("long reference", "agreement_ref", "R" * 61, "V09"),
    Plant("lost zeros", "company_number", "1234567", "O01", "01234567"),
    Plant("Scottish number without zeros", "charity_number", "SC1234", "O01"),
    Plant("Arabic charity number", "charity_number", "٩٩٠٠٠٠٩", "O01"),
    Plant("number in floats", "charity_number", "9900009.0", "O01"),
    Plant("telephone as number", "company_number", "0191 000 0000", "O01"),
    Plant("percent sign", "results_share_pct", "10%", "V02"),
    Plant("above all", "results_share_pct", "100.01", "V02"),
    Plant("count in floats", "people_supported", "25.0", "V02"),
    Plant("negative count", "people_supported", "-1", "V02"),
    Plant("count in billions", "people_supported", "99999999999", "V02"),
    Plant("array of the database", "cohorts", "{women}", "V06"),
    Plant("identifier of no list", "other_id", "GB-NONE", "O01"),
)
TEXTS = (
    *(Plant(f"formula {sign}", NAME, f"{sign}cmd|' /C calc'!A0", "V07") for sign in EVERY_SIGN),
    Plant("formula of one sign", SUMMARY, "=", "V07"),
    Plant("formula behind a quotation mark", SUMMARY, '"=1+1"'),
    Plant("minus that lists", SUMMARY, "- mentoring", "V07"),
    Plant("HTML", SUMMARY, "<script>alert(1)</script> & <b>help</b>"),
    Plant("HTML in a name", NAME, '"><img src=x onerror=alert(1)>'),
    Plant("SQL", NAME, "Robert'); DROP TABLE supplychain_line;--"),
    Plant("template language", SUMMARY, "{{ 7*7 }} {% debug %} ${7*7} %s %(body)s {column} {0}"),
    Plant("end of data", NAME, "\\."),
    Plant("the database's NULL", NAME, "\\N"),
    Plant("backslashes", SUMMARY, "C:\\temp\\new \\u0000 \\x00"),
    Plant("emoji", SUMMARY, "Help with a home 🏠👩🏽"),
    Plant("emoji of several parts", SUMMARY, "For families 👩\u200d👧", "V10", "U+200D"),
    Plant("combining marks", NAME, "Ty\u0302 Newydd", "F06!"),
    Plant("many combining marks", NAME, "T" + "\u0301" * 150),
    Plant("too many combining marks", NAME, "T" + "\u0301" * 300, "V09"),
    Plant("look-alike letters", NAME, "Prоvider 3", "O08!"),
    Plant("right to left", NAME, "منظمة"),
    Plant("backspace", NAME, "Prov\bider", "V10", "U+0008"),
    Plant("escape sequence", NAME, "\x1b[31mProvider\x1b[0m", "V10", "U+001B"),
    Plant("C1 control sequence", NAME, "\x9b31mProvider", "V10", "U+009B"),
    Plant("delete", NAME, "Provider\x7f3", "V10"),
    Plant("form feed", SUMMARY, "Mentoring\x0cone to one", "V10"),
    Plant("line separator", NAME, "Provider\u2028Three", "V10"),
    Plant("bidi override", NAME, "Provider \u202eeerhT", "V10", "bidirectional"),
    Plant("bidi isolate", SUMMARY, "Mentoring \u2066one\u2069", "V10"),
    Plant("zero-width space", NAME, "Prov\u200bider", "V10"),
    Plant("soft hyphen", NAME, "Prov\u00adider", "V10"),
    Plant("byte order mark inside", NAME, "Prov\ufeffider", "V10"),
    Plant("Hangul filler", NAME, "Prov\u3164ider", "V10"),
    Plant("tag characters", NAME, "Provider\U000e0041", "V10"),
    Plant("private use", NAME, "Provider \ue000", "V10"),
    Plant("not a character", NAME, "Provider \uffff", "V10"),
    Plant("tab inside", NAME, "Provider\tThree", "V10"),
    Plant("no-break space", NAME, "Provider\u00a0Three"),
    Plant("spaces only", NAME, " \u00a0\u3000 ", "V01"),
    Plant("error of a formula", NAME, "#N/A", "V02"),
    Plant("error of a formula in a summary", SUMMARY, "#REF!", "V02"),
    Plant("error of LibreOffice", SUMMARY, "Err:502", "V02"),
    Plant("a number sign", NAME, "#Hope"),
    Plant("e-mail address", SUMMARY, "Write to someone@example.org", "V08"),
    Plant("e-mail with a full-width sign", SUMMARY, "Write to someone＠example.org", "V08"),
    Plant("telephone number", SUMMARY, "Ring 01632 960 001", "V08"),
    Plant("National Insurance number", SUMMARY, "For QQ 12 34 56 C and others, AB 12 34 56 C", "V08"),
    Plant("long name", NAME, "P" * 201, "V09"),
    Plant("summary at its limit", SUMMARY, "x" * 500),
    Plant("long summary", SUMMARY, "x" * 501, "V09"),
    Plant("huge cell", SUMMARY, "x" * 999_999, "V09"),
)
PLANTS = (*AMOUNTS, *DATES, *CODES, *TEXTS)
CASES = tuple(plant.case() for plant in PLANTS)

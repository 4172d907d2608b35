"""Which checks do the subaward, grant and audit portals before this one make or miss, and what became of each here?

72 of them were collected with their evidence. Each is asked of returns as it was (kept) or in another form (changed),
is a refusal of a deed (deed), or is not asked (dropped); codes are the same throughout, so that ``RULES`` has every
one that is kept or changed. Rules that are new here are those of ``RULES`` without an origin.
"""

from typing import Literal, NamedTuple

Fate = Literal["kept", "changed", "deed", "dropped"]
FATES: dict[Fate, str] = {
    "kept": "asked of every return",
    "changed": "asked in another form",
    "deed": "refused when somebody does it",
    "dropped": "not asked",
}


class Origin(NamedTuple):
    """A check of the collection: its code, what it finds, what became of it and why."""

    code: str
    finds: str
    fate: Fate
    reason: str

    @property
    def here(self) -> str:
        """What became of it, in words."""
        return FATES[self.fate]


ORIGINS: tuple[Origin, ...] = (
    Origin("F01", "an empty section without “nothing to report”", "kept", "A nil return says so itself."),
    Origin("F02", "unknown, missing or repeated headings", "kept", "Values of unknown columns are never shown again."),
    Origin(
        "F03", "rows with more or fewer cells than the header", "kept", "Such a row is left out of all other rules."
    ),
    Origin("F04", "not UTF-8, or NUL bytes", "kept", "With the byte position and how to save the file again."),
    Origin("F05", "rows read and rows stored differ", "kept", "A fault of the portal itself, so nobody has to guess."),
    Origin(
        "F06",
        "order or spelling put right",
        "changed",
        "Column order is free and needs no word; a heading that is "
        "respelled or a formula read by its result is a warning, trimmed text information.",
    ),
    Origin("F07", "larger or longer than the limit", "kept", "With both numbers."),
    Origin("F08", "template version no longer accepted", "dropped", "The form has one version; columns name it."),
    Origin("V01", "a required value is missing", "kept", "Conditions are named in the message."),
    Origin("V02", "a value of the wrong type", "kept", "What is probably meant is offered, never put in silently."),
    Origin("V03", "more than twelve digits, or ten times the largest before", "kept", "Digits are a threshold."),
    Origin("V04", "an amount equals a number of its row", "kept", "For amounts of five digits and more."),
    Origin(
        "V05",
        "a date that is not ISO, impossible or after the quarter",
        "changed",
        "For start_date: agreements may end in the future. A bad end_date is V02.",
    ),
    Origin(
        "V06", "a code that is not in its list", "kept", "Also areas outside the body and quarters outside its duty."
    ),
    Origin(
        "V07",
        "text that starts like a formula",
        "changed",
        "An error at filing instead of a warning: what is refused needs no neutralising in seven kinds of file.",
    ),
    Origin(
        "V08",
        "a person’s name or address in a description",
        "changed",
        "An error for addresses and numbers in any text, a warning for what may be a name.",
    ),
    Origin("O01", "a number that fails the form of its register", "kept", "Lost zeros are suggested."),
    Origin(
        "O02",
        "a number that the register does not have",
        "changed",
        "An error only against a complete copy of less than 90 days, else information: an old copy proves nothing.",
    ),
    Origin("O03", "removed or dissolved before the period", "kept", "From the copy of the register."),
    Origin("O04", "one number, two providers", "kept", "A warning for a name that the portal knows differently."),
    Origin("O05", "a name close to a known provider, without a number", "kept", "A question, answered by a person."),
    Origin("O06", "a provider without an agreement, or the reverse", "dropped", "There is no separate provider table."),
    Origin(
        "O07",
        "merged into another",
        "changed",
        "Only where it was merged before the quarter began: until then the old number was right.",
    ),
    Origin(
        "T01",
        "an upstream agreement that is unknown or ended",
        "changed",
        "One that ended stays listed with 0 while agreements below it go on.",
    ),
    Origin("T02", "a cycle", "kept", "The database refuses it, too."),
    Origin("T03", "payer and payee are the same", "kept", "A warning where the owner of the body is paid."),
    Origin(
        "T04",
        "payer is not the payee of the upstream agreement",
        "dropped",
        "The payer is not a column: it follows from upstream_ref, so it can’t differ.",
    ),
    Origin("T05", "the same payee twice below one payer for one service", "kept", "Not where M07 says so already."),
    Origin("T06", "declared tier differs from depth", "changed", "An error: totals by tier are what is published."),
    Origin("T07", "depth greater than 4", "kept", "The depth is a threshold."),
    Origin(
        "T08",
        "upstream agreement changed after publication",
        "changed",
        "An explanation_code novation stands for the novation row.",
    ),
    Origin("T09", "a payee above and below in one chain", "kept", ""),
    Origin(
        "M01",
        "amount to date does not follow",
        "changed",
        "A missing quarter between is a warning, an opening figure information, since the body may be right.",
    ),
    Origin(
        "M02", "more passed down than received", "kept", "Income is open-book and optional; without it nothing is said."
    ),
    Origin("M03", "agreements below worth more than the one above", "kept", "Not where a single one is (M04)."),
    Origin("M04", "one agreement or payment above the upstream value", "kept", ""),
    Origin("M05", "a negative amount without kind and reference", "kept", "Also for prior-period adjustments."),
    Origin("M06", "a clawback larger than what was paid", "kept", "Where it is found, M01 says nothing."),
    Origin(
        "M07",
        "the same payment twice",
        "changed",
        "Within one return; rows have no payment reference, so all they say has to be alike. Across bodies it is X03.",
    ),
    Origin(
        "M08",
        "same amount as last quarter",
        "changed",
        "Equal instalments are normal for grants, so the counts of people have to be the same as well.",
    ),
    Origin(
        "M09",
        "far from the mean of four quarters",
        "changed",
        "Not for small differences, clawbacks and agreements that end.",
    ),
    Origin("M10", "stated totals differ from the rows", "kept", ""),
    Origin(
        "M11",
        "active and nothing paid",
        "changed",
        "Information, after four quarters: 0 is a value, and small charities have quiet years.",
    ),
    Origin(
        "M12", "much retained at a hop", "changed", "Information, for primes and managing agents, in neutral words."
    ),
    Origin(
        "M13", "grant and fee in one amount", "dropped", "Each agreement has one funding_type, so they are two rows."
    ),
    Origin(
        "M14",
        "a certified figure changed",
        "changed",
        "Information, row by row: the reason of the correction (R09) is public with it.",
    ),
    Origin(
        "P01",
        "paid outside the agreement’s dates",
        "changed",
        "A warning up to two quarters after the end; an open end is allowed.",
    ),
    Origin("P02", "outside the upstream agreement’s dates", "kept", "Not below one that is listed with 0."),
    Origin("P03", "the quarter is not open", "deed", "Judged when a return is filed, not when a file is checked."),
    Origin("P04", "no certified return for the quarter before", "changed", "Not for a body’s first return."),
    Origin("P05", "dates changed without a variation", "changed", "An open end may get an end."),
    Origin("K01", "a share above one, negative, or half a person", "kept", ""),
    Origin("K02", "contributions exceed the whole", "kept", ""),
    Origin(
        "K03",
        "contributions cover little",
        "changed",
        "Information, and the note of the body’s own row answers it: bodies do much themselves.",
    ),
    Origin("K04", "KPI not in force or not in the contract", "kept", "Where the body’s contract is known."),
    Origin(
        "K05",
        "paid without contribution, or the reverse",
        "changed",
        "Information: much good work is measured by no KPI.",
    ),
    Origin("K06", "small numbers", "changed", "Information: suppression is the portal’s work."),
    Origin(
        "K07",
        "one outcome claimed twice",
        "changed",
        "A question where an agreement and the one above give the same figure; figures can be equal by chance.",
    ),
    Origin(
        "X01",
        "payer’s and payee’s figures differ",
        "dropped",
        "Until providers can reply to what is said about them; it is a matter of the reply, not of the file.",
    ),
    Origin(
        "X02",
        "the payee files nothing",
        "dropped",
        "Providers don’t file; “has not replied” is shown with the "
        "replies, for “no reply” and “not asked” have to look alike.",
    ),
    Origin(
        "X03",
        "one agreement reported by two payers",
        "changed",
        "Information: agreements are each body’s own, and owners of several bodies fund one charity on equal terms.",
    ),
    Origin("X04", "opening differs from last closing", "kept", ""),
    Origin("X05", "a provider of the last return is gone", "kept", "By agreement, where it has not ended."),
    Origin("R01", "certifier and preparer are the same", "deed", "Also a constraint of the database."),
    Origin("R02", "checked before rules changed", "deed", "Signing is refused: check again."),
    Origin("R03", "another return is certified already", "deed", "One live version for a body and quarter."),
    Origin("R04", "a resubmission that changes nothing", "deed", "Told by the digest of the content."),
    Origin("R05", "unanswered warnings", "deed", "Signing names them."),
    Origin("R06", "a test return", "dropped", "There are none: the demonstration is a series of its own."),
    Origin("R07", "any write after lock", "deed", "Triggers refuse it on every path."),
    Origin("R08", "the content is not what the certifier saw", "deed", "Acceptance names the digest."),
    Origin("R09", "a resubmission says what changed and why", "deed", "Its reason is public with the correction."),
)

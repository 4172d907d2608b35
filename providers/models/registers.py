"""What do the registers say: which numbers exist, under which names, joined to which others, and into what merged?

Copies of public registers, brought up to date by ``providers.registers``. Which copy of which table of a register was
read last stands in :class:`RegisterCopy`; the rows are those of the newest copy.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from .folding import FoldedField, search_index
from .organisations import OrganisationName, Series


class RegisterCopy(models.Model):
    """One table of a register as it stood on a day, that the rows below were brought up to."""

    series = models.CharField(max_length=13, choices=Series, default=Series.REAL)
    scheme = models.CharField(max_length=12, help_text="Of the org-id register: GB-CHC, GB-COH and so on.")
    table = models.CharField(
        max_length=40, blank=True, help_text="Which of the register's tables; blank for its list of numbers."
    )
    as_at = models.DateField()
    complete = models.BooleanField(help_text="Holds every number, so that one that is missing does not exist.")
    entries = models.PositiveIntegerField(help_text="Rows that were kept of it.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file that was read.")
    counts = models.JSONField(default=dict, help_text="What the import did: read, added, changed, gone, left out.")
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["series", "scheme", "table", "as_at"]
        constraints = [models.UniqueConstraint(fields=["series", "scheme", "table", "as_at"], name="registercopy_once")]


class RegisterEntryQuerySet(models.QuerySet):
    def chain(self, series: str, org_id: str) -> list["RegisterEntry"]:
        """The entry of a number, and those that it was merged into, one after the other; empty where it is unknown.

        One query; what was made a circle by hand ends where it would begin again.
        """
        return list(RegisterEntry.objects.raw(CHAIN, {"series": series, "org_id": org_id}))


# What goes on after each merger; ``seen`` ends a circle.
CHAIN = """
    WITH RECURSIVE chain AS (
        SELECT e.*, 1 AS step, ARRAY[e.org_id::text] AS seen
        FROM providers_registerentry AS e WHERE e.series = %(series)s AND e.org_id = %(org_id)s
        UNION ALL
        SELECT e.*, c.step + 1, c.seen || e.org_id::text
        FROM chain AS c JOIN providers_registerentry AS e
          ON c.successor <> '' AND e.series = %(series)s AND e.org_id = c.successor AND e.org_id::text <> ALL (c.seen)
    )
    SELECT * FROM chain ORDER BY step
"""


class RegisterEntry(models.Model):
    """A number as its register has it, in the newest copy. ``listed`` where the register's list of numbers holds it;
    others are known by a merger alone, or have left a list that holds live ones only.
    """

    id = models.BigAutoField(primary_key=True)
    series = models.CharField(max_length=13, choices=Series, default=Series.REAL)
    org_id = models.CharField(max_length=40)
    listed = models.BooleanField(default=True)
    name = models.CharField(max_length=300)
    status = models.CharField(max_length=80, blank=True, help_text="In the register's own words.")
    legal_form = models.CharField(max_length=80, blank=True)
    registered_on = models.DateField(null=True)
    removed_on = models.DateField(null=True, help_text="Removed, dissolved or closed.")
    successor = models.CharField(max_length=40, blank=True, help_text="The org-id that it was merged into.")
    merged_on = models.DateField(null=True)
    income_gbp = models.BigIntegerField(null=True, help_text="Whole pounds, of the financial year that ended then.")
    income_year_end = models.DateField(null=True)
    places = ArrayField(
        models.CharField(max_length=120), default=list, help_text="Where it works or sits, as the register says."
    )

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "org_id"], name="registerentry_once"),
            models.CheckConstraint(
                condition=Q(merged_on=None) | ~Q(successor=""), name="registerentry_merged_into_somebody"
            ),
        ]


class RegisterName(models.Model):
    """A name that a register has for a number: of today, working or former.

    ``part`` tells the parts of a charity apart: 0 is the charity itself, others are linked charities under its number.
    """

    id = models.BigAutoField(primary_key=True)
    series = models.CharField(max_length=13, choices=Series, default=Series.REAL)
    table = models.CharField(max_length=40, blank=True, help_text="The table of the register that has it.")
    org_id = models.CharField(max_length=40)
    part = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=OrganisationName.Kind)
    text = models.CharField(max_length=300)
    folded = FoldedField("text")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "org_id", "table", "part", "kind", "text"], name="registername_once"
            )
        ]
        indexes = [search_index("registername")]


class RegisterLink(models.Model):
    """Two numbers that are the same organisation, as a register or a published list says: a charity and its company."""

    id = models.BigAutoField(primary_key=True)
    series = models.CharField(max_length=13, choices=Series, default=Series.REAL)
    table = models.CharField(max_length=40, help_text="Which list says so.")
    one = models.CharField(max_length=40)
    other = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "one", "other", "table"], name="registerlink_once"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="registerlink_of_two"),
        ]
        indexes = [models.Index(fields=["series", "other"], name="registerlink_back")]


class RegisterMerger(models.Model):
    """That one number was merged into another, as one table says. What several tables say together, and without
    circles, stands in ``RegisterEntry.successor``.
    """

    id = models.BigAutoField(primary_key=True)
    series = models.CharField(max_length=13, choices=Series, default=Series.REAL)
    table = models.CharField(max_length=40, help_text="Which table says so.")
    org_id = models.CharField(max_length=40)
    successor = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    merged_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "org_id", "successor", "table"], name="registermerger_once"),
            models.CheckConstraint(condition=~Q(org_id=F("successor")), name="registermerger_of_two"),
        ]

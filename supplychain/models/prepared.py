"""What was worked out before anybody asked? No record: all of it follows from frozen rows, and can go at any time."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from providers.models import Series


class PreparedAnswer(models.Model):
    """The rows of one breakdown by value of a filter, over the ``versions`` that were valid: see
    :mod:`supplychain.analysis.prepared`.
    """

    series = models.CharField(max_length=13, choices=Series)
    question = models.CharField(max_length=60)
    versions = models.CharField(max_length=32)
    answer = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["series", "question"]
        constraints = [models.UniqueConstraint(fields=["series", "question"], name="preparedanswer_once")]

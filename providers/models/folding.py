"""How is a name stored so that it can be found again, however somebody writes it?"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Model

from providers.names import folded


class FoldedField(models.TextField):
    """Another field's name as names are compared (``providers.names.folded``), filled whenever a row is written.

    Who loads rows by COPY gives it a value of the same function.
    """

    def __init__(self, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(**{"editable": False} | kwargs)

    def deconstruct(self) -> tuple:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.of, *args], kwargs

    def pre_save(self, model_instance: Model, add: bool) -> str:
        value = folded(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


def words_of(field: str) -> Func:
    """SQL for the words of a folded name, for full-text search."""
    return Func(
        F(field), template="to_tsvector('simple'::regconfig, %(expressions)s)", output_field=SearchVectorField()
    )


def search_index(of: str) -> GinIndex:
    """The one index by which ``providers.search`` finds the names of a table: likeness and words."""
    return GinIndex(OpClass("folded", name="gin_trgm_ops"), words_of("folded"), name=f"{of}_search")

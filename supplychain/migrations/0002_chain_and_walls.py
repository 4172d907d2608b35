"""What the database refuses by itself: a broken chain of agreements, and unpublished rows in front of the public.

The composite key ties each line to the one above it. Row security hides every version that is not public yet from the role
``portal_public``, and the rows of a version that was taken down (granted by ``manage.py grant_roles``); other roles see all rows.
"""

from django.db import migrations

CHAIN = """
ALTER TABLE supplychain_line ADD CONSTRAINT line_hangs_on_upstream
    FOREIGN KEY (of_return_id, upstream_ref, upstream_tier, payer_key)
    REFERENCES supplychain_line (of_return_id, agreement_ref, tier, payee_key)
    DEFERRABLE INITIALLY DEFERRED;
"""

ROWS = ["frozenline", "frozenkpi", "frozenparty", "frozenbody", "frozenchange"]
RECORDS = ["publishedfile", "tombstone", "chainlink"]
PUBLIC = "state IN ('published', 'superseded')"


def walls() -> tuple[str, str]:
    """SQL that raises the walls, and that takes them down."""
    up, down = [], []
    conditions = {"publication": PUBLIC}
    conditions |= {name: f"publication_id IN (SELECT id FROM supplychain_publication WHERE {PUBLIC})" for name in RECORDS}
    conditions |= {
        name: f"publication_id IN (SELECT id FROM supplychain_publication WHERE {PUBLIC} AND redacted_at IS NULL)" for name in ROWS
    }
    for name, condition in conditions.items():
        table = f"supplychain_{name}"
        up.append(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY {name}_seen_when_public ON {table} FOR SELECT USING ({condition});"
            f"CREATE POLICY {name}_for_the_department ON {table} USING (current_user <> 'portal_public');"
        )
        down.append(
            f"DROP POLICY {name}_seen_when_public ON {table}; DROP POLICY {name}_for_the_department ON {table};"
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        )
    return "".join(up), "".join(down)


ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_public') THEN CREATE ROLE portal_public NOLOGIN; END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("supplychain", "0001_initial"), ("providers", "0002_portal_ids")]

    operations = [
        migrations.RunSQL(CHAIN, "ALTER TABLE supplychain_line DROP CONSTRAINT line_hangs_on_upstream;"),
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(walls()[0], walls()[1]),
    ]

"""Numbers for organisations without any: one sequence for each series, so that a demonstration never shifts a real one's id."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE SEQUENCE providers_portal_id_real START 1 MAXVALUE 899999;
            CREATE SEQUENCE providers_portal_id_demonstration START 900001 MAXVALUE 999999;
            """,
            "DROP SEQUENCE providers_portal_id_real; DROP SEQUENCE providers_portal_id_demonstration;",
        )
    ]

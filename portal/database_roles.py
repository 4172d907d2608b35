"""What may each process see and change in the database?

One login, three roles without login that processes take on (``DATABASE_ROLE``): the public web process reads
publications and tables marked public, nothing else; workers read and write but own nothing, so they can neither
switch a trigger off, pass it over nor truncate, nor change the history of rows. The signed-in side of the web process
takes on the third for the time of one request (``portal.signed_in``): it does what deeds on returns and organisations
do, and writes no frozen row. Granting is idempotent and runs after every migration.

What the public may read notes its changes in ``portal_publicchange``: one row for each transaction, visible when that
commits, so that a page kept in memory is known to hold or not.
"""

import pghistory.models
from django.apps import apps
from django.db import connection

# Readable by everyone: reference data, organisations, the calendar, and publications (unpublished rows are hidden by
# row security).
PUBLIC = {
    "providers": [
        "organisation", "organisationname", "organisationidentifier", "organisationalias", "registercopy",
        "registerentry", "registerlink", "registername",
    ],
    "portal": ["publicchange"],
    "supplychain": [
        "area", "bidcommitment", "body", "bodyarea", "bodykpi", "chainlink", "code", "event", "event_bodies",
        "event_owners", "frozenbody", "frozenchange", "frozenkpi", "frozenline", "frozenparty", "kpi", "kpinational",
        "ownerpartner", "ownership", "preparedanswer", "publication", "publishedfile", "release", "ruleversion",
        "source", "succession", "tombstone",
    ],
}  # fmt: skip
MIGRATIONS = "django_migrations"
ADDED_TO = ["portal_joblog", "portal_publicchange"]  # and never changed
PEOPLE = ["portal_user", "portal_rolegrant"]  # nobody raises their own rights
ROLES = ("portal_public", "portal_worker", "portal_filing")
# What the builder alone writes; to the others it is frozen.
BUILT = ("supplychain_frozen", "supplychain_publishedfile")
# Written by the signed-in side beside the tables of organisations and returns.
FILING = ["django_session", "portal_job", "portal_jobstep", "portal_signinattempt"]
READ = [MIGRATIONS, "django_session", "pghistory_context"]  # beside the tables of portal, organisations and returns
OF_TOKENS = ["revoked_at", "revoked_by_id", "last_used_at", "used_that_minute"]  # none is ever changed to do more
NOTE_CHANGE = """
    CREATE OR REPLACE FUNCTION note_public_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF current_setting('portal.change_noted', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
            INSERT INTO portal_publicchange DEFAULT VALUES;
            PERFORM set_config('portal.change_noted', pg_current_xact_id()::text, true);
        END IF;
        RETURN NULL;
    END $$
"""


def public_tables() -> list[str]:
    """Names of the tables that the public role may read. Raises ``LookupError`` for one that no model has."""
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    wanted = [f"{app}_{name}" for app, names in PUBLIC.items() for name in names]
    missing = sorted(set(wanted) - known)
    if missing:
        raise LookupError(f"No model has the tables {', '.join(missing)}.")
    return wanted


def history_tables() -> list[str]:
    """Names of the tables that hold the history of rows: processes add to them and never change what is there."""
    return [model._meta.db_table for model in apps.get_models() if issubclass(model, pghistory.models.Event)]


def tables_of(*labels: str) -> list[str]:
    """Names of the tables of some applications."""
    models = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return [model._meta.db_table for model in models]


def filing_tables() -> list[str]:
    """Names of the tables that the signed-in side writes."""
    return [*(table for table in tables_of("providers", "supplychain") if not table.startswith(BUILT)), *FILING]


def noting_tables() -> list[str]:
    """Names of the tables that note their changes: all that the public may read but the notes themselves."""
    return [table for table in public_tables() if table != "portal_publicchange"]


# The triggers' library lets any session name triggers that are to be passed over; here only who owns the tables may.
PASSING_OVER = f"""
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean AS $$
    DECLARE named text := nullif(current_setting('pgtrigger.ignore', true), '');
    BEGIN
        RETURN named IS NOT NULL AND trigger_name = ANY (named::text[]) AND pg_has_role(
            current_user, (SELECT relowner FROM pg_class WHERE oid = '{MIGRATIONS}'::regclass), 'MEMBER'
        );
    END;
    $$ LANGUAGE plpgsql
"""  # noqa: S608 - nothing but our own words


def grant() -> list[str]:
    """Make the roles, give them their rights, and let public tables note changes; returns the statements that were run.

    The login has to own the tables.
    """
    statements = [
        *(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            for role in ROLES
        ),
        *(f"GRANT {role} TO CURRENT_USER" for role in ROLES),
        *(f"GRANT USAGE ON SCHEMA public TO {role}" for role in ROLES),
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {', '.join(ROLES)}",
        f"GRANT SELECT ON {', '.join(public_tables())}, {MIGRATIONS} TO portal_public",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_worker",
        f"REVOKE INSERT, UPDATE, DELETE ON {MIGRATIONS} FROM portal_worker",
        f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(PEOPLE)} FROM portal_worker",
        f"GRANT SELECT ON {', '.join([*tables_of('portal', 'providers', 'supplychain'), *READ])} TO portal_filing",
        f"GRANT INSERT, UPDATE, DELETE ON {', '.join(filing_tables())} TO portal_filing",
        f"GRANT INSERT ON {', '.join([*history_tables(), *ADDED_TO])} TO portal_filing",
        "GRANT INSERT, UPDATE ON pghistory_context TO portal_filing",
        "GRANT UPDATE (last_login) ON portal_user TO portal_filing",
        "GRANT INSERT ON portal_token TO portal_filing",
        f"GRANT UPDATE ({', '.join(OF_TOKENS)}) ON portal_token TO portal_filing",
        f"REVOKE UPDATE, DELETE ON {', '.join([*history_tables(), *ADDED_TO])} FROM portal_worker, portal_filing",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO portal_worker, portal_filing",
        NOTE_CHANGE,
        *(
            f"CREATE OR REPLACE TRIGGER note_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION note_public_change()"
            for table in noting_tables()
        ),
        PASSING_OVER,
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return statements

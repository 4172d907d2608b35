"""What does the portal run with? One file for every process and place; all that differs comes from the environment.

Without any variable it is local: reached as localhost only, with a secret made once and the embedded servers. Naming
other hosts in ALLOWED_HOSTS makes it deployed: secret, database and broker have to be given, and TLS is expected.
"""

import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from portal.embedded import hold
from portal.embedded.processes import write_private
from portal.environment import LOCAL_HOSTS, Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# Where and as what
PORTAL_PROCESS = env.choice("PORTAL_PROCESS", "command", {"web", "worker", "scheduler", "command"})
PORTAL_VAR = env.path("PORTAL_VAR", BASE_DIR / "var")
PORTAL_FILES = env.path("PORTAL_FILES", PORTAL_VAR / "files")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
DEPLOYED = bool(set(ALLOWED_HOSTS) - LOCAL_HOSTS)
PORTAL_DEMONSTRATION = env.yes("PORTAL_DEMONSTRATION", not DEPLOYED)
# Whether people sign in here and programs file here. The login then has to be a member of portal_filing, too.
PORTAL_FILING = env.yes("PORTAL_FILING", not DEPLOYED)
DEBUG = env.yes("DEBUG", False)
TLS = env.yes("TLS", DEPLOYED)
# How many proxies in front of the portal write the address of who asks into X-Forwarded-For
PROXIES = env.number("PROXIES", 1 if TLS else 0, least=0)

# Whom readers can reach: an e-mail address for people, and for security reports a mailto:, https: or tel: address
PORTAL_CONTACT = env.text("PORTAL_CONTACT")
SECURITY_CONTACT = env.text("SECURITY_CONTACT")
SECURITY_TXT_AT = env.text("SECURITY_TXT_AT")  # the operator's own security.txt elsewhere, instead of ours
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://", "tel:")):
    env.problem(f"SECURITY_CONTACT is {SECURITY_CONTACT!r}: it has to begin with mailto:, https:// or tel:.")
if SECURITY_TXT_AT and not SECURITY_TXT_AT.startswith("https://"):
    env.problem(f"SECURITY_TXT_AT is {SECURITY_TXT_AT!r}: it has to begin with https://.")
if PORTAL_CONTACT and "@" not in PORTAL_CONTACT:
    env.problem(f"PORTAL_CONTACT is {PORTAL_CONTACT!r}: it has to be an e-mail address.")
# How many selections may be streamed as CSV at the same time by all web processes together, and how many large files
# by each of them; both have to leave threads (Procfile) for pages
EXPORTS_AT_ONCE = env.number("EXPORTS_AT_ONCE", 4)
FILES_AT_ONCE = env.number("FILES_AT_ONCE", 6)
# How much each web process may use for keeping public pages that it has drawn; 0 keeps none
PAGES_IN_MEMORY_MB = env.number("PAGES_IN_MEMORY_MB", 64, least=0)
# How often one address may ask the API in a minute, as each process counts
API_REQUESTS_A_MINUTE = env.number("API_REQUESTS_A_MINUTE", 120)

# How long work may take, in seconds; the worker's own settings are in portal.celery
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 30)
LEASE_SECONDS = env.number("LEASE_SECONDS", 300)
SOFT_LIMIT_SECONDS = env.number("SOFT_LIMIT_SECONDS", 240)
HARD_LIMIT_SECONDS = env.number("HARD_LIMIT_SECONDS", 300)
VISIBILITY_SECONDS = env.number("VISIBILITY_SECONDS", 900)

if DEBUG and DEPLOYED:
    env.problem(
        "DEBUG is on and ALLOWED_HOSTS names other hosts than localhost: switch DEBUG off, it shows the inside."
    )
if "*" in ALLOWED_HOSTS:
    env.problem("ALLOWED_HOSTS holds *: name the hosts under which the portal is reached.")
if DEPLOYED:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1"]  # health checks come from the same machine
if SOFT_LIMIT_SECONDS >= HARD_LIMIT_SECONDS:
    env.problem(
        f"SOFT_LIMIT_SECONDS ({SOFT_LIMIT_SECONDS}) has to be less than HARD_LIMIT_SECONDS ({HARD_LIMIT_SECONDS})."
    )
if HARD_LIMIT_SECONDS * 2 >= VISIBILITY_SECONDS:
    env.problem(
        f"HARD_LIMIT_SECONDS ({HARD_LIMIT_SECONDS}) has to be less than half of VISIBILITY_SECONDS "
        f"({VISIBILITY_SECONDS}): the broker would hand out work that is still being done."
    )
if LEASE_SECONDS < HARD_LIMIT_SECONDS:
    env.problem(
        f"LEASE_SECONDS ({LEASE_SECONDS}) is less than HARD_LIMIT_SECONDS ({HARD_LIMIT_SECONDS}): "
        "a second worker would take over a step that still runs."
    )
if SWEEP_SECONDS > LEASE_SECONDS:
    env.problem(
        f"SWEEP_SECONDS ({SWEEP_SECONDS}) is more than LEASE_SECONDS ({LEASE_SECONDS}): lapsed leases would wait."
    )

# Secrets
SECRET_KEY = env.text("SECRET_KEY")
if SECRET_KEY and DEPLOYED and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10):
    env.problem("SECRET_KEY is too short or too plain: use 50 random characters or more.")
if not SECRET_KEY and DEPLOYED:
    env.problem("SECRET_KEY is missing: give 50 random characters or more, the same to every process.")
if not SECRET_KEY and not DEPLOYED:
    kept = PORTAL_VAR / "secret-key"
    if not kept.exists():
        PORTAL_VAR.mkdir(parents=True, exist_ok=True)
        write_private(kept, secrets.token_urlsafe(64))
    SECRET_KEY = kept.read_text(encoding="utf-8")

# PostgreSQL and Redis
for name in ("DATABASE_URL", "REDIS_URL"):
    if DEPLOYED and not env.text(name):
        env.problem(f"{name} is missing: a portal that is reached by other hosts needs a server of its own.")

DATABASE_ROLE = env.text("DATABASE_ROLE")
if DATABASE_ROLE and not DATABASE_ROLE.replace("_", "").isalnum():
    env.problem(f"DATABASE_ROLE is {DATABASE_ROLE!r}: letters, digits and _ only.")
# A page must answer soon; builds and commands take the time they need. A worker writes files within a transaction.
IDLE_MILLISECONDS = {"web": "30000", "command": "0"} | dict.fromkeys(
    ("worker", "scheduler"), str(SOFT_LIMIT_SECONDS * 1000)
)
session = {
    "statement_timeout": "15000" if PORTAL_PROCESS == "web" else "0",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": IDLE_MILLISECONDS[PORTAL_PROCESS],
    "TimeZone": "UTC",
}
if PORTAL_PROCESS == "web":
    session["work_mem"] = "32MB"  # what a page sorts and groups has room in memory
if DATABASE_ROLE:
    session["role"] = DATABASE_ROLE
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **env.database("DATABASE_URL", lambda: hold.postgres().url),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
            "application_name": f"portal-{PORTAL_PROCESS}",
            "connect_timeout": 10,
            **env.database_options("DATABASE_URL"),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.broker("REDIS_URL", lambda: hold.redis().url)

# Applications
INSTALLED_APPS = [
    "portal",
    "providers",
    "supplychain",
    "audits",
    "pgtrigger",
    "pghistory",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]
AUTH_USER_MODEL = "portal.User"
MIDDLEWARE = [
    "portal.middleware.RequestLog",
    "portal.compressed.Compressed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.PermissionsPolicy",
    "portal.middleware.SignedInSide",  # around sessions, which the public role can't read
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.RowHistory",
    "portal.middleware.Refusals",
]
# Reading writes no history, so it need not ask who reads.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,  # the public role can't ask who somebody is
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Probation supply chains",
    "DESCRIPTION": "Who is funded by whom to deliver probation services in England and Wales: what was published, for "
    "programs, without a key. Returns are filed with a token.",
    "VERSION": None,  # each document says its own
    "OAS_VERSION": "3.1.0",
    "LICENSE": {
        "name": "Open Government Licence v3.0",
        "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    },
    "PREPROCESSING_HOOKS": ["supplychain.public.api.schema.only_version_1"],
    "POSTPROCESSING_HOOKS": [],
    "APPEND_COMPONENTS": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATION_PARAMETERS": False,
    "PATH_CONVERTER_OVERRIDES": dict.fromkeys(["quarter", "version", "body", "org_id"], str),
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # tests look at the document itself
}

# Language and time
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# Static files: our sources, what npm built from them, and the library for charts; never whole packages
STATIC_URL = "/static/"
STATIC_ROOT = env.path("PORTAL_STATIC", PORTAL_VAR / "static")
STATIC_BUILD = BASE_DIR / "var" / "build" / "static"
STATICFILES_DIRS = [folder for folder in (BASE_DIR / "static", STATIC_BUILD) if folder.is_dir()]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "portal.static_files.ChartLibrary"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PORTAL_FILES}},
    "staticfiles": {"BACKEND": "portal.static_files.HashedFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# What browsers are told
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 3600  # at the very most; supplychain.filing.views.door ends sessions sooner
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# The log: one JSON object a line on the standard error stream
LOG_LEVEL = env.choice(
    "LOG_LEVEL", "WARNING" if PORTAL_PROCESS == "command" else "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"}
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.middleware.JsonFormatter"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stream"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.db.backends": {"level": "WARNING"},
        # A line for every tick of the sweeper tells nothing; jobs keep a log of their own.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}

env.stop_if_wrong()

"""The one settings module. Everything that differs between machines comes from the environment.

Two ways to run:
- production: DATABASE_URL is set, and then every secret must be set too;
- on one machine (demo, tests, development): DATABASE_URL is unset, an embedded PostgreSQL under var/ is started or
  joined, and missing secrets are made once and kept in var/secrets.env.
"""

from pathlib import Path

import environ
from celery.schedules import crontab, schedule
from django.core.exceptions import ImproperlyConfigured

from config import embedded, headers
from config.keys import BadKeys, key_ring

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # NAME_FILE names a file that holds NAME, as container secrets do
VAR_DIR = embedded.var_folder()

# --- where the data lives -------------------------------------------------------------------------------------------
if not env.str("DATABASE_URL", default=""):
    env.ENVIRON["DATABASE_URL"] = embedded.postgres_url(VAR_DIR)  # for child processes too
# Our own embedded server, named by its socket: no switch in the environment can claim this for another server.
ON_ONE_MACHINE = env.str("DATABASE_URL").endswith(f"?host={embedded.socket_folder(VAR_DIR)}")
if ON_ONE_MACHINE:
    environ.Env.read_env(embedded.secrets_file(VAR_DIR))
DATABASES = {"default": env.db_url("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=3,
    options="-c statement_timeout=8000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=10000",
)
# The role as which web, worker and beat connect, in production and in the demo; `grant_rights` gives it its rights.
APP_DATABASE_ROLE = env.str("APP_DATABASE_ROLE", default="sunshine_app")
APP_DATABASE_PASSWORD = env.str("APP_DATABASE_PASSWORD", default="")
REDIS_URL = env.str("REDIS_URL", default="") or embedded.redis_url(VAR_DIR)
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
PUBLISHED_ROOT = Path(env.str("PUBLISHED_ROOT", default=str(VAR_DIR / "published")))


# --- secrets --------------------------------------------------------------------------------------------------------
def secret(name: str, hint: str) -> str:
    """The secret `name` from the environment; fails with a hint rather than run without it."""
    value = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint} (docs/operations.md, Secrets)")
    return value


def keys(name: str, hint: str) -> dict[int, str]:
    """The keys of one ring by number: `name` alone is key 1, `name`S are "2:base64,3:base64"."""
    try:
        ring = key_ring(env.str(name, default=""), env.str(f"{name}S", default=""))
    except BadKeys as error:
        raise ImproperlyConfigured(f"{name}S: {error} (docs/operations.md, Secrets)") from None
    return ring or {1: secret(name, hint)}


SECRET_KEY = secret("SECRET_KEY", "Set at least 50 random characters.")
# The highest number writes, all are read; manage.py rotate_keys carries everything over to the highest.
FIELD_KEYS = keys("FIELD_KEY", "Set 32 random bytes as base64: it encrypts ID numbers, phones and addresses.")
INDEX_KEYS = keys("INDEX_KEY", "Set 32 random bytes as base64: it finds encrypted values by equality.")
FIELD_CIPHER = env.str("FIELD_CIPHER", default="AES-256-GCM", choices=("AES-256-GCM", "SM4-GCM"))

# --- modes ----------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# Demo mode shows sign-in codes, demo accounts and a bar that moves the season's clock. It is off beside any database
# but the embedded one, whatever the environment says; districts/checks.py reports it at deployment as well.
DEMO = env.bool("SUNSHINE_DEMO", default=False) and ON_ONE_MACHINE
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
BEHIND_TLS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if ON_ONE_MACHINE else [])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if BEHIND_TLS else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "districts",
    "catchments",
    "classing",
    "enrollment",
]
MIDDLEWARE = [
    "districts.middleware.RequestNumber",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "districts.middleware.CurrentDistrict",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "districts.signed_in.SignedIn",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "districts.page.common_parts",
            ],
            "builtins": ["districts.templatetags.components"],
        },
    }
]

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "districts.Account"
LOGIN_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
]
PASSWORD_HASHERS = [
    "districts.hashers.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # reads what older versions kept; replaced at the next sign-in
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # Redis may forget; how long one lasts: districts/sign_ins.py
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_NAME = "__Host-sessionid" if BEHIND_TLS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if BEHIND_TLS else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- headers: config/wsgi.py adds all to every answer; Django's checks at deployment want some of them here, too -----
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = headers.HSTS_SECONDS if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_REFERRER_POLICY = headers.EVERYWHERE["Referrer-Policy"]
X_FRAME_OPTIONS = headers.EVERYWHERE["X-Frame-Options"]
CSRF_FAILURE_VIEW = "districts.views.errors.csrf_failure"

# --- language, time, files ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Ours only: the REST framework's own pages are never shown, and compressing their files takes five seconds.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Security requirement U2: a phone's photo is at most 12 MB; what one form brings and what one application keeps are
# at most 60 MB; one account sends at most 40 files an hour.
UPLOAD_FILE_LIMIT = 12 * 1024 * 1024
UPLOAD_TOTAL_LIMIT = 60 * 1024 * 1024
UPLOADS_AN_HOUR = 40
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")  # every uploaded file is shown to this virus scanner first
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "districts.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site needs our style sheets
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "districts.views.errors.api_problem",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    # A family asks a few times; a program that wants more says so to the bureau.
    "DEFAULT_THROTTLE_RATES": {
        "lookup": f"{env.int('LOOKUP_RATE', default=120)}/min",
        "names": f"{env.int('NAMES_RATE', default=600)}/min",
    },
    "NUM_PROXIES": 1 if BEHIND_TLS else 0,  # whose word counts about where a request comes from
}
SPECTACULAR_SETTINGS = {
    "TITLE": "阳光入学公开接口",
    "DESCRIPTION": "按教育局公布的施教区文字回答：某住址对应哪所学校，依据是哪几个字。不用登录，按来源地址限速。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- jobs: the outbox table is the queue, Celery is the nudge (docs/decisions/0002) ---------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", default="celery")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 100  # below the visibility time-out, so that no live task is handed out twice
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 3,
    "socket_connect_timeout": 3,
    "health_check_interval": 10,
    "max_retries": 0,  # a page whose nudge is lost must not wait: without Redis each would take 6 seconds
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"  # keeps no file: what has an hour happens when beat is up then
CELERY_BEAT_SCHEDULE = {
    "drain-outbox": {"task": "districts.drain", "schedule": schedule(5.0), "options": {"expires": 5}},
    "publish-log-heads": {
        "task": "districts.publish-log-heads",
        "schedule": crontab(minute=5),
        "options": {"expires": 600},
    },
    "erase": {"task": "enrollment.erase", "schedule": crontab(hour=20, minute=10)},  # at 04:10 in China every day
    "delete-exports": {
        "task": "districts.delete-exports",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    # At 04:30 in China every day, at 05:00 on Sundays.
    "sweep-evidence": {"task": "enrollment.sweep_evidence", "schedule": crontab(hour=20, minute=30)},
    "check-evidence": {"task": "enrollment.check_evidence", "schedule": crontab(hour=21, minute=0, day_of_week=6)},
}

SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", default="")
# Demo and rehearsal keep their messages to themselves: their families' numbers may belong to somebody.
SMS_KEPT_HERE = DEMO or env.bool("SMS_KEPT_HERE", default=False)

# --- process logs: every line goes through districts/structured_logs.py ----------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="console" if ON_ONE_MACHINE else "json")
TO_THE_CONSOLE = {"handlers": [], "propagate": True}  # no handler of its own: the root's
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "districts.structured_logs.formatter", "as_json": LOG_FORMAT == "json"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": TO_THE_CONSOLE,  # Django's own would write mails
        "django.server": TO_THE_CONSOLE,
        "_granian": TO_THE_CONSOLE,
        **{name: {"level": "WARNING"} for name in ("weasyprint", "fontTools")},  # seven lines for every notice
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}

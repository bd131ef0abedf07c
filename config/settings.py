"""Every setting, read from the environment; what is wrong is said all at once, and nothing unsafe starts.

Importing this module starts no server. `.env.example` explains each variable.
"""

import ipaddress
import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import structlog
from csp.constants import NONE, SELF
from environs import Env, EnvValidationError

from config import logs
from config.embedded import places

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]

if TYPE_CHECKING:
    from environs.types import ErrorMapping

env = Env(eager=False)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK, subcast=str)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[], subcast=str)
TIME_ZONE = "UTC"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="hayward@localhost")
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", default=False)

database = env.dj_db_url("DATABASE_URL") if env.str("DATABASE_URL", default="") else None
redis_url = env.str("REDIS_URL", default="")
email = env.dj_email_url("EMAIL_URL") if env.str("EMAIL_URL", default="") else None
tls = env.str("HAYWARD_TLS", default="")
trusted_proxies = env.int("HAYWARD_TRUSTED_PROXIES", default=0)
statement_seconds = env.int("HAYWARD_STATEMENT_SECONDS", default=0)

HAYWARD_HOME = places.home(env.str("HAYWARD_HOME", default=""), default=BASE_DIR / ".hayward")
HAYWARD_DATA_ROOTS = env.list("HAYWARD_DATA_ROOTS", default=[], subcast=str, delimiter=":")
HAYWARD_LOG_KEY_FILE = Path(env.str("HAYWARD_LOG_KEY_FILE", default="") or HAYWARD_HOME / "keys/log.key")
HAYWARD_FIELD_KEYS_FILE = Path(
    env.str("HAYWARD_FIELD_KEYS_FILE", default="") or HAYWARD_HOME / "keys/field.keys"
)
HAYWARD_SUBJECT_KEY_FILE = Path(
    env.str("HAYWARD_SUBJECT_KEY_FILE", default="") or HAYWARD_HOME / "keys/subject.key"
)
HAYWARD_MEMORY_FOLDER = HAYWARD_HOME / "memory"
HAYWARD_PUBLIC_HOST = env.str("HAYWARD_PUBLIC_HOST", default="localhost")
HAYWARD_POLICY_FILE = Path(env.str("HAYWARD_POLICY_FILE", default="") or BASE_DIR / "policies/moderation.md")
HAYWARD_HOLD_SECONDS = env.int("HAYWARD_HOLD_SECONDS", default=None)
HAYWARD_SCREENING_LEASE_SECONDS = env.int("HAYWARD_SCREENING_LEASE_SECONDS", default=60)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _invalid_variables() -> dict[str, str]:
    try:
        env.seal()
    except EnvValidationError as error:
        return {
            name: " ".join(map(str, said))
            for name, said in cast("ErrorMapping", error.error_messages).items()
        }
    return {}


def _kept_secret(path: Path) -> str:
    """The secret in `path`; the first caller makes it, and of several at once only one wins."""
    if not path.exists():
        for folder in (path.parents[1], path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass  # another process was first: its key is the one
        finally:
            fresh.unlink()
    return path.read_text().strip()


def _readable_by_others(path: Path) -> bool:
    return path.is_file() and bool(path.stat().st_mode & 0o077)


def _unsafe() -> dict[str, str]:
    """What must not start, by the variable that can mend it."""
    refused = {}
    if DEBUG and not LOCAL_ONLY:
        refused["DEBUG"] = "shows code and data to every visitor: turn it off, or allow only local hosts."
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        refused["ALLOWED_HOSTS"] = "must name the hosts this site answers to; '*' lets anybody forge links."
    if SECRET_KEY and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or "insecure" in SECRET_KEY):
        refused["SECRET_KEY"] = "is too short or well known: use 50 random characters, or leave it unset."  # noqa: S105 - a sentence
    if tls not in ("", "on", "off"):
        refused["HAYWARD_TLS"] = "must be 'on' or 'off'."
    if tls == "off" and not LOCAL_ONLY:
        refused["HAYWARD_TLS"] = "is off, but passwords would cross the network: only local hosts may do so."
    if redis_url and not redis_url.startswith(("redis://", "rediss://")):
        refused["REDIS_URL"] = "must read redis://host:port/number or rediss://…"
    if database and database["ENGINE"] != "django.db.backends.postgresql":
        refused["DATABASE_URL"] = "must name a PostgreSQL server: postgresql://user:password@host/name"
    keys = {
        "HAYWARD_LOG_KEY_FILE": HAYWARD_LOG_KEY_FILE,
        "HAYWARD_FIELD_KEYS_FILE": HAYWARD_FIELD_KEYS_FILE,
        "HAYWARD_SUBJECT_KEY_FILE": HAYWARD_SUBJECT_KEY_FILE,
        "SECRET_KEY": SECRET_KEY_FILE,
    }
    for name, path in keys.items():
        if _readable_by_others(path):
            refused[name] = f"points at {path}, which other users may read: chmod 600 it."
    return refused


def _refuse(problems: dict[str, str]) -> None:
    lines = "".join(f"  {name}: {said}\n" for name, said in sorted(problems.items()))
    sys.stderr.write(
        f"Hayward cannot start with these settings:\n{lines}See .env.example for each of them.\n"
    )
    raise SystemExit(2)


SECRET_KEY_FILE = HAYWARD_HOME / "keys/secret.key"
LOCAL_ONLY = all(map(_is_loopback, ALLOWED_HOSTS or []))
problems = _unsafe() | _invalid_variables()
if not problems and not SECRET_KEY:
    try:
        SECRET_KEY = _kept_secret(SECRET_KEY_FILE)
    except OSError as error:
        problems["SECRET_KEY"] = f"is unset, and no key can be kept in {SECRET_KEY_FILE}: {error.strerror}."
if problems:
    _refuse(problems)

TLS = tls == "on" or (tls == "" and not LOCAL_ONLY)

# --- what runs ---

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_cotton",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "health_check",
    "knox",
    "rest_framework",
    "datasets_app",
    "moderation",
    "workers",
    "web",
    "api",
    "config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LANGUAGE_CODE = "en-gb"
TEMPLATES: list[dict[str, Any]] = [
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
    },
]
COTTON_DIR = "cotton"

# --- servers it speaks to ---

HAYWARD_EMBEDDED = frozenset(
    ([] if database else [places.POSTGRES]) + ([] if redis_url else [places.REDIS]),
)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **({**database} if database else places.database(HAYWARD_HOME)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    },
}
_limits = f"-c statement_timeout={statement_seconds}s -c idle_in_transaction_session_timeout=30s"
DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"{_limits} -c lock_timeout=3s"

REDIS_URL = redis_url or places.redis_url(HAYWARD_HOME)
CELERY_BROKER_URL = REDIS_URL if redis_url else places.broker_url(HAYWARD_HOME)
# Django's cache.clear() empties a whole Redis database: the queue must live in another one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": places.next_database(REDIS_URL),
        "KEY_PREFIX": "hayward",
    },
}

# Reasons and measurements: a killed worker loses nothing, a lost broker costs only time.
_VISIBILITY = {"visibility_timeout": 900}
CELERY_VISIBILITY_TIMEOUT = 900
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **_VISIBILITY,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = _VISIBILITY
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = True
# Long tasks have a queue of their own, so that a large shard never delays holds, checkpoints and answers.
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"celery": {}, "shards": {}}
CELERY_TASK_ROUTES = {
    f"workers.tasks.{name}": {"queue": "shards"}
    for name in ("register_releases", "screen_shards", "locate_notices", "remember_removed")
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 1800
CELERY_TASK_TIME_LIMIT = 1860
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 10_000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1_500_000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_TIMEZONE = TIME_ZONE

EMAIL_FILE_PATH = HAYWARD_HOME / "mail"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if email:
    EMAIL_BACKEND = email["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = email["EMAIL_HOST"], email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = email["EMAIL_HOST_USER"], email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = email["EMAIL_USE_TLS"], email["EMAIL_USE_SSL"]

# --- who may come in ---

AUTH_USER_MODEL = "moderation.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "config.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if TLS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = trusted_proxies
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Hayward"

# A name and an address together, so that nobody can lock a moderator out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "config.accounts.login_name"
AXES_IPWARE_PROXY_COUNT = trusted_proxies or None
if trusted_proxies:
    AXES_IPWARE_META_PRECEDENCE_ORDER = ("HTTP_X_FORWARDED_FOR", "REMOTE_ADDR")

# --- what browsers are told ---

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = ["^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Preloading binds a whole domain for years: its owner's decision, not a programme's.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# A public site serves collected, hashed files; a laptop serves them from where they lie.
STATIC_ROOT = None if LOCAL_ONLY else BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = LOCAL_ONLY
_manifest = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _plain if LOCAL_ONLY else _manifest},
}

# --- the API ---

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["knox.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.ByCreation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.problem_response",
    "PAGE_SIZE": 100,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Its own table would stand empty beside ours, and in the way of a flush.
MIGRATION_MODULES: dict[str, str | None] = {"knox": None}
KNOX_TOKEN_MODEL = "api.ApiToken"  # noqa: S105 - a model's name
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_PREFIX": "hwd_",
    "TOKEN_TTL": timedelta(days=90),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hayward",
    "DESCRIPTION": "Screen open training data, decide on it, log every decision, patch every copy.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}

# --- what is written down ---

LOGGING = logs.logging_config(readable=DEBUG)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
structlog.configure(**logs.STRUCTLOG)

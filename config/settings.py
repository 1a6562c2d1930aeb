"""Settings, all from the environment (see .env.example). Secrets have no default; switches are off by default."""

import re
import sys
from base64 import b64decode
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import pghistory
from babel import Locale, UnknownLocaleError
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def at_least(minimum: int, value: int, name: str) -> int:
    """Return ``value``. Raises ImproperlyConfigured if it is less than ``minimum``."""
    if value < minimum:
        raise ImproperlyConfigured(f"{name} is {value}. Set it to {minimum} or more, or leave it out for the default.")
    return value


def api_rate(rate: str) -> str:
    """Return ``rate``. Raises ImproperlyConfigured unless it is a number of requests per second, min, hour or day."""
    if not re.fullmatch(r"[1-9][0-9]*/(s|sec|second|m|min|minute|h|hour|d|day)", rate):
        raise ImproperlyConfigured(
            f"API_RATE is {rate!r}. Write how many requests a member may make per min, hour or day, as in 600/min."
        )
    return rate


def replica(url: str, *, of: dict[str, Any]) -> dict[str, Any]:
    """Return a database with the options of its primary; those in ``url`` win.

    Raises ImproperlyConfigured unless it can be its replica.
    """
    try:
        found = env.db_url_config(url)
    except (ImproperlyConfigured, ValueError, KeyError):
        found = {}
    where = ("HOST", "PORT", "NAME")
    if found.get("ENGINE") != of["ENGINE"] or not found.get("NAME"):
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL is no address of a database. Write it like DATABASE_URL, with the replica's host."
        )
    if [found.get(part) for part in where] == [of.get(part) for part in where]:
        raise ImproperlyConfigured("DATABASE_REPLICA_URL is DATABASE_URL. Write the replica's host, or leave it out.")
    # A replica that is away is not waited for: the primary answers.
    pool = of["OPTIONS"]["pool"] | {"timeout": 2}
    options = of["OPTIONS"] | {"connect_timeout": 2} | found.get("OPTIONS", {}) | {"pool": pool}
    return found | {"CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def slack_path(channel: str, webhook: str) -> str:
    """Return the path of a webhook. Raises ImproperlyConfigured for any host but Slack's."""
    address = urlsplit(webhook.strip())
    is_slack = (address.scheme, address.netloc) == ("https", "hooks.slack.com")
    if not is_slack or not re.fullmatch(r"/[\w/-]+", address.path, re.ASCII):
        raise ImproperlyConfigured(
            f"SLACK_{channel.upper()}_WEBHOOK is no incoming webhook of Slack. Copy the address that Slack shows: "
            "https://hooks.slack.com/…"
        )
    return address.path


def address(name: str, value: str) -> str:
    """Return ``value``. Raises ImproperlyConfigured if it is not an e-mail address without a name."""
    if not re.fullmatch(r"[^\s@<>,]+@[^\s@<>,]+", value):
        raise ImproperlyConfigured(f"{name} is no e-mail address. Write the address alone: team@example.org")
    return value


def language_name(code: str) -> str:
    """Return the name of a language in that language. Raises ImproperlyConfigured for a code that nobody knows."""
    try:
        return str(Locale.parse(code, sep="-").get_display_name()).capitalize()
    except (ValueError, UnknownLocaleError):
        raise ImproperlyConfigured(
            f"LANGUAGES has {code!r}, which is no language. Write codes with commas between them, as in en,de,pt-br."
        ) from None


def signing_key(text: str) -> bytes:
    """Return an RSA key as DER. Raises ImproperlyConfigured unless it has 2048 bits or more and no password."""
    try:
        der = b64decode(text, validate=True)
        key = load_der_private_key(der, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < 2048:
        raise ImproperlyConfigured(
            "CREDENTIAL_KEYS has a value that is no RSA key of 2048 bits or more. Create one: "
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -outform DER | base64 -w0"
        )
    return der


BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
# The address of the site, without a slash at the end. Links in mails begin with it.
SITE_URL = env.str("SITE_URL", **({"default": "http://127.0.0.1:8000"} if DEBUG else {})).rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
# The schema and its pages are for developers.
SERVE_API_DOCS = env.bool("SERVE_API_DOCS", default=DEBUG)
COMMUNITY_NAME = env.str("COMMUNITY_NAME", default="Mentorship")

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "matching.apps.MatchingConfig",
    "mentorship.apps.MentorshipConfig",
    "accounts.apps.AccountsConfig",
    "config.apps.CommunityAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "allauth.headless",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.Compressed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.PrivateAnswers",
    "csp.middleware.CSPMiddleware",
    "config.middleware.HttpsOnly",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.OnRecord",
    "config.middleware.MembersLanguage",
    "config.middleware.AdminsZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.ErrorsInWords",
]

ROOT_URLCONF = "config.urls"
FORM_RENDERER = "accounts.page_forms.Renderer"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Templates of config come first: it is the first of INSTALLED_APPS. A second entry for its folder would make a
        # template that extends one of the same name extend itself.
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["accounts.templatetags.zones"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.views.community",
                "config.navigation.navigation",
            ],
        },
    },
    {
        # For subjects and text parts of mails, in which &amp; would be wrong.
        "NAME": "text",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"autoescape": False, "builtins": ["accounts.templatetags.zones"]},
    },
]

# --- database ---------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL")}
# The server of a pooled connection may have gone away: check before use.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
POOL_SIZE = at_least(1, env.int("DATABASE_POOL_SIZE", default=10), "DATABASE_POOL_SIZE")
DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
    "pool": {
        "min_size": 1,
        "max_size": POOL_SIZE,
        "timeout": 10,
    },
    # A lock that is not granted within 3 s answers 503. A query ends after 15 s. Compiling one would take longer than
    # running it.
    "options": "-c lock_timeout=3000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000 "
    "-c jit=off",
}
# A replica takes reads that may be some seconds old (accounts/replica.py). Empty: there is none.
if REPLICA_URL := env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = replica(REPLICA_URL, of=DATABASES["default"])
    DATABASE_ROUTERS = ["accounts.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sessions and the cache are in PostgreSQL, so the site works while Redis is away.
SESSION_ENGINE = "config.sessions"
CACHES = {
    # allauth counts wrong passwords and codes here, and remembers used codes. No entry may go before its time, so the
    # cache never makes room. A sweep deletes the expired entries.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": sys.maxsize},
    },
    # The rate limit of the API need not be exact, so each process counts for itself. allauth's limits are exact.
    "throttle": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "throttle",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# --- people -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# One backend only: two would hash the password of a login twice.
AUTHENTICATION_BACKENDS = ["accounts.backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignUpForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900  # seconds; the page and the mail say how many minutes
ACCOUNT_RATE_LIMITS = {
    # Mails with a code, or about an account that exists, to one address. Each login before the confirmation sends one.
    "confirm_email": "3/m/key,20/h/key",
    # Forms of one member that are kept until the next login.
    "keep_form": "20/h/key",
    # Addresses that one member has read as their own calendar. Each asks a server outside.
    "set_calendar": "5/m/key,20/h/key",
    # Logins that lead to an identity provider. Each asks its server.
    "ask_provider": "20/m/ip",
    # Public pages and files about credentials, by address.
    "see_credential": "120/m/ip",
}
ACCOUNT_PREVENT_ENUMERATION = True
# The adapter sends nothing to an unknown address. It only does the work of a mail, so that time does not tell.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# A change of the address asks for the password again. The old address is told of it, and of each new password.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A person has one address: a confirmed new one replaces it.
ACCOUNT_CHANGE_EMAIL = True
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A passkey asks for a finger, a face or a PIN, so it is two factors by itself.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.passkey_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.passkey_forms.RenamePasskeyForm",
}
# Logins by identity providers, which owners register (accounts/models/identity_provider.py). A new person always sees
# the form of the sign-up. Tokens of the provider are of no use here, so none is stored.
SOCIALACCOUNT_ADAPTER = "accounts.provider_adapter.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "accounts.provider_adapter.Provider"}}
SOCIALACCOUNT_FORMS = {"signup": "accounts.provider_forms.ProviderSignUpForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
# Rate limits count by address. Behind a proxy, the address of the client is in X-Forwarded-For.
NUM_PROXIES = at_least(0, env.int("NUM_PROXIES", default=0), "NUM_PROXIES")
ALLAUTH_TRUSTED_PROXY_COUNT = NUM_PROXIES
HEADLESS_CLIENTS = ("app", "browser")
HEADLESS_TOKEN_STRATEGY = "config.authentication.SessionTokens"  # noqa: S105 -- a class
HEADLESS_SERVE_SPECIFICATION = SERVE_API_DOCS
HEADLESS_SPECIFICATION_TEMPLATE_NAME = None
LOGIN_REDIRECT_URL = "/"
ACCOUNT_SIGNUP_REDIRECT_URL = "start"
LOGIN_URL = "account_login"

# Lists of changes look for the row that changed, not for the rows that it refers to.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False, db_constraint=False)
# Requests of these methods change things, so the record of changes says who sent them.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# --- API --------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "config.authentication.SessionTokenAuthentication",
        "config.authentication.AccessTokenAuthentication",
        "config.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["config.rendering.Renderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsing.Parser"],
    "DEFAULT_PAGINATION_CLASS": "config.paging.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["config.api.FilterBackend", "config.api.SearchBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": "config.authentication.Metadata",
    "DEFAULT_THROTTLE_CLASSES": [
        "config.authentication.MemberRateThrottle",
        "config.authentication.ExpensiveRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "user": api_rate(env.str("API_RATE", default="600/min")),
        "expensive": "20/min",
        "wrong_tokens": "60/min",
    },
    "EXCEPTION_HANDLER": "config.api.exception_handler",
    "NUM_PROXIES": NUM_PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {"EXCEPTION_FORMATTER_CLASS": "config.api.ProblemFormatter"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mentorship API",
    "DESCRIPTION": "Goals, concrete help requests, matches with reasons, mentorships. "
    "Sign-up and login are served by the account API under /_allauth/.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "GET_LIB_DOC_EXCLUDES": "config.openapi.docs_for_ourselves",
    "ENUM_NAME_OVERRIDES": {
        "CareerLevel": "accounts.models.profile.CareerLevel",
        "LanguageLevel": "accounts.models.profile.LanguageLevel",
        "Sector": "accounts.models.profile.Sector",
        "Format": "accounts.models.mentor.MentorProfile.Format",
        "MentorStatus": "accounts.models.mentor.MentorProfile.Status",
        "GoalStatus": "mentorship.models.goal.Goal.Status",
        "MentorshipStatus": "mentorship.models.mentorship.Mentorship.Status",
        "EndReason": "mentorship.serializers.mentorships.GIVEN_REASONS",
        "SessionStatus": "mentorship.models.session.Session.Status",
        "Attendance": "mentorship.models.session.Attendance.Answer",
        "FitAnswer": "mentorship.models.fit_check.FitCheck.Answer",
        "CohortDraftStatus": "matching.models.cohort_draft.CohortDraft.Status",
        "CohortPairStatus": "matching.models.cohort_pair.CohortPair.Status",
        "CohortStatusEnum": "mentorship.models.cohort.Cohort.Status",
        "CohortPolicy": "mentorship.models.cohort.Cohort.Policy",
        "Side": "mentorship.models.action_item.ActionItem.Side",
        "StepStatus": "mentorship.models.action_item.ActionItem.Status",
        "HelpRequestStatus": "matching.models.help_request.HelpRequest.Status",
        "MatchStatus": "matching.models.match.Match.Status",
        "DeclineReason": "matching.models.match.Match.DeclineReason",
        "DismissReason": "matching.models.match.Match.DismissReason",
        "Turn": "matching.serializers.turns.TURNS",
        "ProblemCode": "config.api.PROBLEM_CODES",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- Celery: it wakes the worker; the queue is rows in PostgreSQL -----------------------------------------

REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # every task may run twice
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "socket_keepalive": True,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- matching ---------------------------------------------------------------------------------------------

# Limits: open requests of a mentee, mentors asked at a time for a request, questions that a free place may have.
OPEN_REQUESTS_MAX = at_least(1, env.int("OPEN_REQUESTS_MAX", default=3), "OPEN_REQUESTS_MAX")
ASKED_MAX = at_least(1, env.int("ASKED_MAX", default=3), "ASKED_MAX")
# The folder of the copy of the community that all processes of this machine map. Without it each process has its own.
SHARED_COPY_DIR = env.str("SHARED_COPY_DIR", default="")
INBOX_PER_FREE_PLACE = at_least(1, env.int("INBOX_PER_FREE_PLACE", default=2), "INBOX_PER_FREE_PLACE")
# Outcomes of past mentorships count for criterion ``goal`` of a mentor.
LEARN_FROM_OUTCOMES = env.bool("LEARN_FROM_OUTCOMES", default=True)
# A question or an offer expires after RESPONSE_DAYS. SILENCE_MAX expired questions in a row pause a mentor.
RESPONSE_WINDOW = timedelta(days=at_least(1, env.int("RESPONSE_DAYS", default=5), "RESPONSE_DAYS"))
SILENCE_MAX = at_least(0, env.int("SILENCE_MAX", default=3), "SILENCE_MAX")
# The mentee of a request that is open for this many days is asked "still looking?". Without an answer the request
# expires.
STILL_LOOKING_AFTER = timedelta(days=at_least(1, env.int("STILL_LOOKING_DAYS", default=60), "STILL_LOOKING_DAYS"))
STILL_LOOKING_GRACE = timedelta(
    days=at_least(1, env.int("STILL_LOOKING_GRACE_DAYS", default=14), "STILL_LOOKING_GRACE_DAYS")
)

# --- credentials ------------------------------------------------------------------------------------------

# The keys that sign the credentials of mentors, the newest first. It signs, and what the others signed stays valid.
# Empty: mentors get no credentials.
CREDENTIAL_KEYS = [signing_key(key) for key in env.list("CREDENTIAL_KEYS", default=[])]

# --- mail -------------------------------------------------------------------------------------------------

MAIL_SERVER = env.email_url("EMAIL_URL")
if MAIL_SERVER["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    # Django's backend, which also reports the moment from which on a mail may arrive.
    MAIL_SERVER["EMAIL_BACKEND"] = "accounts.notifications.channels.smtp.EmailBackend"
vars().update(MAIL_SERVER)
EMAIL_TIMEOUT = 10
# The provider sends mails with the same key in this header once. Empty: the provider has no such header.
EMAIL_IDEMPOTENCY_HEADER = env.str("EMAIL_IDEMPOTENCY_HEADER", default="")
# Channels on Slack with an incoming webhook, and the path of its address. The host is always Slack's.
SLACK_WEBHOOKS = {
    channel: slack_path(channel, webhook)
    for channel, webhook in (
        ("admins", env.str("SLACK_ADMINS_WEBHOOK", default="")),
        ("community", env.str("SLACK_COMMUNITY_WEBHOOK", default="")),
    )
    if webhook
}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Mentorship <mentorship@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Answers to mails go there, unless the mail connects two people: then they go to the other one.
CONTACT_EMAIL = address("CONTACT_EMAIL", env.str("CONTACT_EMAIL", default="") or parseaddr(DEFAULT_FROM_EMAIL)[1])
# Answers of calendars go there, with a secret after a "+", and `manage.py receive_mail` reads them. Empty: no calendar
# is asked to answer.
INBOUND_ADDRESS = env.str("INBOUND_ADDRESS", default="") and address("INBOUND_ADDRESS", env.str("INBOUND_ADDRESS"))
# Tests read calendars from this machine. Members could read its services by this, so no environment can set it.
FETCH_FROM_THIS_MACHINE = False
# The directory of the mail sink of `make run`. The page at /mail/ shows its messages. Never set in production.
MAIL_SINK_DIR = env.str("MAIL_SINK_DIR", default="")
if MAIL_SINK_DIR and not DEBUG:
    raise ImproperlyConfigured(
        "MAIL_SINK_DIR shows all mail to everybody at /mail/, so it is for a machine of your own. "
        "Leave it out in production, or set DEBUG=1 on your own machine."
    )

# --- pages ------------------------------------------------------------------------------------------------

# The languages of pages and mails, the default first. Each but English needs a catalogue: see docs/languages.md.
LANGUAGES = [(code, language_name(code)) for code in env.list("LANGUAGES", default=["en"])]
LANGUAGE_CODE = LANGUAGES[0][0]
# Catalogues of the community, which replace sentences: <folder>/<language>/LC_MESSAGES/django.mo.
COMMUNITY_LOCALE_DIR = env.str("COMMUNITY_LOCALE_DIR", default="")
LOCALE_PATHS = [COMMUNITY_LOCALE_DIR] if COMMUNITY_LOCALE_DIR else []
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"
# ISO 3166 has no code for Kosovo yet. XK is the one that everybody uses.
COUNTRIES_OVERRIDE = {"XK": "Kosovo"}
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedStaticFilesStorage"
    },
}

# --- security ---------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False  # HttpsOnly redirects pages; the API must never redirect a request with a token
# HttpsOnly redirects; subdomains and preloading are the owner's choice.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
if not HTTPS and urlsplit(SITE_URL).hostname in ("localhost", "127.0.0.1"):
    # A trial on one's own machine has no certificate, so cookies go without TLS and nothing is pinned to it.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W012", "security.W016"]
SECURE_HSTS_SECONDS = at_least(0, env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0), "HSTS_SECONDS")
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Without a proxy that says so, nothing tells https from plain HTTP here.
HTTPS_ONLY = HTTPS and BEHIND_TLS_PROXY

# --- logs: ids, never people -------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}. Write DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"class": "config.logs.CutSecrets", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # These bring handlers of their own, which would print paths with their secrets.
        "django": {"handlers": []},
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
        # Scanners send wrong Host headers; each would leave a traceback.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}

"""Django's settings, of the command and of the web application alike.

What is of one office — its database, its secret, the names it is reached by — is set when its
workspace is opened: :func:`pipeline.store.connection.open_store`,
:func:`pipeline.web.site.open_site`.
"""

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF

DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_htmx",
    "pipeline.store",
    "pipeline.web",
]
AUTH_USER_MODEL = "store.Account"


def database(path: str) -> dict[str, Any]:
    """SQLite for several commands at once: readers never wait (WAL), and a writer takes its lock
    at the start (deferred transactions: 368 of 600 "database is locked"; immediate: 0)."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,  # each thread keeps its own: opening one anew costs 20 ms a request
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


DATABASES = {"default": database(":memory:")}

# The web application.
ROOT_URLCONF = "pipeline.web.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "pipeline.web.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pipeline.web.middleware.Access",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pipeline.web.context.frame",
            ],
            "builtins": ["django.templatetags.static", "pipeline.web.templatetags.vietnamese"],
        },
    }
]
FORM_RENDERER = "pipeline.web.forms.Renderer"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the packages themselves: no build step
WHITENOISE_AUTOREFRESH = False
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# No file is taken but by the views that ask for some (pipeline.web.receive): a request is parsed
# before anybody knows who sends it. What is not a file must fit into memory.
FILE_UPLOAD_HANDLERS = ["pipeline.web.receive.NoFiles"]
DATA_UPLOAD_MAX_NUMBER_FILES = 500
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# Who may sign in.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "pipeline.web.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
# Ten wrong passwords of an account, or from an address, and it waits: 40 guesses an hour.
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "pipeline.web.errors.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # our own log of events has it
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False  # its messages would put user names into the log
AXES_CLIENT_IP_CALLABLE = "pipeline.web.events.address_of"

# Sessions end 8 hours after signing in (pipeline.web.middleware): a working day.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_NAME = "phieu_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "phieu_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "pipeline.web.errors.csrf_failure"

# What a browser may do with our pages: nothing but what is ours.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# Faults of the program go to standard error; what is asked for is logged by the server.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"screen": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["screen"], "level": "ERROR", "propagate": False},
        "axes": {"handlers": ["screen"], "level": "ERROR", "propagate": False},
    },
}

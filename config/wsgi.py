"""The web application as gunicorn serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A page that makes the database work this long is broken: better an error than a queue of them.
os.environ.setdefault("HAYWARD_STATEMENT_SECONDS", "15")

application = get_wsgi_application()

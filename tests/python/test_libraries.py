"""A Status in the libraries that have a protocol of their own for values: Django."""
import importlib
import sys

from httpstatus import Status

MODELS = """
import httpstatus
from django.db import models

class Visit(models.Model):
    status = models.IntegerField(default=httpstatus.OK)
    iis = models.IntegerField(default=httpstatus.Status(403, 14))
"""


def test_django_migrates_a_default(library, tmp_path, monkeypatch):
    django = library("django")
    settings, management = library("django.conf").settings, library("django.core.management")
    for name, text in {"__init__": "", "models": MODELS, "migrations/__init__": ""}.items():
        file = tmp_path / "visits" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(INSTALLED_APPS=["visits"], DATABASES={"default": database})
    django.setup()
    management.call_command("makemigrations", "visits", verbosity=0)
    migration = (tmp_path / "visits/migrations/0001_initial.py").read_text(encoding="utf-8")
    assert "default=httpstatus.Status(200, 0, 'IANA')" in migration
    assert "default=httpstatus.Status(403, 14, 'IIS')" in migration
    importlib.invalidate_caches()
    management.call_command("migrate", verbosity=0)
    management.call_command("makemigrations", "visits", check=True, verbosity=0)  # nothing has changed

    visits = sys.modules["visits.models"].Visit.objects
    visits.create()
    visits.create(status=Status(404))
    assert [*visits.order_by("id").values_list("status", "iis")] == [(200, 403), (404, 403)]
    assert visits.filter(status=Status(404)).count() == 1

"""A Status in the libraries that have a protocol of their own for values: Django, pydantic, FastAPI."""
import importlib
import subprocess
import sys
from http import HTTPStatus

import httpstatus
import pytest
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


@pytest.mark.parametrize("given", [404, "404", 404.0, HTTPStatus.NOT_FOUND, Status(404)])
def test_pydantic_validates(library, given):
    assert library("pydantic").TypeAdapter(Status).validate_python(given) is Status(404)


def test_pydantic_keeps_the_row_and_takes_what_is_not_registered(library):
    adapter = library("pydantic").TypeAdapter(Status)
    assert adapter.validate_python(Status(403, 14)) is Status(403, 14)
    assert repr(adapter.validate_python(299)) == "<Status 299>"


@pytest.mark.parametrize("given", [1000, "x", 404.5, None, b"x"])
def test_pydantic_refuses(library, given):
    pydantic = library("pydantic")
    with pytest.raises(pydantic.ValidationError):
        pydantic.TypeAdapter(Status).validate_python(given)


def test_pydantic_is_strict(library):
    pydantic = library("pydantic")
    adapter = pydantic.TypeAdapter(Status)
    assert adapter.validate_python(404, strict=True) is adapter.validate_json("404", strict=True) is Status(404)
    with pytest.raises(pydantic.ValidationError, match="valid integer"):
        adapter.validate_python("404", strict=True)


def test_pydantic_writes_numbers_as_for_HTTPStatus(library):
    pydantic = library("pydantic")

    class Answer(pydantic.BaseModel):
        status: Status = httpstatus.OK
        counts: dict[Status, int] = {}

    answer = Answer.model_validate_json('{"status": 404, "counts": {"503": 2}}')
    assert answer.status is Status(404) and answer.model_dump()["status"] is Status(404)
    assert [*answer.counts] == [Status(503)]
    assert answer.model_dump_json() == '{"status":404,"counts":{"503":2}}'
    assert Answer().model_dump(mode="json")["status"] == 200
    theirs = pydantic.TypeAdapter(HTTPStatus).json_schema()["type"]
    found = Answer.model_json_schema()["properties"]["status"]
    assert found == {"default": 200, "title": "Status", "type": theirs}


def test_fastapi(library):
    library("httpx")  # of the client
    fastapi, client = library("fastapi"), library("fastapi.testclient")
    app = fastapi.FastAPI()

    @app.post("/codes/{path}")
    def codes(path: Status, body: Status = fastapi.Body(embed=True), query: Status = httpstatus.OK) -> list[Status]:
        assert {type(path), type(body), type(query)} == {Status}
        return [path, query, body]

    with client.TestClient(app) as http:
        assert http.post("/codes/404?query=503", json={"body": 299}).json() == [404, 503, 299]
        assert http.post("/codes/404", json={"body": 500}).json() == [404, 200, 500]
        for url, body in (("/codes/x", 1), ("/codes/1000", 1), ("/codes/1?query=x", 1), ("/codes/1", "x")):
            assert http.post(url, json={"body": body}).status_code == 422
        found = http.get("/openapi.json").json()
    parameters = found["paths"]["/codes/{path}"]["post"]["parameters"]
    assert [(each["name"], each["schema"]["type"]) for each in parameters] == [("path", "integer"), ("query", "integer")]


def test_an_import_brings_no_library():
    code = "import sys, httpstatus; assert not {'pydantic_core', 'httpstatus._pydantic'} & {*sys.modules}"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_pydantic_the_hook_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydantic_core", None)
    monkeypatch.delitem(sys.modules, "httpstatus._pydantic", raising=False)
    with pytest.raises(ImportError, match="pydantic_core"):
        Status.__get_pydantic_core_schema__(Status, None)

"""A person at the web pages, for scripts: follows forms as a browser without JavaScript does."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

import httpx


class PageProblem(Exception):
    """A page was not what the script expected; the message names the page and what was missing."""


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, and what it sends as it stands."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects the forms of a page with their hidden, typed, ticked and selected values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._named: dict[str, Form] = {}
        self._current = Form(action="")
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._current = self._form(given.get("id", ""))
            self._current.action = given.get("action", "")
        elif tag == "input":
            self._input(given)
        elif tag in ("select", "textarea"):
            self._select = given.get("name", "") if tag == "select" else ""
            self._textarea = given.get("name", "") if tag == "textarea" else ""
        elif self._select and tag == "option":
            self._option(given)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._select = self._textarea = ""
        elif tag == "form":
            self._current = Form(action="")

    def handle_data(self, data: str) -> None:
        if self._textarea and data.strip():
            self._current.fields[self._textarea] = [data.removeprefix("\n")]

    def _form(self, name: str) -> Form:
        """The form of that id, which inputs before it may have named already."""
        form = self._named.get(name) if name else None
        if form is None:
            form = Form(action="")
            self.forms.append(form)
            if name:
                self._named[name] = form
        return form

    def _input(self, given: dict[str, str]) -> None:
        name, kind, value = given.get("name", ""), given.get("type", "text"), given.get("value", "")
        if not name or kind in ("submit", "button", "file"):
            return
        form = self._form(given["form"]) if "form" in given else self._current
        if kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(value)
            if "checked" not in given:
                return
        form.fields.setdefault(name, []).append(value)

    def _option(self, given: dict[str, str]) -> None:
        form = self._current
        form.choices.setdefault(self._select, []).append(given.get("value", ""))
        if "selected" in given:
            form.fields[self._select] = [given.get("value", "")]


class Visitor:
    """One person's session with the site: cookies kept, redirects followed, errors raised."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=30)
        self.page = httpx.Response(200, text="")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def open(self, path: str) -> str:
        """The page's HTML; raises `PageProblem` for an error page."""
        return self._kept(self.http.get(path))

    def forms(self) -> list[Form]:
        parser = _Forms()
        parser.feed(self.page.text)
        return parser.forms

    def form(self, wanted: str) -> Form:
        """The form of this page whose address ends so, or which has a field of that name."""
        for form in self.forms():
            if form.action.endswith(wanted) or wanted in form.fields or wanted in form.choices:
                return form
        raise PageProblem(f"{self.page.url} has no form for {wanted}.")

    def send(self, form: Form, **values: str | list[str]) -> str:
        """Fill in the form and send it; gives the page that follows."""
        filled = form.fields | {
            name: [value] if isinstance(value, str) else value for name, value in values.items()
        }
        address = form.action or str(self.page.url)
        return self._kept(self.http.post(address, data=filled, headers={"Referer": str(self.page.url)}))

    def log_in(self, name: str, password: str) -> None:
        """Sign in through the login page; raises `PageProblem` when it refuses."""
        self.open("/accounts/login/")
        self.send(self.form("login"), login=name, password=password)
        if "/accounts/login" in str(self.page.url):
            raise PageProblem(f"{name} could not log in.")

    def find(self, pattern: str) -> str:
        """The first group of the pattern in this page; raises `PageProblem`."""
        found = re.search(pattern, self.page.text, re.DOTALL)
        if not found:
            raise PageProblem(f"{self.page.url} does not show {pattern!r}.")
        return found.group(1)

    def _kept(self, response: httpx.Response) -> str:
        if response.status_code >= 400:
            raise PageProblem(f"{response.request.method} {response.url} answered {response.status_code}.")
        self.page = response
        return response.text

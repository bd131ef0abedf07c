"""The script's browser: reads forms as a browser does, and says what a page lacks."""

import httpx
import pytest

from demo.browsing import Form, PageProblem, Visitor

PAGE = """
<form action="/a/"><input name="q" value="1"><input type="checkbox" name="c" value="x" checked>
<input type="checkbox" name="c" value="y"><input type="submit" name="go" value="Go">
<select name="s"><option value="1">one<option value="2" selected>two</select><textarea name="t">
kept</textarea></form>
<input type="checkbox" name="far" value="z" form="late" checked>
<form id="late" action="/late/"><input type="radio" name="r" value="1"></form>
"""


@pytest.fixture
def visitor() -> Visitor:
    visitor = Visitor("http://localhost")
    visitor.page = httpx.Response(200, text=PAGE, request=httpx.Request("GET", "http://localhost/page"))
    return visitor


def test_forms_hold_what_a_browser_would_send(visitor: Visitor) -> None:
    first, late = sorted(visitor.forms(), key=lambda form: form.action)

    assert first == Form(
        action="/a/",
        fields={"q": ["1"], "c": ["x"], "s": ["2"], "t": ["kept"]},
        choices={"c": ["x", "y"], "s": ["1", "2"]},
    )
    assert (late.action, late.fields, late.choices) == ("/late/", {"far": ["z"]}, {"far": ["z"], "r": ["1"]})


def test_missing_form_is_named(visitor: Visitor) -> None:
    with pytest.raises(PageProblem, match="has no form for nowhere"):
        visitor.form("nowhere")


def test_missing_text_is_named(visitor: Visitor) -> None:
    with pytest.raises(PageProblem, match="does not show"):
        visitor.find(r"(HWD-\w+)")

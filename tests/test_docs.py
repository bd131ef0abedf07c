"""The pages say what the code does: every name a reader may meet is in them, and every command in them exists."""

import ast
import base64
import contextlib
import dataclasses
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer
import typer.main
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from typer.exceptions import TyperException

from api import errors, throttling
from api.models import Scope
from hayward.cli import app
from hayward.cli.exits import ExitCode
from hayward.formats.errors import CAUSES
from hayward.formats.lines import MAX_LINE_BYTES
from hayward.log import disclosures, entries, merkle, notes
from hayward.log.checkpoint import Checkpoint, sign_checkpoint
from hayward.patching.plan import ACTIONS
from hayward.screeners import load
from moderation.deciding import MAX_SPANS
from moderation.intake import MAX_MATCHES
from moderation.kinds import Action, CaseState, FindingKind, NoticeType, Role
from web.forms.decision import MOST_SPANS
from web.notices import MOST_AN_HOUR

ROOT = Path(settings.BASE_DIR)
PAGES = sorted(path for folder in (".", "docs", "demo", "policies") for path in (ROOT / folder).glob("*.md"))
OURS = ("datasets_app", "moderation", "workers", "web", "api")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"""(?:env\.\w+|environ(?:ment)?\.get)\(\s*["']([A-Z][A-Z0-9_]+)["']""")
CODE_OF_REASON = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


def page(name: str) -> str:
    return (ROOT / name).read_text()


def names(text: str) -> set[str]:
    """What stands in backticks, as a whole."""
    return set(re.findall(r"`([^`\n]+)`", FENCE.sub("", text)))


def rows(text: str) -> set[str]:
    """The first cells of all tables, without backticks."""
    return {cell.strip(" `") for cell in re.findall(r"^\|([^|]*)\|", text, re.MULTILINE)}


def blocks(text: str, *languages: str) -> list[str]:
    return [body for language, body in FENCE.findall(text) if language in languages]


def code_of(path: Path) -> str:
    """All code in a page: its blocks and what stands in backticks, also over a line's end."""
    text = path.read_text()
    spans = re.findall(r"`([^`]+)`", FENCE.sub("", text))
    return "\n".join([*(body for _, body in FENCE.findall(text)), *(" ".join(one.split()) for one in spans)])


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, by its words after `hayward`."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from leaves(inner, (*path, name))


def commands() -> dict[tuple[str, ...], Any]:
    return dict(leaves(typer.main.get_command(app)))


def test_every_model_is_a_word_in_concepts() -> None:
    models = {model.__name__ for label in OURS for model in apps.get_app_config(label).get_models()}

    assert models - names(page("docs/concepts.md")) == set()


def test_concepts_names_every_action_state_and_role() -> None:
    text = page("docs/concepts.md")
    roles = {role.value for role in Role}

    assert {*Action.values, *CaseState.values} - names(text) == set()
    assert roles - set(re.findall(r"\*(\w+)\*", text)) == set()


def test_every_setting_is_explained_to_operators() -> None:
    read = read_variables()
    explained = rows(page("docs/operators.md")) | set(
        re.findall(r"^#?([A-Z][A-Z0-9_]+)=", page(".env.example"), re.MULTILINE)
    )

    assert read - explained == set()


def test_operators_are_told_of_no_setting_that_nobody_reads() -> None:
    told = {name for name in rows(page("docs/operators.md")) if re.fullmatch(r"[A-Z][A-Z0-9_]+", name)}

    assert told - read_variables() == set()


def read_variables() -> set[str]:
    screeners = {
        name
        for module in (ROOT / "hayward/screeners").rglob("*.py")
        for name in re.findall(r"\bHAYWARD_[A-Z0-9_]*[A-Z0-9]\b", module.read_text())
    }
    return {*VARIABLE.findall(page("config/settings.py")), *screeners}


def test_every_variable_of_the_command_line_is_in_cli() -> None:
    read = {
        name
        for module in (ROOT / "hayward/cli").glob("*.py")
        for name in re.findall(r"\bHAYWARD_[A-Z0-9_]+", module.read_text())
    }

    assert read - names(page("docs/cli.md")) - {"HAYWARD_DEBUG"} == set()
    assert "HAYWARD_DEBUG" in page("docs/cli.md")


def test_every_command_and_option_is_in_cli() -> None:
    text = page("docs/cli.md")
    headings = set(re.findall(r"^## hayward (.+)$", text, re.MULTILINE))
    options = {
        option
        for command in [typer.main.get_command(app), *commands().values()]
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    }

    assert headings == {" ".join(path) for path in commands()}
    assert {option for option in options if not re.search(rf"{option}(?![\w-])", text)} == set()


def test_cli_lists_exactly_the_exit_codes_there_are() -> None:
    told = re.findall(r"^\| (\d+) \| `(\w+)` \|", page("docs/cli.md"), re.MULTILINE)

    assert told == [(str(code.value), code.name) for code in ExitCode]


def test_mirrors_are_told_only_exit_codes_that_exist() -> None:
    told = {int(cell) for cell in rows(page("docs/mirrors.md")) if cell.isdigit()}

    assert told - {code.value for code in ExitCode} == set()


def test_every_kind_is_in_screeners() -> None:
    kinds = {*FindingKind.values, *(kind for screener in load() for kind in screener.kinds)}

    assert kinds - rows(page("docs/screeners.md")) == set()


def test_every_reason_is_in_screening() -> None:
    used = {
        node.value
        for package in ("formats", "screening")
        for module in (ROOT / "hayward" / package).glob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE_OF_REASON.fullmatch(node.value)
    }

    assert (used | CAUSES.keys()) - {"utf-8"} - rows(page("docs/screening.md")) == set()


def test_every_scope_and_address_is_in_api() -> None:
    text = page("docs/api.md")
    described = yaml.safe_load(page("docs/openapi.yaml"))["paths"]
    wanted = {(path, method.upper()) for path, methods in described.items() for method in methods}
    told = set(re.findall(r"^\| `(/api/v1/[^`]+)` \| (\w+) \|", text, re.MULTILINE))

    assert set(Scope.values) - rows(text) == set()
    assert wanted - told == set()
    assert told == wanted


def test_api_names_the_scope_of_each_guarded_address() -> None:
    described = yaml.safe_load(page("docs/openapi.yaml"))["paths"]
    told = {
        (path, method): scope
        for path, method, scope in re.findall(
            r"^\| `(/api/v1/[^`]+)` \| (\w+) \| `?([a-z:]*)`? ?\|", page("docs/api.md"), re.MULTILINE
        )
    }

    for path, methods in described.items():
        for method, operation in methods.items():
            needed = re.search(r"scope `([a-z:]+)`", operation.get("description", ""))
            assert told[path, method.upper()] == (needed.group(1) if needed else ""), f"{method} {path}"


def test_every_problem_is_in_api() -> None:
    assert {kind.code for kind in errors.kinds()} - names(page("docs/api.md")) == set()


def test_every_field_and_act_of_an_entry_is_explained_to_auditors() -> None:
    text = page("docs/auditors.md")
    fields = {"_sd" if field.name == "sd" else field.name for field in dataclasses.fields(entries.Entry)}

    assert {"v", *fields} - rows(text) == set()
    assert {*entries.ACTS, *disclosures.NAMES} - names(text) == set()


def test_formats_shows_every_action_of_a_patch() -> None:
    assert {*ACTIONS} - names(page("docs/formats.md")) == set()


def test_policy_page_names_every_type_of_notice() -> None:
    assert {*NoticeType.values} - names(page("docs/policy.md")) == set()


def test_operators_are_told_the_limits_that_hold() -> None:
    told = dict(re.findall(r"^\| ([^|`]+) \| ([^|`]+) \|$", page("docs/operators.md"), re.MULTILINE))
    signed, anonymous = (
        int(rate.partition("/")[0]) for rate in (throttling.WITH_TOKEN, throttling.ANONYMOUS)
    )
    ttl: Any = settings.REST_KNOX["TOKEN_TTL"]

    assert told["calls to the API"] == f"{signed:,} a minute with a token, {anonymous} without"
    assert f"{signed:,} calls a minute, an address without one {anonymous}." in page("docs/api.md")
    assert told["requests for removal from one address"] == f"{MOST_AN_HOUR} an hour"
    assert told["wrong passwords of one name from one address"].startswith(
        f"{settings.AXES_FAILURE_LIMIT}, then 15 "
    )
    assert told["an API token"] == f"ends after {ttl.days} days unless made otherwise"
    assert told["records found for one notice"] == str(MAX_MATCHES)
    assert told["spans in one decision"] == f"{MAX_SPANS:,}; on the page {MOST_SPANS}"
    assert told["a line of JSON, or a text in Parquet"].startswith(f"{MAX_LINE_BYTES >> 20} MiB;")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    broken = [target for target in links(path.read_text()) if not is_there(path, target)]

    assert broken == []


def links(text: str) -> list[str]:
    found = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def is_there(path: Path, target: str) -> bool:
    name, _, anchor = unquote(target).partition("#")
    file = (path.parent / name).resolve() if name else path
    return file.exists() and (not anchor or anchor in anchors(file.read_text()))


def anchors(text: str) -> set[str]:
    """The names that headings get: small letters, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_can_be_reached_from_the_index() -> None:
    linked = {(ROOT / "docs" / target).resolve() for target in links(page("docs/index.md"))}

    assert {path for path in PAGES if path.parent.name == "docs"} - linked == {ROOT / "docs/index.md"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_named_make_targets_and_management_commands_exist(path: Path) -> None:
    code = code_of(path)
    targets = set(re.findall(r"^([a-z][a-z-]*):", page("Makefile"), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z][\w-]*)", code)) - targets == set()
    assert set(re.findall(r"\bmanage\.py ([a-z]\w*)", code)) - get_commands().keys() == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_shown_commands_have_only_arguments_that_exist(path: Path) -> None:
    known = commands()

    for line in shown(path.read_text()):
        check(line, known)


def shown(text: str) -> Iterator[str]:
    """Each `$ hayward …` of the page's consoles, on one line, up to a pipe or a redirection."""
    for body in blocks(text, "console"):
        for line in body.replace("\\\n", " ").splitlines():
            if line.startswith("$ hayward "):
                yield re.split(r" [|>&]", line.removeprefix("$ hayward "))[0]


def check(line: str, known: dict[tuple[str, ...], Any]) -> None:
    """Fail unless the command line's words are a command, its options and their values; nothing is run."""
    words = shlex.split(line)
    if words[0].startswith("-"):
        parts, command = 0, typer.main.get_command(app)
    else:
        parts = 1 if (words[0],) in known else 2
        assert tuple(words[:parts]) in known, f"there is no command: hayward {line}"
        command = known[tuple(words[:parts])]
    try:
        # Parses and converts every value, and asks for what is required; `--help` would print and leave.
        given = [word for word in words[parts:] if word not in {"--help", "--version"}]
        command.make_context("hayward", given, resilient_parsing=parts == 0)
    except TyperException as error:
        pytest.fail(f"hayward {line}: {error}")


@pytest.mark.parametrize("line", ["log fetch demo", "log pull demo --out x --fast", "dataset status demo"])
def test_a_shown_command_that_is_wrong_is_noticed(line: str) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check(line, commands())


@pytest.mark.parametrize("name", ["docs/formats.md", "docs/screening.md"])
def test_python_examples_print_what_the_page_says(name: str) -> None:
    pairs = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", page(name), re.MULTILINE | re.DOTALL)

    assert pairs
    for code, said in pairs:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, name, "exec"), {})  # noqa: S102 - our own page
        assert printed.getvalue() == said


@pytest.fixture
def pulled_log(tmp_path: Path) -> Path:
    """A folder as `hayward log pull` leaves it, with five entries."""
    key = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    common = {"ds": "demo", "t": 0, "act": "keep", "rsn": "pii.contact", "pol": f"1@{'0' * 64}"}
    lines = [entries.build(seq=seq, sd=disclosures.commit([]), **common) for seq in range(5)]  # type: ignore[arg-type]
    head = Checkpoint(origin="data.example.org/log/demo", size=5, root=merkle.root(lines))
    folder = tmp_path / "demo-log"
    folder.mkdir()
    (folder / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    (folder / "checkpoint").write_text(sign_checkpoint(head, key))
    (folder / "vkey").write_text(notes.verifier_of(head.origin, key).vkey + "\n")
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.process
@pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "openssl", "xxd"))), reason="the recipe needs bash, openssl and xxd"
)
def test_openssl_recipe_accepts_the_signature_and_refuses_another(pulled_log: Path) -> None:
    recipe = next(body for body in blocks(page("docs/auditors.md"), "bash") if "openssl" in body)
    good = run(pulled_log.parent, "bash", "-c", recipe)
    note = (pulled_log / "checkpoint").read_text()
    (pulled_log / "checkpoint").write_text(note.replace("\n5\n", "\n6\n", 1))

    bad = run(pulled_log.parent, "bash", "-c", recipe)

    assert good.stdout.strip() == "Signature Verified Successfully"
    assert bad.returncode != 0


@pytest.mark.process
def test_python_recipe_prints_the_root_of_the_checkpoint(pulled_log: Path) -> None:
    recipe = blocks(page("docs/auditors.md"), "python")[0]

    done = run(pulled_log, sys.executable, "-I", "-c", recipe)

    assert done.stdout.splitlines() == (pulled_log / "checkpoint").read_text().splitlines()[2:3], done.stderr
    assert len(base64.b64decode(done.stdout)) == 32


def test_pages_name_no_place_on_somebodys_machine() -> None:
    found = {
        str(path.relative_to(ROOT)): hit
        for path in PAGES
        if (
            hit := re.findall(
                rf"/(?:home|Users|root|work)/\w+|{re.escape(os.fspath(ROOT))}", path.read_text()
            )
        )
    }

    assert found == {}

"""The whole loop without a person, against the running parts: pages, worker, command line.

`python -m demo.tour [DATA]` starts a site of its own in a temporary home, speaks to it only by HTTP and by the
`hayward` command, prints one line per step, and exits with 1 at the first count that is wrong.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from demo import making
from demo.browsing import Form, PageProblem, Visitor
from demo.site import HOLD_SECONDS, Commands, Site, Wrong, expect, running_site, wait_for
from hayward import formats

SLUG = "tour"
VERSION = "1.0"
NOTICES = 4  # asked for by the public, so that data without a finding have cases too
MOST_CASES = 80
SNIPPET = 60  # characters


@dataclass(slots=True)
class Tour:
    """What the steps leave for one another."""

    site: Site
    data: Path
    folder: Path
    token: str = ""
    screened: dict[str, Any] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    snippets: list[str] = field(default_factory=list)
    status_pages: list[str] = field(default_factory=list)
    decided: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    patch: dict[str, Any] = field(default_factory=dict)

    @property
    def command(self) -> Commands:
        return Commands(self.site, self.token)

    @property
    def copy(self) -> Path:
        return self.folder / "copy"


def screen_alone(tour: Tour) -> str:
    """The library finds, without a server, what the worker will have to find too."""
    report = tour.folder / "report.json"
    screen = [str(tour.data), "--out", str(tour.folder / "findings.jsonl"), "--report", str(report)]
    status, _ = tour.command.run("screen", *screen, accept=(0, 6))
    tour.screened = json.loads(report.read_text())["total"]
    read = tour.screened["passed"] + tour.screened["flagged"] + tour.screened["held"]
    expect("records accounted for", read, tour.screened["read"])
    expect("exit status says whether something was held", status, 6 if tour.screened["held"] else 0)
    return "{read} records read = {passed} passed + {flagged} flagged + {held} held".format(**tour.screened)


def register(tour: Tour) -> str:
    """The maintainer logs in, makes a token, and registers the release with it."""
    with Visitor(tour.site.url) as max_:
        max_.log_in("max", tour.site.passwords["max"])
        max_.open("/account/tokens/")
        form = max_.form("scopes")
        max_.send(form, label="tour", scopes=form.choices["scopes"])
        tour.token = max_.find(r"(hwd_[A-Za-z0-9]+)")
    _, said = tour.command.run("dataset", "register", SLUG, str(tour.data), "--release", VERSION, "--json")
    shards = json.loads(said)["shards"]
    expect("shards registered", shards, len(formats.discover([str(tour.data)])))
    return f"{shards} shards registered with a token of max"


def screen(tour: Tour) -> str:
    """The worker screens the release; its counts are those of the library alone."""
    wait = [
        "dataset",
        "status",
        SLUG,
        "--release",
        VERSION,
        "--wait",
        "--timeout",
        "600",
        "--interval",
        "0.5",
        "--json",
    ]
    _, said = tour.command.run(*wait, accept=(0, 6))
    screening = json.loads(said)["screening"]
    for count in ("read", "passed", "flagged", "held"):
        expect(f"records {count} by the worker", screening[count], tour.screened[count])
    return f"{screening['findings']} findings in {screening['flagged']} records, the same as without a server"


def ask(tour: Tour) -> str:
    """Anybody files takedown notices; each gets a reference and a private page, and its record is found."""
    with Visitor(tour.site.url) as charlie:
        tour.snippets = snippets(tour.data, NOTICES)
        for snippet in tour.snippets:
            charlie.open("/notices/new/")
            charlie.send(
                charlie.form("target_kind"),
                type="personal_data",
                dataset=SLUG,
                target_kind="snippet",
                target=snippet,
                reason="This text is about me.",
                contact="somebody@example.org",
            )
            charlie.find(r"(HWD-\w{4}-\w{4})")
            tour.status_pages.append(charlie.find(r"(/notices/status/[\w-]+/)"))
        for page in tour.status_pages:
            wait_for("the search for a notice", partial(_shows, charlie, page, "Searched"))
    return f"{len(tour.status_pages)} notices filed and their records found"


def decide(tour: Tour) -> str:
    """Alice claims and decides every case; Bob cannot open hers; one decision is undone in its hold."""
    with Visitor(tour.site.url) as alice, Visitor(tour.site.url) as bob:
        alice.log_in("alice", tour.site.passwords["alice"])
        bob.log_in("bob", tour.site.passwords["bob"])
        alice.open("/queue/")
        alice.send(alice.form("queue/next/"))
        _expect_closed_to(bob, str(alice.page.url.path))
        while "/cases/" in alice.page.url.path and sum(tour.decided.values()) < MOST_CASES:
            _decide_one(tour, alice)
    expect("an undone decision", tour.decided["undone"], 1)
    standing = {action: count for action, count in tour.decided.items() if action != "undone"}
    tour.entries = sum(standing.values()) + 2  # the undone decision and its undoing stand in the log too
    return (
        f"{sum(standing.values())} cases decided {standing}, 1 decision undone, Bob kept out of Alice's case"
    )


def settle(tour: Tour) -> str:
    """Checkpoint and end of the holds: the log has an entry for each decision and undoing, the patch covers them."""
    said = wait_for("the patch covers every entry", lambda: _settled(tour), patience=60 + HOLD_SECONDS)
    tour.patch = said
    actions = Counter(operation["action"] for operation in said["operations"])
    for action in ("remove", "redact", "label"):
        expect(f"operations to {action}", actions[action], tour.decided[action])
    return f"{tour.entries} entries under a signed checkpoint, {len(said['operations'])} of them change bytes"


def verify_log(tour: Tour) -> str:
    """The log is pulled and verified offline; a copy with one byte changed is refused with exit status 7."""
    log = tour.folder / "log"
    tour.command.run("log", "pull", SLUG, "--out", str(log))
    tour.command.run("log", "verify", str(log))
    lines = (log / "entries.jsonl").read_bytes()
    expect("entries in the export", lines.count(b"\n"), tour.entries)
    forged = tour.folder / "forged"
    shutil.copytree(log, forged)
    (forged / "entries.jsonl").write_bytes(lines.replace(b'"act":"keep"', b'"act":"flag"', 1))
    tour.command.run("log", "verify", str(forged), accept=(7,))
    return f"{tour.entries} entries verified offline; a forged copy is refused with exit status 7"


def apply(tour: Tour) -> str:
    """The patch is applied to a copy: a dry run counts the same, and each shard without an operation stays as it is."""
    shutil.copytree(tour.data, tour.copy)
    before = digests(tour.copy)
    patch = tour.folder / "patch.json"
    tour.command.run("patch", "pull", SLUG, "--release", VERSION, "--out", str(patch))
    planned = _applied(tour, patch, "--dry-run")
    expect("a dry run writes", digests(tour.copy), before)
    done = _applied(tour, patch)
    for action, name in (("remove", "removed"), ("redact", "redacted"), ("label", "labelled")):
        wanted = sum(tour.rows[op["digest"]] for op in tour.patch["operations"] if op["action"] == action)
        expect(f"records {name}", done[name], wanted)
        expect(f"records {name} in the dry run", planned[name], wanted)
    changed = sum(before[path] != digest for path, digest in digests(tour.copy).items())
    unreadable = bool(tour.screened["held"])  # nothing can be proved of a record that is held
    tour.command.run("patch", "verify", str(patch), str(tour.copy), accept=(6 if unreadable else 0,))
    return "{removed} records removed, {redacted} redacted, {labelled} labelled".format(**done) + (
        f" in {changed} of {len(before)} shards; the copy is clean"
    )


def apply_again(tour: Tour) -> str:
    """A second apply changes nothing, and the copy has lost exactly the removed records."""
    before = digests(tour.copy)
    again = _applied(tour, tour.folder / "patch.json")
    expect("records changed by a second apply", [again["removed"], again["redacted"]], [0, 0])
    expect("bytes after a second apply", digests(tour.copy), before)
    removed = sum(tour.rows[op["digest"]] for op in tour.patch["operations"] if op["action"] == "remove")
    left = sum(1 for _ in records(tour.copy))
    expect("records left in the copy", left, sum(tour.rows.values()) - removed)
    return f"nothing changed; {left} records left of {sum(tour.rows.values())}"


def answer(tour: Tour) -> str:
    """Whoever asked sees on the private page that it was decided."""
    with Visitor(tour.site.url) as charlie:
        for page in tour.status_pages:
            wait_for("a notice is answered", partial(_shows, charlie, page, "Decided"))
    return f"{len(tour.status_pages)} notices answered on their private pages"


STEPS = (
    screen_alone,
    register,
    screen,
    ask,
    decide,
    settle,
    verify_log,
    apply,
    apply_again,
    answer,
)


def records(folder: Path) -> Iterator[dict[str, Any]]:
    """Every readable record of the shards below the folder."""
    for path in formats.discover([str(folder)]):
        for batch in formats.open_shard(path):
            for index in range(len(batch.rows)):
                yield batch.record(index)


def snippets(folder: Path, count: int) -> list[str]:
    """The beginnings of the texts of the first few different records."""
    found: dict[str, None] = {}
    for record in records(folder):
        text = str(record.get("text") or "").split("\n")[0][:SNIPPET].strip()
        if len(text) >= 12:
            found.setdefault(text)
        if len(found) == count:
            break
    return list(found)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each shard's bytes, by path."""
    shards = formats.discover([str(folder)])
    return {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in shards}


def _decide_one(tour: Tour, alice: Visitor) -> None:
    """Decide the case on the page; the first removal is undone, so that its case comes back."""
    form = alice.form("action")
    asked = next((snippet for snippet in tour.snippets if escape(snippet) in alice.page.text), "")
    action = _action(form, sum(tour.decided.values()), asked)
    more = {"label": "toxicity"} if action == "label" else {}
    if action == "redact" and not form.choices.get("spans"):
        more = {"extra": asked, "extra_kind": "email_address"}
    alice.send(form, action=action, reasoning="Decided on the tour.", note="", **more)
    undo = next((each for each in alice.forms() if each.action.endswith("/undo/")), None)
    if undo is None:
        raise PageProblem(f"{alice.page.url} offers no undo after a decision.")
    if action == "remove" and not tour.decided["undone"]:
        tour.decided["undone"] += 1
        alice.send(undo)
        alice.open("/queue/")
        alice.send(alice.form("queue/next/"))
        return
    tour.decided[action] += 1


def _action(form: Form, number: int, asked: str) -> str:
    """The actions in turn that the clause allows; a passage that somebody asked about can be masked too."""
    clause = form.fields.get("clause", [""])[0]
    if form.choices.get("spans") or (asked and clause == "notice.personal_data"):
        possible = ["redact", "remove", "keep"]
    elif clause.startswith("toxicity"):
        possible = ["label", "remove", "keep"]
    else:
        possible = ["remove", "keep"]
    return possible[number % len(possible)]


def _expect_closed_to(bob: Visitor, path: str) -> None:
    bob.open(path)
    if any("action" in form.choices for form in bob.forms()):
        raise Wrong("Bob could decide the case that Alice holds")


def _shows(visitor: Visitor, page: str, word: str) -> bool | None:
    return word.lower() in visitor.open(page).lower() or None


def _settled(tour: Tour) -> dict[str, Any] | None:
    document: dict[str, Any] = tour.command.get(f"/api/v1/datasets/{SLUG}/patch?since=0&release={VERSION}")
    return document if document["until"] == tour.entries else None


def _applied(tour: Tour, patch: Path, *options: str) -> dict[str, int]:
    _, said = tour.command.run("patch", "apply", str(patch), str(tour.copy), "--json", *options)
    report: dict[str, int] = json.loads(said)
    return report


def main() -> int:
    """Run the steps in order; 0 when all were right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", default=str(making.DATA), help="a folder of Parquet or JSONL")
    given = Path(parser.parse_args().data).resolve()
    with tempfile.TemporaryDirectory(prefix="hayward-tour-") as name:
        folder = Path(name)
        data = folder / "data"
        for shard in formats.discover([str(given)]):
            target = data / Path(shard).relative_to(given)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(shard, target)
        try:
            with running_site(folder / "home", readable=data) as site:
                tour = Tour(site=site, data=data, folder=folder)
                tour.rows.update(formats.digest(record) for record in records(data))
                for number, step in enumerate(STEPS, start=1):
                    print(f"{number:>2}/{len(STEPS)} {step.__name__:<13} {step(tour)}", flush=True)  # noqa: T201
        except (Wrong, PageProblem) as error:
            print(f"The tour failed: {error}", file=sys.stderr)  # noqa: T201
            return 1
    print("The tour is complete: every count was right.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())

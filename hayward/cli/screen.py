"""`hayward screen`: screens files where they lie, with no server."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from hayward.cli.exits import ExitCode, Failure
from hayward.cli.loading import load_screeners
from hayward.cli.output import Messages, Quiet, stdout
from hayward.client.files import atomic_file

if TYPE_CHECKING:
    from hayward.screening import Finding, ShardProgress, ShardReport

# So many held records are named on the terminal; the report names more.
NAMED = 10


def screen(  # noqa: PLR0917 - typer calls it by name
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Files, folders, globs or fsspec URLs.")
    ],
    screeners: Annotated[str, typer.Option(help="Screeners to run, separated by commas.")] = "pii,toxicity",
    field: Annotated[
        list[str] | None, typer.Option(help="Text field to look at; repeat for more. Default: by the layout.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write findings to this .jsonl or .parquet file, not to stdout.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a JSON report that accounts for every record.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Shards to screen at the same time.")] = 1,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep what is done here; the same command then does only what is left or has changed.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Find personal data and toxic text in Parquet and JSON lines (.gz, .zst).

    One finding is one line of JSON; it tells where to look and never what stands there. No network is used, unless a
    path is a URL or Detoxify has to fetch its model.

    \b
    Examples:
      hayward screen data/part-0.jsonl.gz > findings.jsonl
      hayward screen data/ --screeners pii --jobs 4 --out findings.parquet --report report.json
      hayward screen 'crawl/*.parquet' --field text --field title
      hayward screen data/ --state screening --out findings.jsonl

    Exit codes: 0 all read, 2 usage, 3 no permission, 4 not found, 6 some record held or shard unreadable.
    """
    messages = Messages(quiet=quiet)
    names = [name.strip() for name in screeners.split(",") if name.strip()]
    loaded = load_screeners(names, messages)
    make_writer = _writer_for(out)
    shards, reports = _discover(paths)
    with _interrupted_by_closed_pipe(), ExitStack() as stack:
        file = stack.enter_context(atomic_file(out) if out else stdout())
        writer = make_writer(file)
        advance = stack.enter_context(messages.progress("Screening", total=_stored_bytes(shards)))
        reports += _run(
            shards,
            names=names,
            fields=field,
            jobs=jobs,
            state=state,
            write=writer.write,
            on_batch=_progress(advance),
        )
        _refuse_if_nothing_was_read(reports)
        writer.close()
    if report:
        from hayward.screening.reports import document

        with atomic_file(report) as file:
            file.write(
                json.dumps(document(loaded, field, reports), indent=2, ensure_ascii=False).encode() + b"\n"
            )
    _summarise(reports, messages, report)
    if any(shard.held or shard.error for shard in reports):
        raise typer.Exit(ExitCode.PARTLY_DONE)


def _writer_for(out: Path | None) -> Callable[[IO[bytes]], Any]:
    from hayward.screening import JsonLinesWriter, ParquetWriter

    suffix = ".jsonl" if out is None else out.suffix.lower()
    if suffix == ".parquet":
        return ParquetWriter
    if suffix != ".jsonl":
        raise Failure(f"--out {out}: give the file the ending .jsonl or .parquet.", code=ExitCode.USAGE)
    return JsonLinesWriter


def _discover(paths: Sequence[str]) -> tuple[list[str], list[ShardReport]]:
    """All shards, and reports on the paths that lead to none."""
    from hayward.formats import UnreadableShard, discover
    from hayward.screening import unread

    shards: dict[str, None] = {}
    lost: list[ShardReport] = []
    for path in paths:
        try:
            shards.update(dict.fromkeys(discover([path])))
        except UnreadableShard as error:
            lost.append(unread(error))
    return list(shards), lost


def _run(
    shards: Sequence[str],
    *,
    names: Sequence[str],
    fields: Sequence[str] | None,
    jobs: int,
    state: Path | None,
    write: Callable[[Iterable[Finding]], None],
    on_batch: Callable[[ShardProgress], None],
) -> list[ShardReport]:
    from hayward.screeners import UnableToLoad
    from hayward.screening import screen_shards

    try:
        return list(
            screen_shards(
                shards,
                screeners=names,
                fields=fields or None,
                jobs=jobs,
                state=state,
                write=write,
                on_batch=on_batch,
            )
        )
    except UnableToLoad as error:
        raise Failure(str(error), code=ExitCode.UNEXPECTED) from error


def _refuse_if_nothing_was_read(reports: Sequence[ShardReport]) -> None:
    """Ends the command when every path failed before its first record: then there is nothing to keep."""
    if not reports or any(shard.error is None or shard.read for shard in reports):
        return
    codes = {
        "missing": ExitCode.NOT_FOUND,
        "permission": ExitCode.PERMISSION,
        "no-such-field": ExitCode.USAGE,
        "wrong-type": ExitCode.USAGE,
        "no-text-field": ExitCode.USAGE,
    }
    reasons = {shard.reason for shard in reports}
    code = codes.get(reasons.pop() or "", ExitCode.PARTLY_DONE) if len(reasons) == 1 else ExitCode.PARTLY_DONE
    raise Failure("\n".join(str(shard.error) for shard in reports), code=code)


def _stored_bytes(shards: Sequence[str]) -> int | None:
    """Bytes of all shards, where all lie on this machine."""
    try:
        return sum(os.stat(path).st_size for path in shards)  # noqa: PTH116 - a path may be a URL, which is no Path
    except OSError:
        return None


def _progress(advance: Callable[[int], None]) -> Callable[[ShardProgress], None]:
    """Turns positions within shards into the steps that a progress bar wants."""
    seen: Counter[str] = Counter()

    def on_batch(progress: ShardProgress) -> None:
        advance(progress.bytes_read - seen[progress.path])
        seen[progress.path] = progress.bytes_read

    return on_batch


@contextmanager
def _interrupted_by_closed_pipe() -> Iterator[None]:
    """Ends quietly when the program that reads our stdout has gone, as after `| head`."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain again on exit, while flushing what nobody reads.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def _summarise(reports: Sequence[ShardReport], messages: Messages, report: Path | None) -> None:
    """Tells what was done, and names each shard and the first records that need somebody to look."""
    from hayward.screeners.toxicity.audit import Audit
    from hayward.screening.reports import total as total_of

    held = [(shard.path, record) for shard in reports for record in shard.held_records]
    for path, record in held[:NAMED]:
        messages.warn(f"{path}, record {record.row}: held, {record.reason} ({record.detail}).")
    if len(held) > NAMED:
        messages.warn(f"{len(held) - NAMED} more records are held.")
    for shard in reports:
        if shard.error:
            messages.warn(shard.error)
    total = total_of(reports)
    messages.say(
        f"{total['shards']} shards, {total['read']} records read = {total['passed']} passed + "
        f"{total['flagged']} flagged + {total['held']} held; {total['findings']} findings."
    )
    if "audit" in total:
        messages.say(Audit.of(total["audit"]).sentence())
    if held or total["unreadable"]:
        messages.say(
            f"The report names what was held: {report}"
            if report
            else "Use --report FILE to keep the full list of what was held."
        )

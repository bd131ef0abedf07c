"""`hayward hashes …`: builds lists of known images and looks a file up in them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hayward.cli.exits import ExitCode, Failure
from hayward.cli.output import Json, Messages, Quiet, print_facts, print_json

if TYPE_CHECKING:
    from hayward.screeners.images.hashing import HashIndex, Match

app = typer.Typer(
    help="Build lists of known images (MD5, SHA-256, PDQ) and look files up in them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Sort(StrEnum):
    """What 64 hexadecimal digits are, where nothing else says it."""

    SHA256 = "sha256"
    PDQ = "pdq"


@app.command()
def build(
    lists: Annotated[list[Path], typer.Argument(metavar="LIST…", help="Files with one hash per line.")],
    *,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for the finished lists.")],
    negative: Annotated[
        list[Path] | None,
        typer.Option("--negative", metavar="LIST", help="Hashes of harmless images; may be repeated."),
    ] = None,
    sort: Annotated[
        Sort | None, typer.Option("--type", help="What 64 digits are, where list and line don't say.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Build hash lists for the screener images; older ones in the folder are replaced when all is done.

    \b
    Examples:
      hayward hashes build listed.csv --out hash-lists
      hayward hashes build a.pdq.txt b.md5.txt --negative harmless.pdq.txt --out hash-lists
      HAYWARD_HASH_LISTS=hash-lists hayward screen photos/ --screeners images
    """
    from hayward.screeners.images import hashing

    messages = Messages(quiet=quiet)
    try:
        with messages.progress("Reading lists", total=len(lists) + len(negative or ())) as advance:
            index = hashing.build(
                lists,
                out,
                negative=negative or (),
                type_=sort.value if sort else None,
                on_list=lambda _: advance(1),
            )
    except hashing.UnreadableHashList as error:
        raise Failure(str(error), code=ExitCode.USAGE) from error
    facts = {**index.counts, "digest": index.digest}
    if as_json:
        print_json(facts)
    else:
        print_facts(list(facts.items()))
    messages.say(f"To use them: HAYWARD_HASH_LISTS={out}")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An image.", show_default=False)],
    *,
    lists: Annotated[
        Path, typer.Option("--lists", envvar="HAYWARD_HASH_LISTS", metavar="FOLDER", help="Built hash lists.")
    ],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say whether an image is on the lists.

    \b
    Examples:
      hayward hashes check photo.jpg --lists hash-lists
      hayward hashes check photo.jpg --lists hash-lists --json

    The exit code is 0 whether it is listed or not, 4 where the file or the lists are missing.
    """
    from hayward.screeners.images.hashing import HashIndex, NotHashLists

    try:
        index = HashIndex.open(lists)
    except NotHashLists as error:
        raise Failure(str(error), code=ExitCode.NOT_FOUND) from error
    match = _match(index, file.read_bytes(), Messages(quiet=quiet))
    known = {"type": match.type, "distance": match.distance, "list": match.label} if match else {}
    if as_json:
        print_json({"listed": match is not None, **known})
    else:
        print_facts([("listed", "yes" if match else "no"), *known.items()])


def _match(index: HashIndex, encoded: bytes, messages: Messages) -> Match | None:
    from hayward.screeners.base import UnableToLoad
    from hayward.screeners.images.derive import UnreadableImage, perceptual_hash
    from hayward.screeners.images.hashing import Hashed

    try:
        hashed = Hashed.of(encoded, *perceptual_hash(encoded))
    except (UnreadableImage, UnableToLoad) as error:
        messages.warn(f"compared by MD5 and SHA-256 only. {error}")
        hashed = Hashed.of(encoded)
    return index.match(hashed)

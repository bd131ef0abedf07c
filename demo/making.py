"""Makes the demonstration dataset: self-written text in C4's format, with invented people's data planted in it.

Run `python -m demo.making` to write `demo/data/` again; the same bytes come out every time.
"""

import gzip
import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

DATA = Path(__file__).parent / "data"
SHARDS = 2
RECORDS_PER_SHARD = 160
SEED = 1215

TOPICS: dict[str, list[str]] = {
    "garden": [
        "Sow broad beans in November if the soil is still warm enough to crumble.",
        "A hedge needs cutting twice a year, and never while birds are nesting in it.",
        "We mulched the beds with leaves and by spring the worms had done the digging.",
        "The pond froze for a week, so we floated a ball on it to keep a breathing hole.",
        "Rhubarb likes to be left alone; move it only when it stops giving.",
        "Slugs found the lettuce before we did, which settles the question of who gardens here.",
    ],
    "kitchen": [
        "Let the dough rest overnight; the flavour comes from patience and not from the yeast.",
        "Stir the lentils once, put the lid on, and resist looking for twenty minutes.",
        "The recipe serves four, or two who have been out on the hills all day.",
        "Toast the seeds in a dry pan until they begin to jump.",
        "If the sauce splits, take it off the heat and whisk in a spoon of cold water.",
        "My grandmother wrote the quantities in handfuls, so yours may differ.",
    ],
    "village": [
        "The parish meeting agreed to mend the footbridge before the winter floods.",
        "Three strays were found on the common and returned to their owners by the evening.",
        "The library opens on Thursdays and on the first Saturday of the month.",
        "Volunteers cleared the ditch along the old road and found two cart wheels.",
        "The school choir sings in the market hall on the last Sunday of Advent.",
        "A new map of the field names hangs in the porch of the town hall.",
    ],
    "machines": [
        "Version 4.2.17.3 of the firmware fixes the clock drift that we saw after long uptimes.",
        "Our test bench read 1013.25 hPa at the start and 1009.80 hPa at the end of the run.",
        "Order 100042-7731 shipped with the wrong gasket, so we reprinted the packing list.",
        "The manual, ISBN 978-0-00-000000-2, explains the settings in its second chapter.",
        "Set the timeout to 30 seconds and the retry count to 5, then restart the service.",
        "The build finished on 2024-03-05 at 14:22 with 1,284 tests and no warning.",
    ],
    "books": [
        "The novel opens with a storm, as novels of its decade tend to do.",
        "What stays in the mind is not the plot but the voice of the ferryman.",
        "It is a short book about a long journey and it forgives its hero everything.",
        "The translation is careful where it could have been bold.",
        "I read it in two evenings and thought about it for a month.",
        "The last chapter undoes the first, and that is the point of it.",
    ],
}

PEOPLE = [
    ("Nora Lind", "nora.lind@example.org", "+44 20 7946 0958"),
    ("Tomas Okafor", "t.okafor@example.com", "(202) 555-0143"),
    ("Mireille Aubry", "mireille_aubry@example.net", "+44 113 496 0721"),
    ("Jonas Brandt", "jonas.brandt@mail.example.org", "+1 303-555-0199"),
    ("Aiko Tanabe", "aiko@tanabe.example", "+44 161 496 0317"),
    ("Piet van Houten", "piet.vanhouten@example.com", "(415) 555-0172"),
    ("Lucía Ferrer", "lucia.ferrer@correo.example.org", "+44 29 2018 0456"),
    ("Sami Haddad", "sami.haddad@example.net", "(617) 555-0118"),
]

PERSONAL = [
    "If you want the seeds, write to {email} before the end of the month.",
    "Questions about the hall go to {name}, {email}, or by telephone {phone}.",
    "Call {phone} and ask for {name}; leave a message if it is after six.",
    "I lost my notebook on the bus. If you find it, please tell {name} at {email}.",
    "For refunds contact {name} <{email}>.",
    "Our number has changed: {phone} reaches the kitchen, not the office.",
]
FINANCIAL = [
    "Please pay the deposit to GB33 BUKB 2020 1555 5555 55 and note the date of your visit.",
    "She read her card number out loud, 4111 1111 1111 1111, before anyone could stop her.",
    "Transfer the rest to DE89 3704 0044 0532 0130 00 when the hedge is done.",
]
IDENTITY = ["He wrote his social security number, 856-45-6789, on the form and left it on the counter."]
NETWORK = ["The comment came from 81.2.69.142, said the log that nobody had meant to publish."]
RUDE = [
    "You are a complete idiot and nobody wants to hear your stupid opinions.",
    "What a pathetic loser. Shut up, you stupid fool.",
    "This is the dumbest crap I have read all year and whoever wrote it is a moron.",
    "Oh shut up, you stupid idiot, your garden looks like hell.",
]
BROKEN_ROW = 97  # in the last shard: a line that ends early, as a torn download leaves it


def shards() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each shard, in order."""
    rng = random.Random(SEED)  # noqa: S311 -- reproducible filler text, not a secret
    for number in range(SHARDS):
        lines = [_line(rng, number, row) for row in range(RECORDS_PER_SHARD)]
        yield f"c4-demo.{number:05}-of-{SHARDS:05}.json.gz", _gzipped("".join(lines))


def write(folder: Path = DATA) -> list[Path]:
    """Write the shards into the folder; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in shards():
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return written


def _line(rng: random.Random, shard: int, row: int) -> str:
    topic = rng.choice(sorted(TOPICS))
    sentences = rng.sample(TOPICS[topic], k=rng.randint(3, 5))
    planted = _planted(rng, row)
    if planted:
        sentences.insert(rng.randint(1, len(sentences)), planted)
    record = {
        "text": f"Notes from the {topic}, part {shard * RECORDS_PER_SHARD + row + 1}\n" + " ".join(sentences),
        "timestamp": (
            datetime(2019, 4, 18, tzinfo=UTC) + timedelta(minutes=rng.randint(0, 500_000))
        ).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "url": f"https://{topic}.example.org/{shard}/{row}.html",
    }
    line = json.dumps(record, ensure_ascii=False)
    is_broken = shard == SHARDS - 1 and row == BROKEN_ROW
    return (line[: len(line) // 2] if is_broken else line) + "\n"


def _planted(rng: random.Random, row: int) -> str:
    name, email, phone = rng.choice(PEOPLE)
    sentence = ""
    if row % 8 == 3:
        sentence = rng.choice(PERSONAL)
    elif row % 40 == 6:
        sentence = rng.choice(FINANCIAL)
    elif row % 80 == 21:
        sentence = rng.choice(IDENTITY)
    elif row % 80 == 44:
        sentence = rng.choice(NETWORK)
    elif row % 16 == 13:
        sentence = rng.choice(RUDE)
    return sentence.format(name=name, email=email, phone=phone)


def _gzipped(text: str) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as file:
        file.write(text.encode())
    return buffer.getvalue()


if __name__ == "__main__":
    write()

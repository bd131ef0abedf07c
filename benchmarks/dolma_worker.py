"""Runs Dolma's taggers of personal data in the Python that has Dolma; stands alone, as that Python has no Hayward.

Reads the name of a JSON file with texts, then for each line "go" on stdin tags all of them and prints the seconds
of processor time.
"""

import json
import sys
import time

from dolma.core.data_types import Document
from dolma.taggers import pii


def main(name: str, texts_file: str) -> None:
    with open(texts_file, encoding="utf-8") as file:  # noqa: PTH123 - as plain as can be
        texts = json.load(file)
    documents = [
        Document(source="web", version="1", id=str(number), text=text) for number, text in enumerate(texts)
    ]
    tagger = getattr(pii, name)()
    print("ready", flush=True)
    for _ in sys.stdin:
        begin = time.process_time()
        for document in documents:
            tagger.predict(document)
        print(time.process_time() - begin, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

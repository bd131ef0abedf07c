"""What each part of the screener `images` costs on one core, beside the libraries it uses, whole and in the same run.

    python -m benchmarks.images [--pictures 24] [--rounds 5] [--hashes 10000000]

Pictures are 512 × 512 JPEG of about 45 KB. The child process, and with it all passing to and fro, is on the same core
as its parent. Rates are by the processor time of both, so that they hold on a busy machine too; the clock's are beside
them. The tools take turns.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks import image_recall
from benchmarks.image_recall import SIDE, encoded
from hayward.screeners.images.hashing import HashIndex, PdqIndex, build
from hayward.screeners.images.limits import Limits
from hayward.screeners.images.opening import open_image
from hayward.screeners.images.parts import Care, Part
from hayward.screeners.images.pdq import pdq_of_image
from hayward.screeners.images.screener import ImageScreener

MATCH_DISTANCE = 31
TARGETS = {"hayward digest + metadata + PDQ": 500.0, "hayward faces + nudity": 40.0}


@dataclass
class Row:
    """One tool in the table."""

    name: str
    images: Sequence[bytes]
    run: Callable[[Sequence[bytes]], object]
    screener: ImageScreener | None = None
    rates: list[float] = field(default_factory=list)
    clocked: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.rates)

    def measure(self) -> None:
        begin, clock = self._processor_seconds(), time.perf_counter()
        self.run(self.images)
        self.clocked.append(len(self.images) / (time.perf_counter() - clock))
        self.rates.append(len(self.images) / (self._processor_seconds() - begin))

    def _processor_seconds(self) -> float:
        """Processor time of this process and of the child that it asks."""
        pid = self.screener.child.pid if self.screener else None
        if pid is None:
            return time.process_time()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its tables; returns 1 when a target is missed."""
    options = _options(arguments)
    if options.ask:
        print(json.dumps(_ask(Path(options.ask))))
        return 0
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    pa.set_cpu_count(1)
    with tempfile.TemporaryDirectory() as folder:
        rows = list(_rows(_pictures(options.pictures), Path(folder)))
        for row in rows:
            row.run(row.images[:2])
        for _ in range(options.rounds):
            for row in rows:
                row.measure()
        _print_rates(rows, core, options.rounds)
        _print_distances(_pictures(options.pictures))
        image_recall.show()
        _print_index(options.hashes, Path(folder))
    missed = [row.name for row in rows if row.median < TARGETS.get(row.name, 0)]
    print("\n" + json.dumps({"missed": missed}))
    return int(bool(missed))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the screening of images on one core.")
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hashes", type=int, default=10_000_000)
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _rows(pictures: Sequence[bytes], folder: Path) -> Iterator[Row]:
    lists = _small_list(folder)
    few, pages = pictures[:8], [_page(number) for number in range(2)]
    yield _ours("digest + metadata + PDQ", [*pictures] * 8, "metadata", "hashes", lists=lists)
    yield _ours("metadata", [*pictures] * 8, "metadata")
    yield Row("pdqhash, full size", few, _pdq_in_full)
    yield _ours("faces", pictures, "faces")
    yield _ours("nudity", pictures, "nudity")
    yield _ours("faces + nudity", pictures, "faces", "nudity")
    yield _ours("faces + nudity, thorough", few, "faces", "nudity", care="thorough")
    yield Row("NudeNet, whole", few, _nudenet_whole())
    yield _ours("text, none there", few, "text")
    yield _ours("text, pages of 4 lines", pages, "text")
    yield Row("RapidOCR, whole, none there", few[:2], _ocr_whole())
    yield Row("RapidOCR, whole, pages of 4 lines", pages, _ocr_whole())


def _ours(
    name: str, images: Sequence[bytes], *parts: Part, care: Care = "quick", lists: HashIndex | None = None
) -> Row:
    screener = ImageScreener(parts=parts, care=care, lists=lists)

    def run(images: Sequence[bytes]) -> object:
        return screener.screen(pa.array(images, pa.large_binary()))

    return Row(f"hayward {name}", images, run, screener)


def _pdq_in_full(images: Sequence[bytes]) -> list[NDArray[np.uint8]]:
    import pdqhash

    full = [pdqhash.compute(np.asarray(Image.open(io.BytesIO(image)).convert("RGB")))[0] for image in images]
    return [np.packbits(bits.astype(np.uint8)) for bits in full]


def _nudenet_whole() -> Callable[[Sequence[bytes]], object]:
    from nudenet import NudeDetector

    detector = NudeDetector()
    return lambda images: [detector.detect(image) for image in images]


def _ocr_whole() -> Callable[[Sequence[bytes]], object]:
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{which}_op_num_threads": 1 for which in ("intra", "inter")}
    engine = RapidOCR(params={"Global.log_level": "critical", **threads})
    return lambda images: [engine(image) for image in images]


def _small_list(folder: Path) -> HashIndex:
    path = folder / "few.pdq.txt"
    hashes = np.random.default_rng(3).integers(0, 256, (1000, 32), dtype=np.uint8)
    path.write_text("\n".join(row.tobytes().hex() for row in hashes))
    return build([path], folder / "few")


def _pictures(count: int) -> list[bytes]:
    """Pictures with the spectrum of photographs (noise that falls with frequency) and some edges."""
    return [encoded(_picture(np.random.default_rng(number))) for number in range(count)]


def _picture(chance: np.random.Generator) -> Image.Image:
    layers = np.zeros((SIDE, SIDE, 3))
    for size in (4, 8, 16, 32, 64, 128, 256, 512):
        noise = Image.fromarray(chance.integers(0, 256, (size, size, 3), dtype=np.uint8))
        layers += (
            (np.asarray(noise.resize((SIDE, SIDE), Image.Resampling.BICUBIC), float) - 128) * 4 / size**0.8
        )
    picture = Image.fromarray(np.clip(layers + 128, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for _ in range(6):
        left, top = (int(place) for place in chance.integers(0, SIDE - 120, 2))
        pen.ellipse(
            (left, top, left + 110, top + 70), fill=tuple(int(part) for part in chance.integers(0, 256, 3))
        )
    return picture


def _page(number: int) -> bytes:
    page = Image.new("RGB", (SIDE, SIDE), "white")
    for line in range(4):
        words = f"page {number} line {line}: call 212-555-01{number}{line}"
        ImageDraw.Draw(page).text((20, 40 + 110 * line), words, fill="black", font_size=22)
    return encoded(page)


def _print_rates(rows: Sequence[Row], core: int, rounds: int) -> None:
    size = statistics.mean(map(len, rows[0].images)) / 1000
    print(f"One core (number {core}), {rounds} rounds in turns, pictures of {size:.0f} KB\n")
    print(f"{'tool':<40}{'pictures':>9}{'per second':>12}{'range':>18}{'ms':>9}{'by clock':>10}{'target':>8}")
    for row in rows:
        spread = f"{min(row.rates):.1f}-{max(row.rates):.1f}"
        target = f"{TARGETS[row.name]:.0f}" if row.name in TARGETS else ""
        rate = (
            f"{row.median:>12.1f}{spread:>18}{1000 / row.median:>9.2f}{statistics.median(row.clocked):>10.1f}"
        )
        print(f"{row.name:<40}{len(row.images):>9}{rate}{target:>8}")


def _print_distances(pictures: Sequence[bytes]) -> None:
    """How far the hash of the reduced picture is from that of the full one."""
    photographs = [
        encoded(Image.open(path).convert("RGB")) for path in sorted(image_recall.PHOTOGRAPHS.glob("*.png"))
    ]
    print(f"\n{'PDQ by reduced decoding':<40}{'pictures':>9}{'mean bits':>12}{'p95':>9}{'within 31':>12}")
    for name, images in (("drawn", pictures), ("photographs", photographs)):
        if images:
            reduced = [pdq_of_image(open_image(image, Limits()))[0] for image in images]
            pairs = zip(reduced, _pdq_in_full(images), strict=True)
            bits = np.array(
                [np.bitwise_count(np.frombuffer(one, np.uint8) ^ two).sum() for one, two in pairs]
            )
            share = (bits <= MATCH_DISTANCE).mean()
            print(
                f"{name:<40}{len(bits):>9}{bits.mean():>12.1f}{np.quantile(bits, 0.95):>9.0f}{share:>12.1%}"
            )


def _print_index(count: int, folder: Path) -> None:
    """Builds an index of random hashes, and asks it from a fresh process, whose memory is measured."""
    path = folder / "hashes.npy"
    chance = np.random.default_rng(1)
    hashes = np.lib.format.open_memmap(path, "w+", np.uint8, (count, 32))
    for begin in range(0, count, 1 << 20):
        hashes[begin : begin + (1 << 20)] = chance.integers(0, 256, hashes[begin : begin + (1 << 20)].shape)
    begin_build = time.perf_counter()
    PdqIndex.build(hashes, folder / "index")
    seconds = time.perf_counter() - begin_build
    stored = sum(file.stat().st_size for file in (folder / "index").iterdir()) / 1e6
    command = [sys.executable, "-m", "benchmarks.images", "--ask", str(folder / "index")]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    print(
        f"\n{count} PDQ hashes: built in {seconds:.1f} s, {stored:.0f} MB on disk; asked in {told['median_ms']:.2f} ms "
        f"(p95 {told['p95_ms']:.2f}), {told['found']} of {told['asked']} found, peak memory {told['peak_mb']:.0f} MB "
        "with all pages that were read"
    )


def _ask(folder: Path) -> dict[str, float]:
    index = PdqIndex.open(folder)
    chance = np.random.default_rng(2)
    times, found = [], 0
    asked = 300
    for number in range(asked):
        place = int(chance.integers(len(index)))
        bits = np.unpackbits(np.array(index.hashes[place]))
        bits[chance.choice(256, number % (MATCH_DISTANCE + 1), replace=False)] ^= 1
        begin = time.perf_counter()
        near = index.near(np.packbits(bits))
        times.append(1000 * (time.perf_counter() - begin))
        found += (place, number % (MATCH_DISTANCE + 1)) in near
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0]) / 1e3
    return {
        "median_ms": statistics.median(times),
        "p95_ms": float(np.quantile(times, 0.95)),
        "found": found,
        "asked": asked,
        "peak_mb": peak,
    }


if __name__ == "__main__":
    sys.exit(main())

"""The child process: watched, limited, replaced; what happens to it costs one image at most."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hayward.screeners.images.limits import Limits, UnreadableImage
from hayward.screeners.images.process import Child
from tests.hayward.screeners.images import pictures

PICTURE = pictures.encoded(pictures.patterned(), "JPEG")
PDQ = {"task": "pdq"}


@pytest.fixture
def child() -> Iterator[Child]:
    with closing(Child(limits=Limits(seconds=30))) as child:
        yield child


def refused(child: Child, image: bytes) -> str:
    with pytest.raises(UnreadableImage) as caught:
        child.ask(PDQ, image)
    return caught.value.reason


def busy_seconds(pid: int) -> float:
    """Processor time of a process, from the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_child_is_started_when_needed_and_kept(child: Child) -> None:
    assert child.pid is None

    first = child.ask(PDQ, PICTURE)
    pid = child.pid
    second = child.ask(PDQ, PICTURE)

    assert (child.pid, second) == (pid, first)


def test_child_killed_while_decoding_costs_that_image_only(child: Child) -> None:
    child.start()
    pid = child.pid
    assert pid is not None
    slow, reasons = pictures.png_of(6_300, 6_300), []
    thread = threading.Thread(target=lambda: reasons.append(refused(child, slow)))
    before = busy_seconds(pid)

    thread.start()
    while busy_seconds(pid) < before + 0.05:
        continue
    os.kill(pid, signal.SIGKILL)
    thread.join()

    assert reasons == ["image-decoder-died"]
    assert child.ask(PDQ, PICTURE)[0]["quality"] > 50
    assert child.pid != pid


def test_child_killed_while_idle_costs_nothing(child: Child) -> None:
    child.start()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)

    assert child.ask(PDQ, PICTURE)[0]["quality"] > 50


def test_child_that_hangs_is_ended_after_the_limit() -> None:
    with closing(Child(limits=Limits(seconds=1))) as child:
        child.start()
        pid = child.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)

        assert refused(child, PICTURE) == "image-timeout"
        assert child.ask(PDQ, PICTURE)[0]["quality"] > 50
        assert child.pid != pid


def test_child_that_hangs_before_reading_is_ended_after_the_limit() -> None:
    with closing(Child(limits=Limits(seconds=1))) as child:
        child.start()
        assert child.pid is not None
        os.kill(child.pid, signal.SIGSTOP)

        assert refused(child, PICTURE + bytes(8 << 20)) == "image-timeout"


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_image_that_needs_more_memory_than_the_limit_is_refused() -> None:
    with closing(Child(limits=Limits(memory=32 << 20))) as child:
        large = pictures.encoded(pictures.patterned().resize((6_000, 6_000)), "JPEG", quality=20)

        with pytest.raises(UnreadableImage) as caught:
            child.ask({"task": "derive", "blur": [], "cover": [], "drop_metadata": True}, large)

        assert caught.value.reason == "image-memory"
        assert child.ask(PDQ, PICTURE)[0]["quality"] > 50


def test_image_of_too_many_bytes_is_refused_before_it_is_sent() -> None:
    with closing(Child(limits=Limits(encoded=100))) as child:
        assert (refused(child, PICTURE), child.pid) == ("image-too-large", None)


def test_threads_share_one_child(child: Child) -> None:
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(child.ask(PDQ, PICTURE)[0]["quality"]))
        for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [answers[0]] * 8


def test_child_ends_with_its_parent() -> None:
    program = "from hayward.screeners.images.process import Child; c = Child(); c.start(); print(c.pid)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stderr == ""
    assert not Path(f"/proc/{int(done.stdout)}").exists()


FORKING = """
import os
from hayward.screeners.images.process import Child
from tests.hayward.screeners.images import pictures
picture = pictures.encoded(pictures.patterned(), "JPEG")
child = Child()
first = child.ask({"task": "pdq"}, picture)
mine = child.pid
if os.fork() == 0:
    ok = child.ask({"task": "pdq"}, picture) == first and child.pid != mine
    child.close()
    os._exit(0 if ok else 1)
_, status = os.wait()
print(status, child.ask({"task": "pdq"}, picture) == first, child.pid == mine)
"""


def test_forked_process_has_a_child_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING], capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout.split() == ["0", "True", "True"]

"""One command starts the whole house on an empty folder, and SIGTERM ends it cleanly."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from flask import Flask

from forum.cli.web_server import WebServer
from forum.config import Config

pytestmark = pytest.mark.socket
ROOT = Path(__file__).parents[2]
DOORS = {"RATSPOST_WEB": "127.0.0.1:0", "RATSPOST_SMTP": "127.0.0.1:0"}


COMMAND = (sys.executable, "-c", "from forum.main import cli; cli()")


def settings_of(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RATSPOST_")}
    return kept | DOORS | {"RATSPOST_DATA": str(data), "PYTHONUNBUFFERED": "1"} | more


def start(data: Path, *words: str) -> subprocess.Popen[str]:
    """A command in a process of its own; end it with `stop`."""
    return subprocess.Popen(
        [*COMMAND, *words], cwd=ROOT, env=settings_of(data), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def read_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if word in line:
            return seen
    raise AssertionError(f"it ended without “{word}”:\n{seen}")


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> str:
    process.send_signal(number)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0, rest
    return rest


@pytest.mark.proof
def test_the_demo_from_nothing_and_again(tmp_path: Path) -> None:
    first = start(tmp_path, "up", "--demo")
    seen = read_until(first, "Data")
    assert "Demo: " in seen
    assert "/postfach/" in seen
    found = re.search(r"here (http://127\.0\.0\.1:\d+/)", seen)
    assert found is not None
    with urllib.request.urlopen(found[1]) as page:
        assert page.status == 200
    assert stop(first, signal.SIGTERM).endswith("Stopped.\n")
    again = start(tmp_path, "up", "--demo")
    assert "Demo: " not in read_until(again, "Data")
    assert stop(again, signal.SIGINT).endswith("Stopped.\n")


@pytest.mark.proof
def test_without_demo_there_are_no_post_boxes_and_a_taken_door_is_named(tmp_path: Path) -> None:
    first = start(tmp_path, "up")
    seen = read_until(first, "Data")
    assert "Demo" not in seen
    assert "/postfach/" not in seen
    found = re.search(r"here http://(127\.0\.0\.1:\d+)/", seen)
    assert found is not None
    taken = settings_of(tmp_path, RATSPOST_WEB=found[1])
    second = subprocess.run([*COMMAND, "web"], cwd=ROOT, env=taken, capture_output=True, text=True, timeout=60, check=False)
    stop(first)
    assert second.returncode == 1
    assert second.stderr == "Error: The browser door could not be started: Address already in use.\n"


@pytest.mark.proof
@pytest.mark.parametrize(("word", "says"), [("web", "Pages at http://127"), ("bridge", "Mail in at SMTP"), ("worker", "Working")])
def test_each_part_alone(tmp_path: Path, word: str, says: str) -> None:
    subprocess.run([*COMMAND, "db", "upgrade"], cwd=ROOT, env=settings_of(tmp_path), check=True, capture_output=True)
    process = start(tmp_path, word)
    assert says in read_until(process, says)
    stop(process)


def test_a_request_in_flight_ends_before_the_server_does(own_app: Flask, config: Config) -> None:
    begun = threading.Event()

    @own_app.get("/slow")
    def slow() -> str:
        begun.set()
        time.sleep(0.5)
        return "done"

    own_app.before_request_funcs.clear()
    server = WebServer(own_app, config)
    server.start()
    answers: list[bytes] = []

    def ask() -> None:
        with urllib.request.urlopen(f"http://{server.door}/slow") as page:
            answers.append(page.read())

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(10)
    server.stop()
    asking.join()
    assert answers == [b"done"]

"""A sender in a process of its own, as the bench sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from tests.faults.sender import Instant

SECONDS = 30.0  # for anything to happen
REPOSITORY = Path(__file__).resolve().parents[2]


class Sender:
    """Runs until it has nothing to do, is told to end, or is killed."""

    def __init__(self, url: str, port: int, instant: Instant | None = None, nth: int = 0) -> None:
        command = [sys.executable, "-m", "tests.faults.sender", url, str(port)]
        command += [instant.value, str(nth)] if instant else []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
        self._said: Queue[dict[str, object]] = Queue()
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._said.put(json.loads(line))

    def wait_for(self, **said: object) -> None:
        """Until it has said so. Raises TimeoutError."""
        try:
            while not said.items() <= self._said.get(timeout=SECONDS).items():
                pass
        except Empty:
            self.kill()
            raise TimeoutError(f"the sender never said {said}") from None

    def end(self) -> int:
        """Its exit code, negative where a signal killed it. Raises TimeoutError where it does not end."""
        try:
            code = self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise TimeoutError("the sender does not end") from None
        self._thread.join()
        return code

    def stop(self) -> None:
        """SIGTERM: it finishes its mail and leaves."""
        self.process.terminate()
        assert self.end() == 0

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()
        self._thread.join()

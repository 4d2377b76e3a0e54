"""The browser door served by waitress in a thread of this process; gunicorn does the same for several processes."""

from __future__ import annotations

import threading
import time
from typing import Any

from flask import Flask

from forum.config import Config, Door

THREADS = 8
POLL = 0.2  # seconds between two looks at the stop signal
PATIENCE = 5.0  # seconds that requests in flight get when the server stops


class WebServer:
    """A Runner: `start` opens the door (OSError if it is taken), `stop` lets running requests end."""

    def __init__(self, app: Flask, config: Config) -> None:
        self._app, self._config = app, config
        self._stopping = threading.Event()
        self._sockets: dict[int, Any] = {}
        self._server: Any = None
        self._thread = threading.Thread(target=self._serve, name="web")

    @property
    def door(self) -> Door:
        """Where the server listens; the port is the real one where the setting says 0."""
        found = getattr(self._server, "effective_listen", None) or [(self._server.effective_host, self._server.effective_port)]
        return Door(str(found[0][0]), int(found[0][1]))

    def start(self) -> None:
        """Open the door and serve in a thread."""
        from waitress.server import create_server

        self._server = create_server(
            self._app,
            map=self._sockets,
            host=self._config.web.host,
            port=self._config.web.port,
            threads=THREADS,
            ident=None,
            max_request_body_size=self._config.max_mail + 1_000_000,
            clear_untrusted_proxy_headers=False,  # the demo's post boxes must see that a request came through a proxy
        )
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests, finish those that run, close the door."""
        self._stopping.set()
        self._thread.join()
        self._server.task_dispatcher.shutdown()

    def _serve(self) -> None:
        from waitress import wasyncore

        patience = None
        while self._sockets and (patience is None or (self._busy() and time.monotonic() < patience)):
            wasyncore.loop(timeout=POLL, use_poll=True, map=self._sockets, count=1)
            if self._stopping.is_set() and patience is None:
                patience = time.monotonic() + PATIENCE
        wasyncore.close_all(self._sockets)

    def _busy(self) -> bool:
        """Whether a request runs or an answer has not left yet."""
        dispatcher = self._server.task_dispatcher
        waiting = any(getattr(channel, "total_outbufs_len", 0) for channel in self._sockets.values())
        return bool(dispatcher.active_count or dispatcher.queue or waiting)

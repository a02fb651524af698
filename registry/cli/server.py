"""The bundled server: waitress, which closes who is idle or too slow before it shuts anybody out.

Waitress by itself takes no more connections once a hundred are open, and keeps those that do
nothing for two minutes, or for ever when they send a byte now and then. Here each connection has so
much time for what it is about, and near the limit those that can be spared are closed.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterable
from enum import Enum
from http import HTTPStatus
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from registry.domain.faults import trace_of
from registry.domain.refused_requests import plain_page
from registry.settings import Connections, Settings

THREADS = 8
# A body above the limit of the application is still read, so that its own page answers; one far
# above is refused before it fills the disk.
LARGEST_BODY = 32 * 1024 * 1024
LARGEST_HEADER = 32 * 1024
# Who sends or reads is measured again and again over so long: a telephone loses its network for a
# while, and what the system takes at once to send later is no sign that somebody reads.
MEASURED_SECONDS = 60.0
QUICK_AT_FIRST = 8192
# Nobody is idle or slow before that: his request is on its way.
FRESH_SECONDS = 5.0
# Of a connection: itself, what it sends, what it is sent, each on the disk when it is long.
FILES_OF_A_CONNECTION = 3
FILES_BESIDE = 256
ACCEPTED_AT_ONCE = 32
SOCKETS_BESIDE = 16


class Stage(Enum):
    """What a connection is about."""

    IDLE = 1
    HEADER = 2
    TRANSFER = 3
    WORK = 4


class SpokenError(ErrorTask):
    """Says in our words what waitress refuses before the application sees it."""

    request: Any
    response_headers: Any

    def execute(self) -> None:
        """Send the page of the status, and close."""
        status = HTTPStatus(self.request.error.code)
        body = plain_page(status).encode()
        self.status = f"{int(status)} {status.phrase}"
        self.response_headers += [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'none'"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """A connection that knows since when it is about the same thing, and how much went through."""

    error_task_class = SpokenError

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.since = time.time()
        self.moved = 0
        self.served = 0
        self._moved_before = 0
        self._about: object = None
        super().__init__(*arguments, **options)

    def recv(self, buffer_size: int) -> bytes:
        """Take what was sent, and count it."""
        data: bytes = super().recv(buffer_size)
        self.moved += len(data)
        return data

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT002 - as waitress calls it
        """Send what the system takes, and count it."""
        sent: int = super().send(data, do_close)
        self.moved += sent
        return sent

    def service(self) -> None:
        """Answer a request, and count it."""
        super().service()
        self.served += 1

    def readable(self) -> bool:
        """Tell whether more may be read: never once it is closed."""
        return self.connected and bool(super().readable())

    def writable(self) -> bool:
        """Tell whether something waits to be sent: never once it is closed."""
        return self.connected and bool(super().writable())

    def close(self) -> None:
        """Close, with what waits on the disk to be sent: a server that stops closes so."""
        self.handle_close()

    def handle_error(self) -> None:
        """Log an error of ours without what it carried, and close."""
        _log(self.logger.error)
        self.handle_close()

    def stage(self) -> Stage:
        """Return what the connection is about."""
        if self.total_outbufs_len:
            return Stage.TRANSFER
        if self.requests:
            return Stage.WORK
        if self.request is None:
            return Stage.IDLE
        return Stage.TRANSFER if self.request.headers_finished else Stage.HEADER

    def watch(self, now: float) -> float:
        """Return for how many seconds the connection has been about the same thing."""
        # Blank lines are no request: who sends only those is idle all the time.
        about = self.stage(), self.served, id(self.request)
        if about != self._about:
            if self._about is not None:
                self.since, self._moved_before = now, self.moved
            self._about = about
        return now - self.since

    def rate(self, now: float) -> float:
        """Return how many bytes a second went through lately; who has just begun is quick."""
        return (self.moved - self._moved_before + QUICK_AT_FIRST) / max(now - self.since, 1.0)

    def is_late(self, now: float, allowed: Connections) -> bool:
        """Tell whether the connection has had its time."""
        elapsed = self.watch(now)
        stage = self.stage()
        if stage is Stage.IDLE:
            return elapsed > allowed.idle.total_seconds()
        if stage is Stage.HEADER:
            return elapsed > allowed.header.total_seconds()
        if stage is Stage.WORK or elapsed < MEASURED_SECONDS:
            return False
        went_through = self.moved - self._moved_before
        self.since, self._moved_before = now, self.moved
        return went_through < elapsed * allowed.slowest_rate


class Listener(TcpWSGIServer):
    """A listening socket that watches its connections."""

    channel_class = Channel
    active_channels: Any
    effective_host: Any
    effective_port: Any
    _map: dict[int, Any]

    def __init__(self, *arguments: Any, allowed: Connections, **options: Any) -> None:
        self._allowed = allowed
        super().__init__(*arguments, **options)

    def readable(self) -> bool:
        """Make room before the next connections are taken; tell whether there is any."""
        channels = self._channels()
        too_many = len(channels) - self._allowed.limit + self._allowed.limit // 10
        if too_many > 0:
            for spared in dispensable(channels, time.time(), self._allowed)[:too_many]:
                spared.handle_close()
        has_room = len(self._channels()) < self._allowed.limit
        return bool(super().readable()) and has_room

    def handle_accept(self) -> None:
        """Take who waits, more than one at a time: many may wait before somebody with a request."""
        for _ in range(ACCEPTED_AT_ONCE):
            before = len(self._channels())
            if before >= self._allowed.limit:
                return
            super().handle_accept()
            if len(self._channels()) == before:
                return

    def _channels(self) -> list[Channel]:
        return [one for one in self._map.values() if isinstance(one, Channel)]

    def maintenance(self, now: float) -> None:
        """Close who has had his time. At once: waitress waits until he takes what he was sent."""
        for channel in list(self.active_channels.values()):
            if channel.is_late(now, self._allowed):
                channel.handle_close()

    def handle_error(self) -> None:
        """Log an error of ours, and go on listening."""
        _log(self.logger.error)


def dispensable(channels: Iterable[Channel], now: float, allowed: Connections) -> list[Channel]:
    """Return the connections that can be spared, the first one best; none on which a request runs.

    Who is idle, for longest first; who takes long to say what he wants; of those who have just come
    so many as are more than half of all; and of those who send or read the slowest first.
    """
    ages = {one: one.watch(now) for one in channels}
    oldest_first = sorted(ages, key=lambda one: -ages[one])
    asking = [one for one in oldest_first if one.stage() in {Stage.IDLE, Stage.HEADER}]
    old = [one for one in asking if ages[one] >= FRESH_SECONDS]
    fresh = asking[len(old) :]
    moving = [one for one in oldest_first if one.stage() is Stage.TRANSFER]
    return [
        *sorted(old, key=lambda one: one.stage() is not Stage.IDLE),
        *fresh[: max(len(fresh) - allowed.limit // 2, 0)],
        *sorted(moving, key=lambda one: one.rate(now)),
    ]


def create_server(application: Any, settings: Settings) -> MultiSocketServer:
    """Return the server of an application, listening already; `run` serves until stopped.

    Raises OSError when the address is taken.
    """
    allowed = settings.connections.but_at_most(affordable(settings.connections.limit))
    adjustments = Adjustments(
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        ident=None,
        # Behind a proxy its X-Forwarded headers count (TRUSTED_PROXIES); otherwise nobody's do.
        clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
        # Counts sockets of its own as well; `Listener` keeps the limit.
        connection_limit=allowed.limit + SOCKETS_BESIDE,
        cleanup_interval=1,
        max_request_body_size=LARGEST_BODY,
        max_request_header_size=LARGEST_HEADER,
        # The other way of asking the system fails from the 1,024th open file on.
        asyncore_use_poll=True,
    )
    sockets: dict[int, Any] = {}
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(THREADS)
    listeners = [
        Listener(
            application,
            sockets,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=address,
            allowed=allowed,
        )
        for address in adjustments.listen
    ]
    addresses = [(one.effective_host, one.effective_port) for one in listeners]
    return MultiSocketServer(sockets, adjustments, addresses, dispatcher, listeners[0].log_info)


def affordable(limit: int) -> int:
    """Let this process open what `limit` connections need; return how many it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_BESIDE + FILES_OF_A_CONNECTION * limit
    files = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= files:
        files = wanted if soft == resource.RLIM_INFINITY else soft
    else:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max((files - FILES_BESIDE) // FILES_OF_A_CONNECTION, THREADS)


def _log(say: Callable[[str, str], None]) -> None:
    error = sys.exc_info()[1]
    if error is not None:
        say("unexpected %s", trace_of(error))

"""The bundled server: who is idle or too slow is closed, and everybody else is answered."""

import resource
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registry.cli import server as bundled
from registry.cli.server import Channel, create_server, dispensable
from registry.settings import Connections, Settings

HEAD = b"GET /dang-nhap HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
Serve = Callable[..., int]


def answer_shortly(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/hong":
        raise ValueError("Nguyễn Thị Kín")
    size = int(environ["QUERY_STRING"] or 0)
    answer = b"x" * size if size else str(len(body)).encode()
    start("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]


@pytest.fixture
def serve(settings: Settings) -> Iterator[Serve]:
    """Serve on a free port, with so much patience; return the port."""
    with ExitStack() as running:

        def begin(**allowed: Any) -> int:
            return running.enter_context(_serving(settings, Connections(**allowed)))

        yield begin


@contextmanager
def _serving(settings: Settings, allowed: Connections) -> Iterator[int]:
    chosen = replace(settings, host="127.0.0.1", port=0, connections=allowed)
    server = create_server(answer_shortly, chosen)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_listen[0][1])
    finally:
        server.close()
        thread.join(10)
        assert not thread.is_alive()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def asked(port: int, request: bytes = HEAD) -> str:
    with closing(connect(port)) as visitor:
        visitor.sendall(request)
        return received(visitor)


def received(visitor: socket.socket) -> str:
    said = b""
    while b"\r\n\r\n" not in said or not said.split(b"\r\n\r\n", 1)[1]:
        more = visitor.recv(65536)
        if not more:
            break
        said += more
    return said.decode()


def is_open(visitor: socket.socket) -> bool:
    visitor.settimeout(0.05)
    try:
        return visitor.recv(1) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


def wait_until_closed(visitors: Iterable[socket.socket], seconds: float) -> None:
    left = list(visitors)
    end = time.monotonic() + seconds
    while left and time.monotonic() < end:
        left = [one for one in left if is_open(one)]
    assert left == []


def test_three_hundred_idle_and_twenty_that_trickle_keep_nobody_out(serve: Serve) -> None:
    port = serve(limit=100)
    with ExitStack() as held:
        idle = [held.enter_context(closing(connect(port))) for _ in range(300)]
        tricklers = [held.enter_context(closing(connect(port))) for _ in range(20)]
        for one in tricklers:
            one.sendall(HEAD[:1])
        for position in range(1, 4):
            begun = time.monotonic()
            assert asked(port).startswith("HTTP/1.1 200 OK")
            assert time.monotonic() - begun < 4
            for one in tricklers:
                one.sendall(HEAD[position : position + 1])
        closed = sum(not is_open(one) for one in idle[:250])
        assert closed >= 220  # the oldest of them


def test_a_thousand_at_once_keep_nobody_waiting(serve: Serve) -> None:
    port = serve(limit=300)
    with ExitStack() as held:
        for _ in range(1000):
            held.enter_context(closing(connect(port)))
        begun = time.monotonic()
        assert asked(port).startswith("HTTP/1.1 200 OK")
        assert time.monotonic() - begun < 4


def test_who_sends_bodies_byte_by_byte_keeps_nobody_out(serve: Serve) -> None:
    port = serve(limit=40)
    begin = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n"
    with ExitStack() as held:
        for _ in range(60):
            held.enter_context(closing(connect(port))).sendall(begin)
        assert asked(port).startswith("HTTP/1.1 200 OK")


def test_while_all_are_worked_for_who_comes_waits_his_turn(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Channel, "stage", lambda _channel: WORK)
    port = serve(limit=20)
    with ExitStack() as held:
        for _ in range(30):
            held.enter_context(closing(connect(port)))
        used = time.process_time()
        with closing(connect(port)) as last:
            last.sendall(HEAD)
            last.settimeout(1)
            with pytest.raises(TimeoutError):
                last.recv(1)
            assert time.process_time() - used < 0.5  # nobody asks again and again meanwhile
            held.close()
            last.settimeout(10)
            assert received(last).startswith("HTTP/1.1 200 OK")


def test_who_reads_nothing_keeps_nobody_out(serve: Serve) -> None:
    port = serve(limit=20)
    with ExitStack() as held:
        for _ in range(30):
            reader = held.enter_context(closing(socket.socket()))
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect(("127.0.0.1", port))
            reader.sendall(b"GET /?5000000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert asked(port).startswith("HTTP/1.1 200 OK")


def test_a_connection_without_a_request_is_closed_in_time(serve: Serve) -> None:
    port = serve(idle=timedelta(seconds=1))
    with closing(connect(port)) as silent, closing(connect(port)) as served:
        served.sendall(HEAD)
        assert received(served).startswith("HTTP/1.1 200 OK")
        wait_until_closed([silent, served], 6)


def test_blank_lines_are_no_request(serve: Serve) -> None:
    port = serve(idle=timedelta(seconds=1))
    with closing(connect(port)) as blank:
        end = time.monotonic() + 6
        while is_open(blank):
            assert time.monotonic() < end
            try:
                blank.sendall(b"\r\n\r\n")
            except ConnectionError:
                break


def test_a_head_that_trickles_in_has_its_time_whole(serve: Serve) -> None:
    port = serve(header=timedelta(seconds=1))
    with closing(connect(port)) as trickler:
        end = time.monotonic() + 6
        for letter in HEAD[:-1] * 10:
            if not is_open(trickler):
                return
            assert time.monotonic() < end
            try:
                trickler.sendall(bytes([letter]))
            except ConnectionError:
                return
    raise AssertionError("the head was waited for")


def test_a_slow_upload_is_taken_and_a_slower_one_is_not(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled, "MEASURED_SECONDS", 1.0)
    port = serve(slowest_rate=500, header=timedelta(seconds=1), idle=timedelta(seconds=1))
    begin = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\n"
    with closing(connect(port)) as honest, closing(connect(port)) as trickler:
        honest.sendall(begin)
        trickler.sendall(begin)
        for _ in range(25):  # a telephone on the slowest network sends as much, or more
            honest.sendall(b"x" * 200)
            time.sleep(0.15)
        assert received(honest).endswith("\r\n\r\n5000")
        wait_until_closed([trickler], 6)


def test_who_reads_nothing_is_closed_in_time(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "MEASURED_SECONDS", 1.0)
    port = serve()
    with closing(connect(port)) as reader:
        reader.sendall(b"GET /?30000000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        time.sleep(4)
        assert 0 < read_to_the_end(reader) < 30_000_000


def read_to_the_end(reader: socket.socket) -> int:
    reader.settimeout(10)
    came = 0
    with suppress(ConnectionError):
        while data := reader.recv(1 << 20):
            came += len(data)
    return came


class Like:
    """A connection as `dispensable` sees it."""

    def __init__(self, stage: bundled.Stage, age: float, moved: int = 0) -> None:
        self._stage, self._age, self._moved = stage, age, moved

    def watch(self, _now: float) -> float:
        return self._age

    def stage(self) -> bundled.Stage:
        return self._stage

    def rate(self, _now: float) -> float:
        return self._moved / self._age


IDLE, HEADER, TRANSFER, WORK = bundled.Stage


def spared(*channels: Any, limit: int = 10) -> list[Any]:
    return dispensable(channels, 0.0, Connections(limit=limit))


def test_the_idle_go_first_and_of_them_the_oldest() -> None:
    oldest, younger, asking = Like(IDLE, 30), Like(IDLE, 5), Like(HEADER, 40)
    assert spared(asking, younger, oldest) == [oldest, younger, asking]


def test_next_go_those_who_take_long_to_say_what_they_want() -> None:
    slower, slow, reading = Like(HEADER, 10), Like(HEADER, 6), Like(TRANSFER, 500)
    assert spared(slow, reading, slower, Like(IDLE, 1)) == [slower, slow, reading]


def test_then_the_slowest_and_never_who_has_just_come_or_is_worked_for() -> None:
    slowest, quick = Like(TRANSFER, 100, moved=1000), Like(TRANSFER, 100, moved=150_000)
    others = Like(WORK, 300), Like(IDLE, 4.9), Like(HEADER, 1)
    assert spared(*others, quick, slowest) == [slowest, quick]


def test_too_many_who_have_just_come_are_not_all_spared() -> None:
    flood = [Like(IDLE, age / 10) for age in range(1, 7)]
    honest = Like(TRANSFER, 100, moved=150_000)
    assert spared(*flood, honest, limit=10) == [flood[-1], honest]
    assert spared(*flood, honest, limit=8) == [flood[-1], flood[-2], honest]
    assert spared(*flood, honest, limit=12) == [honest]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nno header\r\n\r\n", "400 Bad Request"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", "413 "),
        (b"GET / HTTP/1.1\r\nCookie: " + b"x" * 40_000 + b"\r\n\r\n", "431 "),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "501 "),
        (b"GET /hong HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "500 "),
    ],
)
def test_what_the_server_itself_refuses_is_said_in_vietnamese(
    serve: Serve, caplog: pytest.LogCaptureFixture, request_: bytes, status: str
) -> None:
    answer = asked(serve(), request_)
    head, page = answer.split("\r\n\r\n", 1)
    assert head.startswith((f"HTTP/1.1 {status}", f"HTTP/1.0 {status}"))
    assert "text/html; charset=utf-8" in head
    assert '<html lang="vi">' in page
    assert "Về trang chủ" in page
    for word in ("Bad", "Error", "exceeds", "Server", "waitress", "generated"):
        assert word not in page
    assert "Server:" not in head


def test_an_error_on_the_way_closes_one_connection_and_names_nobody(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    port = serve()

    def fail(_channel: object, _data: bytes) -> None:
        raise ValueError("Nguyễn Thị Kín")

    with monkeypatch.context() as patch:
        patch.setattr(Channel, "received", fail)
        assert asked(port) == ""
    assert asked(port).startswith("HTTP/1.1 200 OK")
    assert "unexpected builtins.ValueError" in caplog.text
    assert "Kín" not in caplog.text


def test_an_error_while_a_connection_is_taken_stops_nobody_else(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    port = serve()

    @staticmethod
    def fail(
        _server: object, connection: socket.socket, *_more: object, **_options: object
    ) -> None:
        connection.close()
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(bundled.Listener, "channel_class", fail)
        with closing(connect(port)) as refused:
            refused.sendall(HEAD)
            assert read_to_the_end(refused) == 0
    assert asked(port).startswith("HTTP/1.1 200 OK")
    assert "unexpected builtins.MemoryError" in caplog.text


def test_no_more_connections_are_kept_than_the_system_has_files_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[object] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, limits: given.append(limits))

    def of(soft: int, hard: int) -> int:
        monkeypatch.setattr(resource, "getrlimit", lambda _kind: (soft, hard))
        return bundled.affordable(500)

    assert of(1024, 524_288) == 500
    assert given == [(1756, 524_288)]
    assert of(256, 1024) == 256
    assert given[1:] == [(1024, 1024)]
    assert of(4096, 4096) >= 500
    assert of(resource.RLIM_INFINITY, resource.RLIM_INFINITY) == 500
    assert given[2:] == []

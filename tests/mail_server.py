"""A mail server for the tests: on this machine, without encryption, keeping what it is given."""

import socketserver
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager


class Conversation(socketserver.StreamRequestHandler):
    """Speak just enough SMTP; `refuse` names a recipient that is turned away."""

    def handle(self) -> None:
        server: MailBox = self.server  # type: ignore[assignment]
        self.say("220 vidu.invalid")
        while line := self.rfile.readline():
            word = line.split()[0].split(b":")[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go on")
                content = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    content += line
                server.received.append(content)
                self.say("250 ok")
            elif word == b"EHLO":
                self.say("250-vidu.invalid")
                self.say("250 AUTH PLAIN")
            elif word == b"AUTH":
                server.signed_in.append(b64decode(line.split()[2]))
                self.say("235 ok")
            elif word == b"RCPT" and server.refuse:
                self.say("550 nguoi.nhan@vidu.invalid does not exist")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailBox(socketserver.ThreadingTCPServer):
    """A mail server on this machine, without encryption."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received: list[bytes] = []
        self.signed_in: list[bytes] = []
        self.refuse = False

    @property
    def port(self) -> int:
        """The port it listens on, on 127.0.0.1."""
        return int(self.server_address[1])


@contextmanager
def running_mail_box() -> Iterator[MailBox]:
    """Run the server."""
    with MailBox() as box:
        thread = threading.Thread(target=box.serve_forever)
        thread.start()
        try:
            yield box
        finally:
            box.shutdown()
            thread.join()

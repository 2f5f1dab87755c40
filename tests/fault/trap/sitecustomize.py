"""On PYTHONPATH this notes and refuses every attempt of a Python program to reach beyond this machine."""

import os
import sys

LOCAL = {"", "127.0.0.1", "::1", "localhost", "None"}
BY_NAME = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
BY_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}
PROGRAMS = {"subprocess.Popen", "os.posix_spawn", "os.system", "os.exec"}  # what they do is not seen, so that all count


def called(event: str, arguments: tuple) -> str | None:
    """Whom an event of the interpreter calls; None when nobody."""
    if event in BY_NAME:
        return _text(arguments[0])
    if event in BY_ADDRESS and isinstance(arguments[1], tuple):
        return _text(arguments[1][0])
    if event == "socket.getnameinfo":
        return _text(arguments[0][0])
    return f"program {arguments[0]!r}" if event in PROGRAMS else None


def _text(host: object) -> str:
    return host.decode("latin-1") if isinstance(host, bytes) else str(host)


def set_trap(record: str) -> None:
    """Watch from now on."""

    def refuse(event: str, arguments: tuple) -> None:
        whom = called(event, arguments)
        if whom is None or whom in LOCAL:
            return
        with open(record, "a", encoding="utf-8") as notes:
            notes.write(f"{event} {whom}\n")
        raise OSError(f"{event} {whom}: refused by the test")

    sys.addaudithook(refuse)


if os.environ.get("HARMMODEL_TRAP"):
    set_trap(os.environ["HARMMODEL_TRAP"])

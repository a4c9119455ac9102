"""A chat client for `chat_server.py` and for the Rust example `chat_server`.

    python chat_client.py [HOST:PORT] [--name NAME]

What you type is sent to everybody, line by line. `/quit`, or the end of input,
leaves the chat.
"""

import argparse
import queue
import sys
import threading
from time import sleep

from PodSixNet.Connection import ConnectionListener, connection


class ChatClient(ConnectionListener):
    def __init__(self, address, name):
        self.name = name
        self.connected = False
        self.error = None
        self.Connect(address)

    # What the server says.

    def Network_players(self, data):
        say("*** players: " + printable(", ".join(data["players"])))

    def Network_message(self, data):
        who, message = printable(data["who"]), printable(data["message"])
        say("{}: {}".format(who, message) if who else "*** " + message)

    # What happens to the connection.

    def Network_connected(self, data):
        self.connected = True
        say("*** connected; /quit leaves")
        connection.Send({"action": "nickname", "nickname": self.name})

    def Network_disconnected(self, data):
        self.error = "the server is gone"

    def Network_error(self, data):
        self.error = str(data["error"])


def say(text):
    print(text, flush=True)


def printable(text):
    """What others typed must not reach the terminal as commands to it."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def typed_lines():
    """A queue of the lines that are typed, and `/quit` at their end.

    To read a line blocks, so that is done in a thread of its own.
    """
    lines = queue.Queue()

    def read():
        for line in sys.stdin:
            lines.put(line.rstrip("\r\n"))
        lines.put("/quit")

    threading.Thread(target=read, daemon=True).start()
    return lines


def main():
    parser = argparse.ArgumentParser(description="A chat client for the terminal.")
    parser.add_argument("address", nargs="?", default="127.0.0.1:31425", help="HOST:PORT")
    parser.add_argument("--name", default="anonymous")
    args = parser.parse_args()

    host, _, port = args.address.rpartition(":")
    lines = typed_lines()
    client = ChatClient((host, int(port)), args.name)
    typed = None
    while typed != "/quit" and not client.error:
        connection.Pump()
        client.Pump()
        # What was typed before the connection is up waits for that.
        while client.connected and typed != "/quit" and not lines.empty():
            typed = lines.get()
            if typed != "/quit":
                connection.Send({"action": "message", "message": typed})
        sleep(0.005)

    # Sends what is left.
    while not client.error and (connection.sendqueue or connection.producer_fifo):
        connection.Pump()
        client.Pump()
        sleep(0.005)
    if client.error:
        print("error: " + client.error, file=sys.stderr, flush=True)
        return 1
    connection.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        pass

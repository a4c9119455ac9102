"""A chat server for `chat_client.py` and for the Rust example `chat_client`.

    python chat_server.py [HOST:PORT]

A client sends                is sent
    nickname {nickname}           players {players}
    message  {message}            message {who, message}
"""

import sys
from time import sleep

from PodSixNet.Channel import Channel
from PodSixNet.Server import Server

MAX_NICKNAME = 24


class Guest(Channel):
    """The server's end of one client."""

    def __init__(self, *args, **kwargs):
        self.nickname = "anonymous"
        Channel.__init__(self, *args, **kwargs)

    def Network_nickname(self, data):
        # The empty name is the server's own.
        self.nickname = data["nickname"].strip()[:MAX_NICKNAME] or self.nickname
        self._server.send_players()
        say("{}:{} is {}".format(*self.addr, printable(self.nickname)))

    def Network_message(self, data):
        message = {"action": "message", "who": self.nickname, "message": data["message"]}
        self._server.send_to_all(message)

    # The connection is over: closed, or lost, or what came was no good.

    def Close(self):
        self._server.leave(self)

    def Error(self, error):
        self._server.leave(self)


class ChatServer(Server):
    channelClass = Guest

    def Connected(self, guest, addr):
        say("{}:{} connected".format(*addr))

    def leave(self, guest):
        if guest not in self.channels:
            return
        self.channels.remove(guest)
        message = guest.nickname + " left"
        self.send_to_all({"action": "message", "who": "", "message": message})
        self.send_players()
        say(printable(message))

    def send_players(self):
        players = [guest.nickname for guest in self.channels]
        self.send_to_all({"action": "players", "players": players})

    def send_to_all(self, message):
        for guest in self.channels:
            guest.Send(message)


def say(text):
    print(text, flush=True)


def printable(text):
    """What others typed must not reach the terminal as commands to it."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def main():
    address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:31425"
    host, _, port = address.rpartition(":")
    server = ChatServer(localaddr=(host, int(port)))
    say("listening on {}:{}".format(*server.socket.getsockname()))
    while True:
        server.Pump()
        sleep(0.005)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass

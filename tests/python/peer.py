"""A PodSixNet client or server that does what it is told, for tests of others.

    python peer.py

Commands are read from the standard input, one JSON object a line:

    {"do": "listen", "address": "127.0.0.1:0"}    be a server
    {"do": "connect", "address": "127.0.0.1:31425"}    be a client; again: reconnect
    {"do": "send", "message": "{'action': 'hi'}"}    to the server, or to all clients
    {"do": "send", "message": ..., "to": 1}    to the first client alone
    {"do": "pump", "messages": 5}    take the next command when so many came in all
    {"do": "close"}    when all has left; a server stops, or drops but "client": 1
    {"do": "die", "message": ...}    end in the midst of sending this; "to" as above

Messages are Python literals, in which `nan` and `inf` may stand too. It pumps
all the time, whatever it was told. The end of the commands ends it.

What happens is printed, one JSON object a line:

    {"event": "listening", "address": "127.0.0.1:54321"}
    {"event": "connected", "client": 1}    a client came
    {"event": "message", "client": 1, "value": {...}}    on a client without "client"
    {"event": "closed", "client": 1}    a client is gone
    {"event": "error", "client": 1, "error": "..."}    what PodSixNet raised for it

A client's `connected`, `disconnected` and `error` are messages to PodSixNet, and so
they are here. Values are shown with their exact types, see `show`.
"""

import json
import os
import queue
import struct
import sys
import threading
import time

from PodSixNet.Channel import Channel
from PodSixNet.Connection import ConnectionListener, connection
from PodSixNet.rencode import dumps
from PodSixNet.Server import Server

# PodSixNet prints, too: that goes elsewhere.
OUTPUT = sys.stdout
sys.stdout = sys.stderr

# How many seconds `pump` and `close` wait for what should happen.
PATIENCE = 30


def report(event, **more):
    print(json.dumps(dict(more, event=event)), file=OUTPUT, flush=True)


def show(value):
    """A value as JSON that loses nothing: `t` is its type, `v` what it holds."""
    kind = type(value)
    if value is None:
        return {"t": "none"}
    if kind is bool:
        return {"t": "bool", "v": value}
    if kind is int:
        return {"t": "int", "v": str(value)}
    if kind is float:
        return {"t": "float", "v": struct.pack(">d", value).hex()}
    if kind is str:
        return {"t": "str", "v": value}
    if kind is bytes:
        return {"t": "bytes", "v": value.hex()}
    if kind in (list, tuple):
        return {"t": kind.__name__, "v": [show(item) for item in value]}
    if kind is dict:
        return {"t": "dict", "v": [[show(key), show(item)] for key, item in value.items()]}
    # What a client's own error events hold.
    return {"t": "object", "v": repr(value)}


def read_literal(text):
    return eval(text, {"__builtins__": {}}, {"nan": float("nan"), "inf": float("inf")})


def deliver(channel, pump):
    """Pumps until everything that was sent on a channel has left."""
    until = time.monotonic() + PATIENCE
    while (channel.sendqueue or channel.producer_fifo) and channel.connected:
        if time.monotonic() > until:
            sys.exit("the other end does not take what was sent")
        pump()
        time.sleep(0.001)


def die(channel, message):
    """Ends this process when half of a message has left."""
    body = dumps(message) + channel.endchars.encode()
    channel.socket.setblocking(True)
    channel.socket.sendall(body[: len(body) // 2])
    os._exit(1)


class Client(ConnectionListener):
    def __init__(self):
        self.received = 0

    def Network(self, data):
        self.received += 1
        report("message", value=show(data))

    def pump(self):
        connection.Pump()
        self.Pump()

    def do_send(self, message, to=None):
        connection.Send(message)

    def do_close(self, client=None):
        deliver(connection, self.pump)
        connection.close()

    def do_die(self, message, to=None):
        deliver(connection, self.pump)
        die(connection, message)


class Guest(Channel):
    """The server's end of one client."""

    def Network(self, data):
        self._server.received += 1
        report("message", client=self.number, value=show(data))

    def Close(self):
        report("closed", client=self.number)
        self._server.leave(self)

    def Error(self, error):
        report("error", client=self.number, error=repr(error))
        self._server.leave(self)


class Host(Server):
    channelClass = Guest

    def __init__(self, address):
        Server.__init__(self, localaddr=address)
        self.received = 0
        # The clients in the order in which they came, also those that left.
        self.guests = []
        report("listening", address="{}:{}".format(*self.socket.getsockname()))

    def Connected(self, guest, addr):
        self.guests.append(guest)
        guest.number = len(self.guests)
        report("connected", client=guest.number)

    def leave(self, guest):
        if guest in self.channels:
            self.channels.remove(guest)

    def pump(self):
        self.Pump()

    def do_send(self, message, to=None):
        for guest in [self.guests[to - 1]] if to else self.channels:
            guest.Send(message)

    def do_close(self, client=None):
        if client is None:
            for guest in list(self.channels):
                self.do_close(guest.number)
            self.close()
            return
        guest = self.guests[client - 1]
        deliver(guest, self.pump)
        guest.close()
        self.leave(guest)

    def do_die(self, message, to=1):
        guest = self.guests[to - 1]
        deliver(guest, self.pump)
        die(guest, message)


def read_commands():
    """A queue of the commands, and None at their end, read in a thread of its own."""
    commands = queue.Queue()

    def read():
        for line in sys.stdin:
            commands.put(json.loads(line))
        commands.put(None)

    threading.Thread(target=read, daemon=True).start()
    return commands


def address_of(command):
    host, _, port = command["address"].rpartition(":")
    return host, int(port)


def main():
    commands = read_commands()
    peer = None
    awaited, until = 0, 0
    while True:
        if peer:
            peer.pump()
            if peer.received < awaited:
                if time.monotonic() > until:
                    sys.exit("only {} of {} messages came".format(peer.received, awaited))
                time.sleep(0.001)
                continue
        try:
            command = commands.get(timeout=0.001)
        except queue.Empty:
            continue
        if command is None:
            return
        do = command.pop("do")
        if "message" in command:
            command["message"] = read_literal(command["message"])
        if do == "listen":
            peer = Host(address_of(command))
        elif do == "connect":
            peer = peer or Client()
            peer.Connect(address_of(command))
        elif do == "pump":
            awaited, until = command["messages"], time.monotonic() + PATIENCE
        elif do in ("send", "close", "die"):
            getattr(peer, "do_" + do)(**command)
        else:
            sys.exit("there is no command {!r}".format(do))


if __name__ == "__main__":
    main()

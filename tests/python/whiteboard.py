"""A client of PodSixNet's whiteboard without its window, for `whiteboard_server`.

    python whiteboard.py HOST:PORT

Commands are read from the standard input, one a line:

    startline X Y    begin a line
    drawpoint X Y    go on with it

Whenever the board or the players change, all of it is printed as one line of JSON:
`{id: {"color": [r, g, b], "lines": [[[x, y], ...], ...]}}`. The end of the commands
ends it.

It learns of others as the original does, so it fails where that would: a line of an
id that it was never told of is a `KeyError`.
"""

import json
import queue
import sys
import threading
from time import sleep

from PodSixNet.Connection import ConnectionListener, connection

# PodSixNet prints, too: that goes elsewhere.
OUTPUT = sys.stdout
sys.stdout = sys.stderr


class Whiteboard(ConnectionListener):
    def __init__(self, address):
        self.connected = False
        self.ended = None
        self.players = {}
        self.Connect(address)

    def show(self):
        print(json.dumps(self.players), file=OUTPUT, flush=True)

    # What the server says.

    def Network_initial(self, data):
        self.players = {}
        for player, own in data["lines"].items():
            # A long list arrives as a tuple, which could not grow.
            lines = [list(line) for line in own["lines"]]
            self.players[player] = {"color": own["color"], "lines": lines}
        self.show()

    def Network_players(self, data):
        colors = data["players"]
        for player in colors:
            self.players.setdefault(player, {"color": colors[player], "lines": []})
        for player in set(self.players) - set(colors):
            del self.players[player]
        self.show()

    def Network_startline(self, data):
        self.players[data["id"]]["lines"].append([data["point"]])
        self.show()

    def Network_drawpoint(self, data):
        self.players[data["id"]]["lines"][-1].append(data["point"])
        self.show()

    # What happens to the connection.

    def Network_connected(self, data):
        self.connected = True

    def Network_disconnected(self, data):
        self.ended = "the server is gone"

    def Network_error(self, data):
        self.ended = str(data["error"])


def commands():
    """A queue of the commands, and None at their end.

    To read a line blocks, so that is done in a thread of its own.
    """
    lines = queue.Queue()

    def read():
        for line in sys.stdin:
            lines.put(line.split())
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def main():
    host, _, port = sys.argv[1].rpartition(":")
    lines = commands()
    whiteboard = Whiteboard((host, int(port)))
    while not whiteboard.ended:
        connection.Pump()
        whiteboard.Pump()
        while whiteboard.connected and not lines.empty():
            command = lines.get()
            if command is None:
                return 0
            action, x, y = command
            connection.Send({"action": action, "point": (int(x), int(y))})
        sleep(0.005)
    print("error: " + whiteboard.ended, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""Buried, a game for two in the terminal: the client. The rules are in rules.py.

    python client.py [HOST:PORT] [--name NAME]

What a client and a server say to each other is listed in server.py.
"""

import argparse
import queue
import sys
import threading
from time import sleep

from PodSixNet.Connection import ConnectionListener, connection

from island import draw_islands, parse_square, square_name

HELP = "Type a square such as b3, `carry b3`, `again` or `quit`."


class Client(ConnectionListener):
    def __init__(self, address, name):
        self.name = name
        self.rival = ""
        self.running = True
        self.failed = False
        self.clear()
        self.Connect(address)

    def clear(self):
        """A new round: the islands are untouched."""
        self.chest = None
        self.my_holes = {}
        self.rivals_holes = {}

    # What the server says.

    def Network_waiting(self, data):
        say("Nobody else is here yet. Wait for a rival ...")

    def Network_begin(self, data):
        self.clear()
        self.rival = printable(data["rival"])
        say("You play against {}.".format(self.rival))
        self.show_islands()
        say("Bury your chest: type a square, such as b3.")

    def Network_chest(self, data):
        self.chest = tuple(data["square"])
        say("Your chest is at {}.".format(square_name(self.chest)))

    def Network_turn(self, data):
        if data["yours"]:
            self.show_islands()
            say("Your turn: dig on {}'s island, by typing a square such as c4,".format(self.rival))
            say("or carry your chest to the next square, as in `carry c4`.")
        else:
            say("It is {}'s turn.".format(self.rival))

    def Network_dug(self, data):
        square, steps = tuple(data["square"]), data["steps"]
        if data["yours"]:
            self.rivals_holes[square] = steps
            who = "You dig"
        else:
            self.my_holes[square] = steps
            who = self.rival + " digs"
        what = "{} from the chest".format(count(steps, "step")) if steps else "there is the chest!"
        say("{} at {}: {}".format(who, square_name(square), what))

    def Network_carried(self, data):
        say("{} carries the chest one step on.".format(self.rival))

    def Network_over(self, data):
        self.show_islands()
        result = "win" if data["won"] else "lose"
        say("You {}, {} : {}.".format(result, *data["score"]))
        if not data["won"]:
            chest = square_name(tuple(data["chest"]))
            say("The chest of {} was at {}.".format(self.rival, chest))
        say("Another round? Type `again` or `quit`.")

    def Network_rematch(self, data):
        say("{} wants another round: type `again`.".format(self.rival))

    def Network_left(self, data):
        say("{} has left.".format(self.rival))

    def Network_refused(self, data):
        say("No: {}.".format(printable(data["why"])))

    # What happens to the connection.

    def Network_connected(self, data):
        connection.Send({"action": "join", "name": self.name})

    def Network_disconnected(self, data):
        self.fail("the server is gone")

    def Network_error(self, data):
        self.fail(str(data["error"]))

    def fail(self, why):
        print("error: " + why, file=sys.stderr, flush=True)
        self.failed = True
        self.running = False

    # What the player types.

    def take_line(self, line):
        words = line.split()
        square = parse_square(words[-1]) if words else None
        if words == ["quit"]:
            self.running = False
        elif words == ["again"]:
            connection.Send({"action": "rematch"})
        elif square and len(words) == 1:
            action = "bury" if self.chest is None else "dig"
            connection.Send({"action": action, "square": square})
        elif square and words[0] == "carry" and len(words) == 2:
            connection.Send({"action": "carry", "square": square})
        else:
            say(HELP)

    def show_islands(self):
        say(draw_islands(self.my_holes, self.chest, self.rivals_holes, self.rival))


def say(text):
    print(text, flush=True)


def count(number, noun):
    return "{} {}{}".format(number, noun, "" if number == 1 else "s")


def printable(text):
    """What others typed must not reach the terminal as commands to it."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def typed_lines():
    """A queue of the lines that are typed, and None at their end.

    To read a line blocks, so that is done in a thread of its own.
    """
    lines = queue.Queue()

    def read():
        for line in sys.stdin:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def main():
    parser = argparse.ArgumentParser(description="Buried, a game for two: the client.")
    parser.add_argument("address", nargs="?", default="127.0.0.1:31425", help="HOST:PORT")
    parser.add_argument("--name", default="anonymous")
    args = parser.parse_args()

    host, _, port = args.address.rpartition(":")
    lines = typed_lines()
    client = Client((host, int(port)), args.name)
    while client.running:
        connection.Pump()
        client.Pump()
        while client.running and not lines.empty():
            line = lines.get()
            if line is None:
                client.running = False
            else:
                client.take_line(line)
        sleep(0.005)
    connection.Pump()  # sends what is left
    return 1 if client.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        pass

"""Buried, a game for two in the terminal: the server. The rules are in rules.py.

    pip install PodSixNet==0.11.0             (from Python 3.12 on, also
    pip install pyasyncore pyasynchat)
    python server.py [HOST:PORT]

A client sends                  and is sent
    join   {name}                   waiting {}
    bury   {square}                 begin   {rival}
    dig    {square}                 chest   {square}               its own
    carry  {square}                 turn    {yours}
    rematch {}                      dug     {yours, square, steps}
                                    carried {}                     the rival's
                                    over    {won, chest, score}
                                    rematch {}                     the rival's wish
                                    left    {}                     the rival
                                    refused {why}
"""

import sys
from time import sleep

from PodSixNet.Channel import Channel
from PodSixNet.Server import Server

from rules import Refused, Round

MAX_NAME = 24


class Player(Channel):
    """The server's end of one client."""

    def __init__(self, *args, **kwargs):
        self.name = ""
        self.table = None
        Channel.__init__(self, *args, **kwargs)

    def Network_join(self, data):
        if self.name:
            return self.refuse("you have a name already")
        self.name = data["name"].strip()[:MAX_NAME] or "anonymous"
        self._server.find_rival(self)

    def Network_bury(self, data):
        if self.has_table():
            self.table.bury(self, read_square(data))

    def Network_dig(self, data):
        if self.has_table():
            self.table.dig(self, read_square(data))

    def Network_carry(self, data):
        if self.has_table():
            self.table.carry(self, read_square(data))

    def Network_rematch(self, data):
        if self.has_table():
            self.table.rematch(self)

    def has_table(self):
        if not self.table:
            self.refuse("nobody is there to play with")
        return self.table

    def refuse(self, why):
        self.Send({"action": "refused", "why": str(why)})

    # The connection is over: closed, or lost, or what came was no good.

    def Close(self):
        self._server.leave(self)

    def Error(self, error):
        print("{}: {!r}".format(self.addr, error), flush=True)
        self._server.leave(self)


def read_square(data):
    # What is no square raises here, and PodSixNet closes that client's channel.
    column, row = data["square"]
    return int(column), int(row)


class Table:
    """Two players, and the round that they play."""

    def __init__(self, first, second):
        self.players = [first, second]
        self.wins = [0, 0]
        self.begin(0)

    def begin(self, first):
        self.round = Round(first)
        self.want_rematch = [False, False]
        for seat, player in enumerate(self.players):
            player.Send({"action": "begin", "rival": self.players[1 - seat].name})

    def bury(self, player, square):
        seat = self.players.index(player)
        try:
            self.round.bury(seat, square)
        except Refused as why:
            return player.refuse(why)
        player.Send({"action": "chest", "square": square})
        if self.round.has_begun():
            self.send_turn()

    def dig(self, player, square):
        seat = self.players.index(player)
        try:
            steps = self.round.dig(seat, square)
        except Refused as why:
            return player.refuse(why)
        for other in self.players:
            yours = other is player
            other.Send({"action": "dug", "yours": yours, "square": square, "steps": steps})
        if self.round.winner is None:
            self.send_turn()
        else:
            self.wins[seat] += 1
            self.send_over()

    def carry(self, player, square):
        seat = self.players.index(player)
        try:
            self.round.carry(seat, square)
        except Refused as why:
            return player.refuse(why)
        # Where the chest is now is a secret.
        player.Send({"action": "chest", "square": square})
        self.players[1 - seat].Send({"action": "carried"})
        self.send_turn()

    def rematch(self, player):
        seat = self.players.index(player)
        if self.round.winner is None:
            return player.refuse("this round is not over")
        self.want_rematch[seat] = True
        if all(self.want_rematch):
            # The loser begins.
            self.begin(1 - self.round.winner)
        else:
            self.players[1 - seat].Send({"action": "rematch"})

    def send_turn(self):
        for seat, player in enumerate(self.players):
            player.Send({"action": "turn", "yours": seat == self.round.turn})

    def send_over(self):
        for seat, player in enumerate(self.players):
            player.Send({
                "action": "over",
                "won": seat == self.round.winner,
                "chest": self.round.chests[1 - seat],
                "score": (self.wins[seat], self.wins[1 - seat]),
            })


class GameServer(Server):
    channelClass = Player

    def __init__(self, *args, **kwargs):
        self.waiting = None
        Server.__init__(self, *args, **kwargs)

    def find_rival(self, player):
        rival = self.waiting
        if rival is None:
            self.waiting = player
            player.Send({"action": "waiting"})
        else:
            self.waiting = None
            player.table = rival.table = Table(rival, player)

    def leave(self, player):
        if player not in self.channels:
            return
        self.channels.remove(player)
        if self.waiting is player:
            self.waiting = None
        if player.table:
            for rival in player.table.players:
                rival.table = None
                if rival is not player:
                    rival.Send({"action": "left"})
                    self.find_rival(rival)


def main():
    address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:31425"
    host, _, port = address.rpartition(":")
    server = GameServer(localaddr=(host, int(port)))
    print("listening on {}:{}".format(*server.socket.getsockname()), flush=True)
    while True:
        server.Pump()
        sleep(0.005)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass

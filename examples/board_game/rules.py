"""The rules of Buried, without any network.

Two pirates have an island each, and bury a chest there that the other one can't
see. Then they take turns. Whoever has the turn either digs a hole on the other's
island, and both hear how many steps it is from there to the chest, or carries
the own chest one step on, in secret. To dig up the other's chest is to win.

A square is a tuple of its column and its row, each from 0. A step leads to the
next square to the left, to the right, up or down.
"""

SIZE = 5

SQUARES = {(column, row) for column in range(SIZE) for row in range(SIZE)}


class Refused(Exception):
    """What a player wants is against the rules; says why."""


class Round:
    """One round of the players 0 and 1."""

    def __init__(self, first):
        self.turn = first
        self.winner = None
        # Of each player's island: where the chest is, and which holes there are.
        self.chests = [None, None]
        self.holes = [set(), set()]

    def has_begun(self):
        return None not in self.chests

    def bury(self, player, square):
        if self.chests[player] is not None:
            raise Refused("your chest is buried already")
        check_square(square)
        self.chests[player] = square

    def dig(self, player, square):
        """Digs on the other's island; gives the steps from there to the chest."""
        rival = 1 - player
        self.check_turn(player)
        check_square(square)
        if square in self.holes[rival]:
            raise Refused("there is a hole already")
        self.holes[rival].add(square)
        steps = count_steps(square, self.chests[rival])
        if steps == 0:
            self.winner = player
        self.turn = rival
        return steps

    def carry(self, player, square):
        """Carries the player's own chest to a square beside it."""
        self.check_turn(player)
        check_square(square)
        if count_steps(square, self.chests[player]) != 1:
            raise Refused("a chest is carried one step at a time")
        if square in self.holes[player]:
            raise Refused("there is a hole")
        self.chests[player] = square
        self.turn = 1 - player

    def check_turn(self, player):
        if not self.has_begun():
            raise Refused("first both chests have to be buried")
        if self.winner is not None:
            raise Refused("this round is over")
        if self.turn != player:
            raise Refused("it is not your turn")


def check_square(square):
    if square not in SQUARES:
        raise Refused("there is no such square")


def count_steps(a, b):
    return abs(a[0] - b[0]) + abs(a[1] - b[1])

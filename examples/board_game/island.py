"""How islands are shown in a terminal, and squares are typed."""

from rules import SIZE, SQUARES

COLUMNS = "abcdefgh"[:SIZE]


def square_name(square):
    """`(1, 2)` is called b3."""
    column, row = square
    return COLUMNS[column] + str(row + 1)


def parse_square(text):
    """The square of that name, or None."""
    names = {square_name(square): square for square in SQUARES}
    return names.get(text.lower())


def draw_islands(my_holes, my_chest, rivals_holes, rival):
    """Both islands, side by side. Holes are dicts: the steps for each square."""
    mine = draw_island(my_holes, my_chest)
    theirs = draw_island(rivals_holes, None)
    lines = ["", "   {:<20}{}".format("Your island", rival + "'s island")]
    for left, right in zip(mine, theirs):
        lines.append("   {:<20}{}".format(left, right))
    return "\n".join(lines)


def draw_island(holes, chest):
    lines = ["  " + " ".join(COLUMNS)]
    for row in range(SIZE):
        squares = [draw_square(holes, chest, (column, row)) for column in range(SIZE)]
        lines.append("{} {}".format(row + 1, " ".join(squares)))
    return lines


def draw_square(holes, chest, square):
    if square in holes:
        return str(holes[square] or "*")  # a chest that was found is a star
    return "#" if square == chest else "."

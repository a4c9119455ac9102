#!/usr/bin/env bash
# Makes the pictures in the README anew: whiteboard.png, the page, and window.png,
# the window. Needs Debian's packages chromium, chromium-driver, xvfb, xdotool,
# libgl1, libxi6, libxkbcommon0 and python3.
#
#   examples/whiteboard/pictures.sh

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export PODSIX_PICTURES=$folder
PODSIX_CHROMEDRIVER=$(command -v chromedriver) cargo test -p podsix-tests --test browser readable
cp "$folder/whiteboard.png" .

target=${CARGO_TARGET_DIR:-../whiteboard_client/target}
cargo build --manifest-path ../whiteboard_client/Cargo.toml --target-dir "$target"
PODSIX_WINDOW=$(realpath "$target")/debug/whiteboard_client cargo test -p podsix-tests --test browser window::its

# From X11's format for pictures to PNG.
python3 - "$folder/window.xwd" window.png <<'END'
import struct, sys, zlib

with open(sys.argv[1], "rb") as file:
    data = file.read()
head = struct.unpack(">25I", data[:100])
start, width, height, row_bytes = head[0] + 12 * head[19], head[4], head[5], head[12]
rows = bytearray()
for row in range(height):
    pixels = data[start + row * row_bytes :][: 4 * width]
    line = bytearray(3 * width)
    for color in range(3):
        line[color::3] = pixels[2 - color :: 4]
    rows += b"\0" + line


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


with open(sys.argv[2], "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n")
    file.write(chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)))
    file.write(chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
END

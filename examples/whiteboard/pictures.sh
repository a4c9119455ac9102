#!/usr/bin/env bash
# Makes whiteboard.png anew, the picture in the README. Needs Debian's packages
# chromium and chromium-driver.
#
#   examples/whiteboard/pictures.sh

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
PODSIX_CHROMEDRIVER=$(command -v chromedriver) PODSIX_PICTURES=$folder \
    cargo test -p podsix-tests --test browser readable
cp "$folder/whiteboard.png" .

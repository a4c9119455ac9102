#!/usr/bin/env bash
# Shows that the simulation finds mistakes: plants each one into a copy of the
# library, and expects the 200 seeds of an ordinary test run to fail.
#
#   tests/planted/run.sh                  every mistake
#   tests/planted/run.sh lost_wake_up     only these
#   tests/planted/run.sh --check          only whether they can still be planted
#
# Not among the tests, since each mistake takes a build. Set CARGO_TARGET_DIR to
# keep what is built for the next run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# In a folder of its own: to cargo the copy is the same package, so that a mistake
# would get into what is built here.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$copy/target}/planted

check=
if [[ ${1-} == --check ]]; then
    check=1
    shift
fi
mistakes=("$@")
if ((! ${#mistakes[@]})); then
    for patch in tests/planted/*.patch; do
        mistakes+=("$(basename "$patch" .patch)")
    done
fi

applies() {
    patch --dry-run --strip=1 --quiet --force <"tests/planted/$1.patch" >/dev/null
}

outdated=()
for mistake in "${mistakes[@]}"; do
    applies "$mistake" || outdated+=("$mistake")
done
if ((${#outdated[@]})); then
    echo "no longer fit the code, make the same mistakes in it again: ${outdated[*]}"
    exit 1
fi
[[ -z $check ]] || exit 0

# The files as they are here, those included that are not committed.
git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do
        [[ ! -e $file ]] || printf '%s\0' "$file"
    done | tar --create --null --files-from=- | tar --extract --directory="$copy"

simulate() {
    (cd "$copy" && RUST_BACKTRACE=0 cargo test --quiet --locked -p podsix-tests --test simulation many_small_games) \
        >"$copy/output" 2>&1
}

failed=()
for mistake in "${mistakes[@]}"; do
    patch --directory="$copy" --strip=1 --quiet --no-backup-if-mismatch <"tests/planted/$mistake.patch"
    if simulate; then
        echo "$mistake: NOT FOUND"
        failed+=("$mistake")
    elif seeds=$(grep --max-count=1 'seeds failed over' "$copy/output"); then
        echo "$mistake: found: $seeds"
    else
        echo "$mistake: did not even run"
        tail -n 30 "$copy/output"
        failed+=("$mistake")
    fi
    patch --directory="$copy" --strip=1 --quiet --reverse --no-backup-if-mismatch <"tests/planted/$mistake.patch"
done
((! ${#failed[@]})) || exit 1

if ! simulate; then
    tail -n 30 "$copy/output"
    echo "without a mistake it fails as well"
    exit 1
fi
echo "without a mistake nothing is found"

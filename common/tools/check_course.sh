#!/bin/sh
# check_course.sh -- the launcher's cheap paths, and every file's first line. Usage: check_course.sh ROOT
set -eu

root=$(cd "$1" && pwd)
failed=0

# expect CODE TEXT ARGUMENT... -- runs the launcher from another folder, in the smallest shell there is.
# With CXX=false it could not build, even if it came so far.
shell=$(command -v dash || command -v sh)
expect() {
    code=$1 text=$2
    shift 2
    got=0
    output=$(cd / && CXX=false "$shell" "$root/course" "$@" </dev/null 2>&1) || got=$?
    case $got:$output in
        "$code":*"$text"*) ;;
        *)
            printf 'course %s: expected exit code %s and "%s", got %s and:\n%s\n' "$*" "$code" "$text" "$got" "$output"
            failed=1
            ;;
    esac
}

expect 0 "usage: ./course COMMAND"
expect 0 "usage: ./course COMMAND" help
expect 2 "unknown command: nonsense" nonsense
expect 2 "unknown command: run list" "run list"
expect 2 "unknown chapter: ch99" run ch99 demo
expect 2 "unknown chapter: ch99" build ch99
expect 2 "unknown chapter: ch99" test ch99
expect 2 "unknown chapter: ../ch10" build ../ch10
expect 2 "unknown option: --gbd" test common name --gbd
expect 2 "needs a chapter and a test's name" test --gdb
expect 2 "build takes a chapter" build
expect 2 "list takes nothing more" list ch10
expect 1 "CXX: cannot run" list

cd "$root"
set --
for folder in common ch[0-9][0-9]_*; do [ ! -d "$folder" ] || set -- "$@" "$folder"; done
# shellcheck disable=SC2016
find "$@" -name '*.[ch]pp' | LC_ALL=C sort | xargs awk '
    FNR == 1 {
        name = FILENAME
        sub(/.*\//, "", name)
        start = "// " name " -- "
        if (substr($0, 1, length(start)) != start || length($0) == length(start)) {
            print FILENAME ":1: " $0 "  <- a first line is: " start "what it is"
            bad = 1
        }
    }
    END { exit bad }' || failed=1

exit "$failed"

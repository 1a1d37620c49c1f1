#!/bin/sh
# check_includes.sh -- every include points down the layers. Usage: check_includes.sh ROOT | --self-test
#
# A folder may include itself and what has a smaller number. Nothing includes tests, so they may include all.
set -eu

check() {
    cd "$1"
    set --
    for folder in common ch[0-9][0-9]_*; do [ ! -d "$folder" ] || set -- "$@" "$folder"; done
    # shellcheck disable=SC2016
    find "$@" -name '*.[ch]pp' | LC_ALL=C sort | xargs awk '
        BEGIN {
            split("base future task time sync channel executor io runtime testing,demo bench,tools", layers, " ")
            for (level in layers) {
                count = split(layers[level], folders, ",")
                for (i = 1; i <= count; i++) level_of["common/" folders[i]] = level + 0
            }
            # What only base may name: elsewhere it could not be replaced by the explorer of interleavings.
            std = "^(atomic|barrier|condition_variable|future|latch|mutex|semaphore|shared_mutex|stop_token|thread)$"
        }
        # The part of a path that has a layer: common/NAME, or the chapter.
        # The explorer is what base is made of in its other flavour: each includes the other.
        function part(path,    words) {
            split(path, words, "/")
            if (words[1] == "common" && words[2] == "explorer") return "common/base"
            return words[1] == "common" ? words[1] "/" words[2] : words[1]
        }
        function level_at(name) { return name in level_of ? level_of[name] : 100 }
        function offends(why) {
            print FILENAME ":" FNR ": " $0 "  <- " why
            bad = 1
        }

        FNR == 1 {
            from = part(FILENAME)
            is_test = FILENAME ~ /\/tests\//
            if (from ~ /^common\// && !(from in level_of)) offends("a folder without a layer: " from)
        }
        is_test || !/^[ \t]*#[ \t]*include[ \t]*[<"]/ { next }
        {
            to = $0
            sub(/^[^<"]*[<"]/, "", to)
            sub(/[>"].*/, "", to)
        }
        /include[ \t]*</ {
            if (from ~ /^common\// && from != "common/base" && to ~ std) offends("only common/base names it")
            next
        }
        to ~ /\.\./ { offends("a path from the project folder has no .."); next }
        to !~ /^(common|ch[0-9][0-9]_[^\/]*)\// { next }  # a neighbour in the same folder
        to ~ /\/tests\// { offends("only a test includes a test"); next }
        part(to) == from { next }
        level_at(part(to)) >= level_at(from) { offends(part(to) " is not below " from); next }
        # The chapter about the standard library alone; main.cpp is only its table of demos.
        from ~ /^ch10_/ && FILENAME !~ /^ch10_[^\/]*\/main\.cpp$/ && to !~ /^common\/(base|future)\// {
            offends("chapter 10 stands on common/base and common/future alone")
        }
        END { exit bad }'
}

# planted EXPECTED FILE LINE... -- checks a tree that holds this one file.
planted() {
    expected=$1 file=$2
    shift 2
    rm -rf "$tree"
    mkdir -p "$tree/common/base" "$tree/$(dirname "$file")"
    printf '// a.hpp -- keeps the tree from being empty\n' >"$tree/common/base/a.hpp"
    printf '%s\n' "$@" >"$tree/$file"
    found=good
    report=$(check "$tree") || found=bad
    if [ "$found" != "$expected" ]; then
        echo "self test: $file should be $expected: $*"
        failed=1
    elif [ "$found" = bad ]; then
        case $report in
            "$file:1: $1 "*) ;;
            *) echo "self test: $file: the line is not shown, but: $report" && failed=1 ;;
        esac
    fi
}

self_test() {
    tree=$(mktemp -d)
    trap 'rm -rf "$tree"' EXIT
    failed=0
    planted good common/task/task.hpp '#include "common/future/poll.hpp"' '#include "common/task/state.hpp"'
    planted bad common/future/poll.hpp '#include "common/task/task.hpp"'
    planted bad common/future/poll.hpp '  #  include "common/runtime/builder.hpp"'
    planted good common/channel/mpsc.hpp '#include "common/sync/notify.hpp"'
    planted bad common/sync/notify.hpp '#include "common/channel/mpsc.hpp"'
    planted bad common/executor/pool.hpp '#include "common/io/reactor.hpp"'
    planted bad common/time/sleep.hpp '#include "ch10_std_server/frame.hpp"'
    planted bad common/task/task.hpp '#include "../runtime/builder.hpp"'
    planted bad common/task/task.hpp '#include "common/base/tests/helper.hpp"'
    planted bad common/task/state.hpp '#include <atomic>'
    planted bad common/other/thing.hpp '#include "common/base/a.hpp"'
    planted good common/base/atomic.hpp '#include <atomic>' '#include "common/explorer/atomic.hpp"'
    planted good common/explorer/atomic.hpp '#include <atomic>' '#include "common/base/sanitizers.hpp"'
    planted bad common/explorer/atomic.hpp '#include "common/future/waker.hpp"'
    planted good common/future/tests/poll_tests.cpp '#include "common/testing/test.hpp"' '#include <thread>'
    planted good common/runtime/builder.hpp '#include "common/io/reactor.hpp"'
    planted good ch03_queues/executor.hpp '#include "common/executor/step.hpp"' '#include "queue.hpp"'
    planted bad ch03_queues/executor.hpp '#include "ch10_std_server/frame.hpp"'
    planted good ch10_std_server/waking/executor.hpp '#include "common/future/waker.hpp"' '#include "waker.hpp"'
    planted bad ch10_std_server/frame.cpp '#include "common/task/task.hpp"'
    planted good ch10_std_server/main.cpp '#include "common/demo/table.hpp"'
    return "$failed"
}

case ${1:-} in
    --self-test) self_test ;;
    '') echo "usage: check_includes.sh ROOT | --self-test" >&2 && exit 2 ;;
    *) check "$1" ;;
esac

#!/bin/sh
# isolated_header.sh -- a header that includes nothing else of this project, and names no type of async.
#
# Usage: isolated_header.sh ROOT HEADER COMPILER...
# Exit codes: 0 so it is; 1 not; 2 the compiler cannot be asked.
set -eu

root=$1 header=$2
shift 2
files=$("$@" -std=c++23 -I"$root" -M -x c++ "$root/$header" | tr ' \\' '\n\n')
case $files in
    *"$header"*) ;;
    *) echo "isolated_header: the compiler says nothing about $header" >&2 && exit 2 ;;
esac
others=$(printf '%s\n' "$files" | grep -F "$root/" | grep -vF "$root/$header" || true)
[ -z "$others" ] || {
    printf 'isolated_header: %s includes more of this project:\n%s\n' "$header" "$others" >&2
    exit 1
}
# Nor is one declared there without an include. Comments may speak of it.
if sed 's://.*::' "$root/$header" |
    grep -nwE 'async|Async|Future|Poll|Waker|Context|Task|JoinHandle|Runtime|Executor|'\
'coroutine|coroutine_handle|future|shared_future|promise|packaged_task|thread|jthread'; then
    echo "isolated_header: $header names a type of async" >&2
    exit 1
fi

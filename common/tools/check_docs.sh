#!/bin/sh
# check_docs.sh -- what the guides name exists: files, folders, links, headings. And their snippets compile.
#
# Usage: check_docs.sh ROOT | --compile ROOT FILE.md COMPILER [ARGUMENT...] | --self-test COMPILER [ARGUMENT...]
#
# Looked at are docs/*.md, README.md and the README.md of each chapter:
#   - a link's target, from the page's own folder; if it has a #part, that heading must be there
#   - a path from the project's root that begins with common/, docs/ or a chapter's folder, wherever it stands
#   - a source file in `backticks`, by its name or the end of its path: `waker.hpp`, `future/waker.hpp`
# Not looked at is what stands for others: sK_*.hpp, chNN, expected/DEMO.txt.
#
# --compile: every block that begins with ```cpp is put into a namespace of its own, behind the first one, which
# has the includes; all must compile without a warning.
# In the single quotes are patterns and pages with `code`.
# shellcheck disable=SC2016
set -eu

check() {
    cd "$1"
    find . \( -path ./build -o -path ./.git \) -prune -o -print | sed 's|^\./||' >"$scratch/files"
    set --
    for page in README.md docs/*.md ch[0-9][0-9]_*/README.md; do [ ! -f "$page" ] || set -- "$@" "$page"; done
    [ $# != 0 ] || { echo "there is no page in $(pwd)" && return 1; }
    # The pages are read twice: first their headings.
    awk '
        # What a heading is called in a link.
        function anchor(heading) {
            heading = tolower(heading)
            gsub(/[^a-z0-9 _-]/, "", heading)
            gsub(/ /, "-", heading)
            return heading
        }
        # path as seen from folder, without . and ..
        function resolved(folder, path,    parts, kept, count, i) {
            count = split(folder "/" path, parts, "/")
            path = ""
            for (i = 1; i <= count; i++) {
                if (parts[i] == "" || parts[i] == ".") continue
                if (parts[i] == "..") { if (!sub(/\/[^\/]*$/, "", path)) path = ""; continue }
                path = path (path == "" ? "" : "/") parts[i]
            }
            return path
        }
        function bad(what, why) {
            print FILENAME ":" FNR ": " what "  <- " why
            failed = 1
        }
        function stands_for_others(path) { return path ~ /[*<>{}]|chNN|sK_|DEMO|NAME/ }

        function check_link(target,    path, part) {
            if (target ~ /^[a-z]+:/) return
            part = ""
            if (match(target, /#/)) {
                part = substr(target, RSTART + 1)
                target = substr(target, 1, RSTART - 1)
            }
            path = target == "" ? FILENAME : resolved(folder, target)
            if (path != "" && !(path in exists)) bad(target, "the link leads nowhere")
            else if (part != "" && !((path, part) in headings)) bad("#" part, path " has no such heading")
        }
        function check_path(path) {
            sub(/[.:,]+$/, "", path)
            sub(/\/$/, "", path)
            if (!stands_for_others(path) && !(path in exists)) bad(path, "there is no such file or folder")
        }
        function check_code(code) {
            if (code !~ /^[A-Za-z0-9_.\/-]+\.(hpp|cpp|md|sh|build|wrap)$/ || stands_for_others(code)) return
            if (code ~ rooted) return  # check_path sees it
            if (!(code in ends) && !(resolved(folder, code) in exists)) bad(code, "no file is called so")
        }

        BEGIN { rooted = "^(common|docs|ch[0-9][0-9]_[a-z0-9_]+)/" }
        FNR == 1 { ++round[FILENAME]; fenced = 0; folder = FILENAME; if (!sub(/\/[^\/]*$/, "", folder)) folder = "" }

        FILENAME == files {
            exists[$0] = 1
            for (rest = $0; ; ) {
                ends[rest] = 1
                if (!sub(/^[^\/]*\//, "", rest)) break
            }
            next
        }
        /^ *```/ { fenced = !fenced; next }
        round[FILENAME] == 1 {
            if (!fenced && sub(/^#+ +/, "")) headings[FILENAME, anchor($0)] = 1
            next
        }
        {
            for (rest = $0; match(rest, /(common|docs|ch[0-9][0-9]_[a-z0-9_]+)\/[A-Za-z0-9_.\/*<>{}-]*/); ) {
                before = RSTART == 1 ? " " : substr(rest, RSTART - 1, 1)
                if (before !~ /[A-Za-z0-9_.\/-]/) check_path(substr(rest, RSTART, RLENGTH))
                rest = substr(rest, RSTART + RLENGTH)
            }
        }
        fenced || /^    / { next }
        {
            plain = $0
            while (match(plain, /`[^`]*`/)) {
                check_code(substr(plain, RSTART + 1, RLENGTH - 2))
                plain = substr(plain, 1, RSTART - 1) "code" substr(plain, RSTART + RLENGTH)
            }
            while (match(plain, /\]\([^)]*\)/)) {
                target = substr(plain, RSTART + 2, RLENGTH - 3)
                plain = substr(plain, RSTART + RLENGTH)
                check_link(target)
            }
        }
        END { exit failed }' files="$scratch/files" "$scratch/files" "$@" "$@"
}

# compile ROOT FILE.md COMPILER [ARGUMENT...]
compile() {
    root=$1 page=$2
    shift 2
    # Line for line, so that the compiler's numbers are those of the page.
    awk '
        /^```cpp$/         { inside = 1; count++; print (count > 1 ? "namespace snippet_" count " {" : ""); next }
        /^```$/ && inside  { inside = 0; print (count > 1 ? "}" : ""); next }
                           { print (inside ? $0 : "") }
        END                { if (count < 2) print "#error the page has no snippets" }' "$root/$page" >"$scratch/snippets.cpp"
    code=0
    "$@" -std=c++23 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -I"$root" -fsyntax-only \
        "$scratch/snippets.cpp" >"$scratch/said" 2>&1 || code=$?
    sed "s|$scratch/snippets.cpp|$page|g" "$scratch/said"
    return "$code"
}

# planted good|bad FILE LINE... -- checks a small project in which FILE has these lines; if bad, the last line is told.
planted() {
    expected=$1 page=$2
    shift 2
    printf '%s\n' "$@" >"$tree/$page"
    found=good
    report=$(check "$tree") || found=bad
    case $expected:$found:$report in
        good:good: | bad:bad:"$page:$#: "*) ;;
        *) echo "self test: $page should be $expected: $* (report: $report)" && failed=1 ;;
    esac
    printf '# Title\n' >"$tree/$page"
}

self_test() {
    tree=$scratch/tree
    failed=0
    mkdir -p "$tree/docs" "$tree/common/future" "$tree/ch02_x/expected" "$tree/build"
    printf '# Title\n' | tee "$tree/README.md" "$tree/ch02_x/README.md" >"$tree/docs/core.md"
    printf '# A `Waker` of g++, and more\n```\n# no heading\n```\n' >"$tree/docs/other.md"
    for file in common/future/waker.hpp ch02_x/s1_one.hpp ch02_x/expected/one.txt build/made.hpp; do
        printf '// %s -- something.\n' "${file##*/}" >"$tree/$file"
    done

    planted good README.md 'See [here](docs/core.md), [there](ch02_x) and [the net](https://example.org/docs/x.md).'
    planted bad README.md 'See [here](docs/cure.md).'
    planted good docs/core.md '[a](../ch02_x/README.md) [b](other.md) [c](../common/future/waker.hpp) [d](../ch02_x/../docs)'
    planted bad docs/core.md 'fine' '[a](../ch03_x/README.md)'
    planted bad docs/core.md '[a](README.md)'  # there is one, but not here
    planted good docs/core.md '# Of it' '[a](#of-it) [b](other.md#a-waker-of-g-and-more)'
    planted bad docs/core.md '# Of it' '[a](#of-that)'
    planted bad docs/core.md '[a](other.md#no-heading)'

    planted good ch02_x/README.md '`waker.hpp`, `future/waker.hpp`, `common/future/waker.hpp`, `expected/one.txt`'
    planted bad ch02_x/README.md '`wakers.hpp`'
    planted bad ch02_x/README.md '`task/waker.hpp`'
    planted bad ch02_x/README.md '`made.hpp`'  # what is in build/ does not count
    planted bad ch02_x/README.md 'the file common/future/wakers.hpp.'
    planted good ch02_x/README.md 'the folder common/future/, and common/future/waker.hpp.' 'build/common/none/of/it'
    planted bad ch02_x/README.md 'two: common/future, ch02_x/s2_two.hpp'
    planted bad ch02_x/README.md '```' '#include "common/future/async.hpp"'
    planted bad ch02_x/README.md '    ls ch02_x/none'
    planted good ch02_x/README.md '```' '[a](none.md) `none.hpp`' '```' '`[a](none.md)`' '    `none.hpp`'
    planted good ch02_x/README.md '`sK_*.hpp`, `expected/DEMO.txt`, common/*/tests, `chNN_name/executor.hpp`, ch02_x/*.hpp'

    for body in 'int f() { return 1; }' 'int f() { retur 1; }' 'int f() { int unused; return 1; }'; do
        printf '%s\n' '```cpp' '#include <string>' '```' '```cpp' 'int f() { return 2; }' '```' \
            '```rust' 'fn f()' '```' '```cpp' "$body" '```' >"$tree/docs/core.md"
        code=0
        report=$(compile "$tree" docs/core.md "$@" 2>&1) || code=$?
        case $body:$code:$report in
            'int f() { return 1; }:0:' | *retur' '*:1:*docs/core.md:11:* | *unused*:1:*docs/core.md:11:*) ;;
            *) echo "self test: '$body' ended with $code and: $report" && failed=1 ;;
        esac
    done
    printf '# Title\n' >"$tree/docs/core.md"
    if compile "$tree" docs/core.md "$@" >/dev/null 2>&1; then
        echo "self test: a page without snippets should be refused" && failed=1
    fi
    return "$failed"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
case ${1:-}:$# in
    --self-test:[2-9]) shift && self_test "$@" ;;
    --compile:[4-9]) shift && compile "$@" ;;
    [!-]*:1) check "$1" ;;
    *)
        echo "usage: check_docs.sh ROOT | --compile ROOT FILE.md COMPILER... | --self-test COMPILER..." >&2
        exit 2
        ;;
esac

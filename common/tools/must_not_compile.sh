#!/bin/sh
# must_not_compile.sh -- compiles a snippet twice: as it stands it must compile, with -DWRONG it must not.
#
# What must not compile is a promise like any other, and this is its test. A snippet is one small file, such as
# common/future/tests/must_not_compile/moved_kept_call.cpp:
#
#   // moved_kept_call.cpp -- what refers into itself cannot be moved.
#   // error: use of deleted function|call to deleted constructor
#   #include "common/future/kept_call.hpp"
#
#   void move_it(Kept& kept) {
#   #ifdef WRONG
#     Kept moved(std::move(kept));
#   #endif
#   }
#
# `// error: REGEX` is an extended regular expression for a line on which the compiler says "error:". Several
# compilers word it differently: use what they have in common, or the text of our own static_assert or [[nodiscard]],
# or alternatives. Several such lines must all match. So a snippet that fails for another reason, a misspelt
# name say, is found; and that it compiles without WRONG shows the same of all its other lines.
# `// flags: ...` gives it flags of its own, such as -Werror=unused-result where the promise is a warning.
#
# To hook one up, in any tests/meson.build (the variable must_not_compile is set by common/tools/meson.build):
#
#   foreach name : ['moved_kept_call']
#     test('must_not_compile_' + name, sh, suite: ['common'],
#       args: [must_not_compile, files('must_not_compile' / name + '.cpp')])
#   endforeach
#
# Usage: must_not_compile.sh COMPILER [ARGUMENT...] SNIPPET | --self-test COMPILER [ARGUMENT...]
# Exit codes: 0 as promised; 1 not; 2 it could not be tried (usage, no compiler, a snippet without a promise).
set -eu
export LC_ALL=C  # the compiler's messages in English

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)

end() {
    code=$1
    shift
    printf 'must_not_compile: %s\n' "$*" >&2
    exit "$code"
}

# promised WHAT SNIPPET -- what follows each `// WHAT:` of the snippet, a line each.
promised() { sed -n "s|^// $1: *||p" "$2"; }

# check COMPILER [ARGUMENT...] SNIPPET
check() {
    before=$(($# - 1))
    while [ "$before" != 0 ]; do  # the snippet to the front
        set -- "$@" "$1"
        shift
        before=$((before - 1))
    done
    snippet=$1
    shift
    [ -f "$snippet" ] || end 2 "there is no file $snippet"
    grep -q '^ *#ifdef WRONG' "$snippet" || end 2 "$snippet: no '#ifdef WRONG': which line is the wrong one?"
    errors=$(promised error "$snippet")
    [ -n "$errors" ] || end 2 "$snippet: no '// error: REGEX': what does a compiler say to it?"
    # shellcheck disable=SC2046
    set -- "$@" -std=c++23 -I"$root" -fsyntax-only $(promised flags "$snippet")

    code=0
    said=$("$@" "$snippet" </dev/null 2>&1) || code=$?
    case $code in
        0) ;;
        126 | 127) end 2 "cannot run the compiler '$1': $said" ;;
        *) end 1 "$snippet: does not compile even without WRONG, so it would prove nothing:
$said" ;;
    esac

    if said=$("$@" -DWRONG "$snippet" </dev/null 2>&1); then
        end 1 "$snippet: compiles with WRONG: what the compiler should refuse, it accepts"
    fi
    # Without file names: they have words of the promise in them.
    complaints=$(printf '%s\n' "$said" | sed -n 's/.*error: //p')
    # Ends the loop's own shell; that is the last command here, so it is also what this function returns.
    printf '%s\n' "$errors" | while IFS= read -r error; do
        printf '%s\n' "$complaints" | grep -qE -e "$error" ||
            end 1 "$snippet: does not compile with WRONG, but for another reason than '$error':
$said"
    done
}

# expect CODE TEXT COMPILER [ARGUMENT...] SNIPPET -- the check must end so, and say the text.
expect() {
    code=$1 text=$2
    shift 2
    got=0
    output=$(check "$@" 2>&1) || got=$?
    case $got:$output in
        "$code":*"$text"*) ;;
        *)
            printf 'self test: expected exit code %s and "%s", got %s and:\n%s\n' "$code" "$text" "$got" "$output"
            failed=1
            ;;
    esac
}

# plant LINE... -- writes the snippet of the next expectation.
plant() { printf '%s\n' "$@" >"$tree/planted.cpp"; }

self_test() {
    tree=$(mktemp -d)
    trap 'rm -rf "$tree"' EXIT
    failed=0
    it=$tree/planted.cpp

    plant '// error: read-only|const-qualified' 'void f(const int& x) {' '#ifdef WRONG' '  x = 1;' '#endif' '}'
    expect 0 '' "$@" "$it"
    expect 2 'cannot run the compiler' "$tree/no-compiler" "$it"
    expect 2 'cannot run the compiler' "$it" "$it"  # a file, but no program
    expect 1 'even without WRONG' false "$it"
    expect 1 'compiles with WRONG' true "$it"
    # The compiler gets its arguments in their order, the snippet's behind them, and the snippet once.
    printf '#!/bin/sh\nshift 3\necho "given: $*" && exit 1\n' >"$tree/echoes"
    expect 1 "given: last -std=c++23 -I$root -fsyntax-only $it" sh "$tree/echoes" 1 2 3 last "$it"
    expect 2 'there is no file' "$@" "$tree/other.cpp"

    plant '// error: const' 'void f(int& x) {' '#ifdef WRONG' '  x = 1;' '#endif' '}'
    expect 1 'compiles with WRONG' "$@" "$it"
    plant '// error: read-only' 'void f(const int& x) {' '#ifdef WRONG' '  y = 1;' '#endif' '}'
    expect 1 "for another reason than 'read-only" "$@" "$it"
    plant '// error: read-only|const-qualified' '// error: declare' \
        'void f(const int& x) {' '#ifdef WRONG' '  x = 1;' '#endif' '}'
    expect 1 "for another reason than 'declare'" "$@" "$it"
    plant '// error: planted' '#ifdef WRONG' '#warning planted' 'int x = y;' '#endif'
    expect 1 "for another reason than 'planted'" "$@" "$it"
    plant '// error: const' 'int x = y;' '#ifdef WRONG' '#endif'
    expect 1 'even without WRONG' "$@" "$it"
    plant '#ifdef WRONG' 'int x = y;' '#endif'
    expect 2 "no '// error: REGEX'" "$@" "$it"
    plant '// error: y' 'int x = y;'
    expect 2 "no '#ifdef WRONG'" "$@" "$it"

    set -- "$@" -Wall
    plant '// error: unused' 'void f() {' '#ifdef WRONG' '  int x;' '#endif' '}'
    expect 1 'compiles with WRONG' "$@" "$it"
    plant '// error: unused' '// flags: -Wall -Werror' 'void f() {' '#ifdef WRONG' '  int x;' '#endif' '}'
    expect 0 '' "$@" "$it"
    return "$failed"
}

[ $# -ge 2 ] || end 2 'usage: must_not_compile.sh COMPILER [ARGUMENT...] SNIPPET | --self-test COMPILER [ARGUMENT...]'
if [ "$1" = --self-test ]; then
    shift
    self_test "$@"
else
    check "$@"
fi

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
expect 2 "diff takes two chapters" diff ch10
expect 2 "unknown chapter: ch99" diff ch10 ch99
expect 2 "these are one: ch10_" diff ch10 ch10_std_server
expect 2 "steps takes a chapter" steps
expect 2 "steps takes a chapter" steps ch10 s1 s2
expect 2 "unknown chapter: ch99" steps ch99
expect 2 "no step of ch10 is called s99 (there are: " steps ch10 s99
expect 0 "s4_main.cpp -- " steps ch10
expect 1 "CXX: cannot run" list

# ---- diff and steps, on two small chapters ----

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp "$root/course" "$tree/course"

# plant FILE LINE... -- writes a file of the tree.
plant() {
    file=$tree/$1
    shift
    mkdir -p "${file%/*}"
    printf '%s\n' "$@" >"$file"
}

# prints ARGUMENT... -- the tree's launcher must print what stands on stdin, and nothing else.
prints() {
    wanted=$(cat)
    got=$("$shell" "$tree/course" "$@" 2>&1) || got="exit code $?: $got"
    if [ "$got" != "$wanted" ]; then
        printf 'course %s: expected:\n%s\ngot:\n%s\n' "$*" "$wanted" "$got"
        failed=1
    fi
}

for chapter in ch02_few ch03_more; do
    plant $chapter/meson.build '# meson.build -- nothing.'
    plant $chapter/main.cpp "// main.cpp -- the demos of $chapter."
    plant $chapter/tests/queue_test.cpp "// queue_test.cpp -- of $chapter."
done
plant ch02_few/executor.hpp '// executor.hpp -- one queue.' '//' '// Thread safety: none.' '#pragma once' '' \
    '#include <deque>' '' 'namespace ch02 {' '' 'struct Executor {' '  void run();' '' '  int queue;  ' '};' '' \
    '}  // namespace ch02'
plant ch02_few/s1_old.hpp '// s1_old.hpp -- only here.'
plant ch02_few/s1_old.cpp '// s1_old.cpp -- how it is done.'
plant ch02_few/near.hpp '// near.hpp -- one.' 'int a;' '#include <a>' 'int b;' 'int c;'
plant ch03_more/near.hpp '// near.hpp -- two.' 'int d;' '#include <d>' 'int e;' 'int c;'
plant ch02_few/same.hpp '// same.hpp -- the same in both.' 'namespace ch02 {' '}  // namespace ch02'
plant ch03_more/same.hpp '// same.hpp -- the same in both.' 'namespace ch03 {' '' '}  // namespace ch03'

step() {
    name=$1 what=$2 type=$3
    shift 3  # a fourth one is the second line
    plant ch03_more/"$name" "// $name -- $what" "$@" '//' '// Thread safety: none.' '#pragma once' '' \
        "#include <$type>" '' "namespace ch03::$type {" '' 'struct Executor {' '  void run();' '' \
        "  int $type;" '};' '' "}  // namespace ch03::$type"
}
step s1_one.hpp 'one queue.' queue
step s2_zebra.hpp 'begins anew.' deque
step s2_ant.hpp 'a list.' list '// after: s2_zebra.hpp'
step s10_late.hpp 'in vain.' set '// after: executor.hpp'
step executor.hpp 'two maps.' map '// after: s2_ant.hpp'
printf '\nnamespace ch03 {\n  int more;\n}\n' >>"$tree/ch03_more/executor.hpp"
plant ch03_more/s1_one.cpp '// s1_one.cpp -- belongs to its header.'
plant ch03_more/s11_alone.cpp '// s11_alone.cpp -- has no header.'

prints diff ch02 ch03 <<'END'
--- ch02_few/executor.hpp -- one queue.
+++ ch03_more/executor.hpp -- two maps.
@@ -13 +14 @@
-  int queue;
+  int map;
 };
@@ -16 +17 @@
 }  // namespace ch03::map
+
+namespace ch03 {
+  int more;
+}
--- ch02_few/near.hpp -- one.
+++ ch03_more/near.hpp -- two.
@@ -2 +2 @@
-int a;
-int b;
+int d;
+int e;
 int c;
--- ch02_few/same.hpp -- the same in both.
+++ ch03_more/same.hpp -- the same in both.

only in ch02_few:
  s1_old.hpp .cpp            only here.

only in ch03_more:
  s1_one.hpp .cpp            one queue.
  s2_ant.hpp                 a list.
  s2_zebra.hpp               begins anew.
  s10_late.hpp               in vain.
  s11_alone.cpp              has no header.
END
prints steps ch03 <<'END'
s1_one.hpp -- one queue.
s2_zebra.hpp -- begins anew.
s2_ant.hpp -- a list.
after s2_zebra.hpp: 1 added, 1 removed
@@ line 14
-  int deque;
+  int list;
 };

executor.hpp -- two maps.
after s2_ant.hpp: 4 added, 1 removed
@@ line 14
-  int list;
+  int map;
 };
@@ line 17
 }  // namespace ch03::map
+
+namespace ch03 {
+  int more;
+}

s10_late.hpp -- in vain.
after executor.hpp: 1 added, 4 removed
@@ line 14
-  int map;
+  int set;
 };
@@ line 17
 }  // namespace ch03::set
-
-namespace ch03 {
-  int more;
-}

s11_alone.cpp -- has no header.
END
for name in s2_ant s2_ant.hpp; do
    prints steps ch03_more $name <<'END'
s2_ant.hpp -- a list.
after s2_zebra.hpp: 1 added, 1 removed
@@ line 14
-  int deque;
+  int list;
 };
END
done
prints steps ch03 s1 <<'END'
s1_one.hpp -- one queue.
END
prints steps ch02 <<'END'
executor.hpp -- one queue.
s1_old.hpp -- only here.
END

if command -v script >/dev/null && script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    red=$(printf '\033[31m-')
    for no_color in '' 1; do
        got=$(NO_COLOR=$no_color script -qec "'$shell' '$tree/course' steps ch03" /dev/null </dev/null)
        case $no_color:$got in
            :*"$red"*) ;;
            1:*"$red"*) echo "course steps: colours a terminal in spite of NO_COLOR" && failed=1 ;;
            :*) echo "course steps: no colours on a terminal" && failed=1 ;;
        esac
    done
fi

step s2_zebra.hpp 'begins anew.' deque '// after: s2_bee.hpp'
prints steps ch03 <<'END'
exit code 1: course: ch03_more/s2_zebra.hpp: after: s2_bee.hpp: ch03_more has no such file
END
step s2_zebra.hpp 'begins anew.' deque '// after: ch02_few/s1_new.hpp'
prints steps ch03 s1 <<'END'
exit code 1: course: ch03_more/s2_zebra.hpp: after: ch02_few/s1_new.hpp: there is no such file
END
step s2_zebra.hpp 'begins anew.' deque '// after: ch02_few/executor.hpp'
prints steps ch03 s2_zebra <<'END'
s2_zebra.hpp -- begins anew.
after ch02_few/executor.hpp: 1 added, 1 removed
@@ line 14
-  int queue;
+  int deque;
 };
END
step s2_zebra.hpp 'begins anew.' deque '// after: s2_ant.hpp'
prints steps ch03 <<'END'
exit code 1: course: ch03_more/executor.hpp: after: s2_ant.hpp: these go in a circle
END
rm "$tree/ch02_few/executor.hpp" "$tree"/ch02_few/s1_old.*
prints steps ch02 <<'END'
exit code 1: course: ch02_few has no step files
END

# ---- Setting up: https comes later than the folder. With tools that do nothing but note it. ----

# tool NAME LINE... -- a command that goes before the machine's own.
tool() {
    name=$1
    shift
    plant "bin/$name" '#!/bin/sh' "$@"
    chmod +x "$tree/bin/$name"
}
tool meson "echo \"meson \${*%% $tree*}\" >>'$tree/calls'" "mkdir -p '$tree/build/run'"
tool ninja 'case $* in' '*" -n") echo "no work to do" ;;' \
    '*targets*) echo "ch02_few/ch02_few: cpp_LINKER" && echo "ch04_net/ch04_net: cpp_LINKER" ;;' 'esac'
tool c++12 'case $* in' '-dumpversion) echo 12 ;;' "-E*) ! grep -q boost || [ -f '$tree/boost' ] ;;" 'esac'
tool apt-get "echo apt-get >>'$tree/calls'" "touch '$tree/boost'"
tool id 'echo 0'
plant ch04_net/meson.build '# meson.build -- nothing.'

# builds CHAPTER -- says what the launcher calls for it, and prints.
builds() {
    : >"$tree/calls"
    PATH=$tree/bin:$PATH CXX=c++12 COURSE_MESON_ARGS='' "$shell" "$tree/course" build "$1" 2>&1
    cat "$tree/calls"
}
got=$(builds ch02 && builds ch04 && builds ch02 && builds ch04)
wanted="course: setting up build/run
build/run/ch02_few/ch02_few
meson setup -Dtests=disabled -Doptimization=2 -Ddebug=false
course: installing libboost-dev libssl-dev (chapter 4's https alone needs them)
course: setting up build/run
build/run/ch04_net/ch04_net
apt-get
meson setup -Dtests=disabled -Doptimization=2 -Ddebug=false -Dhttps=enabled
build/run/ch02_few/ch02_few
build/run/ch04_net/ch04_net"
if [ "$got" != "$wanted" ]; then
    printf 'course build, and https comes later: expected:\n%s\ngot:\n%s\n' "$wanted" "$got"
    failed=1
fi

# ---- The first line of every file ----

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

#!/usr/bin/env python3
# faults.py -- plants the faults of faults/*.txt, one at a time, and sees that the explorer finds each.
#
# A fault is one edit of one header of common/. The edited header lies in a folder of its own, which the compiler
# searches first; so nothing in the project is touched. What does not apply any more, or is not found, or is found
# as something else, is a failure. (That a model holds without the fault is what models_test.cpp sees.)
#
# A file of faults/ has, for each:
#   fault  what is wrong
#   model  the header in models/, and the model in it
#   in     the file of common/
#   -      what it says there, once; several lines where it takes several
#   +      what it is to say; none where it is left out
#   finds  data_race, stuck, endless, check or exception: what the explorer must say
#
# Usage: faults.py ROOT LIBRARY COMPILER [ARGUMENT...]
# Output: a line for each fault, with the number of the schedule that shows it. Exit codes: 0 all were found; 1 not.
import glob
import os
import subprocess
import sys
import tempfile

PROGRAM = """
#include <cstdio>
#include <string_view>

#include "common/explorer/tests/models/%(header)s.hpp"

int main() {
  using namespace async;
  for (const models::Model model : models::models_of_%(header)s) {
    if (model.name != std::string_view("%(model)s")) continue;
    const explorer::Settings settings{.bounds = model.bounds, .drawn = 20'000};
    const explorer::Report report = explorer::explore(model.run, settings);
    if (!report.found) return std::puts("none"), 0;
    const char* const names[] = {"none", "data_race", "stuck", "endless", "check", "exception"};
    std::printf("%%s\\nschedule %%llu: %%s\\n%%s", names[static_cast<int>(report.found->failure.fault)],
                static_cast<unsigned long long>(report.found->schedule), report.found->failure.what.c_str(),
                report.found->trace.c_str());
    return 0;
  }
  std::puts("models_of_%(header)s has no such model");
}
"""


def read(path):
    """The faults of one file, a dictionary each."""
    faults = []
    for number, line in enumerate(open(path), start=1):
        line = line.rstrip("\n")
        if not line or line.startswith("#"):
            continue
        key, _, value = line.partition(" ")
        if key == "fault":
            faults.append({"-": [], "+": []})
        if not faults or key not in ("fault", "model", "in", "-", "+", "finds"):
            sys.exit(f"{path}:{number}: not a line of a fault: {line}")
        if key in "-+":
            faults[-1][key].append(value)
        else:
            faults[-1][key] = value
    return faults


def edited(root, fault):
    """The text of the header with the fault in it."""
    text = open(os.path.join(root, fault["in"])).read()
    old, new = "\n".join(fault["-"]), "\n".join(fault["+"])
    if text.count(old) != 1:
        raise ValueError(f'{fault["in"]} has {text.count(old)} times: {old}')
    return text.replace(old, new)


def build_and_run(folder, root, library, compiler, fault):
    """What the model's program prints."""
    header, model = fault["model"].split()
    source, program = os.path.join(folder, "main.cpp"), os.path.join(folder, "main")
    with open(source, "w") as file:
        file.write(PROGRAM % {"header": header, "model": model})
    subprocess.run(
        [*compiler, "-std=c++23", "-O1", "-DASYNC_EXPLORED", "-pthread", "-I", folder, "-I", root, source, library,
         "-o", program], check=True, capture_output=True, text=True)
    return subprocess.run([program], check=True, capture_output=True, text=True, timeout=300).stdout


def main():
    root, library, compiler = sys.argv[1], sys.argv[2], sys.argv[3:]
    # For the one who writes them: EXPLORER_FAULTS=oneshot plants those of one file.
    wanted = os.environ.get("EXPLORER_FAULTS", "*")
    faults = [fault for path in sorted(glob.glob(os.path.join(root, "common/explorer/tests/faults", wanted + ".txt")))
              for fault in read(path)]
    failed = 0
    for fault in faults:
        with tempfile.TemporaryDirectory() as folder:
            try:
                path = os.path.join(folder, fault["in"])
                text = edited(root, fault)
                os.makedirs(os.path.dirname(path))
                with open(path, "w") as file:
                    file.write(text)
                found = build_and_run(folder, root, library, compiler, fault)
            except ValueError as error:
                found = str(error)
            except subprocess.CalledProcessError as error:
                found = f"{error.cmd[0]} failed:\n{error.stderr}"
            except subprocess.TimeoutExpired:
                found = "the exploration did not end"
        what, _, rest = found.partition("\n")
        good = what == fault["finds"]
        failed += not good
        shown = rest.split("\n")[0] if good else "\n".join(found.split("\n")[:40])
        print(f'{"found" if good else "FAILED"}: {fault["fault"]}: {shown}', flush=True)
    print(f"{len(faults) - failed} of {len(faults)} faults were found")
    return 1 if failed or not faults else 0


if __name__ == "__main__":
    sys.exit(main())

// shell.hpp -- shell(script): a child that runs a line of sh; state_of(pid): what a child is doing.
#pragma once

#include <fstream>
#include <string>
#include <sys/types.h>

#include "common/io/process.hpp"

namespace async::inline ASYNC_FLAVOUR {

inline Command shell(const char* script) { return Command("sh").arg("-c").arg(script); }

// 'R' runs, 'S' sleeps, 'Z' is a zombie; ' ' is gone. What stands behind the name in /proc/PID/stat.
inline char state_of(pid_t id) {
  std::ifstream stat("/proc/" + std::to_string(id) + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return ' ';
  return line[line.rfind(')') + 2];
}

}  // namespace async::inline ASYNC_FLAVOUR

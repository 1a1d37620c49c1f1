// peak_memory.hpp -- the most memory that this process has had in it at once, since the last time one asked to forget.
//
// Not getrusage: its ru_maxrss begins with what the launcher had, so that a small growth does not show.
// Thread safety: any thread; the peak is the process's. Errors: std::runtime_error where there is no /proc.
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>

namespace ch05 {

// False: this system does not let go of it (proc(5), clear_refs); the peak is that of the whole life then.
[[nodiscard]] inline bool forget_peak_memory() {
  std::ofstream clear_refs("/proc/self/clear_refs");
  return (clear_refs << "5" << std::flush).good();
}

[[nodiscard]] inline long peak_memory_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(sizeof "VmHWM:" - 1));
  }
  throw std::runtime_error("cannot read how much memory this takes: no VmHWM in /proc/self/status");
}

}  // namespace ch05

// s4_file_calls.cpp -- the calls themselves; one that a signal interrupts is made again.
#include "ch08_actors/s4_file_calls.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace ch08 {
namespace {

template <class Call>
auto again_if_interrupted(Call call) {
  for (;;) {
    const auto answer = call();
    if (answer >= 0 || errno != EINTR) return answer;
  }
}

}  // namespace

int FileCalls::open(const char* path, int flags, unsigned mode) {
  return again_if_interrupted([&] { return ::open(path, flags | O_CLOEXEC, mode); });
}
ssize_t FileCalls::write(int file, const char* bytes, std::size_t size) {
  return again_if_interrupted([&] { return ::write(file, bytes, size); });
}
int FileCalls::sync(int file) {
  return again_if_interrupted([&] { return ::fsync(file); });
}
int FileCalls::link(const char* path, const char* second_name) { return ::link(path, second_name); }
int FileCalls::rename(const char* from, const char* to) { return std::rename(from, to); }
int FileCalls::unlink(const char* path) { return ::unlink(path); }

}  // namespace ch08

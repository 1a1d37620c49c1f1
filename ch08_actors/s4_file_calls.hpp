// s4_file_calls.hpp -- FileCalls: the system calls by which the data file is written, so that a test can let each fail.
//
// Thread safety: any thread. Errors: as the calls': -1 and errno.
#pragma once

#include <cstddef>
#include <sys/types.h>

namespace ch08 {

class FileCalls {
 public:
  FileCalls() = default;
  FileCalls(const FileCalls&) = delete;
  FileCalls& operator=(const FileCalls&) = delete;
  virtual ~FileCalls() = default;

  virtual int open(const char* path, int flags, unsigned mode);
  virtual ssize_t write(int file, const char* bytes, std::size_t size);  // may write less
  virtual int sync(int file);  // of a file its content, of a folder its names
  virtual int link(const char* path, const char* second_name);
  virtual int rename(const char* from, const char* to);
  virtual int unlink(const char* path);
};

}  // namespace ch08

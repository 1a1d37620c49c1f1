// traced.hpp -- Traced: a local that writes its name to a log when it is destroyed, once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/namespace.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Traced {
 public:
  Traced(std::vector<std::string>& log, std::string name) : log_(&log), name_(std::move(name)) {}
  Traced(const Traced&) = delete;
  Traced& operator=(const Traced&) = delete;
  ~Traced() { log_->push_back(name_); }

 private:
  std::vector<std::string>* log_;
  std::string name_;
};

}  // namespace async::inline ASYNC_FLAVOUR

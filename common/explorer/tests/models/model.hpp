// model.hpp -- Model: a name, and a function that the explorer runs under every schedule.
//
// Each file beside this one has the models of one piece of common/: small programs of two or three threads that do
// with it what it promises to bear, and check that it holds. The pieces are those that the runtime uses, unchanged.
#pragma once

#include "common/base/check.hpp"
#include "common/base/thread.hpp"
#include "common/explorer/cell.hpp"
#include "common/explorer/explore.hpp"

namespace async::models {

struct Model {
  const char* name;
  void (*run)();
  explorer::Bounds bounds = {};
};

// What is handed over from thread to thread: that it is read in the right order is checked at each move.
using Payload = explorer::Cell<int>;

}  // namespace async::models

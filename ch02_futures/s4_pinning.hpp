// s4_pinning.hpp -- what points into itself must not move: one that breaks, one that cannot, a coroutine.
//
// Rust moves by copying bytes, and says with Pin that a future stays. In C++ a type that must stay has no
// move constructor, and is built where it stays. A coroutine's frame never moves; what moves is its handle.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/demo/demo.hpp"
#include "common/future/async.hpp"
#include "common/future/yield_now.hpp"

namespace ch02 {

using namespace async;

struct SelfReferential {
  explicit SelfReferential(std::string text) : data(std::move(text)), self_pointer(&data) {}
  // Its move, which nobody wrote, copies the pointer as it is: that goes on pointing into the object that was
  // moved.

  [[nodiscard]] bool points_to_itself() const { return self_pointer == &data; }

  std::string data;
  const std::string* self_pointer;
};

struct PinnedSelfReferential {
  explicit PinnedSelfReferential(std::string text) : data(std::move(text)), self_pointer(&data) {}
  PinnedSelfReferential(PinnedSelfReferential&&) = delete;  // no move, and with this line no copy either

  [[nodiscard]] bool points_to_itself() const { return self_pointer == &data; }

  std::string data;
  const std::string* self_pointer;
};

// Returned without a move: it is built where the caller keeps it.
inline PinnedSelfReferential make_pinned(std::string text) { return PinnedSelfReferential(std::move(text)); }

// A local that points to another local, over an await: every coroutine may do that, so its frame must not
// move. Notes where the data is, before the await and after it.
inline Async<bool> self_referential_coroutine(std::vector<const std::string*>& addresses) {
  const std::string data = "first";
  const std::string* const self_pointer = &data;
  addresses.push_back(&data);
  co_await yield_now();
  addresses.push_back(&data);
  co_return self_pointer == &data;
}

bool pinning_demo(const demo::Options& options);

}  // namespace ch02

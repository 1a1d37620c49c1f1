// borrowed.hpp -- watch::Borrowed<T>: the value of a watch channel, while nobody can change it.
//
// Thread safety: stays in the thread that made it, which it blocks all others with: not across an await.
// Lifetime: goes before the end that made it.
#pragma once

#include <utility>

#include "common/base/locked.hpp"

namespace async::inline ASYNC_FLAVOUR::watch {

template <class T>
class [[nodiscard("the value is locked as long as this lives")]] Borrowed {
 public:
  Borrowed(typename base::Locked<T>::Guard guard, bool changed)
      : guard_(std::move(guard)), changed_(changed) {}

  const T& operator*() { return *guard_; }
  const T* operator->() { return &*guard_; }

  // Whether the receiver that borrows had not seen it before. A sender: false.
  [[nodiscard]] bool has_changed() const { return changed_; }

 private:
  typename base::Locked<T>::Guard guard_;
  bool changed_;
};

}  // namespace async::inline ASYNC_FLAVOUR::watch

// small_stack.hpp -- on_small_stack(work): runs it on a thread with a stack of 256 KiB, and waits for it.
//
// What recurses once for each of 100,000 coroutines needs several megabytes and crashes there, under a
// sanitizer too, where each call needs more.
#pragma once

#include <cstddef>
#include <pthread.h>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR {

template <class Work>
void on_small_stack(Work work) {
  constexpr std::size_t kBytes = 256 * 1024;
  pthread_attr_t attributes;
  pthread_t thread;
  ASYNC_CHECK(pthread_attr_init(&attributes) == 0, "no thread attributes");
  ASYNC_CHECK(pthread_attr_setstacksize(&attributes, kBytes) == 0, "the stack size is refused");
  const auto run = [](void* given) -> void* {
    (*static_cast<Work*>(given))();
    return nullptr;
  };
  ASYNC_CHECK(pthread_create(&thread, &attributes, run, &work) == 0, "no thread");
  ASYNC_CHECK(pthread_join(thread, nullptr) == 0, "the thread is lost");
  pthread_attr_destroy(&attributes);
}

}  // namespace async::inline ASYNC_FLAVOUR

// waiting_for.cpp -- watching over what is waited for, and the end of a process that stands still.
#include "common/demo/waiting_for.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "common/base/locked.hpp"
#include "common/base/traced.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

using Entries = base::IntrusiveList<WaitingFor::Entry>;

// Never destroyed: a stall may be reported while the process ends.
base::Locked<Entries>& entries() {
  static base::Locked<Entries>& entries = *new base::Locked<Entries>;
  return entries;
}

// An address that no other thread has: all that is needed to tell them apart.
const void* this_thread() {
  static thread_local const char mark = 0;
  return &mark;
}

[[noreturn]] void end_with(const std::string& message) {
  // Two may find out at once. The first one ends the process, the other one stays here.
  static base::Mutex& first = *new base::Mutex;
  first.lock();
  // What a demo printed without println. Not if somebody writes at this moment: that may be what stands
  // still.
  if (::ftrylockfile(stdout) == 0) {
    std::fflush(stdout);
    ::funlockfile(stdout);
  }
  std::fprintf(stderr, "stalled: %s\n", message.c_str());
  // Not exit(): whoever stands still would have to be joined first.
  std::_Exit(3);
}

}  // namespace

WaitingFor::WaitingFor(std::string what, std::chrono::nanoseconds limit)
    : entry_(std::move(what), this_thread()) {
  entries().lock()->push_back(entry_);
  try {
    watches_ = base::Thread(base::Bystander{}, [this, limit] { watch(limit); });
  } catch (...) {
    entries().lock()->remove(entry_);
    throw;
  }
}

WaitingFor::~WaitingFor() {
  over_.unpark();
  entries().lock()->remove(entry_);
}

void WaitingFor::watch(std::chrono::nanoseconds limit) {
  while (!over_.park_until(std::chrono::steady_clock::now() + limit)) {
    if (base::is_being_traced()) continue;
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
    end_with("waited " + std::to_string(milliseconds) + " ms for " + entry_.what);
  }
}

void report_stall() {
  std::string what;
  {
    auto all = entries().lock();
    for (WaitingFor::Entry* entry = all->front(); entry != nullptr; entry = all->next(*entry)) {
      bool is_innermost = true;
      for (auto* later = all->next(*entry); later != nullptr; later = all->next(*later)) {
        is_innermost = is_innermost && later->thread != entry->thread;
      }
      if (is_innermost) what += (what.empty() ? "" : ", ") + entry->what;
    }
  }
  end_with("everybody waits, nothing can happen any more" + (what.empty() ? what : "; waiting for: " + what));
}

}  // namespace async::inline ASYNC_FLAVOUR::demo

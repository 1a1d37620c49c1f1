// reactor.hpp -- Reactor: waits in epoll for many descriptors, and wakes the tasks whose descriptor is ready.
//
// It knows descriptors and wakers, nothing of tasks or threads: whoever has nothing else to do turns it. A
// worker of a runtime does while it is parked; for block_on, plain threads and chapter 3's executor a thread
// of its own does.
//
//   const auto reactor = std::make_shared<Reactor>();
//   CurrentReactor current(reactor);             // what this thread opens belongs to it
//   auto listener = TcpListener::bind(address);
//   reactor->turn(std::nullopt);                 // by hand: wakes who waits, polls nobody
//
// Edge-triggered: the system tells each change once, and the registration remembers it (readiness.hpp). So a
// task that waits again costs no system call.
//
// What happens when: wakers are called inside turn(), in its thread, and in shut_down().
// Thread safety: every function from any thread; turn() from one at a time (checked).
// Lifetime: each source keeps it alive, and so does whoever turns it. Destroyed after the last source.
// Errors: the constructor throws std::system_error; current() throws std::logic_error.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/base/thread.hpp"
#include "common/io/registration.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Reactor {
 public:
  Reactor() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), alarm_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = nullptr;  // all others point to a registration
    if (!epoll_ || !alarm_ || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, alarm_.get(), &event) != 0)
      throw std::system_error(errno, std::generic_category(),
                              "a reactor needs an epoll and an event descriptor");
  }
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;
  ~Reactor() { free_released(); }

  // The calling thread's, see CurrentReactor; else the program's.
  [[nodiscard]] static std::shared_ptr<Reactor> current();

  // Started with a thread of its own at the first use. Never destroyed: what waits for it may be as old as
  // the program.
  [[nodiscard]] static const std::shared_ptr<Reactor>& of_the_program() {
    struct Program {
      std::shared_ptr<Reactor> reactor = std::make_shared<Reactor>();
      base::Thread thread{base::Bystander{}, [turned = reactor] {
                            for (;;) turned->turn(std::nullopt);
                          }};
    };
    static const Program& program = *new Program;
    return program.reactor;
  }

  // Waits for events, a wake_up() or the timeout (real time; nullopt: as long as it takes; zero: only looks),
  // and wakes the tasks whose descriptors became ready. A signal ends it too. Returns how many events it saw.
  std::size_t turn(std::optional<std::chrono::nanoseconds> timeout) {
    // acquire and release: what one turning thread leaves behind, the next one finds.
    ASYNC_CHECK(!is_turning_.exchange(true, base::acquire), "a reactor is turned by one thread at a time");
    free_released();
    std::array<epoll_event, kEventsOfOneTurn> events;
    const std::size_t count = wait_for_events(events, timeout);
    // acquire: pairs with the release in add(): a registration is complete before an event points to it.
    (void)registered_.load(base::acquire);
    std::size_t seen = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (events[i].data.ptr == nullptr) {
        // acq_rel: pairs with the exchange in wake_up(): who turns sees what was done before any wake_up()
        // that found one pending. The event descriptor is not read: each write to it is a new edge.
        (void)has_alarm_.exchange(false, base::acq_rel);
        continue;
      }
      // SAFETY: add() alone puts pointers there, and a registration is freed by a turn that begins after its
      // removal.
      static_cast<detail::Registration*>(events[i].data.ptr)->add_event(events[i].events);
      ++seen;
    }
    is_turning_.store(false, base::release);
    return seen;
  }

  // Ends the turn that is under way, or the next one. Costs no system call if another is pending.
  void wake_up() noexcept {
    // acq_rel: see turn().
    if (has_alarm_.exchange(true, base::acq_rel)) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written =
        ::write(alarm_.get(), &one, sizeof one);  // fails after 2^64 - 1 of them
  }

  // From now on every operation of its sources gives operation_canceled. Who waits is woken in here.
  void shut_down() {
    std::vector<Waker> to_wake;
    {
      auto sources = sources_.lock();
      sources->are_shut_down = true;
      for (auto* each = sources->list.front(); each != nullptr; each = sources->list.next(*each))
        each->shut_down(to_wake);
    }
    for (auto& waker : to_wake) std::move(waker).wake();
  }

  // How many descriptors it watches.
  [[nodiscard]] std::size_t sources() const { return sources_.lock()->list.size(); }

 private:
  friend class IoSource;

  static constexpr std::size_t kEventsOfOneTurn = 256;
  static constexpr std::size_t kReleasedAtOnce = 64;

  struct Sources {
    base::IntrusiveList<detail::Registration> list;
    detail::Registration* released = nullptr;  // linked by next_released_
    std::size_t released_count = 0;
    bool are_shut_down = false;
  };

  // For IoSource, which owns what it gets until remove().
  static std::expected<detail::Registration*, std::error_code> add(std::shared_ptr<Reactor> reactor,
                                                                   base::Descriptor descriptor,
                                                                   detail::Readiness initial) {
    Reactor& self = *reactor;
    auto made = std::make_unique<detail::Registration>(std::move(descriptor), initial, std::move(reactor));
    {
      auto sources = self.sources_.lock();
      if (sources->are_shut_down) return std::unexpected(std::make_error_code(std::errc::operation_canceled));
      sources->list.push_back(*made);
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = made.get();
    (void)self.registered_.fetch_add(1, base::release);  // pairs with the acquire in turn()
    if (::epoll_ctl(self.epoll_.get(), EPOLL_CTL_ADD, made->fd(), &event) == 0) return made.release();
    const std::error_code error(errno, std::generic_category());
    self.sources_.lock()->list.remove(*made);
    return std::unexpected(error);
  }

  // Gives the descriptor back. The registration is freed by the next turn: this one may still hold an event
  // for it.
  base::Descriptor remove(detail::Registration& registration) {
    ASYNC_CHECK(!registration.has_waiters(), "a descriptor was closed while somebody waits for it");
    // Not left to close(): a child process that is about to be born may share the open file for a moment.
    (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, registration.fd(), nullptr);
    base::Descriptor descriptor = std::move(registration.descriptor_);
    bool is_time_to_free = false;
    {
      auto sources = sources_.lock();
      sources->list.remove(registration);
      registration.next_released_ = std::exchange(sources->released, &registration);
      is_time_to_free = ++sources->released_count % kReleasedAtOnce == 0;
    }
    if (is_time_to_free) wake_up();
    return descriptor;
  }

  void free_released() {
    detail::Registration* each = nullptr;
    {
      auto sources = sources_.lock();
      each = std::exchange(sources->released, nullptr);
      sources->released_count = 0;
    }
    // SAFETY: nobody owns them, and no event that epoll has not given yet points to them.
    while (each != nullptr) delete std::exchange(each, each->next_released_);
  }

  std::size_t wait_for_events(std::array<epoll_event, kEventsOfOneTurn>& events,
                              std::optional<std::chrono::nanoseconds> timeout) {
    constexpr int kMost = kEventsOfOneTurn;
    int count = -1;
    if (!timeout || timeout->count() <= 0) {
      count = ::epoll_wait(epoll_.get(), events.data(), kMost, timeout ? 0 : -1);
    } else {
      constexpr std::int64_t kSecond = 1'000'000'000;
      const timespec limit{timeout->count() / kSecond, timeout->count() % kSecond};
      count = ::epoll_pwait2(epoll_.get(), events.data(), kMost, &limit, nullptr);
      if (count < 0 &&
          (errno == ENOSYS || errno == EPERM)) {  // before Linux 5.11: whole milliseconds, never early
        const auto whole = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
        count =
            ::epoll_wait(epoll_.get(), events.data(), kMost,
                         static_cast<int>(std::min<std::int64_t>(whole, std::numeric_limits<int>::max())));
      }
    }
    ASYNC_CHECK(count >= 0 || errno == EINTR, "epoll only fails when it is interrupted by a signal");
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }

  base::Descriptor epoll_;
  base::Descriptor alarm_;
  mutable base::Locked<Sources> sources_;
  base::Atomic<bool> has_alarm_ = false;  // one was written, and not seen yet
  base::Atomic<bool> is_turning_ = false;
  base::Atomic<std::uint64_t> registered_ = 0;  // only its release and acquire matter
};

// While it lives, `reactor` is the calling thread's. nullptr: there is none, on purpose.
class CurrentReactor {
 public:
  explicit CurrentReactor(std::shared_ptr<Reactor> reactor)
      : before_(std::exchange(of_this_thread(), Slot{std::move(reactor), true})) {}
  CurrentReactor(const CurrentReactor&) = delete;
  CurrentReactor& operator=(const CurrentReactor&) = delete;
  ~CurrentReactor() { of_this_thread() = std::move(before_); }

 private:
  friend class Reactor;

  struct Slot {
    std::shared_ptr<Reactor> reactor;
    bool was_given = false;
  };
  static Slot& of_this_thread() {
    static thread_local Slot mine;
    return mine;
  }

  Slot before_;
};

inline std::shared_ptr<Reactor> Reactor::current() {
  const auto& mine = CurrentReactor::of_this_thread();
  if (mine.reactor != nullptr) return mine.reactor;
  if (mine.was_given) throw std::logic_error("this runtime has no I/O: build it with enable_io()");
  return of_the_program();
}

}  // namespace async::inline ASYNC_FLAVOUR

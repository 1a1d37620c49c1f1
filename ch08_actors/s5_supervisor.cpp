// s5_supervisor.cpp -- when each actor was heard of last, and who is too late.
#include "ch08_actors/s5_supervisor.hpp"

#include <algorithm>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "common/time/timeout.hpp"

namespace ch08 {
namespace {

using Seen = std::map<ActorType, Instant>;

// The next beat; or nothing, if `moment` comes first.
Async<std::expected<std::optional<Heartbeat>, TimedOut>> beat_before(mpsc::Receiver<Heartbeat>& receiver,
                                                                     std::optional<Instant> moment) {
  if (moment) co_return co_await timeout_at(*moment, receiver.recv());
  co_return co_await receiver.recv();
}

Seen::const_iterator oldest(const Seen& seen) {
  return std::ranges::min_element(seen, {}, [](const auto& entry) { return entry.second; });
}

const char* name_of(ActorType actor) {
  return actor == ActorType::writer ? "writer actor" : "key-value actor";
}

}  // namespace

Async<> heartbeat_actor(mpsc::Receiver<Heartbeat> receiver, mpsc::Sender<ControlMessage> router,
                        SharedSettings settings) {
  Seen seen;
  int instance = 0;  // older ones do not count
  for (;;) {
    std::optional<Instant> too_late;
    if (!seen.empty()) too_late = later(oldest(seen)->second, settings->limit);
    const auto heard = co_await beat_before(receiver, too_late);
    if (heard) {
      if (!*heard) break;
      if ((*heard)->instance < instance) continue;
      instance = (*heard)->instance;
      seen[(*heard)->actor] = now();
      continue;
    }
    const ActorType missing = oldest(seen)->first;
    settings->tell(std::string("the ") + name_of(missing) + " was not heard of in time: reset");
    seen.clear();
    ++instance;
    ControlMessage reset(std::in_place_type<Reset>, missing);
    const auto sent = co_await router.send(std::move(reset));
    if (!sent) break;
  }
}

}  // namespace ch08

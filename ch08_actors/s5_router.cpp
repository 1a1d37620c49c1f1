// s5_router.cpp -- the loop of the router, and how it replaces its actors.
#include "ch08_actors/s5_router.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "common/future/by_ref.hpp"
#include "common/future/select.hpp"
#include "common/runtime/join_set.hpp"

#include "ch08_actors/s3_router.hpp"
#include "ch08_actors/s4_key_value_actor.hpp"

namespace ch08 {
namespace {

// The key-value actor of the moment.
class Supervised {
 public:
  using Ended = JoinHandle<>::Output;

  Supervised(SharedInbox inbox, mpsc::Sender<ControlMessage> router, mpsc::Sender<Heartbeat> supervisor,
             SharedSettings settings)
      : inbox_(std::move(inbox)),
        router_(std::move(router)),
        supervisor_(std::move(supervisor)),
        settings_(std::move(settings)) {
    start();
  }
  Supervised(const Supervised&) = delete;
  Supervised& operator=(const Supervised&) = delete;
  // The router is aborted: its actor, which may stand still, must not keep the file for ever.
  ~Supervised() { task_->abort(); }

  [[nodiscard]] JoinHandle<>& task() { return *task_; }
  [[nodiscard]] const Inbox& inbox() const { return *inbox_; }

  // For an actor whose end was not awaited.
  Async<> replace() {
    task_->abort();
    const auto in_time = co_await timeout(std::chrono::seconds(1), by_ref(*task_));
    if (in_time) {
      start_again(*in_time);
      co_return;
    }
    settings_->tell("waiting for the end of the old key-value actor: it does not return from a poll");
    const auto ended = co_await *task_;
    start_again(ended);
  }

  // For one that has ended.
  void start_again(const Ended& ended) {
    tell_why(ended);
    if (settings_->tells_instance) settings_->tell("Starting key_value_actor");
    start();
  }

  void tell_why(const Ended& ended) const {
    if (ended || ended.error().is_cancelled()) return;
    settings_->tell("the key-value actor has died: " + ended.error().message());
  }

  void hear(const Heartbeat& beat) { (void)supervisor_.try_send(beat); }

 private:
  void start() {
    ++instance_;
    const Pulses pulses(pulse_of(ActorType::key_value), pulse_of(ActorType::writer));
    task_.emplace(spawn(key_value_file_actor, inbox_, settings_, pulses, instance_));
    // From now on they are watched, also if they never beat.
    hear(Heartbeat(ActorType::key_value, instance_));
    hear(Heartbeat(ActorType::writer, instance_));
  }

  [[nodiscard]] Pulse pulse_of(ActorType actor) const {
    return Pulse(settings_->beat, [router = router_, beat = Heartbeat(actor, instance_)] {
      (void)router.try_send(ControlMessage(beat));
    });
  }

  SharedInbox inbox_;
  mpsc::Sender<ControlMessage> router_;
  mpsc::Sender<Heartbeat> supervisor_;
  SharedSettings settings_;
  int instance_ = 0;
  std::optional<JoinHandle<>> task_;
};

// One request goes on, when there is one and there is room for it. Dropped, it has taken none. False: no
// more.
Async<bool> forward_one(mpsc::Receiver<RoutingMessage>& from, const mpsc::Sender<KeyValueMessage>& to) {
  auto room = co_await to.reserve();
  auto message = co_await from.recv();
  if (!message || !room) co_return false;
  std::move(*room).send(std::get<KeyValueMessage>(*std::move(message)));
  co_return true;
}

Async<> control_actor(ControlMessage message, Supervised& actor) {
  if (const auto* const beat = std::get_if<Heartbeat>(&message)) {
    actor.hear(*beat);
  } else {
    co_await actor.replace();
  }
}

// Until nobody can ask any more.
Async<> serve(mpsc::Receiver<RoutingMessage> requests, mpsc::Receiver<ControlMessage>& control,
              mpsc::Sender<KeyValueMessage> to_actor, Supervised& actor) {
  for (;;) {
    auto forward = [&] { return forward_one(requests, to_actor); };
    auto turn = co_await select_biased(control.recv(), forward);
    if (turn.index() == 0) {
      co_await control_actor(*std::get<0>(std::move(turn)), actor);
    } else if (!std::get<1>(turn)) {
      co_return;
    }
  }
}

// What was passed on is answered; by another actor, if this one dies over it.
Async<> finish(mpsc::Receiver<ControlMessage>& control, Supervised& actor) {
  for (;;) {
    auto turn = co_await select_biased(by_ref(actor.task()), control.recv());
    if (turn.index() == 1) {
      co_await control_actor(*std::get<1>(std::move(turn)), actor);
    } else if (std::get<0>(turn) || actor.inbox().is_idle()) {
      actor.tell_why(std::get<0>(turn));
      co_return;
    } else {
      actor.start_again(std::get<0>(turn));
    }
  }
}

}  // namespace

Async<> supervising_router(mpsc::Receiver<RoutingMessage> requests, mpsc::Channel<ControlMessage> control,
                           SharedSettings settings) {
  auto mailbox = mpsc::channel<KeyValueMessage>(kMailbox);
  auto beats = mpsc::channel<Heartbeat>(kMailbox);
  JoinSet<> supervisor;  // aborted with the router
  supervisor.spawn(heartbeat_actor, std::move(beats.receiver), control.sender, settings);
  Supervised actor(std::make_shared<Inbox>(std::move(mailbox.receiver)), control.sender, beats.sender,
                   settings);
  co_await serve(std::move(requests), control.receiver, std::move(mailbox.sender), actor);
  co_await finish(control.receiver, actor);
}

SupervisedStore start_supervised_store(SharedSettings settings) {
  settings->check();
  auto requests = mpsc::channel<RoutingMessage>(kMailbox);
  auto control = mpsc::channel<ControlMessage>(kMailbox);
  auto sender = control.sender;
  auto routed =
      spawn(supervising_router, std::move(requests.receiver), std::move(control), std::move(settings));
  return SupervisedStore(RunningStore(Store(std::move(requests.sender)), std::move(routed)),
                         std::move(sender));
}

}  // namespace ch08

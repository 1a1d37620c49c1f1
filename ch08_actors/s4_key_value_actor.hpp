// s4_key_value_actor.hpp -- the key-value actor on a file: nobody is answered before the writer has the change on disk.
//
// Whatever waits is taken together, and its changes go to the writer in one message: so a hundred who wait
// pay for a few syncs, and not for a hundred. A get waits in that line too: what it gives is on disk.
//
// Inbox: the requests outlive the actor. One that is aborted, or dies, leaves those that it has taken and not
// answered; the actor after it begins with them. Each is answered once (a oneshot sends once). It may be
// carried out twice, with nothing in between: to set the same value again changes nothing.
// The request that kills, or stops, each actor that takes it is given up after three tries. A change that
// fails at a later try may have been made by an earlier one: then the error is StoreError::uncertain.
//
// Thread safety: an Inbox belongs to one actor at a time; that one has ended before the next one starts.
// Lifetime: the actor ends when the Inbox's senders are gone and all is answered; its writer with it.
// Errors: StoreError to who asked; after a change that failed the file is read again before a get is
//   answered, also one that was taken together with that change.
#pragma once

#include <memory>
#include <vector>

#include "common/channel/mpsc.hpp"
#include "common/future/async.hpp"

#include "ch08_actors/s3_messages.hpp"
#include "ch08_actors/s4_pulse.hpp"
#include "ch08_actors/s4_settings.hpp"

namespace ch08 {

class Inbox {
 public:
  explicit Inbox(mpsc::Receiver<KeyValueMessage> receiver_) : receiver(std::move(receiver_)) {}

  mpsc::Receiver<KeyValueMessage> receiver;
  std::vector<KeyValueMessage> in_hand;  // taken and not answered

  [[nodiscard]] bool is_idle() const { return in_hand.empty() && receiver.is_empty(); }

  // Without waiting, as many as there are.
  void take_waiting();
  // How many of those in hand are tried now: all; or one, if it was in a try that was not finished. 0: the
  // first one has had its tries.
  [[nodiscard]] std::size_t begin();
  // Of the one that is tried now: whether a try before may have changed the file.
  [[nodiscard]] bool is_tried_again() const { return is_tried_again_; }
  // Takes the first `count` out, to be answered without another wait.
  [[nodiscard]] std::vector<KeyValueMessage> take(std::size_t count);

 private:
  static constexpr int kMostTries = 3;

  int tries_ = 0;          // of the first one in hand, in this place
  std::size_t tried_ = 0;  // so many, from the first one on, were in a try that was not finished
  bool is_tried_again_ = false;
};

using SharedInbox = std::shared_ptr<Inbox>;

struct Pulses {
  Pulses(Pulse key_value_, Pulse writer_) : key_value(std::move(key_value_)), writer(std::move(writer_)) {}
  // Nobody listens.
  explicit Pulses(Duration every) : Pulses(Pulse(every, nullptr), Pulse(every, nullptr)) {}

  Pulse key_value, writer;
};

[[nodiscard]] Async<> key_value_file_actor(SharedInbox inbox, SharedSettings settings, Pulses pulses,
                                           int instance);

}  // namespace ch08

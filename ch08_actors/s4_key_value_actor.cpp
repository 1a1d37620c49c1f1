// s4_key_value_actor.cpp -- requests in, one message to the writer, answers out.
#include "ch08_actors/s4_key_value_actor.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "common/future/selected.hpp"
#include "common/runtime/join_set.hpp"

#include "ch08_actors/s3_router.hpp"
#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/s4_writer_actor.hpp"

namespace ch08 {
namespace {

const std::string& key_of(const KeyValueMessage& message) {
  return std::visit([](const auto& any) -> const std::string& { return any.key; }, message);
}

// Its clone for the writer, if it changes anything.
std::optional<Change> change_of(const KeyValueMessage& message) {
  if (!is_utf8(key_of(message))) return std::nullopt;
  if (const auto* const set = std::get_if<SetKeyValueMessage>(&message)) return Change(set->key, set->value);
  if (const auto* const gone = std::get_if<DeleteKeyValueMessage>(&message))
    return Change(gone->key, Value());
  return std::nullopt;
}

void refuse(KeyValueMessage message, const StoreError& error) {
  std::visit([&](auto any) { (void)std::move(any.response).send(std::unexpected(error)); },
             std::move(message));
}

// Makes the writer, and asks it.
class WriterClient {
 public:
  WriterClient(const SharedSettings& settings, const Pulses& pulses, int instance)
      : WriterClient(mpsc::channel<WriterLogMessage>(kMailbox), settings, pulses, instance) {}

  Async<StoreResult<Map>> get() {
    auto [response, answer] = oneshot::channel<StoreResult<Map>>();
    WriterLogMessage message(std::in_place_type<WriterGet>, std::move(response));
    return ask(std::move(message), std::move(answer));
  }

  Async<StoreResult<void>> set(std::vector<Change> changes) {
    auto [response, answer] = oneshot::channel<StoreResult<void>>();
    WriterLogMessage message(std::in_place_type<WriterSet>, std::move(changes), std::move(response));
    return ask(std::move(message), std::move(answer));
  }

  // The writer has let go of the file when this is ready.
  Async<> end() {
    sender_.reset();
    (void)co_await task_.join_next();
  }

 private:
  WriterClient(mpsc::Channel<WriterLogMessage> channel, const SharedSettings& settings, const Pulses& pulses,
               int instance)
      : sender_(std::move(channel.sender)), pulse_(pulses.key_value) {
    task_.spawn(writer_actor, std::move(channel.receiver), settings, pulses.writer, instance);
  }

  template <class T>
  Async<StoreResult<T>> ask(WriterLogMessage message, oneshot::Receiver<StoreResult<T>> answer) {
    const auto sent = co_await sender_->send(std::move(message));
    auto answered = co_await pulse_.while_waiting_for(std::move(answer));
    if (sent && answered) co_return *std::move(answered);
    // It has died. So does this actor, as it cannot know what became of the change.
    const auto ended = co_await task_.join_next();
    throw std::runtime_error("the writer actor has died: " +
                             (ended && !*ended ? ended->error().message() : "nobody knows why"));
  }

  std::optional<mpsc::Sender<WriterLogMessage>> sender_;
  Pulse pulse_;
  JoinSet<> task_;  // aborted with its owner: the writer dies if the key-value actor does
};

// What a request hears that fails, and was in a try before: that one may have changed the file.
StoreError uncertain(const std::string& why) {
  return StoreError(StoreError::uncertain, why + "; a change may be in the file or not");
}

// Carries out the first `count` in hand, and answers them.
Async<> answer(Inbox& inbox, std::size_t count, StoreResult<Map>& map, WriterClient& writer) {
  if (!map) map = co_await writer.get();  // if it failed before, perhaps the reason is gone
  std::vector<Change> changes;
  for (std::size_t i = 0; i < count; ++i) {
    if (auto change = change_of(inbox.in_hand[i])) changes.push_back(*std::move(change));
  }
  const bool has_gets = changes.size() < count;
  StoreResult<void> written;
  if (!map) {
    written = std::unexpected(map.error());
  } else if (!changes.empty()) {
    written = co_await writer.set(std::move(changes));
    if (!written) {
      // The file decides what is there: it is read, and synced, before anybody is told, now or at the next try.
      map = std::unexpected(written.error());
      if (has_gets) map = co_await writer.get();
    }
  }

  // From here on nothing waits: an actor cannot be aborted between two answers.
  const bool again = inbox.is_tried_again();
  for (KeyValueMessage& message : inbox.take(count)) {
    const bool changes_it = !std::holds_alternative<GetKeyValueMessage>(message);
    if (!is_utf8(key_of(message))) {
      refuse(std::move(message), StoreError(StoreError::bad_key, "a key must be UTF-8"));
    } else if (changes_it && !written) {
      refuse(std::move(message), again ? uncertain(written.error().message()) : written.error());
    } else if (!changes_it && !map) {
      refuse(std::move(message), map.error());
    } else {
      answer_from(*map, std::move(message));
    }
  }
}

}  // namespace

void Inbox::take_waiting() {
  while (in_hand.size() < kMailbox) {
    auto message = receiver.try_recv();
    if (!message) break;
    in_hand.push_back(*std::move(message));
  }
}

std::size_t Inbox::begin() {
  is_tried_again_ = tried_ > 0;
  if (++tries_ > kMostTries) return 0;
  const std::size_t count = is_tried_again_ ? 1 : in_hand.size();
  tried_ = std::max(tried_, count);
  return count;
}

std::vector<KeyValueMessage> Inbox::take(std::size_t count) {
  const auto end = in_hand.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<KeyValueMessage> taken(std::make_move_iterator(in_hand.begin()), std::make_move_iterator(end));
  in_hand.erase(in_hand.begin(), end);
  tries_ = 0;
  tried_ -= std::min(tried_, count);
  return taken;
}

Async<> key_value_file_actor(SharedInbox inbox, SharedSettings settings, Pulses pulses, int instance) {
  WriterClient writer(settings, pulses, instance);
  StoreResult<Map> map = std::unexpected(StoreError(StoreError::not_opened, "not loaded yet"));
  inbox->take_waiting();  // first: if the loading kills this actor, that was a try for them
  if (inbox->in_hand.empty()) {
    map = co_await writer.get();
    if (!map) settings->tell(map.error().message());
  }
  for (;;) {
    if (inbox->in_hand.empty()) {
      auto taken =
          co_await timeout(pulses.key_value.every(), inbox->receiver.recv_many(inbox->in_hand, kMailbox));
      pulses.key_value.beat();
      if (taken && *taken == 0) break;
      if (!taken) continue;
    }
    const std::size_t count = inbox->begin();
    if (count == 0) {
      for (KeyValueMessage& message : inbox->take(1)) {
        refuse(std::move(message), uncertain("given up: the actor was replaced at each try"));
      }
      continue;
    }
    if (settings->before_work) co_await settings->before_work(ActorType::key_value);
    co_await answer(*inbox, count, map, writer);
    pulses.key_value.beat();
  }
  co_await writer.end();
}

}  // namespace ch08

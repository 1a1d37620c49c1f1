// s4_writer_actor.hpp -- the writer actor: the only one that touches data.json.
//
// Thread safety: a future, one task. The file is touched on the blocking pool.
// Lifetime: ends with its last sender. Aborted in the middle of a write, that write goes on, and keeps the
//   file locked until it is over: so the next writer opens the file after it.
// Errors: StoreError to who asked. An exception outside of the file ends the actor, and whoever asked is not
//   answered.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/channel/mpsc.hpp"
#include "common/channel/oneshot.hpp"
#include "common/future/async.hpp"

#include "ch08_actors/s3_messages.hpp"
#include "ch08_actors/s4_pulse.hpp"
#include "ch08_actors/s4_settings.hpp"

namespace ch08 {

struct Change {
  Change(std::string key_, Value value_) : key(std::move(key_)), value(std::move(value_)) {}

  std::string key;
  Value value;  // none: delete it
};

// All of them, or none: they are in the file when the answer comes.
struct WriterSet {
  WriterSet(std::vector<Change> changes_, Responder<void> response_)
      : changes(std::move(changes_)), response(std::move(response_)) {}

  std::vector<Change> changes;
  Responder<void> response;
};

// All that is in the file.
struct WriterGet {
  explicit WriterGet(Responder<Map> response_) : response(std::move(response_)) {}

  Responder<Map> response;
};

using WriterLogMessage = std::variant<WriterSet, WriterGet>;

// `instance` tells this writer from those before it.
[[nodiscard]] Async<> writer_actor(mpsc::Receiver<WriterLogMessage> receiver, SharedSettings settings,
                                   Pulse pulse, int instance);

}  // namespace ch08

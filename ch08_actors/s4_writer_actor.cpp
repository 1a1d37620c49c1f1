// s4_writer_actor.cpp -- the writer's loop, and what it sends to the blocking pool.
#include "ch08_actors/s4_writer_actor.hpp"

#include <memory>
#include <optional>

#include "common/executor/spawn_blocking.hpp"
#include "common/time/sleep.hpp"

#include "ch08_actors/s4_data_file.hpp"

namespace ch08 {
namespace {

using SharedFile = std::shared_ptr<DataFile>;

constexpr Duration kBetweenTries = std::chrono::milliseconds(10);

// A call on the blocking pool, which owns all that it uses. What it throws (no memory for the text of the
// file) is an error, for the `reason` given: an actor that died of it would die again at the next try.
template <class Job>
Async<std::invoke_result_t<Job&>> on_pool(StoreError::Reason reason, Job job) {
  auto handle = spawn_blocking(std::move(job));
  auto done = co_await handle;
  if (!done) co_return std::unexpected(StoreError(reason, "the data file: " + done.error().message()));
  co_return *std::move(done);
}

class Writer {
 public:
  Writer(SharedSettings settings, Pulse pulse) : settings_(std::move(settings)), pulse_(std::move(pulse)) {}

  Async<StoreResult<Map>> load() {
    if (file_ == nullptr) {
      auto opened = co_await open();
      if (!opened) co_return std::unexpected(opened.error());
      file_ = *std::move(opened);
    }
    auto job = [file = file_] { return file->load(); };
    auto loaded = co_await on_pool(StoreError::not_opened, std::move(job));
    if (!loaded) {
      give_up_if_in_use(loaded.error());
      co_return std::unexpected(loaded.error());
    }
    if (!loaded->told.empty()) settings_->tell(loaded->told);
    settings_->tell("Data loaded from file: " + shown_map(loaded->map));
    map_ = std::move(loaded->map);
    co_return map_;
  }

  Async<StoreResult<void>> write(std::vector<Change> changes) {
    if (file_ == nullptr) co_return std::unexpected(StoreError(StoreError::not_written, "it is not loaded"));
    auto next = std::make_shared<Map>(map_);
    for (Change& change : changes) {
      if (change.value) {
        (*next)[std::move(change.key)] = *std::move(change.value);
      } else {
        next->erase(change.key);
      }
    }
    auto job = [file = file_, next] { return file->replace(*next); };
    // Uncertain, if it throws: nobody knows how far it came.
    auto written = co_await on_pool(StoreError::uncertain, std::move(job));
    if (written) map_ = std::move(*next);
    if (!written) give_up_if_in_use(written.error());
    co_return written;
  }

 private:
  // As long as another writer has the file: one that was aborted in the middle of a write, or another
  // program.
  Async<StoreResult<SharedFile>> open() {
    const Instant start = now();
    for (bool told = false;; told = true) {
      auto job = [path = settings_->path, calls = settings_->calls] { return DataFile::open(path, calls); };
      auto opened = co_await on_pool(StoreError::not_opened, std::move(job));
      const bool waits = !opened && opened.error().reason() == StoreError::in_use;
      if (!waits || now() - start >= settings_->lock_limit) co_return opened;
      if (!told) settings_->tell(opened.error().message() + ": waiting until it lets go");
      pulse_.beat();
      co_await sleep(kBetweenTries);
    }
  }

  // Its lock is worth nothing any more: the next load takes a new one.
  void give_up_if_in_use(const StoreError& error) {
    if (error.reason() == StoreError::in_use) file_.reset();
  }

  SharedSettings settings_;
  Pulse pulse_;
  SharedFile file_;
  Map map_;
};

}  // namespace

Async<> writer_actor(mpsc::Receiver<WriterLogMessage> receiver, SharedSettings settings, Pulse pulse,
                     int instance) {
  Writer writer(settings, pulse);
  for (;;) {
    auto message = co_await timeout(pulse.every(), receiver.recv());
    pulse.beat();
    if (message && !*message) break;
    if (message) {
      if (settings->before_work) co_await settings->before_work(ActorType::writer);
      if (auto* const get = std::get_if<WriterGet>(&**message)) {
        auto map = co_await writer.load();
        (void)std::move(get->response).send(std::move(map));
      } else if (auto* const set = std::get_if<WriterSet>(&**message)) {
        auto written = co_await writer.write(std::move(set->changes));
        (void)std::move(set->response).send(std::move(written));
      }
      pulse.beat();  // not only when the next message comes: the work may have taken nearly the limit
    }
    if (settings->tells_instance) settings->tell("writer instance: " + std::to_string(instance));
  }
}

}  // namespace ch08

// s4_data_file.hpp -- DataFile: the one writer of data.json. What it has replaced survives a loss of power.
//
// To replace the file, in this order:
//   1. the new text goes into data.json.new, in the same folder, and is synced: all of it is on the disk;
//   2. the old file gets a second name, data.json.old, to go back to;
//   3. data.json.new is renamed to data.json, at one stroke: who opens it finds the old file or the new one,
//      whole;
//   4. the folder is synced: the new name is on the disk;
//   5. data.json.old goes.
// Killed at any moment, data.json is the old one or the new one; only after 4 anybody is told that it is the
// new one. If 1 to 3 fails, it is the old one. If 4 fails, the old one is put back and the folder synced again;
// if even that fails, nobody knows which of the two a loss of power leaves, and the error is `uncertain`.
// A file that cannot be understood is set aside as data.json.corrupt-1, or the next free number, and never
// written to.
//
// Whoever has a DataFile has locked data.json.lock (the data file itself is another one after each rename).
// The lock goes with the DataFile, and with the process, however that ends. The lock file stays: it is one
// file for all writers as long as nobody removes it. That is looked for before anything is read or written.
//
// Thread safety: one thread at a time. All of it blocks: it belongs on the blocking pool.
// Lifetime: shared with the call that uses it: so the lock is held until a call that nobody waits for any
//   more is over.
// Errors: StoreError: in_use, not_opened, not_written, uncertain.
#pragma once

#include <memory>
#include <string>

#include "common/base/descriptor.hpp"

#include "ch08_actors/s3_messages.hpp"
#include "ch08_actors/s4_file_calls.hpp"

namespace ch08 {

class DataFile {
 public:
  // What is in the file, and what there is to tell about that: empty, if nothing.
  struct Loaded {
    Map map;
    std::string told;
  };

  // in_use: another DataFile has it, in this process or elsewhere.
  [[nodiscard]] static StoreResult<std::shared_ptr<DataFile>> open(std::string path,
                                                                   std::shared_ptr<FileCalls> calls);
  DataFile(const DataFile&) = delete;
  DataFile& operator=(const DataFile&) = delete;

  // A missing file is an empty map, a corrupt one is set aside, and is one too. A file that is there and
  // cannot be read is an error: to begin empty would be to overwrite it.
  [[nodiscard]] StoreResult<Loaded> load();

  // in_use: somebody has removed the lock file; this DataFile is of no use any more.
  [[nodiscard]] StoreResult<void> replace(const Map& map);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  DataFile(std::string path, std::shared_ptr<FileCalls> calls, base::Descriptor lock);

  [[nodiscard]] StoreResult<void> check_lock() const;
  [[nodiscard]] StoreResult<std::string> set_aside();
  [[nodiscard]] StoreResult<void> write_new(const std::string& text);
  [[nodiscard]] StoreResult<bool> keep_old();
  [[nodiscard]] int sync(const std::string& path, int flags);
  [[nodiscard]] int sync_folder();
  [[nodiscard]] StoreResult<void> put_old_back(bool has_old, int error);

  const std::string path_, new_, old_, lock_path_, folder_;
  const std::shared_ptr<FileCalls> calls_;
  const base::Descriptor lock_;
};

}  // namespace ch08

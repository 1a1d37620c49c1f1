// s4_data_file.cpp -- the steps by which the data file is read, replaced and set aside.
#include "ch08_actors/s4_data_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include "common/io/fs.hpp"

#include "ch08_actors/s4_data_format.hpp"

namespace ch08 {
namespace {

// Of the call that failed just now.
std::string reason_of_errno() { return std::generic_category().message(errno); }

std::unexpected<StoreError> not_opened(const std::string& what) {
  return std::unexpected(StoreError(StoreError::not_opened, "cannot " + what + ": " + reason_of_errno()));
}
std::unexpected<StoreError> not_written(const std::string& what) {
  return std::unexpected(StoreError(StoreError::not_written,
                                    "cannot " + what + ": " + reason_of_errno() + "; the file is as it was"));
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

// A link is followed once: renaming would replace it, and not what it points to.
std::string followed(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const auto target = std::filesystem::weakly_canonical(path, error);
  return error ? path : target.string();
}

constexpr int kMostSetAside = 10'000;

}  // namespace

DataFile::DataFile(std::string path, std::shared_ptr<FileCalls> calls, base::Descriptor lock)
    : path_(std::move(path)),
      new_(path_ + ".new"),
      old_(path_ + ".old"),
      folder_(folder_of(path_)),
      calls_(std::move(calls)),
      lock_(std::move(lock)) {}

StoreResult<std::shared_ptr<DataFile>> DataFile::open(std::string path, std::shared_ptr<FileCalls> calls) {
  path = followed(path);
  const std::string lock_path = path + ".lock";
  base::Descriptor lock(calls->open(lock_path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, 0666));
  if (!lock) {
    return std::unexpected(
        StoreError(StoreError::not_opened, "cannot open " + lock_path + ": " + reason_of_errno() +
                                               "; the folder must be there, and allow new files"));
  }
  // An interrupted call is as good as a lock that is held: who waits tries again.
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return not_opened("lock " + lock_path);
    return std::unexpected(StoreError(StoreError::in_use, path + " is in use by another writer"));
  }
  return std::shared_ptr<DataFile>(new DataFile(std::move(path), std::move(calls), std::move(lock)));
}

StoreResult<DataFile::Loaded> DataFile::load() {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) {
    if (errno != ENOENT) return not_opened("look at " + path_);
    return Loaded{Map(), "There is no " + path_ + ". Starting with an empty map."};
  }
  if (!S_ISREG(status.st_mode)) {
    return std::unexpected(StoreError(StoreError::not_opened, path_ + " is not a regular file"));
  }
  const auto text = fs::blocking::read_whole<std::string>(path_);
  if (!text) return std::unexpected(StoreError(StoreError::not_opened, "cannot " + text.error().message()));
  auto map = from_text(*text);
  if (map) {
    // Perhaps the last writer was killed after it renamed the file, and before it synced the folder: what is
    // read now is given to others, and so must be on the disk.
    if (const auto synced = sync_folder(); !synced) return std::unexpected(synced.error());
    return Loaded{*std::move(map), ""};
  }
  const auto aside = set_aside();
  if (!aside) return std::unexpected(aside.error());
  return Loaded{Map(), path_ + " is corrupt: " + map.error() + ". It is kept as " + *aside +
                           ". Starting with an empty map."};
}

// By link and unlink, as link never overwrites: the new name was free. Killed in between, the file has both
// names, and is set aside once more at the next start.
StoreResult<std::string> DataFile::set_aside() {
  for (int number = 1; number <= kMostSetAside; ++number) {
    const std::string aside = path_ + ".corrupt-" + std::to_string(number);
    if (calls_->link(path_.c_str(), aside.c_str()) != 0) {
      if (errno == EEXIST) continue;
      return not_opened("set the corrupt " + path_ + " aside as " + aside);
    }
    if (calls_->unlink(path_.c_str()) != 0) return not_opened("take the name from the corrupt " + path_);
    if (const auto synced = sync_folder(); !synced) return not_opened("sync " + folder_);
    return aside;
  }
  return std::unexpected(StoreError(StoreError::not_opened,
                                    "cannot set the corrupt " + path_ + " aside: all of " +
                                        std::to_string(kMostSetAside) + " names are taken; remove some"));
}

StoreResult<void> DataFile::replace(const Map& map) {
  if (const auto written = write_new(to_text(map)); !written) {
    (void)calls_->unlink(new_.c_str());
    return written;
  }
  const auto has_old = keep_old();
  if (!has_old) {
    (void)calls_->unlink(new_.c_str());
    return std::unexpected(has_old.error());
  }
  if (calls_->rename(new_.c_str(), path_.c_str()) != 0) {
    const auto failed = not_written("rename " + new_ + " to " + path_);
    (void)calls_->unlink(new_.c_str());
    return failed;
  }
  if (const auto synced = sync_folder(); !synced) {
    put_old_back(*has_old);
    return synced;
  }
  if (*has_old) (void)calls_->unlink(old_.c_str());
  return {};
}

// A new file each time: after a sync that failed nobody knows what of the old content is on the disk.
StoreResult<void> DataFile::write_new(const std::string& text) {
  (void)calls_->unlink(new_.c_str());
  struct stat status{};
  const bool has_mode = ::stat(path_.c_str(), &status) == 0;
  const unsigned mode = has_mode ? status.st_mode & 0777u : 0666u;
  const base::Descriptor file(calls_->open(new_.c_str(), O_WRONLY | O_CREAT | O_EXCL, mode));
  if (!file) return not_written("open " + new_);
  // As the file that it takes the place of, whatever the umask says.
  if (has_mode && ::fchmod(file.get(), mode) != 0) return not_written("set the rights of " + new_);
  for (std::string_view left = text; !left.empty();) {
    const ssize_t count = calls_->write(file.get(), left.data(), left.size());
    if (count == 0) errno = ENOSPC;
    if (count <= 0) return not_written("write " + new_);
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  if (calls_->sync(file.get()) != 0) return not_written("sync " + new_);
  return {};
}

// False: there is no old file.
StoreResult<bool> DataFile::keep_old() {
  (void)calls_->unlink(old_.c_str());  // of a writer that was killed
  if (calls_->link(path_.c_str(), old_.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  return not_written("link " + path_ + " to " + old_);
}

StoreResult<void> DataFile::sync_folder() {
  const base::Descriptor folder(calls_->open(folder_.c_str(), O_RDONLY | O_DIRECTORY, 0));
  if (!folder || calls_->sync(folder.get()) != 0) return not_written("sync " + folder_);
  return {};
}

// The old file is what everybody sees again. What is on the disk after a loss of power now is one of the two.
void DataFile::put_old_back(bool has_old) {
  if (has_old) {
    (void)calls_->rename(old_.c_str(), path_.c_str());
  } else {
    (void)calls_->unlink(path_.c_str());
  }
}

}  // namespace ch08

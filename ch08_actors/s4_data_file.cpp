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

// Of the call that failed just now, unless another errno is given.
std::string cannot(const std::string& what, int error = errno) {
  return "cannot " + what + ": " + std::generic_category().message(error);
}
std::unexpected<StoreError> not_opened(const std::string& why) {
  return std::unexpected(StoreError(StoreError::not_opened, why));
}
std::unexpected<StoreError> not_written(const std::string& why) {
  return std::unexpected(StoreError(StoreError::not_written, why + "; the file is as it was"));
}
std::unexpected<StoreError> perhaps_written(const std::string& why) {
  return std::unexpected(StoreError(StoreError::uncertain, why));
}

constexpr int kMostSetAside = 10'000;
constexpr int kMostLinks = 40;  // as Linux

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

// What a link points to, also if that is not there yet: renaming would replace the link itself. And who comes
// by the link and who comes by the file must find the same lock.
std::string followed(const std::string& path) {
  std::filesystem::path at(path);
  std::error_code error;
  for (int links = 0; links < kMostLinks && std::filesystem::is_symlink(at, error); ++links) {
    const auto target = std::filesystem::read_symlink(at, error);
    if (error) break;
    at = at.parent_path() / target;
  }
  return at.string();
}

}  // namespace

DataFile::DataFile(std::string path, std::shared_ptr<FileCalls> calls, base::Descriptor lock)
    : path_(std::move(path)),
      new_(path_ + ".new"),
      old_(path_ + ".old"),
      lock_path_(path_ + ".lock"),
      folder_(folder_of(path_)),
      calls_(std::move(calls)),
      lock_(std::move(lock)) {}

StoreResult<std::shared_ptr<DataFile>> DataFile::open(std::string path, std::shared_ptr<FileCalls> calls) {
  path = followed(path);
  const std::string lock_path = path + ".lock";
  base::Descriptor lock(calls->open(lock_path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, 0666));
  if (!lock) {
    return not_opened(cannot("open " + lock_path) + "; the folder must be there, and allow new files");
  }
  // An interrupted call is as good as a lock that is held: who waits tries again.
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return not_opened(cannot("lock " + lock_path));
    return std::unexpected(StoreError(StoreError::in_use, path + " is in use by another writer"));
  }
  std::shared_ptr<DataFile> file(new DataFile(std::move(path), std::move(calls), std::move(lock)));
  if (const auto locked = file->check_lock(); !locked) return std::unexpected(locked.error());
  return file;
}

// Somebody may remove a lock file, taking it for what a dead program left behind. Then the next writer makes
// and locks another one, and there would be two, each of which brings back what the other one replaced.
StoreResult<void> DataFile::check_lock() const {
  struct stat mine{}, named{};
  const bool is_locked = ::fstat(lock_.get(), &mine) == 0 && ::lstat(lock_path_.c_str(), &named) == 0 &&
                         mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
  if (is_locked) return {};
  return std::unexpected(
      StoreError(StoreError::in_use, lock_path_ + " was removed: " + path_ + " may have another writer"));
}

StoreResult<DataFile::Loaded> DataFile::load() {
  if (const auto locked = check_lock(); !locked) return std::unexpected(locked.error());
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) {
    if (errno != ENOENT) return not_opened(cannot("look at " + path_));
    return Loaded{Map(), "There is no " + path_ + ". Starting with an empty map."};
  }
  if (!S_ISREG(status.st_mode)) return not_opened(path_ + " is not a regular file");
  const auto text = fs::blocking::read_whole<std::string>(path_);
  if (!text) return not_opened("cannot " + text.error().message());
  auto map = from_text(*text);
  if (map) {
    // Perhaps the last writer was killed after it renamed the file, and before it synced the folder; or the
    // file was copied here just now. What is read is given to others, and so must be on the disk.
    if (const int error = sync(path_, 0); error != 0) return not_opened(cannot("sync " + path_, error));
    if (const int error = sync_folder(); error != 0) return not_opened(cannot("sync " + folder_, error));
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
      return not_opened(cannot("set the corrupt " + path_ + " aside as " + aside));
    }
    if (calls_->unlink(path_.c_str()) != 0) return not_opened(cannot("unlink the corrupt " + path_));
    if (const int error = sync_folder(); error != 0) return not_opened(cannot("sync " + folder_, error));
    return aside;
  }
  return not_opened("cannot set the corrupt " + path_ + " aside: all of " + std::to_string(kMostSetAside) +
                    " names are taken; remove some");
}

StoreResult<void> DataFile::replace(const Map& map) {
  if (const auto locked = check_lock(); !locked) return locked;
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
    const auto failed = not_written(cannot("rename " + new_ + " to " + path_));
    (void)calls_->unlink(new_.c_str());
    return failed;
  }
  if (const int error = sync_folder(); error != 0) return put_old_back(*has_old, error);
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
  if (!file) return not_written(cannot("open " + new_));
  // As the file that it takes the place of, whatever the umask says.
  if (has_mode && ::fchmod(file.get(), mode) != 0) return not_written(cannot("set the rights of " + new_));
  for (std::string_view left = text; !left.empty();) {
    const ssize_t count = calls_->write(file.get(), left.data(), left.size());
    if (count == 0) errno = ENOSPC;
    if (count <= 0) return not_written(cannot("write " + new_));
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  if (calls_->sync(file.get()) != 0) return not_written(cannot("sync " + new_));
  return {};
}

// False: there is no old file.
StoreResult<bool> DataFile::keep_old() {
  (void)calls_->unlink(old_.c_str());  // of a writer that was killed
  if (calls_->link(path_.c_str(), old_.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  return not_written(cannot("link " + path_ + " to " + old_));
}

// The errno of what failed; 0: nothing.
int DataFile::sync(const std::string& path, int flags) {
  const base::Descriptor file(calls_->open(path.c_str(), O_RDONLY | flags, 0));
  return file && calls_->sync(file.get()) == 0 ? 0 : errno;
}

int DataFile::sync_folder() { return sync(folder_, O_DIRECTORY); }

// The old file is what everybody sees again. But a sync that failed may have brought the new name to the disk
// all the same: only a sync of the folder as it is now makes sure of the old one.
StoreResult<void> DataFile::put_old_back(bool has_old, int error) {
  const std::string why = cannot("sync " + folder_, error);
  const int answer = has_old ? calls_->rename(old_.c_str(), path_.c_str()) : calls_->unlink(path_.c_str());
  if (answer != 0)
    return perhaps_written(why + "; " + cannot("put the old file back") + "; the new one is there");
  if (sync_folder() != 0)
    return perhaps_written(why + "; the old file is there, but a loss of power may change that");
  return not_written(why);
}

}  // namespace ch08

// s4_disasters_test.cpp -- the power goes before each call of a replacement; each byte of a stored file goes wrong.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <vector>

#include "common/demo/temporary_folder.hpp"

#include "ch08_actors/s4_data_file.hpp"
#include "ch08_actors/s4_data_format.hpp"
#include "ch08_actors/tests/print_reason.hpp"

namespace ch08 {
namespace {

const Map kBefore{{"hello", bytes_of("moon")}};
const Map kAfter{{"hello", bytes_of("world")}, {"picture", {137, 80, 78, 71}}};

struct PowerIsGone {};

// A disk that keeps what was synced: of a file its content, of a folder its names. Of anything else it keeps,
// as it likes, all or a part. So does a sync that fails.
class CutDisk : public FileCalls {
 public:
  explicit CutDisk(std::string data_file) : path_(std::move(data_file)), names_{named_now()} {}

  void cut_before_call(int number) { calls_left_ = number; }
  void fail_folder_syncs(int count) { failing_syncs_ = count; }

  // What data.json may be when the power is back: whatever had the name since the folder was synced.
  [[nodiscard]] std::vector<std::optional<std::string>> left() const {
    std::vector<std::optional<std::string>> texts;
    for (const Named& named : names_) texts.push_back(left_of(named));
    return texts;
  }

  int open(const char* path, int flags, unsigned mode) override {
    goes_on();
    return FileCalls::open(path, flags, mode);
  }
  ssize_t write(int file, const char* bytes, std::size_t size) override {
    goes_on();
    unsynced_.insert(status_of(file).st_ino);
    return FileCalls::write(file, bytes, std::min<std::size_t>(size, 20));
  }
  int sync(int file) override {
    goes_on();
    const bool is_folder = S_ISDIR(status_of(file).st_mode);
    if (is_folder && failing_syncs_ > 0) {
      --failing_syncs_;
      errno = EIO;
      return -1;
    }
    if (is_folder) names_ = {named_now()};
    unsynced_.erase(status_of(file).st_ino);
    return FileCalls::sync(file);
  }
  int link(const char* path, const char* second_name) override {
    goes_on();
    return renamed(FileCalls::link(path, second_name));
  }
  int rename(const char* from, const char* to) override {
    goes_on();
    return renamed(FileCalls::rename(from, to));
  }
  int unlink(const char* path) override {
    goes_on();
    return renamed(FileCalls::unlink(path));
  }

 private:
  struct Named {
    ino_t file = 0;
    std::optional<std::string> text;
  };

  void goes_on() {
    if (calls_left_-- == 0) throw PowerIsGone();
  }
  static struct stat status_of(int file) {
    struct stat status{};
    EXPECT_EQ(::fstat(file, &status), 0);
    return status;
  }
  int renamed(int answer) {
    const int error = errno;
    names_.push_back(named_now());
    errno = error;
    return answer;
  }
  [[nodiscard]] Named named_now() const {
    struct stat status{};
    if (::stat(path_.c_str(), &status) != 0) return {};
    return {status.st_ino, demo::text_of(path_)};
  }
  [[nodiscard]] std::optional<std::string> left_of(const Named& named) const {
    if (!named.text || !unsynced_.contains(named.file)) return named.text;
    return named.text->substr(0, named.text->size() / 2);
  }

  const std::string path_;
  int calls_left_ = -1;
  int failing_syncs_ = 0;
  std::set<ino_t> unsynced_;
  std::vector<Named> names_;  // the last synced one, and those after it
};

// The answer; none, if the power goes before.
std::optional<StoreResult<void>> replace_until_cut(bool has_old, int failing_syncs, int call) {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path_of("data.json");
  if (has_old) std::ofstream(path, std::ios::binary) << to_text(kBefore);
  const auto disk = std::make_shared<CutDisk>(path);
  auto file = DataFile::open(path, disk).value();
  disk->cut_before_call(call);
  disk->fail_folder_syncs(failing_syncs);
  std::optional<StoreResult<void>> answer;
  try {
    answer = file->replace(kAfter);
  } catch (const PowerIsGone&) {
  }
  const bool may_be_old = !answer || !*answer;
  const bool may_be_new = !answer || *answer || answer->error().reason() == StoreError::uncertain;
  const auto before = has_old ? std::optional(to_text(kBefore)) : std::nullopt;
  for (const auto& text : disk->left()) {
    EXPECT_TRUE((may_be_new && text == to_text(kAfter)) || (may_be_old && text == before))
        << "cut before call " << call << (has_old ? "" : " of the first write") << ", when " << failing_syncs
        << " syncs of the folder failed: " << text.value_or("no file");
  }
  // The program alone was killed: the next one finds one of the two, and can go on.
  file.reset();
  file = DataFile::open(path, std::make_shared<FileCalls>()).value();
  const Map found = file->load().value().map;
  EXPECT_TRUE((may_be_new && found == kAfter) || (may_be_old && found == (has_old ? kBefore : Map())))
      << call;
  EXPECT_TRUE(file->replace(kAfter)) << call;
  EXPECT_FALSE(std::filesystem::exists(path + ".new") || std::filesystem::exists(path + ".old")) << call;
  return answer;
}

// Question: the power goes in the middle of a replacement. What is in data.json then, and what after an
// answer?
// Predict: between which two calls is it the old file by one name and the new one by the other? Break in
//   `CutDisk::left`.
TEST(PowerCutTest, BeforeWhicheverCall_ItIsTheOldFileOrTheNewOne_AndTheNewOneIfThatWasAnswered) {
  for (const bool has_old : {true, false}) {
    int calls = 0;
    std::optional<StoreResult<void>> answer;
    while (!(answer = replace_until_cut(has_old, 0, calls))) ASSERT_LT(++calls, 100);
    EXPECT_GT(calls, 10);
    EXPECT_TRUE(*answer);
  }
}

// Question: the folder cannot be synced after the rename. The old file gets its name back, the caller an error,
// and then the power goes. Which file is there?
// Predict: and if the second sync fails too? Break in `DataFile::put_old_back`.
TEST(PowerCutTest, TheFolderCannotBeSynced_TheAnswerSaysWhatACutLeaves) {
  for (const bool has_old : {true, false}) {
    for (const int failing : {1, 2}) {
      int calls = 0;
      std::optional<StoreResult<void>> answer;
      while (!(answer = replace_until_cut(has_old, failing, calls))) ASSERT_LT(++calls, 100);
      ASSERT_FALSE(*answer);
      EXPECT_EQ(answer->error().reason(), failing == 1 ? StoreError::not_written : StoreError::uncertain);
    }
  }
}

// Question: each byte of a stored file is changed, and it is cut at each. Which damage does the next start
// find?
// Predict: what remains of the damaged file, and under which name? Break in `DataFile::set_aside`.
TEST(DamagedFileTest, EachByteFlippedOrCutOff_IsFoundAndTheFileIsKeptAsItIs) {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path_of("data.json");
  ASSERT_TRUE(DataFile::open(path, std::make_shared<FileCalls>()).value()->replace(kAfter));
  const std::string text = demo::text_of(path);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    for (const std::string& damaged : {flipped, text.substr(0, i)}) {
      std::ofstream(path, std::ios::binary) << damaged;
      const auto loaded = DataFile::open(path, std::make_shared<FileCalls>()).value()->load().value();
      EXPECT_EQ(loaded.map, Map()) << i;
      EXPECT_NE(loaded.told.find("is corrupt"), std::string::npos) << i;
      EXPECT_EQ(demo::text_of(path + ".corrupt-1"), damaged) << i;
      std::filesystem::remove(path + ".corrupt-1");
    }
  }
}

}  // namespace
}  // namespace ch08

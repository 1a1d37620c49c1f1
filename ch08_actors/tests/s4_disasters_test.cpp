// s4_disasters_test.cpp -- the power goes before each call of a replacement; each byte of a stored file goes wrong.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sys/stat.h>

#include "common/demo/temporary_folder.hpp"

#include "ch08_actors/s4_data_file.hpp"
#include "ch08_actors/s4_data_format.hpp"

namespace ch08 {
namespace {

const Map kBefore{{"hello", bytes_of("moon")}};
const Map kAfter{{"hello", bytes_of("world")}, {"picture", {137, 80, 78, 71}}};

struct PowerIsGone {};

// A disk that keeps what was synced: of a file its content, of a folder its names. Of anything else it keeps,
// as it likes, all or a part.
class CutDisk : public FileCalls {
 public:
  explicit CutDisk(std::string data_file) : path_(std::move(data_file)), synced_name_(named_now()) {}

  void cut_before_call(int number) { calls_left_ = number; }

  // What data.json may be when the power is back: with the names as they were, or as they were synced.
  [[nodiscard]] std::array<std::optional<std::string>, 2> left() const {
    return {left_of(named_now()), left_of(synced_name_)};
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
    if (S_ISDIR(status_of(file).st_mode)) synced_name_ = named_now();
    unsynced_.erase(status_of(file).st_ino);
    return FileCalls::sync(file);
  }
  int link(const char* path, const char* second_name) override {
    goes_on();
    return FileCalls::link(path, second_name);
  }
  int rename(const char* from, const char* to) override {
    goes_on();
    return FileCalls::rename(from, to);
  }
  int unlink(const char* path) override {
    goes_on();
    return FileCalls::unlink(path);
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
  std::set<ino_t> unsynced_;
  Named synced_name_;
};

// True if it was acknowledged, which is when the power stays.
bool replace_until_cut(bool has_old, int call) {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path_of("data.json");
  if (has_old) std::ofstream(path, std::ios::binary) << to_text(kBefore);
  const auto disk = std::make_shared<CutDisk>(path);
  auto file = DataFile::open(path, disk).value();
  disk->cut_before_call(call);
  bool acknowledged = false;
  try {
    acknowledged = file->replace(kAfter).has_value();
  } catch (const PowerIsGone&) {
  }
  const auto before = has_old ? std::optional(to_text(kBefore)) : std::nullopt;
  for (const auto& text : disk->left()) {
    EXPECT_TRUE(text == to_text(kAfter) || (!acknowledged && text == before))
        << "cut before call " << call << (has_old ? "" : " of the first write") << ": "
        << text.value_or("no file");
  }
  // The program alone was killed: the next one finds one of the two, and can go on.
  file.reset();
  file = DataFile::open(path, std::make_shared<FileCalls>()).value();
  const Map found = file->load().value().map;
  EXPECT_TRUE(found == kAfter || (!acknowledged && found == (has_old ? kBefore : Map()))) << call;
  EXPECT_TRUE(file->replace(kAfter)) << call;
  EXPECT_FALSE(std::filesystem::exists(path + ".new") || std::filesystem::exists(path + ".old")) << call;
  return acknowledged;
}

// Question: the power goes in the middle of a replacement. What is in data.json then, and what after an
// answer?
// Predict: between which two calls is it the old file by one name and the new one by the other? Break in
//   `CutDisk::left`.
TEST(PowerCutTest, BeforeWhicheverCall_ItIsTheOldFileOrTheNewOne_AndTheNewOneIfThatWasAnswered) {
  for (const bool has_old : {true, false}) {
    int calls = 0;
    while (!replace_until_cut(has_old, calls)) ASSERT_LT(++calls, 100);
    EXPECT_GT(calls, 10);
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

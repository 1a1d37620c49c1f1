// demos_test.cpp -- each demo keeps its promise and prints what expected/ has; what is refused.

// The chapter's own table, in this process, so that a debugger can step from the name of a demo into it.
#define main demos_main
#include "ch06_reactive/main.cpp"
#undef main

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "common/base/descriptor.hpp"
#include "common/demo/output.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/demo/tests/demo_table.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/time/paused_clock.hpp"

const async::demo::DemoTable& async::demo::demo_table() {
  static const DemoTable table{
      .demos = kDemos,
      .main = demos_main,
      .folder = CH06_FOLDER,
      .rows = {"6.1", "6.2", "6.3", "6.4"},
  };
  return table;
}

namespace {

using async::demo::Ended;
using async::demo::run;

TEST(OptionsTest, KeysOfYourOwn_ArePressed) {
  const auto ended = run({"keyboard", "--paused", "--keys", "1s,x,Up,q"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("Desired Temp: 21.5  Heater On: true  Input: xUp\n"), std::string::npos)
      << ended.out;
}

TEST(OptionsTest, KeyThatIsNone_IsRefusedWithWhatThereIs) {
  for (const char* const demo : {"keyboard", "guard"}) {
    const auto ended = run({demo, "--keys", "Up,foo"});
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find("item 2: 'foo' is no key"), std::string::npos) << ended.err;
  }
}

TEST(OptionsTest, InteractiveWithKeysOrWithoutTime_IsRefused) {
  for (const auto& [option, value, reason] :
       {std::tuple{"--keys", "q", "leave out --keys"}, {"--paused", "", "leave out --paused"}}) {
    std::vector<std::string> words{"keyboard", "--interactive", option};
    if (*value != '\0') words.emplace_back(value);
    const auto ended = run(words);
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.err.find(reason), std::string::npos) << ended.err;
  }
}

TEST(OptionsTest, InteractiveWithoutATerminal_SaysWhatToDo) {
  const async::base::Descriptor before(::dup(STDIN_FILENO)),
      nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::dup2(nothing.get(), STDIN_FILENO);
  const auto ended = run({"keyboard", "--interactive"});
  if (before) ::dup2(before.get(), STDIN_FILENO);
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find("no keys without a terminal"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("--keys"), std::string::npos) << ended.err;
}

TEST(OptionsTest, Curve_IsWrittenToTheFileOrItIsTold) {
  const async::demo::TemporaryFolder folder;
  for (const char* const demo : {"curve", "keyboard"}) {
    const std::string path = folder.path_of(std::string(demo) + ".svg");
    const auto written = run({demo, "--paused", "--curve", path});
    EXPECT_EQ(written.code, 0) << written.err;
    EXPECT_NE(written.out.find(path), std::string::npos);
    EXPECT_TRUE(async::demo::text_of(path).starts_with("<svg ")) << path;

    const auto refused = run({demo, "--paused", "--curve", folder.path_of("no/such/folder.svg")});
    EXPECT_EQ(refused.code, 1);
    EXPECT_EQ(refused.out.empty(), demo == std::string("keyboard")) << "nobody plays for nothing";
    EXPECT_NE(refused.err.find("cannot write " + folder.path_of("no/such/folder.svg")), std::string::npos)
        << refused.err;
  }
}

TEST(OptionsTest, CountsThatCannotBe_AreRefusedWithWhatCan) {
  const auto delay = run({"curve", "--delay", "601"});
  EXPECT_EQ(delay.code, 2);
  EXPECT_NE(delay.err.find("from 0 to 600, not '601'"), std::string::npos) << delay.err;
  const auto nobody = run({"ids", "--subscriptions", "0"});
  EXPECT_EQ(nobody.code, 2);
  EXPECT_NE(nobody.err.find("from 1 to 10000000, not '0'"), std::string::npos) << nobody.err;
}

// A terminal that takes a minute for each line: meanwhile all becomes due that waits for time.
class SlowTerminal : private async::demo::Output {
 private:
  void write_line(std::string_view) override { async::blocking_sleep(std::chrono::minutes(1)); }

  async::demo::InstalledOutput installed_{*this};
};

// Question: a debugger stops the demo at a line, as long as it pleases. What can it still promise?
TEST(PaceTest, DemosThatAreHeldUp_KeepTheirPromises) {
  async::demo::Options options;  // as on a real clock: by a paused one each would be in time
  for (const auto& count : kCounts)
    options.counts.emplace_back(count.name, std::min<std::size_t>(count.preset, 1000));
  for (const auto& text : kTexts) options.texts.emplace_back(text.name, "");
  for (const auto& demo : kDemos) {
    async::PausedClock clock;
    clock.on_stall(async::demo::report_stall);
    const SlowTerminal terminal;
    EXPECT_TRUE(demo.run(options)) << demo.name;
  }
}

TEST(OptionsTest, LongestDelay_IsShown) {
  const auto ended = run({"curve", "--delay", "600"});
  EXPECT_EQ(ended.code, 0) << ended.err;
}

}  // namespace

// demo_table.cpp -- the tests that the demos of every chapter have in common.
#include "common/demo/tests/demo_table.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <ostream>
#include <sstream>
#include <string_view>

#include "common/demo/captured_lines.hpp"
#include "common/demo/tests/captured_stderr.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

void PrintTo(const Demo& demo, std::ostream* out) { *out << demo.name; }

namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

}  // namespace

Ended run(Words words) {
  words.insert(words.begin(), "as-typed");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const CapturedLines out;
  CapturedStderr err;
  const int code = demo_table().main(static_cast<int>(words.size()), argv.data());
  return {code, out.text(), err.text()};
}

namespace {

Words lines_of(const std::string& text) {
  Words lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Words sorted(Words words) {
  std::ranges::sort(words);
  return words;
}

Words arguments_of(const std::string& demo) {
  const auto& table = demo_table();
  const auto own = table.arguments_of.find(demo);
  return own != table.arguments_of.end() ? own->second : table.arguments;
}

fs::path expected_file(const std::string& demo) {
  return fs::path(demo_table().folder) / "expected" / (demo + ".txt");
}

std::string how_to_regenerate(const std::string& demo) {
  const std::string folder = fs::path(demo_table().folder).filename();
  std::string command = "./course run " + folder.substr(0, folder.find('_')) + " " + demo;
  for (const std::string& argument : arguments_of(demo)) command += " " + argument;
  return "if the demo is right and the file is old:  " + command + " > " + folder + "/expected/" + demo +
         ".txt";
}

std::string expected(const std::string& demo) {
  std::ifstream file(expected_file(demo));
  if (!file) ADD_FAILURE() << "no expected/" << demo << ".txt; " << how_to_regenerate(demo);
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}

bool is_demo(std::string_view name) {
  return std::ranges::any_of(demo_table().demos, [&](const Demo& demo) { return demo.name == name; });
}

class DemoTest : public ::testing::TestWithParam<Demo> {};

TEST_P(DemoTest, KeepsItsPromiseAndPrintsWhatIsExpected) {
  const std::string name = GetParam().name;
  Words words = arguments_of(name);
  words.insert(words.begin(), name);
  const Ended ended = run(words);
  if (const auto missing = demo_table().cannot_run.find(name); missing != demo_table().cannot_run.end()) {
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find(missing->second), std::string::npos) << ended.err;
    return;
  }
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err, "");
  if (demo_table().any_order.contains(name)) {
    EXPECT_EQ(sorted(lines_of(ended.out)), sorted(lines_of(expected(name)))) << how_to_regenerate(name);
  } else {
    EXPECT_EQ(ended.out, expected(name)) << how_to_regenerate(name);
  }
}

INSTANTIATE_TEST_SUITE_P(Demos, DemoTest,
                         ::testing::ValuesIn(demo_table().demos.begin(), demo_table().demos.end()),
                         [](const auto& demo) {
                           std::string name = demo.param.name;
                           std::ranges::replace_if(name, [](char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

TEST(DemoTableTest, List_HasALineForEachDemoAndNamesEveryRow) {
  const Ended ended = run({"--list"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err, "");
  std::set<std::string> rows;
  std::vector<std::string> names;
  for (const std::string& line : lines_of(ended.out)) {
    ASSERT_EQ(std::ranges::count(line, '\t'), 2) << line;
    std::istringstream fields(line);
    std::string of_demo, name;
    std::getline(fields, of_demo, '\t');
    std::getline(fields, name, '\t');
    names.push_back(name);
    std::istringstream separated(of_demo);
    for (std::string row; std::getline(separated, row, ',');) rows.insert(row);
  }
  EXPECT_EQ(rows, demo_table().rows);
  Words in_table;
  for (const Demo& demo : demo_table().demos) in_table.emplace_back(demo.name);
  EXPECT_EQ(names, in_table);
}

TEST(DemoTableTest, EachDemo_HasANameOfItsOwnAndASentence) {
  std::set<std::string> names{"all"};
  for (const Demo& demo : demo_table().demos) {
    const std::string_view sentence = demo.sentence;
    EXPECT_TRUE(names.insert(demo.name).second) << demo.name << " is taken";
    EXPECT_EQ(std::string_view(demo.name).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string_view::npos)
        << demo.name;
    EXPECT_FALSE(sentence.empty()) << demo.name;
    EXPECT_FALSE(sentence.ends_with('.')) << demo.name;
    EXPECT_EQ(sentence.find_first_of("\t\n"), sentence.npos) << demo.name;
  }
}

TEST(DemoTableTest, NoArgument_PrintsTheNameOfEveryDemo) {
  const Ended ended = run({});
  EXPECT_EQ(ended.code, 0);
  for (const Demo& demo : demo_table().demos) {
    EXPECT_NE(ended.out.find(std::string("  ") + demo.name + " "), std::string::npos) << demo.name;
  }
}

TEST(DemoTableTest, UnknownDemo_EndsWithTwoAndNamesThoseThereAre) {
  const Ended ended = run({"no-such-demo"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "");
  for (const Demo& demo : demo_table().demos) {
    EXPECT_NE(ended.err.find(std::string(" ") + demo.name), std::string::npos) << demo.name;
  }
}

TEST(DemoTableTest, FilesInExpected_BelongToADemoEach) {
  for (const auto& file : fs::directory_iterator(expected_file("").parent_path())) {
    EXPECT_EQ(file.path().extension(), ".txt") << file.path();
    EXPECT_TRUE(is_demo(file.path().stem().string())) << file.path();
  }
}

TEST(DemoTableTest, NamesInTheTestsTable_AreThoseOfDemos) {
  for (const std::string& name : demo_table().any_order) EXPECT_TRUE(is_demo(name)) << name;
  for (const auto& [name, arguments] : demo_table().arguments_of) EXPECT_TRUE(is_demo(name)) << name;
}

// <!-- expected/NAME.txt --> in the README, and in the next line a block with what the file has.
TEST(DemoTableTest, PrintoutsInTheReadme_AreThoseThatTheTestsCompare) {
  std::ifstream readme(fs::path(demo_table().folder) / "README.md");
  const std::string begin = "<!-- expected/";
  const std::string end = ".txt -->";
  int printouts = 0;
  for (std::string line; std::getline(readme, line);) {
    if (!line.starts_with(begin)) continue;
    ASSERT_TRUE(line.ends_with(end)) << line;
    const std::string demo = line.substr(begin.size(), line.size() - begin.size() - end.size());
    std::getline(readme, line);
    EXPECT_EQ(line, "```text") << "after the mark of " << demo;
    std::string printout;
    while (std::getline(readme, line) && line != "```") printout += line + "\n";
    EXPECT_EQ(printout, expected(demo)) << "the README shows " << demo;
    ++printouts;
  }
  EXPECT_GE(printouts, 1) << "the README shows no printout";
}

}  // namespace
}  // namespace async::inline ASYNC_FLAVOUR::demo

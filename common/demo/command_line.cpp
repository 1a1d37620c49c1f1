// command_line.cpp -- the options of a chapter's binary. The one file that includes CLI11: it compiles
// slowly.
#include "common/demo/command_line.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "common/demo/nearest.hpp"
#include "common/demo/println.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {
namespace {

constexpr const char* kNumber = "N";  // what stands for one in --help

// What was wrong, where CLI11 has no error for it.
class Misuse : public CLI::ParseError {
 public:
  explicit Misuse(std::string what)
      : ParseError("Misuse", std::move(what), CLI::ExitCodes::ArgumentMismatch) {}
};

// Stricter than CLI11's own conversion, for which 010 is 8 and which lets some numbers overflow.
template <class Number>
CLI::Validator whole_number(Number least, Number greatest) {
  return {[least, greatest](std::string& text) -> std::string {
            Number number{};
            const char* const end = text.data() + text.size();
            const auto [stopped, error] = std::from_chars(text.data(), end, number);
            if (error != std::errc() || stopped != end || number < least || number > greatest) {
              return "must be a whole number from " + std::to_string(least) + " to " +
                     std::to_string(greatest) + ", not '" + text + "'";
            }
            text = std::to_string(number);
            return {};
          },
          ""};
}

// An empty text stands for an option that is not given; an empty value is a variable of a script that nobody has set.
CLI::Validator not_empty() {
  return {[](std::string& text) { return std::string(text.empty() ? "must not be empty" : ""); }, ""};
}

template <class Number>
CLI::Option* add_number(CLI::App& app, const std::string& name, const std::string& sentence, Number& target,
                        Number least, Number greatest = std::numeric_limits<Number>::max()) {
  return app.add_option(name, target, sentence + " (" + std::to_string(target) + ")")
      ->type_name(kNumber)
      ->transform(whole_number(least, greatest))
      ->take_last();
}

void add_flag(CLI::App& app, const std::string& name, const std::string& sentence, bool& target) {
  app.add_flag(name, target, sentence)->disable_flag_override();
}

std::string meant(std::string_view word, std::span<const std::string> known) {
  const std::string_view found = nearest(word, known);
  return found.empty() ? "" : " (did you mean " + std::string(found) + "?)";
}

std::vector<std::string> names_of(std::span<const Demo> demos) {
  std::vector<std::string> names;
  for (const Demo& demo : demos) names.emplace_back(demo.name);
  names.emplace_back("all");
  return names;
}

[[noreturn]] void refuse_option(const CLI::App& app, std::string word) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  word.resize(std::min(word.find('='), word.size()));
  throw Misuse("unknown option: " + word + meant(word, known));
}

[[noreturn]] void refuse_demo(const Chapter& chapter, const std::string& word) {
  const std::vector<std::string> names = names_of(chapter.demos);
  std::string text = "unknown demo: " + word + meant(word, names) + "\nthere are:";
  for (const std::string& name : names) text += " " + name;
  throw Misuse(text);
}

// What CLI11 left over: options that nobody knows, or a second demo. After -- nothing is an option.
void refuse_rest(const CLI::App& app, const std::string& name, const std::vector<std::string>& rest) {
  for (const std::string& word : rest) {
    if (word == "--") break;
    if (word.size() > 1 && word.starts_with('-')) refuse_option(app, word);
  }
  for (const std::string& word : rest) {
    if (word != "--") throw Misuse("one demo at a time, or all: not " + name + " and " + word);
  }
}

void choose(const Chapter& chapter, const std::string& name, CommandLine& line) {
  if (line.list) throw Misuse("--list takes no demo");
  line.all = name == "all";
  for (const Demo& demo : chapter.demos) {
    if (demo.name == name) line.demo = &demo;
  }
  if (!line.all && line.demo == nullptr) refuse_demo(chapter, name);
}

std::string examples(const Chapter& chapter) {
  const std::string demo = chapter.demos.empty() ? "all" : chapter.demos.front().name;
  std::string text = "Examples:\n";
  for (const std::string& rest :
       {std::string("                       a table of the demos"), " " + demo, " " + demo + " --speed 1",
        std::string(" all --quiet && echo as promised")}) {
    text += std::string("  ") + chapter.program + rest + "\n";
  }
  return text;
}

int help(const CLI::App& app) {
  std::string text = app.help();
  text.resize(text.find_last_not_of('\n') + 1);
  print_line(text);
  return 0;
}

// Says what is wrong. An ArgumentMismatch begins with the option's name, and is hard to read from there on.
int complain(const CLI::App& app, const CLI::ParseError& error) {
  std::string text = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const std::string name =
        "--" + text.substr(0, text.find_first_of(": ")).substr(text.starts_with("--") ? 2 : 0);
    const CLI::Option* const option = app.get_option_no_throw(name);
    const bool is_flag = option != nullptr && option->get_expected_max() == 0;
    if (option != nullptr) {
      const bool is_number = option->get_type_name() == kNumber;
      text = name + (is_flag ? " takes no value" : is_number ? " needs a number" : " needs a value");
    }
  }
  const std::string program = app.get_name();
  std::fprintf(stderr, "%s: %s\ntry: %s --help\n", program.c_str(), text.c_str(), program.c_str());
  return 2;
}

bool stdout_has_color() {
  const char* const unwanted = std::getenv("NO_COLOR");
  return current_output().is_terminal() && (unwanted == nullptr || *unwanted == '\0');
}

void add_options(CLI::App& app, const Chapter& chapter, CommandLine& line, bool& no_color) {
  Options& options = line.options;
  add_flag(app, "--list", "a line for each demo: rows, name and sentence, with tabs between", line.list);
  add_number(app, "--speed", "divide all waits by N; 1 is the book's own pace, over 100 is no promise",
             options.speed, 1, 1'000);
  add_flag(app, "--paused", "wait for nothing: the clock jumps, durations are exact", options.paused);
  add_number<std::uint64_t>(app, "--seed", "what the demo leaves to chance begins with N", options.seed, 0);
  add_flag(app, "--quiet", "print nothing: the exit code says whether all was as promised", options.quiet);
  add_flag(app, "--when", "the time in seconds and the thread before each line", options.when);
  add_flag(app, "--interactive", "wait for your keys and signals: do not send them", options.interactive);
  add_flag(app, "--placeholders", "print <ms> and the like where runs differ", options.placeholders);
  add_flag(app, "--no-color", "no colors, as with NO_COLOR; there are none but on a terminal", no_color);
  // All of them first: CLI11 keeps pointers to the numbers.
  for (const CountOption& count : chapter.counts) options.counts.emplace_back(count.name, count.preset);
  for (std::size_t i = 0; i < chapter.counts.size(); ++i) {
    const CountOption& count = chapter.counts[i];
    add_number(app, std::string("--") + count.name, count.sentence, options.counts[i].second, count.least,
               count.greatest);
  }
  for (const TextOption& text : chapter.texts) options.texts.emplace_back(text.name, std::string());
  for (std::size_t i = 0; i < chapter.texts.size(); ++i) {
    const TextOption& text = chapter.texts[i];
    app.add_option(std::string("--") + text.name, options.texts[i].second, text.sentence)
        ->type_name(text.type)
        ->check(not_empty())
        ->take_last();
  }
  app.set_version_flag("--version", std::string(chapter.program) + " " + ASYNC_CPP_VERSION, "the version");
  app.set_help_flag("-h,--help", "this");
}

}  // namespace

std::expected<CommandLine, int> read_command_line(const Chapter& chapter, int argc, const char* const* argv) {
  CommandLine line;
  std::string name;
  bool no_color = false;

  CLI::App app(std::string(chapter.program) + " -- " + chapter.title, chapter.program);
  app.allow_extras();  // told by refuse_rest, with the word that was meant
  app.footer(examples(chapter));
  app.get_formatter()->column_width(24);
  const CLI::Option* const named =
      app.add_option("DEMO", name, "the demo to run, or all; none: a table of them")->type_name("");
  add_options(app, chapter, line, no_color);

  try {
    // CLI11 takes them from the end. argc is 0 where a program is started without even a name.
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    std::ranges::reverse(words);
    app.parse(words);
    refuse_rest(app, name, app.remaining());
    if (line.options.paused && app.count("--speed") > 0) {
      throw Misuse("--paused waits for nothing: it takes no --speed");
    }
    if (named->count() > 0) choose(chapter, name, line);
  } catch (const CLI::CallForVersion& version) {
    print_line(version.what());
    return std::unexpected(0);
  } catch (const CLI::ParseError& error) {
    return std::unexpected(app.get_help_ptr()->count() > 0 ? help(app) : complain(app, error));
  }
  if (line.options.paused) line.options.speed = 1;
  line.options.color = !no_color && stdout_has_color();
  return line;
}

}  // namespace async::inline ASYNC_FLAVOUR::demo

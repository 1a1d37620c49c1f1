// options.cpp -- reading the command line.
#include "ch10_std_server/options.hpp"

#include <algorithm>
#include <sys/resource.h>
#include <utility>

namespace ch10 {

std::optional<int> Options::parse(int argc, const char* const* argv) const {
  const std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--help" || word == "-h") {
      print_help();
      return 0;
    }
    if (word == "--version") {
      std::printf("%s %s\n", program_.c_str(), ASYNC_CPP_VERSION);
      return 0;
    }
    const auto equals = word.find('=');
    const std::string name(word.substr(0, equals));
    const auto option = std::ranges::find(options_, name, &Option::name);
    if (option == options_.end()) return misuse("unknown option: " + std::string(word));
    std::string_view value;
    if (option->value.empty()) {
      if (equals != word.npos) return misuse(name + " takes no value");
    } else if (equals != word.npos) {
      value = word.substr(equals + 1);
    } else if (++i < words.size()) {
      value = words[i];
    } else {
      return misuse(name + " needs a value: " + option->value);
    }
    if (const std::string wrong = option->set(value); !wrong.empty()) {
      return misuse(name + " " + wrong + ", not '" + std::string(value) + "'");
    }
  }
  return std::nullopt;
}

void Options::print_help() const {
  std::printf("%s -- %s\n\nusage: %s %s\n\n", program_.c_str(), purpose_.c_str(), program_.c_str(),
              usage_.c_str());
  const auto line = [](const std::string& left, const std::string& help) {
    std::printf("  %-28s %s\n", left.c_str(), help.c_str());
  };
  for (const Option& option : options_) {
    line(option.value.empty() ? option.name : option.name + " " + option.value, option.help);
  }
  line("--help", "this");
  line("--version", "the version");
}

int Options::misuse(const std::string& what) const {
  std::fprintf(stderr, "%s: %s\ntry: %s --help\n", program_.c_str(), what.c_str(), program_.c_str());
  return 2;
}

std::size_t raise_descriptor_limit(std::size_t wanted, std::string_view what_for) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) < 0) limit.rlim_cur = before;
  }
  if (limit.rlim_cur < wanted) {
    std::fprintf(stderr,
                 "warning: %s may need %zu open files, and this process may have %zu (see: ulimit -Hn)\n",
                 std::string(what_for).c_str(), wanted, static_cast<std::size_t>(limit.rlim_cur));
  }
  return limit.rlim_cur;
}

}  // namespace ch10

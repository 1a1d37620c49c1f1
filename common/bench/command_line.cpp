// command_line.cpp -- the options of bench, what each may be, and the help.
#include "common/bench/command_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace async::inline ASYNC_FLAVOUR::bench {
namespace {

struct Option {
  const char* name;
  std::uint64_t Options::* number;
  std::uint64_t least;
  std::uint64_t greatest;
  bool is_for_all;  // else the workload says that it takes it
  const char* help;
};

constexpr std::array kOptions = {
    Option{"--n", &Options::n, 1, 1'000'000'000, true, "how many operations; default: the workload's"},
    Option{"--threads", &Options::threads, 1, 1024, true,
           "worker threads of the runtime; default 1 (mpmc_unbounded_threads: producers + consumers)"},
    Option{"--tasks", &Options::tasks, 1, 1'000'000, false, "that share the yields; default 1000"},
    Option{"--pairs", &Options::pairs, 1, 1'000'000, false,
           "of tasks, that share the round trips; default 100"},
    Option{"--producers", &Options::producers, 1, 512, false, "that share the messages; default 1"},
    Option{"--consumers", &Options::consumers, 1, 512, false, "default 1"},
    Option{"--capacity", &Options::capacity, 1, 1'000'000'000, false, "of the channel; default 128"},
};

[[noreturn]] void help(std::span<const Workload> workloads) {
  std::printf(
      "bench -- one fixed amount of asynchronous work, timed, its result checked; prints one line of JSON\n"
      "\n"
      "usage: bench WORKLOAD [options]\n"
      "\n");
  for (const Workload& workload : workloads) {
    std::printf("  %-22s  %s", workload.name, workload.sentence);
    if (workload.default_n != 0) std::printf(" (%llu)", static_cast<unsigned long long>(workload.default_n));
    std::printf("\n");
  }
  std::printf("\noptions:\n");
  for (const Option& option : kOptions) std::printf("  %-12s N  %s\n", option.name, option.help);
  std::printf("  %-12s X  ignored: the name that other programs want to have here\n", "--peer");
  std::printf("\nexit codes: 0 done, 1 the system refused something, 2 a wrong result, 64 bad usage\n");
  end_output();
  std::exit(0);
}

const Workload& find_workload(std::span<const Workload> workloads, std::string_view name) {
  const auto found = std::ranges::find(workloads, name, &Workload::name);
  if (found != workloads.end()) return *found;
  std::string known;
  for (const Workload& workload : workloads) known += std::string(known.empty() ? "" : ", ") + workload.name;
  refuse("the first word is a workload, one of: " + known);
}

std::string options_of(const Workload& workload) {
  std::string names = "--n, --threads, --peer";
  for (const Option& option : kOptions) {
    if (!option.is_for_all && std::string_view(workload.options).contains(option.name)) {
      names += std::string(", ") + option.name;
    }
  }
  return names;
}

const Option& find_option(const Workload& workload, std::string_view name) {
  const auto found = std::ranges::find(kOptions, name, &Option::name);
  const bool is_known = found != kOptions.end() &&
                        (found->is_for_all || std::string_view(workload.options).contains(found->name));
  if (is_known) return *found;
  refuse("not an option of " + std::string(workload.name) + ": " + std::string(name) + "; it takes " +
         options_of(workload));
}

std::uint64_t read_number(const Option& option, std::uint64_t least, std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= least &&
      number <= option.greatest) {
    return number;
  }
  refuse(std::string(option.name) + " is a number from " + std::to_string(least) + " to " +
         std::to_string(option.greatest) + ", not '" + std::string(text) + "'");
}

}  // namespace

CommandLine read_command_line(std::span<const Workload> workloads, int argc, const char* const* argv) {
  const std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);
  if (std::ranges::find(words, "--help") != words.end()) help(workloads);
  const Workload& workload = find_workload(workloads, words.empty() ? "" : words.front());
  CommandLine read{.workload = &workload, .options = {}};
  read.options.n = workload.default_n;
  for (std::size_t i = 1; i < words.size(); i += 2) {
    const bool is_peer = words[i] == "--peer";
    const Option* const option = is_peer ? nullptr : &find_option(workload, words[i]);
    if (i + 1 == words.size()) refuse(std::string(words[i]) + " needs a value after it");
    if (is_peer) continue;
    // What has no use for --n is given 0 by those who give it always.
    const bool may_be_0 = option->number == &Options::n && workload.default_n == 0;
    const std::uint64_t least = may_be_0 ? 0 : option->least;
    read.options.*option->number = read_number(*option, least, words[i + 1]);
  }
  if (read.options.threads == 0) {
    const bool has_no_runtime = workload.run == mpmc_unbounded_threads;
    read.options.threads = has_no_runtime ? read.options.producers + read.options.consumers : 1;
  }
  return read;
}

}  // namespace async::inline ASYNC_FLAVOUR::bench

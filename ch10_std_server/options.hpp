// options.hpp -- the command lines of the server and the client, read by hand: this chapter needs no package.
//
//   Options options("ch10_server", "answers every message after a second");
//   options.number<std::uint16_t>("--port", "N", "the port", server.port, 0);
//   if (const auto code = options.parse(argc, argv)) return *code;
//
// Both `--port 7878` and `--port=7878` are read. --help and --version are known without saying so.
// Errors: one line on stderr that says what is allowed, and a hint at --help; exit code 2.
#pragma once

#include <charconv>
#include <cstdio>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ch10 {

class Options {
 public:
  Options(std::string program, std::string purpose, std::string usage = "[options]")
      : program_(std::move(program)), purpose_(std::move(purpose)), usage_(std::move(usage)) {}

  void flag(std::string name, std::string help, bool& target) {
    add({std::move(name), "", std::move(help), [&target](std::string_view) {
           target = true;
           return std::string();
         }});
  }

  void text(std::string name, std::string value, std::string help, std::string& target) {
    add({std::move(name), std::move(value), std::move(help), [&target](std::string_view given) {
           target = given;
           return std::string(given.empty() ? "must not be empty" : "");
         }});
  }

  template <class Number>
  void number(std::string name, std::string value, std::string help, Number& target, Number least,
              Number greatest = std::numeric_limits<Number>::max()) {
    add({std::move(name), std::move(value), std::move(help),
         [&target, least, greatest](std::string_view given) {
           Number parsed{};
           const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), parsed);
           if (error != std::errc() || end != given.data() + given.size() || parsed < least ||
               parsed > greatest) {
             return "must be a number from " + std::to_string(least) + " to " + std::to_string(greatest);
           }
           target = parsed;
           return std::string();
         }});
  }

  // `choose` says whether it knows the word; `allowed` is what to say if not.
  void choice(std::string name, std::string allowed, std::string help,
              std::function<bool(std::string_view)> choose) {
    add({std::move(name), allowed, std::move(help), [allowed, choose](std::string_view given) {
           return choose(given) ? std::string() : "must be one of " + allowed;
         }});
  }

  // An exit code, if the program is to end here.
  [[nodiscard]] std::optional<int> parse(int argc, const char* const* argv) const;

 private:
  struct Option {
    std::string name;
    std::string value;  // its placeholder in the help; empty: a flag
    std::string help;
    std::function<std::string(std::string_view)> set;  // what is wrong with the value, or nothing
  };

  void add(Option option) { options_.push_back(std::move(option)); }
  void print_help() const;
  [[nodiscard]] int misuse(const std::string& what) const;

  std::string program_;
  std::string purpose_;
  std::string usage_;
  std::vector<Option> options_;
};

// Lets this process open as many files as the system allows it; returns how many that are. Tells on stderr if
// these are fewer than `wanted`.
std::size_t raise_descriptor_limit(std::size_t wanted, std::string_view what_for);

}  // namespace ch10

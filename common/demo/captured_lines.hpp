// captured_lines.hpp -- CapturedLines: keeps what is printed while it lives, in place of stdout.
//
//   CapturedLines printed;
//   coffee();
//   EXPECT_EQ(printed.lines(), ...);
//
// Thread safety: any thread prints and any thread looks. Lifetime: as InstalledOutput.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/locked.hpp"
#include "common/demo/output.hpp"

namespace async::inline ASYNC_FLAVOUR::demo {

class CapturedLines : private Output {
 public:
  CapturedLines() : installed_(*this) {}

  [[nodiscard]] std::vector<std::string> lines() const { return *lines_.lock(); }

  // As it would stand in a file: each line with its end.
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const std::string& line : *lines_.lock()) text += line + '\n';
    return text;
  }

 private:
  void write_line(std::string_view line) override { lines_.lock()->emplace_back(line); }

  mutable base::Locked<std::vector<std::string>> lines_;
  InstalledOutput installed_;  // last: nothing comes any more when the lines go
};

}  // namespace async::inline ASYNC_FLAVOUR::demo

// store_fixture.hpp -- a store on a file in a folder of its own, whose disk and whose telling a test can look into.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "common/base/locked.hpp"
#include "common/demo/temporary_folder.hpp"
#include "common/runtime/run_async_main.hpp"

#include "ch08_actors/s4_settings.hpp"
#include "ch08_actors/tests/scripted_calls.hpp"

namespace ch08 {

inline constexpr auto kOneThread = RuntimeFlavor::current_thread;

class StoreOnFileTest : public ::testing::Test {
 protected:
  StoreOnFileTest() {
    settings_->calls = calls_;
    settings_->tell = [this](const std::string& line) { told_.lock()->push_back(line); };
  }

  [[nodiscard]] std::string text() const { return demo::text_of(settings_->path); }
  // How many lines there were with this in it.
  [[nodiscard]] std::size_t told(const std::string& part) {
    return static_cast<std::size_t>(
        std::ranges::count_if(*told_.lock(), [&](const auto& line) { return line.find(part) != line.npos; }));
  }

  demo::TemporaryFolder folder_;
  base::Locked<std::vector<std::string>> told_;
  std::shared_ptr<ScriptedCalls> calls_ = std::make_shared<ScriptedCalls>();
  std::shared_ptr<StoreSettings> settings_ = std::make_shared<StoreSettings>(folder_.path_of("data.json"));
};

}  // namespace ch08

// s4_demo_store.hpp -- what the demos of 8.4 and 8.5 share: a folder, settings that print, a request whose error prints.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/demo/demo.hpp"
#include "common/demo/println.hpp"
#include "common/demo/temporary_folder.hpp"

#include "ch08_actors/s3_store.hpp"
#include "ch08_actors/s4_settings.hpp"

namespace ch08 {

// A file named data.json in a folder that goes with it.
class DemoFolder {
 public:
  [[nodiscard]] std::string data_file() const { return folder_.path_of("data.json"); }
  [[nodiscard]] const demo::TemporaryFolder& folder() const { return folder_; }

  // What there is to tell is printed, with the names of files as they are called in the folder. The disk does
  // not go by the demo's clock: so what limits it is not divided by --speed.
  [[nodiscard]] std::shared_ptr<StoreSettings> settings(const demo::Options& options) const {
    auto made = std::make_shared<StoreSettings>(data_file());
    made->limit *= options.speed;
    made->lock_limit *= options.speed;
    made->tell = [here = folder_.path().string() + "/"](const std::string& line) {
      demo::println(without(line, here));
    };
    return made;
  }
  [[nodiscard]] std::string in_folder(const std::string& line) const {
    return without(line, folder_.path().string() + "/");
  }

 private:
  static std::string without(std::string line, const std::string& part) {
    for (auto at = line.find(part); at != line.npos; at = line.find(part)) line.erase(at, part.size());
    return line;
  }

  demo::TemporaryFolder folder_;
};

// Errors: std::runtime_error; run_demos prints it and ends with exit code 1.
template <class T>
T stored_or_throw(StoreResult<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace ch08

// print_reason.hpp -- how GoogleTest prints a StoreError's reason: by its name. (By itself it takes it for a character.)
#pragma once

#include <array>
#include <cstddef>
#include <ostream>

#include "ch08_actors/s3_messages.hpp"

namespace ch08 {

inline void PrintTo(StoreError::Reason reason, std::ostream* out) {
  constexpr std::array kNames{"closed", "bad_key", "not_opened", "in_use", "not_written", "uncertain"};
  *out << kNames.at(static_cast<std::size_t>(reason));
}

}  // namespace ch08

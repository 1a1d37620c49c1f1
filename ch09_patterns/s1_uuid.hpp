// s1_uuid.hpp -- new_uuid: a name that nothing else has: 122 bits of chance, as a UUID of version 4.
//
// Thread safety: any thread. Errors: std::runtime_error if the system has no chance to give.
#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace ch09 {

// Such as e2a2f3e1-2a77-432c-b0b8-923483ae637f. The 4 says "by chance", and the digit behind the third
// hyphen, one of 8, 9, a and b, which rules the form follows (RFC 9562).
[[nodiscard]] inline std::string new_uuid() {
  std::random_device chance;
  std::string uuid = "xxxxxxxx-xxxx-4xxx-Vxxx-xxxxxxxxxxxx";
  for (char& place : uuid) {
    const std::size_t digit = chance() % 16;
    if (place == 'x') place = "0123456789abcdef"[digit];
    if (place == 'V') place = "89ab"[digit % 4];
  }
  return uuid;
}

}  // namespace ch09

// small_rng.hpp -- SmallRng: numbers that look like chance, and are the same on every machine for one seed.
//
// The standard's engines are the same everywhere too, but its distributions are not, and the demos print
// totals. The method is SplitMix64 (Steele, Lea and Flood, 2014): a counter, and a function that mixes its
// bits. For demos and tests, not for secrets.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>

namespace ch05 {

class SmallRng {
 public:
  explicit SmallRng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t bits = state_ += 0x9e3779b97f4a7c15;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
  }

  // 0 to `greatest`, each as likely as any other, but for one part in 2^60.
  int up_to(int greatest) { return static_cast<int>(next() % (static_cast<std::uint64_t>(greatest) + 1)); }

  // Any number of 32 bits.
  std::int32_t number() { return static_cast<std::int32_t>(next() >> 32); }

 private:
  std::uint64_t state_;
};

}  // namespace ch05

// s4_kill_load.hpp -- KillLoad: a program that writes is killed at a random moment, and what it was promised is looked for.
//
// The program (s4_load_main.cpp) has eight clients. Client c makes its changes one after the other: number n
// sets key c to n, and each fourth deletes it. It says "c n" on stdout once change n is acknowledged. So
// after the kill key c must be as change n left it, the last one that was said; or as change n + 1 did, which
// was perhaps on its way.
//
// Thread safety: one thread; it blocks, by real time: the moments are meant to be random.
// Errors: a text: a change that is lost, a file that is corrupt, a program that cannot be started or that
//   fails.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <random>
#include <string>

#include "ch08_actors/s3_messages.hpp"

namespace ch08 {

class KillLoad {
 public:
  static constexpr std::size_t kClients = 8;

  KillLoad(std::string program, std::string data_file, std::uint64_t seed)
      : program_(std::move(program)), path_(std::move(data_file)), random_(seed) {}

  // What change n leaves under its client's key.
  [[nodiscard]] static Value after_change(std::uint64_t n);
  [[nodiscard]] static std::string key_of(std::size_t client) { return "client " + std::to_string(client); }

  // Starts it, kills it, looks.
  [[nodiscard]] std::expected<void, std::string> once();

  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::size_t lost() const { return lost_; }

 private:
  // The last change of each client that was acknowledged; 0: none in this round.
  using Last = std::array<std::uint64_t, kClients>;

  [[nodiscard]] std::expected<Last, std::string> run_and_kill();
  [[nodiscard]] std::expected<void, std::string> look_for(const Last& last);
  // Whose line it was; nobody's, if it is not as it should be.
  std::optional<std::size_t> take_line(const std::string& line, Last& last);

  const std::string program_, path_;
  std::mt19937_64 random_;
  std::chrono::steady_clock::duration write_time_{};  // as measured last
  std::uint64_t next_ = 1;                            // the first change of the next round, for all clients
  std::array<Value, kClients> found_ = {};
  std::size_t acknowledged_ = 0, lost_ = 0;
};

}  // namespace ch08

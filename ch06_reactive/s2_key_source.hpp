// s2_key_source.hpp -- KeySource: where keys come from: a script, or a terminal.
//
// Thread safety: next from one thread; stop from any, also before next.
// Errors: a terminal that hangs up has no more keys.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/atomic.hpp"
#include "common/base/descriptor.hpp"
#include "common/sync/notify.hpp"

#include "ch06_reactive/s1_room.hpp"
#include "ch06_reactive/s2_key.hpp"
#include "ch06_reactive/s2_raw_terminal.hpp"

namespace ch06 {

class KeySource {
 public:
  KeySource() = default;
  KeySource(const KeySource&) = delete;
  KeySource& operator=(const KeySource&) = delete;
  virtual ~KeySource() = default;

  // Blocks its thread until a key is pressed. Nothing: there are no more, or it was stopped.
  virtual std::optional<Key> next() = 0;

  // next() ends soon, and from then on at once.
  virtual void stop() noexcept = 0;
};

// Plays a script, by the clock of the thread that calls next().
class ScriptedKeys : public KeySource {
 public:
  explicit ScriptedKeys(std::vector<Play> plays) : plays_(std::move(plays)) {}

  std::optional<Key> next() override;
  void stop() noexcept override;

 private:
  const std::vector<Play> plays_;
  std::size_t played_ = 0;
  base::Atomic<bool> is_stopped_ = false;
  Notify stopped_;
};

// Reads a terminal, which is raw as long as this lives.
class TerminalKeys : public KeySource {
 public:
  // Errors: a text that says what to do, if the descriptor is no terminal. It stays the caller's.
  [[nodiscard]] static std::expected<std::unique_ptr<KeySource>, std::string> open(int descriptor);

  std::optional<Key> next() override;
  void stop() noexcept override;

 private:
  TerminalKeys(int descriptor, base::Descriptor stopped, std::unique_ptr<RawTerminal> raw);

  enum class Input { some, pause, over };
  Input wait() const;
  bool read_some();

  const int descriptor_;
  const base::Descriptor stopped_;  // an eventfd
  const std::unique_ptr<RawTerminal> raw_;
  KeyDecoder decoder_;
  std::array<char, 64> read_{};
  std::size_t first_ = 0, last_ = 0;  // of what was read and not looked at yet
};

}  // namespace ch06

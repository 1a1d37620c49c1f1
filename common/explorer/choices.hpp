// choices.hpp -- Choices: who decides where more than one thing can happen: all answers in turn, or drawn ones.
//
// An execution asks; the same answers give the same execution. EveryChoice gives, from one execution to the next,
// every sequence of answers once (a depth-first walk through the tree of questions). RandomChoices draws them from a
// seed. Both can be asked again for the same: by the ordinal of the sequence, or by the seed.
//
// Thread safety: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace async::explorer {

enum class Question : std::uint8_t {
  preempt,  // 0: the thread goes on. Else another one runs first.
  next,     // the thread cannot go on: who runs?
  message,  // which value does a load read? 0: the newest. Else so many older.
  waiter,   // which of those that wait is woken?
};

class Choices {
 public:
  Choices() = default;
  Choices(const Choices&) = delete;
  Choices& operator=(const Choices&) = delete;
  virtual ~Choices() = default;

  // From 0 to options - 1; there are at least two.
  virtual std::size_t answer(Question question, std::size_t options) = 0;
};

class EveryChoice final : public Choices {
 public:
  std::size_t answer(Question question, std::size_t options) override;

  // To be called after an execution. False: that was the last one.
  bool next();
  // The same answers once more.
  void again() { asked_ = 0; }

 private:
  struct Answer {
    std::uint16_t taken, options;
  };
  std::vector<Answer> path_;
  std::size_t asked_ = 0;
};

class RandomChoices final : public Choices {
 public:
  // Each seed has its own inclination to switch and to read old values: some faults need many switches, some few.
  explicit RandomChoices(std::uint64_t seed);

  std::size_t answer(Question question, std::size_t options) override;

 private:
  std::uint64_t draw();

  std::uint64_t state_;
  std::uint64_t switches_of_16_, old_of_16_;
};

}  // namespace async::explorer

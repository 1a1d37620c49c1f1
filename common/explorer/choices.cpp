// choices.cpp -- the walk through all answers, and the drawn ones.
#include "common/explorer/choices.hpp"

#include "common/explorer/execution.hpp"

namespace async::explorer {

std::size_t EveryChoice::answer(Question, std::size_t options) {
  if (asked_ == path_.size()) path_.push_back({0, static_cast<std::uint16_t>(options)});
  const Answer& given = path_[asked_++];
  if (given.options != options) {
    check_failed("the same question after the same answers",
                 "the model depends on something that is not a choice", __FILE__, __LINE__);
  }
  return given.taken;
}

bool EveryChoice::next() {
  asked_ = 0;
  while (!path_.empty() && path_.back().taken + 1 == path_.back().options) path_.pop_back();
  if (path_.empty()) return false;
  ++path_.back().taken;
  return true;
}

RandomChoices::RandomChoices(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {
  constexpr std::uint64_t kSwitches[] = {1, 2, 4, 8};
  constexpr std::uint64_t kOld[] = {0, 2, 8};
  switches_of_16_ = kSwitches[draw() % 4];
  old_of_16_ = kOld[draw() % 3];
}

// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
std::uint64_t RandomChoices::draw() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

std::size_t RandomChoices::answer(Question question, std::size_t options) {
  if (question == Question::preempt && draw() % 16 >= switches_of_16_) return 0;
  if (question == Question::message && draw() % 16 >= old_of_16_) return 0;
  if (question == Question::preempt || question == Question::message) return 1 + draw() % (options - 1);
  return draw() % options;
}

}  // namespace async::explorer

// s3_greeting.hpp -- the decorator without async: it is what it wraps, and a little more.
//
// A trait in Rust, a concept here: whoever takes a Greeting takes a decorated one too, and is not changed.
#pragma once

#include <concepts>
#include <string>
#include <utility>

namespace ch09 {

template <class G>
concept Greeting = requires(const G& greeting) {
  { greeting.greet() } -> std::same_as<std::string>;
};

struct HelloWorld {
  [[nodiscard]] std::string greet() const { return "Hello, World!"; }
};

template <Greeting Inner>
class ExcitedGreeting {
 public:
  ExcitedGreeting() = default;
  explicit ExcitedGreeting(Inner inner) : inner_(std::move(inner)) {}

  [[nodiscard]] std::string greet() const { return inner_.greet() + " I'm so excited to be in C++!"; }

 private:
  Inner inner_;
};

}  // namespace ch09

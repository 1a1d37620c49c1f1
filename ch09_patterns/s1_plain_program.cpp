// s1_plain_program.cpp -- a program that knows nothing of async, and uses the isolated module.
//
// Only the module's header, and the standard library. The module is not shut down here: its runtime ends
// after main, by itself.
#include <iostream>

#include "ch09_patterns/s1_async_mod.hpp"

int main() {
  std::cout << "Hello, world!" << std::endl;
  const auto three = ch09::async_mod::send_add(1, 2);
  const auto seven = ch09::async_mod::send_add(3, 4);
  if (!three || !seven) {
    std::cerr << (three ? seven : three).error() << '\n';
    return 1;
  }
  std::cout << "id: " << *three << "\nid: " << *seven << std::endl;

  // Both together take three seconds, and all that is done here meanwhile costs nothing more.
  const auto first = ch09::async_mod::get_add(*three);
  const auto second = ch09::async_mod::get_add(*seven);
  if (!first || !second) {
    std::cerr << (first ? second : first).error() << '\n';
    return 1;
  }
  std::cout << "results: " << *first << ' ' << *second << std::endl;

  const auto again = ch09::async_mod::get_add(*three);
  if (!again) std::cout << "asked again: " << again.error() << std::endl;
  if (!std::cout) {
    std::cerr << "cannot write to stdout\n";
    return 1;
  }
  return first == 3 && second == 7 && !again ? 0 : 1;
}

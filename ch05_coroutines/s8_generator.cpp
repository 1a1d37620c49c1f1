// s8_generator.cpp -- the demos of 5.8: a range-for; recursion; leaving early; exceptions.
#include "ch05_coroutines/s8_generator.hpp"

#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/temporary_folder.hpp"

#include "ch05_coroutines/demos.hpp"
#include "ch05_coroutines/number_file.hpp"

namespace ch05 {
namespace {

using async::demo::or_throw;
using async::demo::println;

std::string shown(const std::vector<int>& numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : " ") + std::to_string(number);
  return text;
}

Generator<int> fibonacci() {
  for (int one = 0, next = 1;; next += std::exchange(one, next)) co_yield one;
}

// ReadCoroutine of s2, as the compiler writes it.
Generator<int> numbers_of(NumberReader file) {
  for (;;) {
    const auto number = or_throw(file.next());
    if (!number) co_return;
    co_yield *number;
  }
}

struct Tree {
  explicit Tree(int number, std::unique_ptr<Tree> left_part = nullptr,
                std::unique_ptr<Tree> right_part = nullptr)
      : value(number), left(std::move(left_part)), right(std::move(right_part)) {}
  int value;
  std::unique_ptr<Tree> left, right;
};

// Of the numbers first to last, balanced.
std::unique_ptr<Tree> tree_of(int first, int last) {
  if (first > last) return nullptr;
  const int middle = first + (last - first) / 2;
  return std::make_unique<Tree>(middle, tree_of(first, middle - 1), tree_of(middle + 1, last));
}

Generator<int> in_order(const Tree& tree) {
  if (tree.left) co_yield elements_of(in_order(*tree.left));
  co_yield tree.value;
  if (tree.right) co_yield elements_of(in_order(*tree.right));
}

class SaysWhenItGoes {
 public:
  explicit SaysWhenItGoes(const char* name) : name_(name) {}
  SaysWhenItGoes(const SaysWhenItGoes&) = delete;
  SaysWhenItGoes& operator=(const SaysWhenItGoes&) = delete;
  ~SaysWhenItGoes() { println("  destroyed: ", name_); }

 private:
  const char* name_;
};

Generator<int> inner_numbers() {
  const SaysWhenItGoes local("the inner generator's local");
  co_yield 1;
  co_yield 2;
  throw std::runtime_error("there is no 3");
}

Generator<int> outer_numbers() {
  const SaysWhenItGoes local("the outer generator's local");
  co_yield elements_of(inner_numbers());
}

Generator<int> catching_numbers() {
  std::string caught;
  try {
    co_yield elements_of(inner_numbers());
  } catch (const std::exception& error) {
    caught = error.what();  // no co_yield in here: the language does not allow it
  }
  println("  the outer generator has caught: ", caught);
  co_yield 3;
}

}  // namespace

bool generator_demo(const demo::Options&) {
  std::vector<int> first_ten;
  for (const int number : fibonacci()) {
    first_ten.push_back(number);
    if (first_ten.size() == 10) break;
  }
  println("ten of infinitely many: ", shown(first_ten));

  const demo::TemporaryFolder folder;
  const std::string data = folder.path_of("data.txt");
  std::ofstream(data) << "1\n2\n3\n4\n5\n";
  std::vector<int> read;
  for (const int number : numbers_of(or_throw(NumberReader::open(data)))) read.push_back(number);
  println("a file, line by line:   ", shown(read));

  auto by_hand = fibonacci();
  std::vector<int> resumed;
  for (int i = 0; i < 3; ++i) resumed.push_back(by_hand.resume().yielded());
  println("resumed by hand:        ", shown(resumed));
  return shown(first_ten) == "0 1 1 2 3 5 8 13 21 34" && shown(read) == "1 2 3 4 5" &&
         shown(resumed) == "0 1 1";
}

bool recursion_demo(const demo::Options&) {
  const auto tree = tree_of(1, 15);
  std::vector<int> numbers;
  for (const int number : in_order(*tree)) numbers.push_back(number);
  println("a tree, from left to right: ", shown(numbers));
  return shown(numbers) == "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15";
}

bool early_exit_demo(const demo::Options&) {
  println("left after the first value:");
  for (const int number : outer_numbers()) {
    println("  ", number);
    break;
  }

  println("an exception in the inner one:");
  std::string thrown;
  try {
    for (const int number : outer_numbers()) println("  ", number);
  } catch (const std::exception& error) {
    thrown = error.what();
  }
  println("  out of the loop came: ", thrown);

  println("one that the outer one catches:");
  int last = 0;
  for (const int number : catching_numbers()) {
    println("  ", number);
    last = number;
  }
  return thrown == "there is no 3" && last == 3;
}

}  // namespace ch05

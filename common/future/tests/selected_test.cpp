// selected_test.cpp -- match() calls the handler of the branch that won, and no other.
#include "common/future/selected.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

namespace {

using async::match;
using async::Selected;

template <class... H>
concept CanMatchTwo = requires(Selected<int, int> won, H... handlers) { match(won, handlers...); };
using OfInt = int (*)(int);
static_assert(CanMatchTwo<OfInt, OfInt>);
static_assert(!CanMatchTwo<OfInt>, "a branch without a handler does not compile");
static_assert(!CanMatchTwo<OfInt, OfInt, OfInt>);

TEST(SelectedTest, EqualTypes_AreMatchedByTheirPlace) {
  using Either = Selected<int, int>;
  const auto text = [](const Either& won) {
    return match(
        won, [](int n) { return "first " + std::to_string(n); },
        [](int n) { return "second " + std::to_string(n); });
  };
  EXPECT_EQ(text(Either(std::in_place_index<0>, 1)), "first 1");
  EXPECT_EQ(text(Either(std::in_place_index<1>, 2)), "second 2");
}

TEST(SelectedTest, OutputOfVoid_IsNoParameter) {
  using Either = Selected<std::monostate, int>;
  const Either won(std::in_place_index<0>);
  EXPECT_EQ(match(won, [] { return 10; }, [](int n) { return n; }), 10);
}

TEST(SelectedTest, MoveOnlyOutput_IsMovedIntoTheHandler) {
  using Either = Selected<std::unique_ptr<int>, int>;
  Either won(std::in_place_index<0>, std::make_unique<int>(3));
  const auto kept = match(
      std::move(won), [](std::unique_ptr<int> p) { return p; },
      [](int n) { return std::make_unique<int>(n); });
  EXPECT_EQ(*kept, 3);
}

TEST(SelectedTest, HandlersWithoutResult_MayChangeTheOutput) {
  Selected<int, std::string> won(std::in_place_index<1>, "a");
  match(won, [](int&) { FAIL(); }, [](std::string& text) { text += "b"; });
  EXPECT_EQ(std::get<1>(won), "ab");
}

}  // namespace

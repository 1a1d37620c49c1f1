// s4_pinning.cpp -- the demo: addresses are compared, a stale pointer is never followed.
#include "ch02_futures/s4_pinning.hpp"

#include <type_traits>

#include "common/demo/println.hpp"
#include "common/demo/shown.hpp"

namespace ch02 {
namespace {

using demo::println, demo::yes_or_no;

bool movable_struct() {
  println("a struct that points into itself");
  SelfReferential first("first");
  const bool before = first.points_to_itself();
  println("  made: points to its own data: ", yes_or_no(before));
  const SelfReferential moved_first = std::move(first);
  const bool after = moved_first.points_to_itself();
  const bool stale = moved_first.self_pointer == &first.data;
  println("  moved: points to its own data: ", yes_or_no(after));
  println("  moved: points into the object that it was moved from: ", yes_or_no(stale));
  return before && !after && stale;
}

bool pinned_struct() {
  println("the same struct without a move constructor");
  constexpr bool kCanMove = std::is_move_constructible_v<PinnedSelfReferential>;
  println("  can be moved: ", yes_or_no(kCanMove));
  const auto pinned = make_pinned("first");
  println("  returned by a function: points to its own data: ", yes_or_no(pinned.points_to_itself()));
  return !kCanMove && pinned.points_to_itself();
}

bool coroutine() {
  println("a coroutine with a local that points to a local");
  std::vector<const std::string*> addresses;
  Context cx(Waker::noop());
  Async<bool> handle = self_referential_coroutine(addresses);
  const bool waits = handle.poll(cx).is_pending();
  Async<bool> moved_handle = std::move(handle);
  auto answer = moved_handle.poll(cx);
  const bool points_to_itself = answer.is_ready() && answer.value();
  const bool stayed = addresses.size() == 2 && addresses[0] == addresses[1];
  println("  its handle was moved while it waited: ", yes_or_no(waits));
  println("  its local is where it was: ", yes_or_no(stayed));
  println("  points to its own data: ", yes_or_no(points_to_itself));
  return waits && stayed && points_to_itself;
}

}  // namespace

bool pinning_demo(const demo::Options&) {
  const bool broken = movable_struct();
  const bool refused = pinned_struct();
  const bool stays = coroutine();
  return broken && refused && stays;
}

}  // namespace ch02

// double_free.cpp -- demo: a waker and its clone, in the book's way and in ours.
#include "ch10_std_server/faults/double_free.hpp"

#include <cstdio>
#include <memory>
#include <string>

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/polling/waker.hpp"

namespace ch10::faults {
namespace {

// Keeps a clone of its waker outside, where it outlives the task.
class CloningFuture {
 public:
  using Output = void;

  CloningFuture(Waker& kept, std::shared_ptr<int> owned) : kept_(&kept), owned_(std::move(owned)) {}

  Poll<void> poll(Context& cx) {
    if (std::exchange(polled_, true)) return Ready();
    *kept_ = cx.waker().clone();
    const Waker dropped = cx.waker().clone();
    dropped.wake_by_ref();
    return Pending();
  }

 private:
  Waker* kept_;
  std::shared_ptr<int> owned_;
  bool polled_ = false;
};

// How often what the future owns was freed, after the task and all wakers are gone.
int frees_in(ExecutorKind kind) {
  int frees = 0;
  const auto free_and_count = [&frees](const int* number) {
    delete number;
    ++frees;
  };
  const auto executor = make_executor(kind);
  Waker kept;
  executor->spawn_task([](CloningFuture future) -> Async<void> {
    co_await std::move(future);
  }(CloningFuture(kept, std::shared_ptr<int>(new int(42), free_and_count))));
  run_to_end(*executor);
  std::move(kept).wake();  // after the end of the task
  executor->poll();
  return frees;
}

// Where the box of a waker is.
const void* box_address(Waker& waker) {
  const async::RawWaker raw = waker.release();
  waker = Waker(raw);
  return raw.data;
}

}  // namespace

bool double_free_demo(const DemoOptions&) {
  std::printf("the book's way: a clone shares the box\n");
  Box box;
  {
    const Waker waker = create_sharing_waker(box);
    const Waker clone = waker.clone();
  }
  std::printf("  1 box made, freed %d times\n", box.frees);

  std::printf("ours\n");
  Waker waker = polling::create_waker();
  Waker clone = waker.clone();
  const bool own_boxes = box_address(waker) != box_address(clone);
  std::printf("  polling executor: a waker and its clone have %d boxes\n", own_boxes ? 2 : 1);
  const int polling_frees = frees_in(ExecutorKind::polling);
  std::printf("  polling executor: cloned, dropped, woken after the end: the task's number freed %d time\n",
              polling_frees);
  const int waking_frees = frees_in(ExecutorKind::waking);
  std::printf("  waking executor:  cloned, dropped, woken after the end: the task's number freed %d time\n",
              waking_frees);
  return verdict(box.frees == 2, !own_boxes || polling_frees != 1 || waking_frees != 1);
}

}  // namespace ch10::faults

// frame.hpp -- Frame: a coroutine's place on an explicit stack, and the loop that runs that stack.
//
// What it is. An Async<T> that awaits another Async<U> could poll it as any other future; then a poll would
// walk down from the outermost coroutine to the innermost each time, and recurse. Instead the coroutines that
// wait for each other form a stack, and the bottom one keeps two things: the top frame, and the one leaf
// future that the top frame waits for.
//
//     bottom frame  <-parent-  frame  <-parent-  top frame  --waits for-->  leaf (a socket, a timer)
//
// poll_stack() asks that leaf alone. If it is ready, it resumes the top frame and looks at what that did:
//   - it awaited a leaf:        ask that leaf;
//   - it awaited a new Async:   this is the top frame now, resume it;
//   - it finished:              its parent is the top frame now, resume that (the bottom one has no parent: done).
// A poll costs the same at any depth, nothing recurses, and a debugger can walk the frames.
//
// Thread safety: none; as any future, one poll at a time.
// Invariants: (1) Only the top frame runs. (2) Every frame above the bottom is owned by the awaiter in its
//   parent's frame. (3) leaf is set only while the top frame waits for it.
// Lifetime: frames never move. The bottom frame is owned by its Async, whose handle may move at any time,
//   because all that the stack needs to know is kept here. Destroying a stack is a loop; only an Async that was
//   started and is kept in a local variable, instead of being awaited, costs a level of recursion.
#pragma once

#include <coroutine>
#include <cstdint>
#include <source_location>
#include <vector>

#include "common/base/check.hpp"
#include "common/future/context.hpp"

namespace async::inline ASYNC_FLAVOUR {

class Frame {
 public:
  // A leaf future that the top frame waits for: how to poll it. `poll` says whether it is ready, keeps what
  // came of it in the awaiter, and does not throw.
  struct Leaf {
    void* awaiter;
    bool (*poll)(void* awaiter, Context& cx);
  };

  explicit Frame(std::coroutine_handle<> self) : self_(self) {}
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  // True until the first poll or the first await.
  [[nodiscard]] bool is_fresh() const { return stage_ == Stage::fresh; }

  // Runs the stack of which this frame is the bottom until it waits (false) or this frame is finished (true).
  [[nodiscard]] bool poll_stack(Context& cx) {
    ASYNC_CHECK(
        stage_ == Stage::fresh || stage_ == Stage::waiting,
        "an Async was polled after it finished, while it is polled, or while another Async awaits it");
    if (stage_ == Stage::fresh) bottom_ = {.top = this, .leaf = {}};
    stage_ = Stage::running;
    for (;;) {
      if (bottom_.leaf.poll != nullptr) {
        if (!bottom_.leaf.poll(bottom_.leaf.awaiter, cx)) {
          stage_ = Stage::waiting;
          return false;
        }
        bottom_.leaf = {};
      }
      bottom_.top->self_.resume();
      if (stage_ == Stage::finished) return true;
    }
  }

  // At which line this frame awaits from now on. Kept here and not in each awaiter: an await costs no memory for it.
  void stands_at(std::source_location where) { where_ = where; }

  // The top frame waits for a leaf. Called in its await_suspend, which then returns to poll_stack.
  void wait_for(Leaf leaf) { stack_bottom().bottom_.leaf = leaf; }

  // The top frame waits for `child`, which nobody has polled yet, and which becomes the top frame.
  // `owner` is the handle that will destroy the child's frame; it is emptied if the stack is dropped first.
  void push(Frame& child, std::coroutine_handle<>& owner) {
    Frame& bottom = stack_bottom();
    child.stage_ = Stage::child;
    child.child_ = {.parent = this, .bottom = &bottom, .owner = &owner};
    bottom.bottom_.top = &child;
  }

  // This frame has run to its end; its parent is the top frame now. Called in its final_suspend.
  void pop() {
    if (stage_ == Stage::child) child_.bottom->bottom_.top = child_.parent;
    stage_ = Stage::finished;
  }

  // Destroys this frame and all above it, innermost first, in a loop: cancellation.
  void destroy_stack() {
    ASYNC_CHECK(stage_ != Stage::running && stage_ != Stage::child,
                "an Async was destroyed while it runs or while another Async awaits it");
    if (stage_ == Stage::waiting) {
      for (Frame* top = bottom_.top; top != this;) {
        Frame* const parent = top->child_.parent;
        *top->child_.owner = nullptr;
        // SAFETY: the awaiter in the parent's frame owned it and was just told that it is gone.
        top->self_.destroy();
        top = parent;
      }
    }
    // SAFETY: owned by the Async whose destructor this is; `this` dies here.
    self_.destroy();
  }

  // Where the frames of this stack wait, the innermost first: an async backtrace. Empty if it does not wait.
  [[nodiscard]] std::vector<std::source_location> waiting_at() const {
    std::vector<std::source_location> places;
    if (stage_ != Stage::waiting) return places;
    for (const Frame* frame = bottom_.top; frame != this; frame = frame->child_.parent)
      places.push_back(frame->where_);
    places.push_back(where_);
    return places;
  }

 private:
  enum class Stage : std::uint8_t { fresh, waiting, running, child, finished };

  Frame& stack_bottom() { return stage_ == Stage::child ? *child_.bottom : *this; }

  struct AsBottom {
    Frame* top;
    Leaf leaf;
  };
  struct AsChild {
    Frame* parent;
    Frame* bottom;
    std::coroutine_handle<>* owner;
  };

  std::coroutine_handle<> self_;
  union {
    AsBottom bottom_ = {};  // stage waiting or running
    AsChild child_;         // stage child
  };
  std::source_location where_;  // of the await at which this frame stands
  Stage stage_ = Stage::fresh;
};

}  // namespace async::inline ASYNC_FLAVOUR

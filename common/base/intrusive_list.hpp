// intrusive_list.hpp -- a doubly linked list whose links live in its elements.
//
// An element is a type that inherits ListNode. Linking allocates nothing, and an element leaves from the
// middle in constant time: what a future that is dropped while it waits has to do.
//
// Thread safety: none; the owner of the list locks it.
// Lifetime: an element must leave before it dies (its destructor checks), and must not move while linked.
#pragma once

#include <cstddef>

#include "common/base/check.hpp"

namespace async::inline ASYNC_FLAVOUR::base {

class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { ASYNC_CHECK(!is_linked(), "a list element was destroyed while it was linked"); }

  [[nodiscard]] bool is_linked() const { return next_ != nullptr; }

 private:
  template <class T>
  friend class IntrusiveList;

  ListNode* previous_ = nullptr;
  ListNode* next_ = nullptr;
};

template <class T>
class IntrusiveList {
 public:
  IntrusiveList() { end_.previous_ = end_.next_ = &end_; }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;
  ~IntrusiveList() {
    ASYNC_CHECK(is_empty(), "an intrusive list was destroyed before its elements left it");
    end_.previous_ = end_.next_ = nullptr;
  }

  [[nodiscard]] bool is_empty() const { return end_.next_ == &end_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] T* front() { return is_empty() ? nullptr : static_cast<T*>(end_.next_); }

  // The element after this one, or nullptr at the end.
  [[nodiscard]] T* next(T& element) {
    ListNode* following = node(element).next_;
    return following == &end_ ? nullptr : static_cast<T*>(following);
  }

  void push_back(T& element) {
    ListNode& added = node(element);
    ASYNC_CHECK(!added.is_linked(), "an element can be in one list at a time");
    added.previous_ = end_.previous_;
    added.next_ = &end_;
    end_.previous_->next_ = &added;
    end_.previous_ = &added;
    ++size_;
  }

  void remove(T& element) {
    ListNode& removed = node(element);
    ASYNC_CHECK(removed.is_linked(), "only a linked element can leave a list");
    removed.previous_->next_ = removed.next_;
    removed.next_->previous_ = removed.previous_;
    removed.previous_ = removed.next_ = nullptr;
    --size_;
  }

 private:
  static ListNode& node(T& element) { return element; }

  ListNode end_;  // the ring's fixed point: next_ is the first element, previous_ the last
  std::size_t size_ = 0;
};

}  // namespace async::inline ASYNC_FLAVOUR::base

// atomic.cpp -- what a load may see, and what a store makes known.
#include "common/explorer/atomic.hpp"

#include <algorithm>

namespace async::explorer {
namespace {

using Order = std::memory_order;

bool acquires(Order order) {
  return order == Order::acquire || order == Order::acq_rel || order == Order::seq_cst;
}
bool releases(Order order) {
  return order == Order::release || order == Order::acq_rel || order == Order::seq_cst;
}

const char* name_of(Order order) {
  switch (order) {
    case Order::relaxed: return "relaxed";
    case Order::consume:
    case Order::acquire: return "acquire";
    case Order::release: return "release";
    case Order::acq_rel: return "acq_rel";
    case Order::seq_cst: return "seq_cst";
  }
  return "?";
}

}  // namespace

// Its place in this execution; made when it is used first.
Location& AtomicWord::here(Execution& execution) const {
  if (execution_ != execution.id()) {
    execution_ = execution.id();
    location_ = execution.new_location(newest_);
  }
  return execution.location(location_);
}

void AtomicWord::note(Execution& execution, Where where, const std::string& what, Order order) const {
  if (!execution.keeps_trace()) return;
  execution.note(where, "atomic " + std::to_string(location_) + ": " + what + " (" + name_of(order) + ")");
}

AtomicWord::Word AtomicWord::read(Execution& execution, std::size_t message, Order order) const {
  Location& location = here(execution);
  const auto number = static_cast<Number>(message);
  execution.view().know_message(location_, number);
  if (acquires(order)) execution.view().join(location.messages[message].released);
  if (order == Order::seq_cst) location.newest_seq_cst = std::max(location.newest_seq_cst, number);
  return location.messages[message].value;
}

AtomicWord::Word AtomicWord::load(Order order, Where where) const {
  Execution* const execution = Execution::current();
  if (execution == nullptr) return newest_;
  execution->point();
  life_.read("uses", where);
  const Location& location = here(*execution);
  const std::size_t newest = location.messages.size() - 1;
  const Number known = execution->view().message_in(location_);
  const std::size_t oldest = order == Order::seq_cst ? std::max(known, location.newest_seq_cst) : known;
  const std::size_t back = execution->choose_message(oldest, newest);
  const Word value = read(*execution, newest - back, order);
  note(*execution, where,
       "load " + std::to_string(value) + (back == 0 ? "" : ", old by " + std::to_string(back)), order);
  return value;
}

void AtomicWord::append(Execution& execution, Word value, Order order, bool continues) {
  Location& location = here(execution);
  const auto number = static_cast<Number>(location.messages.size());
  execution.view().know_message(location_, number);
  Message message{value, {}};
  if (continues) message.released = location.messages.back().released;
  if (releases(order)) execution.release_to(message.released);
  location.messages.push_back(std::move(message));
  if (order == Order::seq_cst) location.newest_seq_cst = number;
  newest_ = value;
}

void AtomicWord::store(Word value, Order order, Where where) {
  Execution* const execution = Execution::current();
  if (execution == nullptr) {
    newest_ = value;
    return;
  }
  execution->point();
  life_.read("uses", where);
  append(*execution, value, order, false);
  note(*execution, where, "store " + std::to_string(value), order);
}

AtomicWord::Word AtomicWord::begin_update(Where where) {
  if (Execution* const execution = Execution::current()) {
    execution->point();
    life_.read("uses", where);
    (void)here(*execution);
  }
  return newest_;
}

void AtomicWord::end_update(const char* what, Word next, Order order, Where where) {
  Execution* const execution = Execution::current();
  const Word old = newest_;
  newest_ = next;
  if (execution == nullptr) return;
  newest_ = old;
  (void)read(*execution, here(*execution).messages.size() - 1, order);
  append(*execution, next, order, true);
  note(*execution, where, std::string(what) + " " + std::to_string(old) + " -> " + std::to_string(next),
       order);
}

bool AtomicWord::compare_exchange(Word& expected, Word desired, Order success, Order failure, Where where) {
  Execution* const execution = Execution::current();
  if (begin_update(where) == expected) {
    end_update("compare_exchange", desired, success, where);
    return true;
  }
  if (execution == nullptr) {
    expected = newest_;
    return false;
  }
  const Location& location = here(*execution);
  const std::size_t newest = location.messages.size() - 1;
  const Number known = execution->view().message_in(location_);
  // Back to where it would have succeeded: a read-modify-write that succeeds reads the newest.
  std::size_t oldest = std::max<std::size_t>(known, failure == Order::seq_cst ? location.newest_seq_cst : 0);
  for (std::size_t i = newest; i > oldest; --i) {
    if (location.messages[i - 1].value == expected) oldest = i;
  }
  const std::size_t back = execution->choose_message(oldest, newest);
  const Word before = expected;
  expected = read(*execution, newest - back, failure);
  note(*execution, where,
       "compare_exchange expected " + std::to_string(before) + ", found " + std::to_string(expected) +
           (back == 0 ? "" : ", old by " + std::to_string(back)),
       failure);
  return false;
}

}  // namespace async::explorer

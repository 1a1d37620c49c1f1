// cell.hpp -- Cell<T>: plain data of a model, each access of which is checked for a race.
#pragma once

#include <utility>

#include "common/explorer/race_detector.hpp"

namespace async::explorer {

template <class T>
class Cell {
 public:
  Cell(T value = T(), Where where = Where::current()) : detector_(where), value_(std::move(value)) {}
  // A read of the other one. Its destruction is a write.
  Cell(const Cell& other) noexcept : value_(other.read()) {}
  Cell& operator=(const Cell& other) {
    write(other.read());
    return *this;
  }

  [[nodiscard]] const T& read(Where where = Where::current()) const {
    detector_.read("reads", where);
    note("plain data: reads", where);
    return value_;
  }
  void write(T value, Where where = Where::current()) {
    detector_.write("writes", where);
    note("plain data: writes", where);
    value_ = std::move(value);
  }

 private:
  static void note(const char* what, Where where) {
    Execution* const execution = Execution::current();
    if (execution != nullptr && execution->keeps_trace()) execution->note(where, what);
  }

  RaceDetector detector_;
  T value_;
};

}  // namespace async::explorer

// race_detector.hpp -- RaceDetector: finds two accesses to one place, at least one a write, that nothing orders.
//
// It stands beside the plain data that it watches. A write must come after all that others did there, a read after
// the last write: by what the thread knows (view.hpp), not by the order in which this schedule happened to run
// them. So a race is found also where it did no harm. To be made and to be destroyed are writes.
// (FastTrack: Flanagan and Freund, 2009.)
//
// Outside of an execution it does nothing. What was made before the execution counts as known to all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <source_location>

#include "common/explorer/execution.hpp"

namespace async::explorer {

class RaceDetector {
 public:
  RaceDetector(Where where = Where::current()) { start(where); }
  ~RaceDetector() { write("destroys", Where::current()); }
  // Of another place: what is copied or moved is the data beside it.
  RaceDetector(const RaceDetector&) { start(Where::current()); }
  RaceDetector& operator=(const RaceDetector&) { return *this; }

  void read(const char* what, Where where) const {
    Execution* const execution = Execution::current();
    if (execution == nullptr) return;
    renew(*execution);
    if (!knows_write(*execution)) tell(*execution, what, where, writer_, written_where_);
    const std::size_t me = execution->thread();
    read_[me] = execution->view().step_of(me);
    read_where_[me] = where;
  }

  void write(const char* what, Where where) {
    Execution* const execution = Execution::current();
    if (execution == nullptr) return;
    renew(*execution);
    if (!knows_write(*execution)) tell(*execution, what, where, writer_, written_where_);
    for (std::size_t i = 0; i < kMostThreads; ++i) {
      if (read_[i] > execution->view().step_of(i)) tell(*execution, what, where, i, read_where_[i]);
    }
    written_by(*execution, where);
  }

 private:
  void start(Where where) {
    if (Execution* const execution = Execution::current()) {
      execution_ = execution->id();
      written_by(*execution, where);
    }
  }

  void written_by(const Execution& execution, Where where) {
    writer_ = execution.thread();
    written_ = const_cast<Execution&>(execution).view().step_of(writer_);
    written_where_ = where;
  }

  void renew(const Execution& execution) const {
    if (execution_ == execution.id()) return;
    execution_ = execution.id();
    written_ = 0;
    read_ = {};
  }

  [[nodiscard]] bool knows_write(Execution& execution) const {
    return written_ <= execution.view().step_of(writer_);
  }

  [[noreturn]] static void tell(Execution& execution, const char* what, Where where, std::size_t other,
                                Where other_where) {
    execution.fail(Fault::data_race, "data race: T" + std::to_string(execution.thread()) + " " + what +
                                         " at " + shown(where) + ", and nothing orders that after what T" +
                                         std::to_string(other) + " did at " + shown(other_where));
  }

  mutable std::uint32_t execution_ = 0;
  mutable std::size_t writer_ = 0;
  mutable Number written_ = 0;
  mutable std::array<Number, kMostThreads> read_{};
  Where written_where_;
  mutable std::array<Where, kMostThreads> read_where_;
};

}  // namespace async::explorer

// mpsc_throwing_move.cpp -- a claimed slot must be filled: the move into it must not throw.
// error: give T a move constructor that is
#include "common/channel/mpsc.hpp"

struct Message {
  Message() = default;
#ifdef WRONG
  Message(Message&&) {}
#else
  Message(Message&&) noexcept {}
#endif
};

auto make() { return async::mpsc::channel<Message>(1); }

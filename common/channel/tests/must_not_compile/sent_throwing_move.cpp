// sent_throwing_move.cpp -- values are moved while the channel is locked: a move must not throw.
// error: give T a move constructor that is noexcept
#include "common/channel/channel.hpp"

struct Message {
  Message() = default;
#ifdef WRONG
  Message(Message&&) {}
#else
  Message(Message&&) noexcept {}
#endif
};

void greet(const async::Sender<Message>& sender) { (void)sender.send(Message()); }

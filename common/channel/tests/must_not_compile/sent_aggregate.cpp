// sent_aggregate.cpp -- a message that is awaited has a constructor: g++ 12 would destroy an aggregate twice.
// error: give this message a constructor
#include <string>
#include <utility>

#include "common/channel/channel.hpp"
#include "common/future/async.hpp"

struct Message {
  int number;
  std::string text;
#ifdef WRONG  // without a constructor
#else
  Message(int a_number, std::string a_text) : number(a_number), text(std::move(a_text)) {}
#endif
};

async::Async<> greet(async::Sender<Message> sender) { co_await sender.send_async(Message{1, "hello"}); }

// awaited_aggregate.cpp -- an mpsc message that is awaited has a constructor, for g++ 12's sake.
// error: give this message a constructor
#include <string>
#include <utility>

#include "common/channel/mpsc.hpp"
#include "common/future/async.hpp"

struct Message {
  int number;
  std::string text;
#ifdef WRONG  // without a constructor
#else
  Message(int a_number, std::string a_text) : number(a_number), text(std::move(a_text)) {}
#endif
};

async::Async<> greet(async::mpsc::Sender<Message> tx) { (void)co_await tx.send(Message{1, "hello"}); }

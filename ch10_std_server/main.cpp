// main.cpp -- the chapter's demos: their table, and one call.
#include "ch10_std_server/demos.hpp"

namespace {

using namespace ch10;

constexpr Demo kDemos[] = {
    {"data", "10.1", "the bytes of a message, field by field, and what is refused", data_demo},
    {"counting", "10.2", "two counting futures on both executors, a raw channel and a JoinHandle",
     counting_demo},
    {"no-wake", "10.2", "the same without wake_by_ref: one executor does not notice, the other waits",
     no_wake_demo},
    {"streams", "10.3", "a message through a socket that is too small for it, and a sleep", streams_demo},
    {"server", "10.4", "three workers sleep, get connections in turn, answer, and sleep again", server_demo},
    {"client", "10.5", "4,000 requests at once in little more than the time of one", client_demo},
    {"compare", "10.6", "what the two executors cost: idle, and under load", compare_demo},
    {"hostile", "10.7", "clients that mean no good, and one honest client after each", hostile_demo},
    {"fault-double-free", "10.2", "the book's cloned waker frees its box twice", faults::double_free_demo},
    {"fault-resent-bytes", "10.3", "the book's sender begins again at byte 0", faults::resent_bytes_demo},
    {"fault-split-message", "10.4", "the book's server decodes half a message, and answers",
     faults::split_message_demo},
    {"fault-lost-wakeup", "10.4", "the book's worker sleeps on a connection", faults::lost_wakeup_demo},
    {"fault-dead-workers", "10.4,10.7", "300 resets kill the book's three workers",
     faults::dead_workers_demo},
};

}  // namespace

int main(int argc, char** argv) { return run_demo(kDemos, argc, argv); }

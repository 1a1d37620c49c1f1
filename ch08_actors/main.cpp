// main.cpp -- the chapter's demos: their table, and one call.
#include "common/demo/demo.hpp"

#include "ch08_actors/demos.hpp"

namespace {

using namespace ch08;
using namespace async::demo;

constexpr Demo kDemos[] = {
    {"basic-actor", "8.1", "an actor adds up what it is sent", basic_actor_demo},
    {"responding-actor", "8.1", "an actor answers, by a oneshot in the message", responding_actor_demo},
    {"actor-or-mutex", "8.2", "one sum, kept by an actor and under a mutex", actor_or_mutex_demo},
    {"meanwhile", "8.2", "who can do something else while the transaction goes on", meanwhile_demo},
    {"router", "8.3", "a key-value store behind a router, asked by a global sender", router_demo},
    {"passed-sender", "8.3", "the same by a sender that is passed along, and two stores side by side",
     passed_sender_demo},
    {"recovery", "8.4", "a writer actor, and what the next start finds in data.json", recovery_demo},
    {"group-commit", "8.4", "a hundred writes that wait go to the disk together", group_commit_demo},
    {"corrupt-file", "8.4", "no file, a flipped bit, a cut file, the book's first file", corrupt_file_demo},
    {"full-disk", "8.4", "a write fails: the caller is told, and the old file stays", full_disk_demo},
    {"kill", "8.4", "a program that writes is killed again and again, and nothing acknowledged is lost",
     kill_demo},
    {"supervisor", "8.5", "the book's forced reset: the new writer loads what the old one wrote",
     supervisor_demo},
    {"writer-instance", "8.5", "the same with the writer's instance in each of its rounds",
     writer_instance_demo},
    {"stuck-actor", "8.5", "an actor stands still and is replaced, while three requests wait",
     stuck_actor_demo},
    {"dead-actor", "8.5", "the writer dies and is replaced, while three requests wait", dead_actor_demo},
    {"old-writer", "8.5", "the old writer hangs in the disk: the new one waits for its lock",
     old_writer_demo},
};

constexpr CountOption kCounts[] = {
    {"tasks", "Tasks that add to the sum, 1 KiB each, for the demo actor-or-mutex", 20'000, 1, 10'000'000},
    {"kills", "How often the program is killed, for the demo kill", 20, 1, 10'000},
};

constexpr TextOption kTexts[] = {
    {"file", "FILE", "A data.json of your own, for the demo recovery"},
    {"child", "PROGRAM", "The program to kill, for the demo kill; else ch08_load, beside this one"},
};

}  // namespace

int main(int argc, char** argv) {
  return run_demos({"ch08_actors", "actors: state behind a channel", kDemos, kCounts, kTexts}, argc, argv);
}

// main.cpp -- the chapter's demos: their table, and one call.
#include "common/demo/demo.hpp"

#include "ch06_reactive/demos.hpp"

namespace {

using namespace ch06;
using namespace async::demo;

constexpr Demo kDemos[] = {
    {"heater", "6.1", "observers heat a room to the desired temperature, and hold it there", heater_demo},
    {"polls", "6.1", "the book's futures ask again and again; ours wait for a change", polls_demo},
    {"stale", "6.1", "a decision that is carried out too late, and compare-exchange", stale_demo},
    {"callback", "6.2", "a function that is given what to do with its result", callback_demo},
    {"event-loop", "6.2", "a thread that runs callbacks, so that main need not wait", event_loop_demo},
    {"guard", "6.2", "a callback hears keys until its guard is dropped", guard_demo},
    {"keyboard", "6.2,6.3", "keys change the desired temperature; --interactive for yours", keyboard_demo},
    {"curve", "6.1,6.3", "the curve of the temperature, here and as an SVG (--curve FILE)", curve_demo},
    {"reaction-delay", "6.3", "a heater that is switched later swings more, and by how much",
     reaction_delay_demo},
    {"event-bus", "6.4", "the book's event bus: two subscribers, and a garbage collector", event_bus_demo},
    {"bounded-bus", "6.4", "a subscriber that never polls; a whole queue at once; events that expire",
     bounded_bus_demo},
    {"ids", "6.4", "a million subscribe and leave, and nothing is left of them", ids_demo},
};

constexpr CountOption kCounts[] = {
    {"delay", "Seconds until the heater is switched, for the demos curve and keyboard", 0, 0, 600},
    {"subscriptions", "How many come and go, for the demo ids", 1'000'000, 1, 10'000'000},
};

constexpr TextOption kTexts[] = {
    {"keys", "KEYS", "What to press, for the demos keyboard and guard: Up,5s,x,q"},
    {"curve", "FILE", "Where to write the picture as an SVG, for the demos curve and keyboard"},
};

}  // namespace

int main(int argc, char** argv) {
  return run_demos({"ch06_reactive", "observers, callbacks and an event bus", kDemos, kCounts, kTexts}, argc,
                   argv);
}

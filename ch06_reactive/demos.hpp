// demos.hpp -- the demos of the chapter, in the order of main.cpp's table.
#pragma once

#include "common/demo/demo.hpp"

namespace ch06 {

bool heater_demo(const async::demo::Options& options);
bool polls_demo(const async::demo::Options& options);
bool stale_demo(const async::demo::Options& options);
bool callback_demo(const async::demo::Options& options);
bool event_loop_demo(const async::demo::Options& options);
bool guard_demo(const async::demo::Options& options);
bool keyboard_demo(const async::demo::Options& options);
bool curve_demo(const async::demo::Options& options);
bool reaction_delay_demo(const async::demo::Options& options);
bool event_bus_demo(const async::demo::Options& options);
bool bounded_bus_demo(const async::demo::Options& options);
bool ids_demo(const async::demo::Options& options);

}  // namespace ch06

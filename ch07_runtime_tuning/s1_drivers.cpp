// s1_drivers.cpp -- the demo of 7.1 about enable_io and enable_time.
#include "ch07_runtime_tuning/s1_drivers.hpp"

#include "common/demo/println.hpp"

#include "ch07_runtime_tuning/demos.hpp"

namespace ch07 {

using demo::println;

bool builder_drivers_demo(const demo::Options&) {
  struct Row {
    const char* name;
    Builder builder;
    bool time, io;
  };
  Row rows[] = {{"neither", Builder::new_multi_thread(), false, false},
                {"enable_time", Builder::new_multi_thread(), true, false},
                {"enable_io", Builder::new_multi_thread(), false, true},
                {"enable_all", Builder::new_multi_thread(), true, true}};
  rows[1].builder.enable_time();
  rows[2].builder.enable_io();
  rows[3].builder.enable_all();
  bool kept = true;
  for (auto& [name, builder, time, io] : rows) {
    builder.worker_threads(1);
    const std::string slept = try_to_sleep(builder), sent = try_a_socket(builder);
    println(name, ":");
    println("  sleep:  ", slept);
    println("  socket: ", sent);
    kept &= (slept == "works") == time && (sent == "works") == io;
  }
  return kept;
}

}  // namespace ch07

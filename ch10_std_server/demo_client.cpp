// demo_client.cpp -- row 10.5: thousands of requests at once in little more than the time of one.
#include <cstdio>

#include "ch10_std_server/demo_support.hpp"
#include "ch10_std_server/options.hpp"
#include "ch10_std_server/s5_client.hpp"

namespace ch10 {

bool client_demo(const DemoOptions& options) {
  // Both ends of each connection are in this process.
  raise_descriptor_limit(2 * options.requests + 64, "this demo");
  ServerOptions server_options;
  server_options.work = options.wait(server_options.work);
  server_options.quiet = true;
  RunningServer server(server_options);

  ClientOptions client;
  client.port = ntohs(server.address().sin_port);
  client.requests = options.requests;
  client.quiet = true;
  const double work = std::chrono::duration<double>(server_options.work).count();
  std::printf("%zu requests at once; the server works %s s on each\n", client.requests,
              shown_seconds(options, work).c_str());
  const WaitingFor waiting("the replies to all requests", client.timeout + std::chrono::seconds(20));
  const ClientResult result = run_client(client);
  std::printf("%zu ok, %zu failed in %s s\n", result.ok, result.failed,
              shown_seconds(options, result.elapsed.count()).c_str());
  std::printf("one after the other they would take %s s\n",
              shown_seconds(options, work * static_cast<double>(client.requests)).c_str());
  return result.ok == options.requests && result.failed == 0;
}

}  // namespace ch10

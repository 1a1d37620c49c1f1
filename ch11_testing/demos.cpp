// demos.cpp -- each demo of the chapter: the tests of its row.
#include "ch11_testing/demos.hpp"

#include "ch11_testing/row_tests.hpp"

namespace ch11 {

bool sync_mock_demo(const demo::Options& options) { return run_tests_of("SyncMockTest.*", options); }
bool async_mock_demo(const demo::Options& options) { return run_tests_of("AsyncMockTest.*", options); }
bool deadlock_demo(const demo::Options& options) { return run_tests_of("DeadlockTest.*", options); }
bool livelock_demo(const demo::Options& options) { return run_tests_of("LivelockTest.*", options); }
bool lost_updates_demo(const demo::Options& options) { return run_tests_of("LostUpdatesTest.*", options); }
bool explored_demo(const demo::Options& options) { return run_tests_of("ExploredTest.*", options); }
bool capacity_demo(const demo::Options& options) { return run_tests_of("CapacityTest.*", options); }
bool mock_server_demo(const demo::Options& options) { return run_tests_of("EndpointTest.*", options); }
bool scripted_stream_demo(const demo::Options& options) {
  return run_tests_of("ScriptedReplyTest.*", options);
}
bool stepped_demo(const demo::Options& options) { return run_tests_of("SteppedLockerTest.*", options); }
bool async_test_demo(const demo::Options& options) { return run_tests_of("RetryTest.*", options); }

}  // namespace ch11

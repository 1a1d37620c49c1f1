// demos.hpp -- the functions of this chapter's demos; each runs the tests of its row, but for replay.
#pragma once

#include "common/demo/demo.hpp"

namespace ch11 {

bool sync_mock_demo(const async::demo::Options& options);
bool async_mock_demo(const async::demo::Options& options);
bool deadlock_demo(const async::demo::Options& options);
bool livelock_demo(const async::demo::Options& options);
bool lost_updates_demo(const async::demo::Options& options);
bool explored_demo(const async::demo::Options& options);
bool replay_demo(const async::demo::Options& options);
bool capacity_demo(const async::demo::Options& options);
bool mock_server_demo(const async::demo::Options& options);
bool scripted_stream_demo(const async::demo::Options& options);
bool stepped_demo(const async::demo::Options& options);
bool async_test_demo(const async::demo::Options& options);

}  // namespace ch11

// owned_puppet.hpp -- OwnedPuppet: a Puppet that can be moved, as spawn_task(future) demands.
#pragma once

#include <memory>

#include "common/task/tests/puppet.hpp"

namespace ch03::tests {

class OwnedPuppet {
 public:
  using Output = async::Counted;

  explicit OwnedPuppet(async::Strings& strings) : puppet_(std::make_unique<async::Puppet>(strings)) {}

  async::Poll<async::Counted> poll(async::Context& cx) { return puppet_->poll(cx); }

 private:
  std::unique_ptr<async::Puppet> puppet_;
};

}  // namespace ch03::tests

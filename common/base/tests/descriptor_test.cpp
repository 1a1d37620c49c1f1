// descriptor_test.cpp -- a descriptor is closed exactly once, by its last owner.
#include "common/base/descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <type_traits>
#include <utility>

namespace {

using async::base::Descriptor;

static_assert(!std::is_copy_constructible_v<Descriptor>);
static_assert(!std::is_convertible_v<int, Descriptor>, "a number becomes an owner only where that is said");
static_assert(std::is_nothrow_move_constructible_v<Descriptor>);

int open_something() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

TEST(DescriptorTest, EndOfScope_Closes) {
  const int fd = open_something();
  {
    const Descriptor owner(fd);
    EXPECT_TRUE(owner);
    EXPECT_EQ(owner.get(), fd);
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(DescriptorTest, Move_LeavesOneOwner) {
  const int fd = open_something();
  Descriptor first(fd);
  {
    const Descriptor second(std::move(first));
    EXPECT_FALSE(first);  // NOLINT: what is left is what is tested
    EXPECT_EQ(second.get(), fd);
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(DescriptorTest, MoveAssignment_ClosesWhatWasThere) {
  const int old_fd = open_something();
  const int new_fd = open_something();
  Descriptor owner(old_fd);
  owner = Descriptor(new_fd);
  EXPECT_FALSE(is_open(old_fd));
  EXPECT_TRUE(is_open(new_fd));
  EXPECT_EQ(owner.get(), new_fd);
}

TEST(DescriptorTest, AssignmentToItself_KeepsItOpen) {
  Descriptor owner(open_something());
  Descriptor& same = owner;
  owner = std::move(same);
  EXPECT_TRUE(owner);
  EXPECT_TRUE(is_open(owner.get()));
}

TEST(DescriptorTest, Release_GivesItAwayOpen) {
  Descriptor owner(open_something());
  const Descriptor taker(owner.release());
  EXPECT_FALSE(owner);
  owner.reset();
  EXPECT_TRUE(is_open(taker.get()));
}

TEST(DescriptorTest, NegativeNumber_OwnsNothing) {
  Descriptor nothing(-1);
  EXPECT_FALSE(nothing);
  EXPECT_FALSE(Descriptor());
  nothing.reset();
}

// Predict: between the two resets another file gets the same number. Is it closed?
TEST(DescriptorTest, ResetTwice_DoesNotCloseTheNextOwnerOfTheNumber) {
  Descriptor first(open_something());
  const int fd = first.get();
  first.reset();
  const Descriptor second(open_something());
  ASSERT_EQ(second.get(), fd) << "the system gives the lowest free number";
  first.reset();
  EXPECT_TRUE(is_open(fd));
}

}  // namespace

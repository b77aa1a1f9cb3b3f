#include <runtime/message_socket.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace rbgp::runtime {
namespace {

using Clock = std::chrono::steady_clock;

class MessageSocket : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0); }
  void TearDown() override {
    close_end(0);
    close_end(1);
  }
  void close_end(int end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }
  int ends_[2] = {-1, -1};
};

TEST_F(MessageSocket, CarriesTextAndBytes) {
  // Larger than what the socket holds: a second thread reads.
  const Message messages[] = {{"", {}},
                              {"{\"do\":\"open\"}", {}},
                              {"", {std::byte{0}, std::byte{255}}},
                              {std::string(3'000'000, 'x'), std::vector<std::byte>(5'000'001)}};
  std::thread sender([&] {
    for (const Message& message : messages) EXPECT_TRUE(send_message(ends_[0], message));
  });
  for (const Message& message : messages) {
    Message got;
    ASSERT_EQ(receive_message(ends_[1], got), Received::message);
    EXPECT_EQ(got.text, message.text);
    EXPECT_EQ(got.bytes, message.bytes);
  }
  sender.join();
}

TEST_F(MessageSocket, NoticesThatTheOtherSideIsGone) {
  close_end(0);
  Message got{"as it was", {}};
  EXPECT_EQ(receive_message(ends_[1], got), Received::closed);
  EXPECT_EQ(got.text, "as it was");
  EXPECT_FALSE(send_message(ends_[1], {"anybody?", {}}));
}

TEST_F(MessageSocket, TakesNoHalfAMessage) {
  const std::uint64_t sizes[] = {10, 0};
  ASSERT_EQ(::send(ends_[0], sizes, sizeof sizes, 0), static_cast<ssize_t>(sizeof sizes));
  ASSERT_EQ(::send(ends_[0], "half", 4, 0), 4);
  close_end(0);
  Message got;
  EXPECT_EQ(receive_message(ends_[1], got), Received::closed);
}

TEST_F(MessageSocket, TakesNoNonsense) {
  const std::uint64_t sizes[] = {~std::uint64_t{0}, 0};
  ASSERT_EQ(::send(ends_[0], sizes, sizeof sizes, 0), static_cast<ssize_t>(sizeof sizes));
  Message got;
  EXPECT_EQ(receive_message(ends_[1], got), Received::closed);
}

TEST_F(MessageSocket, WaitsUntilTheDeadline) {
  Message got;
  const auto begin = Clock::now();
  EXPECT_EQ(receive_message(ends_[1], got, begin + std::chrono::milliseconds(30)), Received::late);
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(30));
}

TEST_F(MessageSocket, StopsWaiting) {
  std::atomic<bool> stop = false;
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    stop = true;
  });
  Message got;
  EXPECT_EQ(receive_message(ends_[1], got, Clock::time_point::max(), &stop), Received::stopped);
  stopper.join();
}

}  // namespace
}  // namespace rbgp::runtime
